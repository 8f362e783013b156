"""The entry: however the engine hands over the configuration, the bank comes of it or one error."""

import gc
import json
import runpy
import shutil
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime import set_all_config

import domains
import platform_topics
from domains import Topic, load_catalogue
from settings import _supported
from tests.declarations import IMAGE
from tests.engine import Deployment, deploy
from tests.stack_files import MISSING, config_of

MAIN = Path(__file__).parents[1] / "__main__.py"
FOUNDATION = config_of("sandbox", {"corebank:through": "foundation"})
TOKEN = {"vault:token": "hvs." + "x" * 24}


@pytest.fixture(autouse=True)
def garbage_is_collected_again() -> Iterator[None]:
    """The program switches that off for its own process, which here is the tests'."""
    yield
    gc.enable()


def test_it_builds_the_bank_with_configuration_set_in_process() -> None:
    built = declared(config_of("sandbox"))
    assert len(built.of("corebank:index:BankingDomain")) == 13


def test_it_builds_the_bank_with_configuration_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(as_text(FOUNDATION)))
    assert declared({}).one("corebank:components:Network")


def test_it_warns_of_a_version_that_goes_out_of_support_and_builds_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(_supported, "NOTICE", timedelta(days=36_500))
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    assert declared(FOUNDATION).one("corebank:components:Network")
    assert [line.split(": ")[0] for line in told] == [
        "WARN support-ends corebank:cluster.version",
        "WARN support-ends corebank:database.engineVersion",
    ]


def test_it_tells_everything_wrong_at_once_and_declares_nothing() -> None:
    wrong = {"corebank:region": "us-east-1", "corebank:network": MISSING, "corebank:x": "1"}
    assert refusal(config_of("sandbox", wrong)) == [
        "nothing was changed",
        "ERR missing-key corebank:network",
        "ERR not-in-eu corebank:region",
        "ERR unknown-key corebank:x",
    ]


def test_it_tells_what_is_wrong_with_settings_and_catalogue_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = (Topic(name="corebank.audits", keyed_by="eventId"),)
    monkeypatch.setattr(platform_topics, "PLATFORM_TOPICS", wrong)
    told = refusal(config_of("sandbox", {"corebank:protect": MISSING}))
    assert told[:2] == ["nothing was changed", "ERR missing-key corebank:protect"]
    assert "ERR topic-name platform_topics.py" in told


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"address": "http://vault.sandbox.bank.internal:8200"}, "not-tls corebank:vault.address"),
        ({"tokenTtl": "61m"}, "out-of-range corebank:vault.tokenTtl"),
        ({"loginTtl": "2h"}, "out-of-range corebank:vault.loginTtl"),
        (
            {"audit": {"file": "/vault/audit/audit.log"}},
            "one-audit-device corebank:vault.audit.socket",
        ),
        (
            {"audit": {"socket": "audit.corp.bank.internal:6514"}},
            "one-audit-device corebank:vault.audit.file",
        ),
    ],
)
def test_a_vault_that_gives_too_much_is_refused_before_anything_is_declared(
    change: Mapping[str, object], problem: str
) -> None:
    changes = {f"corebank:vault.{key}": value for key, value in change.items()}
    assert refusal(config_of("sandbox", changes)) == ["nothing was changed", f"ERR {problem}"]


@pytest.mark.parametrize(
    ("path", "may", "problem"),
    [
        ("notary/*", "read", "secrets-path"),
        ("notary/+/keys", "read", "secrets-path"),
        ("cards/keys", "read", "secrets-path"),
        ("notar/keys", "read", "secrets-path"),
        ("notary-x/keys", "read", "secrets-path"),
        ("notary/../cards", "read", "secrets-path"),
        ("notary/keys", "sudo", "secrets-capability"),
    ],
)
def test_a_domain_that_asks_for_more_than_its_own_is_refused_before_anything_is_declared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str, may: str, problem: str
) -> None:
    folder = tmp_path / "domains"
    shutil.copytree(Path(domains.__file__).parent, folder)
    (folder / "notary.py").write_text(
        "from domains import Api, Auth, Domain, Secrets, Tier\n"
        "DOMAIN = Domain(name='notary', title='Notary', purpose='Registers deeds.',\n"
        f"    image={IMAGE!r}, api=Api(path='/notary', auth=(Auth.ROLES,)),\n"
        f"    tier=Tier.STANDARD, secrets=(Secrets(path={path!r}, may=({may!r},)),))\n"
    )
    monkeypatch.setattr(domains, "load_catalogue", partial(load_catalogue, directory=folder))
    told = refusal(config_of("sandbox"))
    assert told == ["nothing was changed", f"ERR {problem} domains/notary.py"]


@pytest.mark.parametrize(
    ("given", "instead", "problem"),
    [
        (IMAGE, "registry.corp.bank.internal/notary:latest", "image-digest domains/notary.py"),
        ("registry.corp.bank.internal/", "ghcr.io/", "image-registry domains/notary.py"),
        ("path='/notary'", "path='/cards'", "api-taken domains/notary.py"),
        ("path='/notary'", "rest=False", "api domains/notary.py"),
        ("name='notary'", "name='vault'", "domain-name domains/notary.py"),
        ("name='notary'", "name='cards'", "domain-file domains/notary.py"),
    ],
)
def test_a_workload_that_must_not_run_is_refused_before_anything_is_declared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, instead: str, problem: str
) -> None:
    folder = tmp_path / "domains"
    shutil.copytree(Path(domains.__file__).parent, folder)
    sound = (
        "from domains import Api, Auth, Domain, Tier\n"
        "DOMAIN = Domain(name='notary', title='Notary', purpose='Registers deeds.',\n"
        f"    image={IMAGE!r}, api=Api(path='/notary', auth=(Auth.ROLES,)),\n"
        "    tier=Tier.STANDARD)\n"
    )
    assert given in sound
    (folder / "notary.py").write_text(sound.replace(given, instead))
    monkeypatch.setattr(domains, "load_catalogue", partial(load_catalogue, directory=folder))
    assert f"ERR {problem}" in refusal(config_of("sandbox"))


def test_what_would_find_no_node_is_refused_before_anything_is_declared() -> None:
    changes = {"corebank:workloads.tiers.core.cpuMillis": 1500}
    assert refusal(config_of("sandbox", changes)) == [
        "nothing was changed",
        "ERR no-room corebank:cluster.nodeGroups.core",
        "ERR no-room corebank:cluster.nodeGroups.core",
    ]


def test_what_is_encrypted_in_process_is_left_to_the_providers() -> None:
    assert declared(FOUNDATION | TOKEN, encrypted=TOKEN).one("corebank:components:Network")


def test_what_is_encrypted_in_the_environment_is_left_to_the_providers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(as_text(FOUNDATION | TOKEN)))
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps(list(TOKEN)))
    assert declared({}).one("corebank:components:Network")


def test_a_secret_in_plain_text_is_refused() -> None:
    told = refusal(config_of("sandbox") | TOKEN)
    assert told == ["nothing was changed", "ERR secret vault:token"]


def declared(config: Mapping[str, object], encrypted: Collection[str] = ()) -> Deployment:
    """What the program declares with a configuration set in process."""

    def program() -> None:
        set_all_config(as_text(config), list(encrypted))
        runpy.run_path(str(MAIN), run_name="__main__")

    return deploy(program)


def refusal(config: Mapping[str, object]) -> list[str]:
    """The lines of the error that the program raises, each up to what is wrong."""
    told: list[str] = []

    def program() -> None:
        set_all_config(as_text(config), [])
        with pytest.raises(pulumi.RunError) as raised:
            runpy.run_path(str(MAIN), run_name="__main__")
        told.extend(line.split(": ")[0] for line in str(raised.value).splitlines())

    assert deploy(program).resources == ()
    return told


def as_text(config: Mapping[str, object]) -> dict[str, str]:
    """The configuration as the engine gives it: all as text, and mappings as JSON."""
    return {k: v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
