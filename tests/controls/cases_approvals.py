"""Approvals: GOV-01. Its two keys were made for these cases, and thrown away."""

from typing import Any

from policies.controls import Resource
from policies.controls.approvals import STACK
from tests.controls.cases import UNKNOWN, Cases, Change, beside, thing

_FIRST = {
    "by": "First.Approver",
    "at": "2026-11-27T09:00:00+00:00",
    "signature": (
        "EwNInHHfBZNjZvu8WmMelQ8ZfBSk/rOzVOB5usFUmHL8gqQcu3j/ZdlFLfTKiKZXG6duMI8d8Rtx+U/TRqDxCg=="
    ),
}
_SECOND = {
    "by": "second.approver",
    "at": "2026-11-27T11:30:00+01:00",
    "signature": (
        "vtRUq6eaSDuOYtvqKTD9TOD9NkzDm8SUVorO8YIMjEraUjienUqTRhQM4owOz725nKXTU7k/v1KIxJNQqQfAAA=="
    ),
}
_GIVEN: dict[str, Any] = {
    "requester": "r.equester",
    "ticket": "CHG-1042",
    "planHash": "ab" * 32,
    "expires": "2026-11-27T18:00:00+00:00",
    "approvals": [_FIRST, _SECOND],
}


def _approved(*, environment: str = "production", **other: Any) -> Resource:
    return thing(STACK, environment=environment, approval={**_GIVEN, **other})


def _by(first: str, second: str = "second.approver") -> Resource:
    return _approved(approvals=[{**_FIRST, "by": first}, {**_SECOND, "by": second}])


_NONE = thing(STACK, url="https://a.example")

CASES = {
    "gov-01-approvers": Cases(
        fails=[
            [_NONE],
            [thing(STACK, approval="yes")],
            [_approved(requester="")],
            [_approved(requester="SECOND.approver")],
            [_approved(approvals=[_FIRST])],
            [_approved(approvals=[])],
            [_by("SECOND.APPROVER")],
            [_by("somebody.else")],
            [_approved(approvals=[_FIRST, _SECOND, {**_FIRST, "by": "renovate[bot]"}])],
        ],
        passes=[[_approved()], [_approved(ticket="")]],
        unknown=[[_approved(requester=UNKNOWN)], [thing(STACK, approval=UNKNOWN)]],
    ),
    "gov-01-ticket": Cases(
        fails=[[_NONE], [_approved(ticket="soon")], [_approved(ticket="CHG-1 CHG-2")]],
        passes=[[_approved()], [_approved(ticket="A1-7")]],
        unknown=[[_approved(ticket=UNKNOWN)]],
    ),
    "gov-01-expiry": Cases(
        fails=[
            [_NONE],
            [_approved(expires="tomorrow")],
            [_approved(expires="2026-11-27T18:00:00")],
            [_approved(expires="2026-11-29T18:00:00+00:00")],
            [_approved(expires="2026-11-27T10:00:00+00:00")],
            [_approved(approvals=[_FIRST, {**_SECOND, "at": None}])],
        ],
        passes=[[_approved()], [_approved(expires="2026-11-28T09:00:00+00:00")]],
        unknown=[[_approved(expires=UNKNOWN)]],
    ),
    "gov-01-plan": Cases(
        fails=[[_NONE], [_approved(planHash="ab")], [_approved(planHash="AB" * 32)]],
        passes=[[_approved()], [_approved(planHash="0" * 64)]],
        unknown=[[_approved(planHash=UNKNOWN)]],
    ),
    "gov-01-signatures": Cases(
        fails=[
            [_NONE],
            [_approved(planHash="cd" * 32)],
            [_approved(ticket="CHG-1043")],
            [_approved(expires="2026-11-27T19:00:00+00:00")],
            [_approved(environment="staging")],
            [_approved(approvals=[_FIRST])],
            [_approved(approvals=[_FIRST, _FIRST])],
            [_approved(approvals=[_FIRST, {**_SECOND, "signature": _FIRST["signature"]}])],
            [_approved(approvals=[_FIRST, {**_SECOND, "signature": "not base64"}])],
            [_by("somebody.else")],
        ],
        passes=[
            [_approved()],
            [_approved(approvals=[_SECOND, _FIRST])],
        ],
        unknown=[[_approved(planHash=UNKNOWN)], [_approved(approvals=UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {"GOV-01": beside(_approved(planHash="cd" * 32))}
