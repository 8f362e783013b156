"""What is refused in a stack's configuration, and the exact words in which it is.

``refused.txt`` has the cases in which one thing is wrong. Here are those in which several are, or
in which the words must not say what they found.
"""

import json
import re
from ipaddress import IPv4Address, IPv4Network
from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import settings
from problems import BadInput
from settings import load_settings
from tests.stack_files import MISSING, config_of, told

NETWORK, KAFKA, VAULT = "corebank:network", "corebank:kafka", "corebank:vault"
ZONES, NEIGHBOURS = f"{NETWORK}.zones", f"{NETWORK}.neighbours"

# Put together here, so that no scanner of the repository takes them for real ones.
AWS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"
PEM = "-----BEGIN EC " + "PRIVATE KEY-----\nabc"

REFUSED = (Path(__file__).parent / "refused.txt").read_text(encoding="utf-8")
CASES = [
    (case.splitlines()[0], [line.strip() for line in case.splitlines()[1:]])
    for case in REFUSED.split("\n\n")
    if not case.startswith("#")
]


@pytest.mark.parametrize(("change", "lines"), CASES, ids=[ascii(change) for change, _ in CASES])
def test_a_mistake_is_told_in_these_words_and_no_others(change: str, lines: list[str]) -> None:
    stack, path, value = change.split(" | ")
    assert told(stack, {path: MISSING if value == "(missing)" else yaml.safe_load(value)}) == lines


def test_every_kind_of_problem_has_a_case() -> None:
    sources = [path.read_text() for path in Path(settings.__file__).parent.glob("_*.py")]
    kinds = {
        kind
        for source in sources
        for kind in re.findall(r'(?:Refused\(\s*|code=)"([a-z-]+)"', source)
    }
    assert kinds - {"secret"} == set(re.findall(r"ERR ([a-z-]+) ", REFUSED))


def test_everything_wrong_is_told_at_once_and_in_order() -> None:
    changes: dict[str, object] = {
        "corebank:account": "12",
        "corebank:protect": False,
        f"{NETWORK}.natGateways": "one",
        f"{ZONES}.eu-west-1a": "10.48.0.0/33",
        f"{ZONES}.eu-west-1b": "10.48.128.0/18",
        f"{NEIGHBOURS}.sandbox": "10.16.0.0/33",
        f"{NEIGHBOURS}.staging": "10.48.0.0/16",
        f"{KAFKA}.replication": 2,
        f"{KAFKA}.volumeGiB": "a lot",
        f"{VAULT}.adress": "https://vault.production.bank.internal:8200",
        f"{VAULT}.address": MISSING,
        "corebank:tags.owner": AWS_KEY,
    }
    assert [line.split(": ")[0] for line in told("production", changes)] == [
        "ERR not-an-account corebank:account",
        "ERR replication corebank:kafka.replication",
        "ERR wrong-type corebank:kafka.volumeGiB",
        "ERR shared-nat corebank:network.natGateways",
        "ERR not-a-network corebank:network.neighbours.sandbox",
        "ERR overlap corebank:network.neighbours.staging",
        "ERR not-a-network corebank:network.zones.eu-west-1a",
        "ERR overlap corebank:network.zones.eu-west-1c",
        "ERR unprotected corebank:protect",
        "ERR secret corebank:tags.owner",
        "ERR unknown-key corebank:vault.adress",
    ]


def test_an_empty_configuration_lacks_every_key_that_has_no_default() -> None:
    with pytest.raises(BadInput) as refused:
        load_settings("sandbox", {})
    assert [problem.path for problem in refused.value.problems] == sorted(
        {*config_of("sandbox")} - {"corebank:organisation", "corebank:through"}
    )


def test_a_stack_that_is_no_environment_is_told_to_take_its_name() -> None:
    with pytest.raises(BadInput) as refused:
        load_settings("prod", config_of("production"))
    assert str(refused.value) == (
        "ERR other-stack corebank:environment: is not the stack's name, prod (got production);"
        " name the stack production"
    )


def test_a_mistake_is_told_alike_from_a_stack_file_and_from_the_engine() -> None:
    changes = {f"{NETWORK}.natGatways": "one", f"{KAFKA}.brokers": "2"}
    config = config_of("sandbox", changes)
    from_engine = {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()
    }
    with pytest.raises(BadInput) as refused:
        load_settings("sandbox", from_engine)
    assert str(refused.value).splitlines() == told("sandbox", changes)


SECRETS = {
    AWS_KEY: "an AWS access key",
    "ASIAIOSFODNN7EXAMPLE": "an AWS access key",
    "hvs.CAESIJabcdefghij": "a Vault token",
    "s.abcdefghijklmnopqrstuvwx": "a Vault token",
    "sk_" + "live_abcdefgh": "a payment provider's key",
    PEM: "a key or certificate in PEM form",
    "ghp_" + "abcdefghijklmnopqrstuvwxyz": "a GitHub token",
    "xoxb-" + "1234": "a Slack token",
    "eyJhbGciOi.eyJzdWIi.abc": "a signed token",
    "https://root:toor@vault.bank.internal:8200": "a URL with credentials in it",
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "path",
    [
        "corebank:account",
        "corebank:misspelt",
        f"{NEIGHBOURS}.somebody",
        f"{VAULT}.address",
        "aws:secretKey",
        "vault:token",
        "unknown:key",
    ],
)
def test_a_secret_is_named_by_its_key_and_never_shown(path: str, secret: str) -> None:
    lines = told("sandbox", {path: f" {secret} "})
    assert (
        f"ERR secret {path}: looks like {SECRETS[secret]}, and a stack file is read by many;"
        " take it out and revoke it; workloads get secrets from Vault"
    ) in lines
    assert secret not in "\n".join(lines)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_a_key_or_a_list_is_not_shown_either(secret: str) -> None:
    said = "\n".join(told("sandbox", {f"{NEIGHBOURS}": {secret: 1}, f"{VAULT}.address": [secret]}))
    assert f"{NEIGHBOURS}.(hidden): looks like {SECRETS[secret]}" in said
    assert f"{VAULT}.address: looks like {SECRETS[secret]}" in said
    assert secret not in said


def share(one: IPv4Network, other: IPv4Network) -> bool:
    return int(one[0]) <= int(other[-1]) and int(other[0]) <= int(one[-1])


def blocks(shortest: int, longest: int) -> st.SearchStrategy[IPv4Network]:
    """Networks of these prefix lengths in 10.16.0.0/15, half of them in sandbox's own /16."""

    def block(start: int, length: int) -> IPv4Network:
        return IPv4Network((int(IPv4Address("10.16.0.0")) + start, length), strict=False)

    return st.builds(block, st.integers(0, 2**17 - 1), st.integers(shortest, longest))


@given(blocks(8, 32))
def test_a_neighbour_is_refused_exactly_if_it_has_addresses_of_ours(block: IPv4Network) -> None:
    lines = told("sandbox", {NEIGHBOURS: {"somebody": str(block)}})
    assert bool(lines) == share(block, IPv4Network("10.16.0.0/16"))


@given(blocks(17, 20), blocks(17, 20))
def test_zones_are_refused_exactly_if_they_overlap_or_lie_outside(
    one: IPv4Network, other: IPv4Network
) -> None:
    network = IPv4Network("10.16.0.0/16")
    lines = told("sandbox", {ZONES: {"eu-west-1a": str(one), "eu-west-1b": str(other)}})
    expected = [share(one, other), not share(one, network), not share(other, network)]
    assert len(lines) == sum(expected)


@pytest.mark.parametrize(("stack", "zones"), [("sandbox", 2), ("production", 3)])
def test_brokers_are_taken_exactly_if_one_of_them_may_fail(stack: str, zones: int) -> None:
    taken = [
        (brokers, replication, minimum)
        for brokers, replication, minimum in product(range(1, 7), range(1, 5), range(1, 5))
        if not told(
            stack,
            {
                f"{KAFKA}.brokers": brokers,
                f"{KAFKA}.replication": replication,
                f"{KAFKA}.minInsyncReplicas": minimum,
            },
        )
    ]
    copies = {brokers: min(brokers, 3) for brokers in range(zones, 7, zones)}
    assert taken == [(brokers, copies[brokers], copies[brokers] - 1) for brokers in copies]
