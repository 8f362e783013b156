"""The drills on evidence, on a real MinIO and Vault: green, and red for each protection."""

from collections.abc import Generator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from botocore.exceptions import ClientError

from rehearsal.drills import Drill, Outcome
from rehearsal.drills._evidence_store import callers, granted
from rehearsal.drills._sts_front import front
from rehearsal.drills.evidence_lock import EVIDENCE_LOCK
from rehearsal.drills.evidence_neighbours import EVIDENCE_NEIGHBOURS
from tests.evidence_world import WRITERS, Loosened, Plain, Servers, running

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Generator[Servers]:
    with running(tmp_path_factory.mktemp("store")) as servers:
        yield servers


def _list(s3: Any, bucket: str) -> None:
    s3.list_objects_v2(Bucket=bucket)


def run(drill: Drill, on: Servers, outputs: Plain) -> Outcome:
    if drill is EVIDENCE_LOCK:
        # Each bucket is tried by itself: one says it all.
        evidence = outputs["evidence"]
        writers = {"aml": evidence["writers"]["aml"]}
        outputs = {"evidence": {**evidence, "writers": writers}}
    return Outcome(drill=drill, attempts=drill.attempts(outputs, on.addresses))


def failed(outcome: Outcome) -> set[tuple[str, str]]:
    """By whom and what failed."""
    return {(it.actor, it.target) for it in outcome.failures}


@pytest.mark.parametrize("mode", ["COMPLIANCE", "GOVERNANCE"])
def test_both_are_green_where_everything_is_as_promised(on: Servers, mode: str) -> None:
    outputs = Loosened(promised=mode, mode=mode).declared(on)
    for drill in (EVIDENCE_NEIGHBOURS, EVIDENCE_LOCK):
        outcome = run(drill, on, outputs)
        assert [str(each) for each in outcome.failures] == []
        assert outcome.passed


def test_a_lock_yields_to_root_under_governance_only(on: Servers) -> None:
    yielded: dict[str, set[str]] = {}
    for mode in ("COMPLIANCE", "GOVERNANCE"):
        outcome = run(EVIDENCE_LOCK, on, Loosened(promised=mode, mode=mode).declared(on))
        root = [it for it in outcome.attempts if it.actor == "root, aml"]
        yielded[mode] = {it.target for it in root if it.granted}
    assert yielded["COMPLIANCE"] == {"extend its lock", "hide it"}
    assert yielded["GOVERNANCE"] - yielded["COMPLIANCE"] == {
        "delete it with a bypass",
        "shorten its lock",
        "lower its mode",
    }


LOCK_IS_OFF = {
    ("aml", "put evidence, locked as promised"),
    ("aml", "find nothing there unlocked"),
    ("root, aml", "delete the version"),
    ("root, aml", "delete it with a bypass"),
}
"""Some of what is red where nothing is locked."""


@pytest.mark.parametrize(
    ("loosened", "red"),
    [
        pytest.param(Loosened(mode=None), LOCK_IS_OFF, id="no-default"),
        pytest.param(
            Loosened(days=7), {("aml", "put evidence, locked as promised")}, id="shorter-lock"
        ),
        pytest.param(
            Loosened(mode="GOVERNANCE"),
            {
                ("aml", "put evidence, locked as promised"),
                ("root, aml", "delete it with a bypass"),
                ("root, aml", "shorten its lock"),
                ("root, aml", "lower its mode"),
            },
            id="weaker-mode",
        ),
        pytest.param(
            Loosened(early=True), {("aml", "find nothing there unlocked")}, id="written-before"
        ),
        pytest.param(Loosened(taken="nothing"), {("aml", "get credentials")}, id="no-credentials"),
        pytest.param(
            Loosened(lockable=False),
            LOCK_IS_OFF
            | {
                ("root, aml", "suspend versioning"),
                ("root, aml", "delete the bucket with all in it"),
            },
            id="nothing-lockable",
        ),
    ],
)
def test_the_lock_drill_is_red_when_a_lock_is_loosened(
    on: Servers, loosened: Loosened, red: set[tuple[str, str]]
) -> None:
    outcome = run(EVIDENCE_LOCK, on, loosened.declared(on))
    assert not outcome.passed
    assert failed(outcome) >= red


RIGHTS = {
    # MinIO asks for both where a version is named.
    "s3:DeleteObject": {"hide it"},
    "s3:DeleteObjectVersion": {"delete the version", "delete it with a bypass"},
    "s3:PutObjectRetention": {"extend its lock", "put it with a lock of its own"},
    "s3:PutBucketVersioning": {"suspend versioning"},
    "s3:PutBucketObjectLockConfiguration": {"lower the default", "remove the default"},
    "s3:DeleteBucket": {"delete the bucket"},
}
"""Each right that no writer has, and what is red where one has it."""
ALL = set[str]().union(*RIGHTS.values())


def test_the_lock_drill_is_red_when_a_role_is_loosened(on: Servers) -> None:
    outcome = run(EVIDENCE_LOCK, on, Loosened(roles=tuple(RIGHTS)).declared(on))
    # The user behind it still stands in the writer's way, and hides nothing.
    assert failed(outcome) == {("role, aml", target) for target in ALL}


def test_the_lock_drill_is_red_when_the_user_behind_all_is_loosened(on: Servers) -> None:
    outcome = run(EVIDENCE_LOCK, on, Loosened(bound=tuple(RIGHTS)).declared(on))
    assert failed(outcome) == {("user, aml", target) for target in ALL}


@pytest.mark.parametrize("right", sorted(RIGHTS.keys() - {"s3:DeleteObjectVersion"}))
def test_each_right_alone_makes_the_lock_drill_red(on: Servers, right: str) -> None:
    outcome = run(EVIDENCE_LOCK, on, Loosened(roles=(right,)).declared(on))
    assert failed(outcome) == {("role, aml", target) for target in RIGHTS[right]}


def test_the_lock_drill_is_red_when_a_writer_is_loosened_in_both(on: Servers) -> None:
    action = "s3:PutBucketObjectLockConfiguration"
    loosened = Loosened(mode="GOVERNANCE", promised="GOVERNANCE", roles=(action,), bound=(action,))
    outputs = loosened.declared(on)
    outcome = run(EVIDENCE_LOCK, on, outputs)

    assert {("aml", target) for target in RIGHTS[action]} < failed(outcome)
    # What it got at is as it was.
    bucket = outputs["evidence"]["writers"]["aml"]["bucket"]
    lock = on.store.s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert lock["Rule"] == {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}}


def test_the_lock_drill_is_red_when_accounts_can_be_made(on: Servers) -> None:
    outcome = run(EVIDENCE_LOCK, on, Loosened(accounts=True).declared(on))
    assert failed(outcome) >= {("user, aml", "make an account that stays")}


def test_the_neighbours_drill_is_red_when_a_role_opens_another_bucket(on: Servers) -> None:
    outcome = run(EVIDENCE_NEIGHBOURS, on, Loosened(open_to=("payments",)).declared(on))
    assert failed(outcome) == {
        (actor, f"{what} payments's")
        for actor in ("aml", "role, aml")
        for what in ("read", "write")
    }


def test_the_neighbours_drill_is_red_when_vault_gives_anothers_credentials(on: Servers) -> None:
    outcome = run(EVIDENCE_NEIGHBOURS, on, Loosened(taken="{mount}/creds/+").declared(on))
    assert failed(outcome) == {
        ("aml", "take payments's credentials"),
        ("payments", "take aml's credentials"),
    }


def test_the_neighbours_drill_is_red_when_vault_gives_nothing(on: Servers) -> None:
    outcome = run(EVIDENCE_NEIGHBOURS, on, Loosened(taken="nothing").declared(on))
    assert failed(outcome) == {(writer, f"take {writer}'s credentials") for writer in WRITERS}


@pytest.mark.parametrize("right", sorted(RIGHTS.keys() - {"s3:DeleteObjectVersion"}))
def test_the_neighbours_drill_is_red_when_a_role_takes_away_next_door(
    on: Servers, right: str
) -> None:
    outcome = run(EVIDENCE_NEIGHBOURS, on, Loosened(elsewhere=(right,)).declared(on))
    # The user behind it stands in the writer's own way.
    assert failed(outcome) == {("role, aml", "take away payments's")}


def test_a_lock_that_is_lowered_next_door_is_put_back(on: Servers) -> None:
    right = "s3:PutBucketObjectLockConfiguration"
    outputs = Loosened(elsewhere=(right,), bound=(right,)).declared(on)
    outcome = run(EVIDENCE_NEIGHBOURS, on, outputs)

    assert ("aml", "take away payments's") in failed(outcome)
    bucket = outputs["evidence"]["writers"]["payments"]["bucket"]
    lock = on.store.s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert lock["Rule"] == {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}}


def test_a_bucket_where_nothing_can_be_locked_outlives_the_drill(on: Servers) -> None:
    outputs = Loosened(lockable=False).declared(on)
    run(EVIDENCE_LOCK, on, outputs)
    bucket = outputs["evidence"]["writers"]["aml"]["bucket"]
    assert on.store.s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


@pytest.mark.parametrize("drill", [EVIDENCE_LOCK, EVIDENCE_NEIGHBOURS], ids=lambda it: it.name)
def test_under_governance_a_drill_leaves_nothing(on: Servers, drill: Drill) -> None:
    outputs = Loosened(promised="GOVERNANCE", mode="GOVERNANCE").declared(on)
    run(drill, on, outputs)
    for writer in outputs["evidence"]["writers"].values():
        told = on.store.s3.list_object_versions(Bucket=writer["bucket"])
        left = [*told.get("Versions", ()), *told.get("DeleteMarkers", ())]
        assert [each["Key"] for each in left] == []


def test_nobody_who_came_in_a_drill_stays(on: Servers) -> None:
    outputs = Loosened().declared(on)
    bucket = outputs["evidence"]["writers"]["aml"]["bucket"]
    with callers(outputs, on.addresses) as all_:
        writer, token = all_.writers["aml"], all_.in_vault["aml"]
        assert granted(_list, writer.s3, bucket)
    with pytest.raises(ClientError, match=r"InvalidAccessKeyId|InvalidTokenId|AccessDenied"):
        _list(writer.s3, bucket)
    assert not token.is_authenticated()
    assert on.store.admin.user_list() == "{}"


def test_what_lies_below_an_objects_name_is_in_no_listing_and_stays(on: Servers) -> None:
    outputs = Loosened().declared(on)
    named = {"Bucket": outputs["evidence"]["writers"]["aml"]["bucket"]}
    with callers(outputs, on.addresses) as all_:
        s3 = all_.writers["aml"].s3
        kept = s3.put_object(**named, Key="a/b/c", Body=b"kept")["VersionId"]
        s3.put_object(**named, Key="a/b", Body=b"above it")

        for prefix in ("", "a/b", "a/b/"):
            told = s3.list_object_versions(**named, Prefix=prefix).get("Versions", ())
            assert "a/b/c" not in {each["Key"] for each in told}
        found = s3.get_object(**named, Key="a/b/c", VersionId=kept)
        assert found["Body"].read() == b"kept"
        assert found["ObjectLockMode"] == "COMPLIANCE"


def test_what_is_no_refusal_is_not_taken_for_one(on: Servers) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        granted(_list, on.store.s3, "no-such-bucket")


def test_the_front_answers_one_question_and_leaves_the_rest_to_the_store(on: Servers) -> None:
    def asked(action: str) -> tuple[int, bytes]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection = HTTPConnection(urlsplit(at).netloc, timeout=10)
        body = urlencode({"Action": action, "Version": "2011-06-15"})
        connection.request("POST", "/", body, form)
        answer = connection.getresponse()
        return answer.status, answer.read()

    with front(on.addresses["minio"]["endpoint"]) as at:
        assert asked("GetCallerIdentity")[0] == 200
        # Unsigned, so the store refuses it.
        status, told = asked("AssumeRole")
    assert status >= 400
    assert b"<Error>" in told
