"""Launch templates, in moto: a change is a new version, and the latest is the default one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rehearsal.providers.aws import tagging
from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.aws.shapes import to_api
from rehearsal.providers.aws.tagging_ways import pairs
from rehearsal.providers.values import Plain

_DATA = ("blockDeviceMappings", "metadataOptions", "monitoring", "tagSpecifications")
_TEXT_FLAGS = ("deleteOnTermination", "encrypted")
"""The provider has these as texts."""


def _data(inputs: Plain) -> Plain:
    data: Plain = {key: inputs[key] for key in _DATA if key in inputs}
    devices: list[Plain] = data.get("blockDeviceMappings") or []
    tagged: list[Plain] = data.get("tagSpecifications") or []
    data["blockDeviceMappings"] = [
        {**device, "ebs": {key: _flag(key, item) for key, item in _ebs(device, "ebs")}}
        for device in devices
    ]
    data["tagSpecifications"] = [{**each, "tags": pairs(each["tags"])} for each in tagged]
    return {key: item for key, item in data.items() if item}


def _ebs(device: Plain, name: str) -> Iterable[tuple[str, Any]]:
    disk: Plain = device.get(name) or {}
    return disk.items()


def _flag(key: str, item: Any) -> Any:
    return item == "true" if key in _TEXT_FLAGS else item


def _text(item: Any) -> Any:
    return str(item).lower() if isinstance(item, bool) else item


def _send(inputs: Plain) -> Plain:
    return {"launchTemplateName": inputs["name"], "launchTemplateData": _data(inputs)}


def _receive(answer: Plain) -> Plain:
    data: Plain = answer["LaunchTemplateData"]
    devices: list[Plain] = data.get("BlockDeviceMappings") or []
    tagged: list[Plain] = data.get("TagSpecifications") or []
    return {
        "blockDeviceMappings": [
            {**device, "Ebs": {key: _text(item) for key, item in _ebs(device, "Ebs")}}
            for device in devices
        ],
        "latestVersion": answer["VersionNumber"],
        "metadataOptions": data.get("MetadataOptions"),
        "monitoring": data.get("Monitoring"),
        "name": answer["LaunchTemplateName"],
        "tagSpecifications": [
            {**each, "Tags": {tag["Key"]: tag["Value"] for tag in each["Tags"]}} for each in tagged
        ],
    }


@dataclass(frozen=True, kw_only=True)
class LaunchTemplate(ApiResource):
    """A template of which every change is a version."""

    def _find(self, client: Aws, names: Plain) -> Plain | None:
        if super()._find(client, names) is None:
            return None
        latest = {"LaunchTemplateId": names["id"], "Versions": ["$Latest"]}
        service = client.service(self.service, names["region"])
        (version,) = service.call("DescribeLaunchTemplateVersions", latest)[
            "LaunchTemplateVersions"
        ]
        # With the template moto tells only the tags that it was made with.
        of_it = [{"Name": "resource-id", "Values": [names["id"]]}]
        return {**version, "Tags": service.call("DescribeTags", {"Filters": of_it})["Tags"]}

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Makes another version, if anything but tags has changed."""
        service = client.service(self.service, client.region({**state, **new}))
        if any(old.get(key) != new.get(key) for key in _DATA):
            shape = service.operation("CreateLaunchTemplateVersion").input_shape
            assert shape is not None  # noqa: S101 - known of the service's model
            sent = {"launchTemplateId": resource_id, "launchTemplateData": _data(new)}
            service.call("CreateLaunchTemplateVersion", to_api(shape, sent))
        tagging.change(service, resource_id, old.get("tags") or {}, new.get("tags") or {})


ROWS = (
    LaunchTemplate(
        type="aws:ec2/launchTemplate:LaunchTemplate",
        service="ec2",
        create_by=Call("CreateLaunchTemplate"),
        id="{LaunchTemplate.LaunchTemplateId}",
        read_by=Call(
            "DescribeLaunchTemplates", {"LaunchTemplateIds": ["{id}"]}, "LaunchTemplates[0]"
        ),
        delete_by=(Call("DeleteLaunchTemplate", {"LaunchTemplateId": "{id}"}),),
        send=_send,
        receive=_receive,
        # Of the provider itself: it makes each new version the default one.
        local=("updateDefaultVersion",),
        computed={"arn": "arn:aws:ec2:{region}:{account}:launch-template/{id}"},
        replaces=("name",),
        autoname="name",
        tags_of="{id}",
    ),
)
