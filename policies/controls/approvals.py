"""Who has approved a change of production, and that it is this change.

The program exports what was approved as the stack's output ``approval``, in any language:
``requester``, ``ticket``, ``planHash``, ``expires``, and ``approvals``, a list of ``by``, ``at``
and ``signature``. Whoever asks for a change can write all of that; only signatures can't be written
by others, and whose count stands here, in a file that needs a review.

A rule has no clock and does not see the plan. Whoever updates compares ``expires`` with the time,
and ``planHash`` with the plan that it updates by.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource
from policies.controls._wire import listed

STACK = "pulumi:pulumi:Stack"

GROUP: Mapping[str, str] = {
    "first.approver": "JHM8W+RT976uv1NiYll3ZnXRySrrw9gTh4DQ1TDzjQI=",
    "second.approver": "APQr3HGhrBBi1X2x2jhml4Y3zuwLk7aD7U54dFh/0MI=",
}
"""Approvers and their Ed25519 keys, in base64. These two are the cases' own, and nobody has kept
the other half of their keys: until the bank names its people here, nothing is approved."""

_ENOUGH = 2
_LONGEST = timedelta(hours=24)
_BOT = re.compile(r"\[bot\]$|(^|[-._])(bot|ci|svc)([-._]|$)")
_TICKET = re.compile(r"[A-Z][A-Z0-9]+-[0-9]+")
_HASH = re.compile(r"[0-9a-f]{64}")

APPROVED = Control(
    id="GOV-01",
    pack="operations",
    title="Two others have signed what is changed in production",
    levels="-AM",
    severity="critical",
    supports="R 17(1)(b), D 9(4)(e), PCI 6.5.1, PCI 6.5.4, N CM-3, N AC-5, P 3",
    remedy=(
        "Have two approvers of policies/controls/approvals.py sign the plan's hash, and export"
        " approval with their signatures."
    ),
)


@APPROVED.rule_in_stack("approvers", "two approvers who did not ask for it themselves", STACK)
def _approvers(stack: Resource, _: object) -> Wrong:
    approval = stack.at("approval")
    if not isinstance(approval, Mapping):
        yield "has no output approval"
        return
    requester = str(stack.at("approval", "requester") or "").casefold()
    people = {_name(each) for each in listed(stack.properties, "approval", "approvals")}
    if not requester:
        yield "approval.requester names nobody"
    if requester in people:
        yield "approval.requester is among those who approve"
    if any(_BOT.search(each) for each in people):
        yield "approval.approvals names a program"
    if people - {*GROUP}:
        yield "approval.approvals names somebody who is no approver"
    if len((people & {*GROUP}) - {requester}) < _ENOUGH:
        yield f"approval.approvals names fewer than {_ENOUGH} others"


@APPROVED.rule_in_stack("ticket", "a ticket", STACK)
def _ticket(stack: Resource, _: object) -> Wrong:
    if not _TICKET.fullmatch(str(stack.at("approval", "ticket") or "")):
        yield "approval.ticket is no ticket's number"


@APPROVED.rule_in_stack("expiry", "an end within a day", STACK)
def _expiry(stack: Resource, _: object) -> Wrong:
    end = _time(stack.at("approval", "expires"))
    if end is None:
        yield "approval.expires is no time with its zone"
        return
    for number, each in enumerate(listed(stack.properties, "approval", "approvals")):
        given = _time(each.get("at"))
        if given is None or not timedelta() < end - given <= _LONGEST:
            yield f"approval.approvals.{number}.at is not within 24 hours before approval.expires"


@APPROVED.rule_in_stack("plan", "the hash of one plan", STACK)
def _plan(stack: Resource, _: object) -> Wrong:
    if not _HASH.fullmatch(str(stack.at("approval", "planHash") or "")):
        yield "approval.planHash is no SHA-256 in small hexadecimal digits"


@APPROVED.rule_in_stack("signatures", "signatures by two keys over this plan", STACK)
def _signatures(stack: Resource, _: object) -> Wrong:
    signed: set[str] = set()
    for number, each in enumerate(listed(stack.properties, "approval", "approvals")):
        if _is_signed(each, _message(stack)):
            signed.add(_name(each))
        else:
            yield f"approval.approvals.{number}.signature is not that of who is named"
    if len(signed) < _ENOUGH:
        yield f"approval.approvals has fewer than {_ENOUGH} signatures"


def _name(approval: Mapping[str, Any]) -> str:
    return str(approval.get("by") or "").casefold()


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _message(stack: Resource) -> bytes:
    """What is signed: which stack, and all of the approval that others could change."""
    name, project = stack.urn.removeprefix("urn:pulumi:").split("::")[:2]
    told = (stack.at("approval", key) for key in ("requester", "ticket", "planHash", "expires"))
    return "\n".join((name, project, *map(str, told))).encode()


def _is_signed(approval: Mapping[str, Any], message: bytes) -> bool:
    key = GROUP.get(_name(approval))
    if key is None:
        return False
    try:
        signature = b64decode(str(approval.get("signature") or ""), validate=True)
        Ed25519PublicKey.from_public_bytes(b64decode(key)).verify(signature, message)
    except (InvalidSignature, Error):
        return False
    return True


CONTROLS = (APPROVED,)
