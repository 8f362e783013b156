"""What the catalogue refuses of what a domain runs and answers, in its words.

Every test starts from a sound bank of two domains and adds one that is not.
"""

from pathlib import Path

import pytest

from domains import load_catalogue
from problems import BadInput
from tests.declarations import IMAGE

SHOWN = "auth=(Auth.ROLES,)"


class Bank:
    """A catalogue folder under construction."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in ("payments", "risk"):
            self.domain(name)

    def domain(
        self, name: str, *, file: str = "", image: str = IMAGE, api: str | None = None
    ) -> None:
        answers = api if api is not None else f"path='/{name}', {SHOWN}"
        (self.folder / (file or f"{name}.py")).write_text(
            "from datetime import timedelta\n"
            "from domains import Api, Auth, Domain, Tier\n"
            f"DOMAIN = Domain(name={name!r}, title='T', purpose='P.', tier=Tier.CORE,\n"
            f"    image={image!r}, api=Api({answers}))\n"
        )

    def complaints(self) -> str:
        with pytest.raises(BadInput) as refused:
            load_catalogue((), self.folder)
        return str(refused.value)


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path / "domains")


def test_the_bank_these_tests_spoil_is_sound(bank: Bank) -> None:
    assert len(load_catalogue((), bank.folder).domains) == 2


@pytest.mark.parametrize(
    "name",
    [
        "default",
        "evidence",
        "istio-system",
        "kube-system",
        "logs",
        "monitoring",
        "traces",
        "vault",
        "nodes",
        "viewer-a",
    ],
)
def test_no_domain_has_a_namespace_or_a_role_of_the_platform(bank: Bank, name: str) -> None:
    bank.domain(name, file=f"{name.replace('-', '_')}.py")
    assert bank.complaints() == (
        f"ERR domain-name domains/{name.replace('-', '_')}.py: the domain has the name of a "
        f"namespace or a role that is the platform's (got {name}); choose another name"
    )


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (
            "registry.corp.bank.internal/cards:1.2",
            (
                "image-digest domains/cards.py: cards does not say which image by its digest (got "
                "registry.corp.bank.internal/cards:1.2); write registry/name@sha256:<64 "
                "hexadecimal digits>"
            ),
        ),
        (
            f"docker.io/library/cards@sha256:{'1' * 64}",
            (
                "image-registry domains/cards.py: cards runs an image from where nobody of the "
                "bank has looked at it (got docker.io); use registry.corp.bank.internal"
            ),
        ),
        (
            f"registry.corp.bank.internal.example/cards@sha256:{'1' * 64}",
            (
                "image-registry domains/cards.py: cards runs an image from where nobody of the "
                "bank has looked at it (got registry.corp.bank.internal.example); use "
                "registry.corp.bank.internal"
            ),
        ),
        (
            f"registry.corp.bank.internal/cards@sha256:{'1' * 63}",
            (
                "image-digest domains/cards.py: cards does not say which image by its digest (got "
                f"registry.corp.bank.internal/cards@sha256:{'1' * 63}); write "
                "registry/name@sha256:<64 hexadecimal digits>"
            ),
        ),
    ],
    ids=["a tag", "another registry", "one that begins alike", "half a digest"],
)
def test_an_image_is_named_by_digest_and_comes_from_the_bank(
    bank: Bank, image: str, said: str
) -> None:
    bank.domain("cards", image=image)
    assert bank.complaints() == f"ERR {said}"


@pytest.mark.parametrize(
    ("api", "said"),
    [
        (
            f"path='cards', {SHOWN}",
            (
                "the path of its API is no segment (got cards); write / and one segment of "
                "lower-case letters, digits and -, like /payments"
            ),
        ),
        (
            f"path='/cards/v1', {SHOWN}",
            (
                "the path of its API is no segment (got /cards/v1); write / and one segment of "
                "lower-case letters, digits and -, like /payments"
            ),
        ),
        (
            f"path='/cards', rest=False, grpc=True, {SHOWN}",
            "its API has a path and does not answer HTTP (got /cards); leave it out, or set rest",
        ),
        (
            f"rest=False, {SHOWN}",
            "its API answers neither HTTP nor gRPC; set rest or grpc, or both",
        ),
        (
            f"path='/cards', host='cards', {SHOWN}",
            (
                "its API has a path and a host, which are in place of each other (got /cards); "
                "leave out the path, or the host"
            ),
        ),
        (
            f"host='cards.bank', {SHOWN}",
            (
                "the host of its API is no DNS label (got cards.bank); use lower-case letters, "
                "digits and -, beginning with a letter, at most 63"
            ),
        ),
        (
            f"host='api', {SHOWN}",
            "the host of its API is the platform's (got api); use another",
        ),
        (
            f"host='vault', {SHOWN}",
            "the host of its API is the platform's (got vault); use another",
        ),
        (
            "path='/cards', auth=()",
            (
                "its API lets in whoever asks (got ()); say what a request has to show; who is "
                "inside the bank shows ROLES"
            ),
        ),
        (
            "path='/cards', auth=(Auth.ROLES, Auth.ROLES)",
            "its API wants a thing shown twice (got roles, roles); name each once",
        ),
        (
            f"path='/cards', {SHOWN}, p99=timedelta(0)",
            "its API answers in no time (got 0:00:00); use a time above zero",
        ),
    ],
)
def test_an_api_has_an_address_that_can_be_and_asks_for_something(
    bank: Bank, api: str, said: str
) -> None:
    bank.domain("cards", api=api)
    assert bank.complaints() == f"ERR api domains/cards.py: {said}"


@pytest.mark.parametrize(
    ("api", "said"),
    [
        (
            f"path='/payments', {SHOWN}",
            (
                "the path of its API is that of payments too (got /payments); give it a path of "
                "its own"
            ),
        ),
        (
            f"host='risk', {SHOWN}",
            "the host of its API is the name of another domain (got risk); use another",
        ),
    ],
)
def test_two_domains_do_not_answer_at_one_address(bank: Bank, api: str, said: str) -> None:
    bank.domain("tickets", api=api)
    assert bank.complaints() == f"ERR api-taken domains/tickets.py: {said}"


def test_two_domains_do_not_answer_at_one_host(bank: Bank) -> None:
    for name in ("cards", "tickets"):
        bank.domain(name, api=f"host='desk', {SHOWN}")
    assert bank.complaints() == (
        "ERR api-taken domains/tickets.py: the host of its API is that of cards too (got desk); "
        "give it a host of its own"
    )


def test_two_domains_have_no_namespace_in_common(bank: Bank) -> None:
    bank.domain("risk", file="fraud.py")
    assert bank.complaints() == (
        "ERR domain-file domains/fraud.py: the file is not named after its domain risk "
        "(got fraud.py); name the file risk.py"
    )
