"""What is said of the account must agree on: regions, roles, delivery, and how long things stay."""

from collections.abc import Iterator
from datetime import timedelta

from problems import Problem
from settings._allowed import RULES, SHORTEST_ARCHIVE
from settings._model import Settings
from settings._telling import path_of
from settings._words import Lock


def regions_differ(settings: Settings) -> Iterator[Problem]:
    if settings.second_region == settings.region:
        yield Problem(
            code="same-region",
            path=path_of("secondRegion"),
            what="is the first region again, so one outage would take both copies",
            got=settings.second_region,
            fix="use another region in the European Union",
        )


def protected_where_required(settings: Settings) -> Iterator[Problem]:
    if RULES[settings.environment].protect and not settings.protect:
        yield Problem(
            code="unprotected",
            path=path_of("protect"),
            what=f"{settings.environment} must protect what has state",
            got="false",
            fix="write true",
        )


def people_are_of_the_account(settings: Settings) -> Iterator[Problem]:
    for key, role in (
        ("auditor", settings.people.auditor),
        ("breakGlass", settings.people.break_glass),
    ):
        if account_of(role) != settings.account:
            yield Problem(
                code="other-account",
                path=path_of("people", key),
                what=f"is a role of another account than the stack's, {settings.account}",
                got=role,
                fix="name the role that people take on in this account",
            )


def who_audits_does_not_break_glass(settings: Settings) -> Iterator[Problem]:
    if settings.people.auditor == settings.people.break_glass:
        yield Problem(
            code="same-role",
            path=path_of("people", "auditor"),
            what="is the role that breaks the glass, so it would audit itself",
            got=settings.people.auditor,
            fix="give each a role of its own",
        )


def who_operates_does_nothing_else(settings: Settings) -> Iterator[Problem]:
    people = settings.people
    for other, role in (("auditor", people.auditor), ("breakGlass", people.break_glass)):
        if people.operator == role:
            yield Problem(
                code="same-role",
                path=path_of("people", "operator"),
                what=f"is the role of people.{other} too",
                got=role,
                fix="give each a role of its own",
            )


def management_is_another_account(settings: Settings) -> Iterator[Problem]:
    # The section may be left out.
    role = settings.organisation.management_role if settings.organisation is not None else ""
    if role and account_of(role) == settings.account:
        yield Problem(
            code="own-account",
            path=path_of("organisation", "managementRole"),
            what="is in the stack's own account, which its policies could not hold",
            got=role,
            fix="name a role in the organisation's management account",
        )


def state_is_the_stacks_own(settings: Settings) -> Iterator[Problem]:
    key = settings.delivery.state_key
    region, owner = key.split(":")[3:5]
    if owner != settings.account:
        yield Problem(
            code="other-account",
            path=path_of("delivery", "stateKey"),
            what=f"is a key of another account than the stack's, {settings.account}",
            got=key,
            fix="name the key that this stack's state is encrypted with",
        )
    if region not in (settings.region, settings.second_region):
        yield Problem(
            code="other-region",
            path=path_of("delivery", "stateKey"),
            what=f"is in neither {settings.region} nor {settings.second_region}",
            got=key,
            fix="keep the state's key in one of the stack's regions",
        )


def the_archive_is_locked_as_required(settings: Settings) -> Iterator[Problem]:
    archive = settings.archive
    yield from locked_as_required(settings, "archive", "a log", archive.lock, archive.locked_for)
    if archive.kept_for < SHORTEST_ARCHIVE:
        yield Problem(
            code="too-short",
            path=path_of("archive", "keptFor"),
            what="logs are kept for twelve months at least (PCI DSS 4.0.1, 10.5.1)",
            got=written(archive.kept_for),
            fix="write 1y or more",
        )


def logs_outlive_their_lock(settings: Settings) -> Iterator[Problem]:
    archive = settings.archive
    if archive.kept_for < archive.locked_for:
        yield Problem(
            code="kept-too-short",
            path=path_of("archive", "keptFor"),
            what=f"is less than they are locked for, {written(archive.locked_for)}",
            got=written(archive.kept_for),
            fix=f"write {written(archive.locked_for)} or more",
        )


def backups_are_kept_as_required(settings: Settings) -> Iterator[Problem]:
    wanted = RULES[settings.environment].backups_for
    if settings.backups.kept_for < wanted:
        yield _too_short("backups", "keptFor", settings.backups.kept_for, wanted, settings)


def locked_as_required(
    settings: Settings, section: str, what: str, lock: Lock, locked_for: timedelta
) -> Iterator[Problem]:
    """What an environment demands of a lock.

    Args:
        settings: The stack's.
        section: Where the lock is said, as ``lock`` and ``lockedFor``.
        what: One of the things that are locked.
        lock: What is said of whom it binds.
        locked_for: And for how long.
    """
    rules = RULES[settings.environment]
    if rules.compliance_lock and lock is not Lock.COMPLIANCE:
        yield Problem(
            code="weak-lock",
            path=path_of(section, "lock"),
            what=f"in {settings.environment} nobody at all may delete {what} before its time",
            got=lock,
            fix=f"write {Lock.COMPLIANCE}",
        )
    if locked_for < rules.locked_for:
        yield _too_short(section, "lockedFor", locked_for, rules.locked_for, settings)


def account_of(arn: str) -> str:
    """The account that an ARN names."""
    return arn.split(":")[4]


def written(length: timedelta) -> str:
    """A length of time as a stack file has it."""
    return f"{length.days}d"


def _too_short(
    section: str, key: str, got: timedelta, wanted: timedelta, settings: Settings
) -> Problem:
    return Problem(
        code="too-short",
        path=path_of(section, key),
        what=f"is too short for {settings.environment}",
        got=written(got),
        fix=f"write {written(wanted)} or more",
    )
