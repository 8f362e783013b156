"""Policies of the organisation above the account, in moto, whose account is its management."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.aws.client import ACCOUNT
from rehearsal.providers.values import Plain

_POLICY = {"PolicyId": "{id}"}
_ATTACHED = {"PolicyId": "{policyId}", "TargetId": ACCOUNT}
"""moto's one account stands for whatever account the stack names, and is the only one to attach
to."""


def _receive(answer: Plain) -> Plain:
    summary: Plain = answer["PolicySummary"]
    return {key[0].lower() + key[1:]: value for key, value in summary.items()}


ROWS = (
    ApiResource(
        type="aws:organizations/policy:Policy",
        service="organizations",
        create_by=Call("CreatePolicy"),
        id="{Policy.PolicySummary.Id}",
        read_by=Call("DescribePolicy", _POLICY, "Policy"),
        delete_by=(Call("DeletePolicy", _POLICY),),
        settings=(
            Setting(
                names=("content", "description", "name"),
                write=Call(
                    "UpdatePolicy",
                    {
                        **_POLICY,
                        "Content": "{content}",
                        "Description": "{description || ''}",
                        "Name": "{name}",
                    },
                ),
                at_create=False,
            ),
        ),
        local=("skipDestroy",),
        receive=_receive,
        replaces=("type",),
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:organizations/policyAttachment:PolicyAttachment",
        service="organizations",
        create_by=Call("AttachPolicy", _ATTACHED),
        id="{targetId}:{policyId}",
        read_by=Call(
            "ListTargetsForPolicy",
            {"PolicyId": "{policyId}"},
            f"Targets[?TargetId=='{ACCOUNT}'] | [0]",
        ),
        delete_by=(Call("DetachPolicy", _ATTACHED),),
        local=("skipDestroy",),
        untold=("policyId", "targetId"),
        replaces=("policyId", "targetId"),
    ),
)
