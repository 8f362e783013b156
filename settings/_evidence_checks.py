"""What an environment demands of its evidence store."""

from collections.abc import Iterator

from problems import Problem
from settings._account_checks import written
from settings._allowed import RULES
from settings._model import Settings
from settings._telling import path_of
from settings._words import Lock


def evidence_is_locked_as_required(settings: Settings) -> Iterator[Problem]:
    rules, evidence = RULES[settings.environment], settings.evidence
    if rules.compliance_lock and evidence.lock is not Lock.COMPLIANCE:
        yield Problem(
            code="weak-lock",
            path=path_of("evidence", "lock"),
            what=f"in {settings.environment} nobody at all may delete evidence before its time",
            got=evidence.lock,
            fix=f"write {Lock.COMPLIANCE}",
        )
    if evidence.locked_for < rules.locked_for:
        yield Problem(
            code="too-short",
            path=path_of("evidence", "lockedFor"),
            what=f"is too short for {settings.environment}",
            got=written(evidence.locked_for),
            fix=f"write {written(rules.locked_for)} or more",
        )


def evidence_is_copied_where_required(settings: Settings) -> Iterator[Problem]:
    if RULES[settings.environment].evidence_replica and not settings.evidence.replica:
        yield Problem(
            code="no-replica",
            path=path_of("evidence", "replica"),
            what=f"{settings.environment}'s evidence must outlive the site that it is kept on",
            got="false",
            fix="write true",
        )
