"""What an environment demands of its evidence store."""

from collections.abc import Iterator

from problems import Problem
from settings._account_checks import locked_as_required
from settings._allowed import RULES
from settings._model import Settings
from settings._telling import path_of


def evidence_is_locked_as_required(settings: Settings) -> Iterator[Problem]:
    evidence = settings.evidence
    yield from locked_as_required(
        settings, "evidence", "evidence", evidence.lock, evidence.locked_for
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
