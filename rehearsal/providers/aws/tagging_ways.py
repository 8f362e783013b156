"""The services that tag in a way of their own: each its pair of calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.providers.aws.client import Service

Read = Callable[[Service, str, Any], Any]
Change = Callable[[Service, str, list[str], Mapping[str, str], Mapping[str, str]], None]


@dataclass(frozen=True)
class Way:
    """How one service reads and changes tags.

    Args:
        read: Of a target, with what the resource's own answer told of tags, if anything.
        change: Of a target: keys that go, tags that come or change, and all that are wanted.
    """

    read: Read
    change: Change


def pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as a list of pairs, under the service's words for key and value."""
    return [{key: name, value: text} for name, text in sorted(tags.items())]


def _told(service: Service, target: str, told: Any) -> Any:
    del service, target
    return told


def _change_ec2(
    service: Service, target: str, gone: list[str], added: Mapping[str, str], new: Any
) -> None:
    del new
    if gone:
        keys = [{"Key": key} for key in gone]
        service.call("DeleteTags", {"Resources": [target], "Tags": keys})
    if added:
        service.call("CreateTags", {"Resources": [target], "Tags": pairs(added)})


def _iam(target: str) -> tuple[str, dict[str, str]]:
    """IAM has a call for each kind; a row says which before the id: ``Role:corebank-plan``."""
    kind, _, known_by = target.partition(":")
    if kind == "Role":
        return kind, {"RoleName": known_by.rpartition("/")[2]}
    return kind, {"PolicyArn" if kind == "Policy" else f"{kind}Arn": known_by}


def _read_iam(service: Service, target: str, told: Any) -> Any:
    del told
    kind, named = _iam(target)
    return service.call(f"List{kind}Tags", {**named})["Tags"]


def _change_iam(
    service: Service, target: str, gone: list[str], added: Mapping[str, str], new: Any
) -> None:
    del new
    kind, named = _iam(target)
    if gone:
        service.call(f"Untag{kind}", {**named, "TagKeys": gone})
    if added:
        service.call(f"Tag{kind}", {**named, "Tags": pairs(added)})


def _read_s3(service: Service, target: str, told: Any) -> Any:
    del told
    try:
        return service.call("GetBucketTagging", {"Bucket": target})["TagSet"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchTagSet":
            return []
        raise


def _change_s3(
    service: Service, target: str, gone: list[str], added: Any, new: Mapping[str, str]
) -> None:
    del gone, added
    if new:
        service.call("PutBucketTagging", {"Bucket": target, "Tagging": {"TagSet": pairs(new)}})
    else:
        service.call("DeleteBucketTagging", {"Bucket": target})


def _zone(target: str) -> dict[str, str]:
    return {"ResourceType": "hostedzone", "ResourceId": target.rpartition("/")[2]}


def _read_route53(service: Service, target: str, told: Any) -> Any:
    del told
    return service.call("ListTagsForResource", {**_zone(target)})["ResourceTagSet"]["Tags"]


def _change_route53(
    service: Service, target: str, gone: list[str], added: Mapping[str, str], new: Any
) -> None:
    del new
    changes = {"AddTags": pairs(added), "RemoveTagKeys": gone}
    sent = {name: items for name, items in changes.items() if items}
    if sent:
        service.call("ChangeTagsForResource", {**_zone(target), **sent})


def _read_cloudtrail(service: Service, target: str, told: Any) -> Any:
    del told
    (found,) = service.call("ListTags", {"ResourceIdList": [target]})["ResourceTagList"]
    return found["TagsList"]


def _change_cloudtrail(
    service: Service, target: str, gone: list[str], added: Mapping[str, str], new: Any
) -> None:
    del new
    if gone:
        keys = [{"Key": key} for key in gone]
        service.call("RemoveTags", {"ResourceId": target, "TagsList": keys})
    if added:
        service.call("AddTags", {"ResourceId": target, "TagsList": pairs(added)})


def _read_eks(service: Service, target: str, told: Any) -> Any:
    del told
    return service.call("ListTagsForResource", {"resourceArn": target})["tags"]


def _change_eks(
    service: Service, target: str, gone: list[str], added: Mapping[str, str], new: Any
) -> None:
    del new
    # Of several keys moto takes away the first.
    for key in gone:
        service.call("UntagResource", {"resourceArn": target, "tagKeys": [key]})
    if added:
        service.call("TagResource", {"resourceArn": target, "tags": dict(added)})


def _read_firehose(service: Service, target: str, told: Any) -> Any:
    del told
    return service.call("ListTagsForDeliveryStream", {"DeliveryStreamName": target})["Tags"]


def _change_firehose(
    service: Service, target: str, gone: list[str], added: Mapping[str, str], new: Any
) -> None:
    del new
    named = {"DeliveryStreamName": target}
    if gone:
        service.call("UntagDeliveryStream", {**named, "TagKeys": gone})
    if added:
        service.call("TagDeliveryStream", {**named, "Tags": pairs(added)})


def _read_rds(service: Service, target: str, told: Any) -> Any:
    del told
    return service.call("ListTagsForResource", {"ResourceName": target})["TagList"]


def _change_rds(
    service: Service, target: str, gone: list[str], added: Mapping[str, str], new: Any
) -> None:
    del new
    if gone:
        service.call("RemoveTagsFromResource", {"ResourceName": target, "TagKeys": gone})
    if added:
        service.call("AddTagsToResource", {"ResourceName": target, "Tags": pairs(added)})


WAYS: Mapping[str, Way] = {
    "cloudtrail": Way(_read_cloudtrail, _change_cloudtrail),
    "ec2": Way(_told, _change_ec2),
    "eks": Way(_read_eks, _change_eks),
    "firehose": Way(_read_firehose, _change_firehose),
    "iam": Way(_read_iam, _change_iam),
    "rds": Way(_read_rds, _change_rds),
    "route53": Way(_read_route53, _change_route53),
    "s3": Way(_read_s3, _change_s3),
}
"""By botocore's name of the service."""
