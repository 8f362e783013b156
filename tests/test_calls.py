"""Who calls whom, and who connects to whom outside: what the catalogue and a stack refuse."""

from dataclasses import replace
from pathlib import Path

import pytest

from domains import Catalogue, load_catalogue
from platform_topics import PLATFORM_TOPICS
from problems import BadInput
from reachable import unreachable
from settings import load_settings
from tests.declarations import IMAGE
from tests.stack_files import config_of

ADVICE = "write a DNS name in lower case, *. only in front of one for all below it"


class Bank:
    """A catalogue folder of two domains, of which one calls the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "schemas").mkdir(parents=True)
        self.domain("payments", calls="'risk',", outside="'*.swift.com',")
        self.domain("risk")

    def domain(self, name: str, *, calls: str = "", outside: str = "", rest: bool = True) -> None:
        (self.folder / f"{name}.py").write_text(
            "from domains import Api, Auth, Domain, Tier\n"
            f"DOMAIN = Domain(name={name!r}, title='T', purpose='P.', tier=Tier.CORE,\n"
            f"    image={IMAGE!r}, api=Api(rest={rest}, auth=(Auth.ROLES,)),\n"
            f"    calls=({calls}), outside=({outside}))\n",
            encoding="utf-8",
        )

    def load(self) -> Catalogue:
        return load_catalogue((), self.folder)

    def complaints(self) -> list[str]:
        with pytest.raises(BadInput) as refused:
            self.load()
        return str(refused.value).splitlines()


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path / "domains")


def test_who_calls_a_domain_is_told_from_the_callers_files(bank: Bank) -> None:
    catalogue = bank.load()
    assert catalogue.callers("risk") == ("payments",)
    assert catalogue.callers("payments") == ()


def test_callers_are_as_many_as_calls() -> None:
    catalogue = load_catalogue(PLATFORM_TOPICS)
    called = {(domain.name, name) for domain in catalogue.domains for name in domain.calls}
    calling = {
        (name, domain.name)
        for domain in catalogue.domains
        for name in catalogue.callers(domain.name)
    }
    assert called == calling
    assert len(called) == 25


def test_a_call_of_nobody_is_refused_with_the_nearest_name(bank: Bank) -> None:
    bank.domain("payments", calls="'rsk',")
    assert bank.complaints() == [
        (
            "ERR call-unknown domains/payments.py: payments calls a domain that nobody declares "
            "(got rsk); did you mean risk?"
        )
    ]


def test_a_call_of_a_name_that_only_looks_right_is_told_as_such(bank: Bank) -> None:
    bank.domain("payments", calls="'r\u0456sk',")
    assert "character 2 is CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I" in bank.complaints()[0]


def test_nobody_is_said_to_be_unknown_while_a_file_cannot_be_read(bank: Bank) -> None:
    (bank.folder / "risk.py").write_text("raise RuntimeError('out of order')")
    assert [line.split(" ")[1] for line in bank.complaints()] == ["domain-import"]


def test_a_domain_does_not_call_itself_and_names_each_once(bank: Bank) -> None:
    bank.domain("payments", calls="'payments', 'risk', 'risk'")
    assert bank.complaints() == [
        (
            "ERR call-itself domains/payments.py: payments calls itself, which needs nobody's "
            "leave "
            "(got payments); leave it out"
        ),
        (
            "ERR call-twice domains/payments.py: payments names a domain more than once in "
            "calls "
            "(got risk); name it once"
        ),
    ]


def test_who_answers_nothing_is_not_called(bank: Bank) -> None:
    bank.domain("risk", rest=False)
    assert (
        "ERR call-unanswered domains/payments.py: payments calls a domain that answers neither "
        "HTTP nor gRPC (got risk); leave it out, or let risk answer"
    ) in bank.complaints()


@pytest.mark.parametrize(
    "host",
    ["*", "*.com", "swift", "api.*.swift.com", "SWIFT.com", "https://swift.com", "swift.com.",
     "10.0.0.1", "a..com", "swift.com:443", "*swift.com", f"{'a' * 64}.com", ""],
)  # fmt: skip
def test_what_is_no_host_is_refused(bank: Bank, host: str) -> None:
    bank.domain("payments", outside=f"{host!r},")
    (line,) = bank.complaints()
    assert line.startswith("ERR outside-host domains/payments.py: payments connects to what is no")
    assert line.endswith(f"(got {host}); {ADVICE}")


def test_a_host_is_named_once(bank: Bank) -> None:
    bank.domain("payments", outside="'swift.com', 'swift.com'")
    assert bank.complaints() == [
        (
            "ERR outside-twice domains/payments.py: payments names a host more than once in "
            "outside "
            "(got swift.com); name it once"
        )
    ]


def _told(stack: str, *outside: str) -> list[str]:
    catalogue = load_catalogue(PLATFORM_TOPICS)
    domains = tuple(
        replace(domain, outside=outside) if domain.name == "payments" else domain
        for domain in catalogue.domains
    )
    settings = load_settings(stack, config_of(stack))
    changed = replace(catalogue, domains=domains)
    return [str(problem) for problem in unreachable(settings, changed)]


@pytest.mark.parametrize("stack", ["sandbox", "staging", "production"])
def test_each_stack_lets_every_declared_host_be_resolved(stack: str) -> None:
    settings = load_settings(stack, config_of(stack))
    assert list(unreachable(settings, load_catalogue(PLATFORM_TOPICS))) == []


@pytest.mark.parametrize("host", ["swift.com", "*.com", "*.swift.org", "notswift.com"])
def test_a_host_whose_name_the_stack_does_not_resolve_is_refused(host: str) -> None:
    (line,) = _told("production", host)
    assert line.startswith(
        "ERR outside-not-allowed corebank:dns.allowedNames: has not what domains/payments.py "
        "connects to, allowed are *.amazonaws.com, *.bank.internal, *.equifax.com"
    )
    assert f"(got {host}); " in line


@pytest.mark.parametrize("host", ["*.swift.com", "api.swift.com", "*.api.swift.com"])
def test_what_is_below_an_allowed_name_is_let_through(host: str) -> None:
    assert _told("production", host) == []


def test_a_stack_that_resolves_every_name_lets_every_host_through() -> None:
    assert _told("sandbox", "anybody.example") == []
