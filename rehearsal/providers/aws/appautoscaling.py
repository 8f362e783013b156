"""Capacity that follows use, in moto: it is declared there and nothing ever grows."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call

_TARGET = {
    "ServiceNamespace": "{serviceNamespace}",
    "ScalableDimension": "{scalableDimension}",
}
_OF_TARGET = {**_TARGET, "ResourceId": "{resourceId}"}

ROWS = (
    ApiResource(
        type="aws:appautoscaling/target:Target",
        service="application-autoscaling",
        create_by=Call("RegisterScalableTarget"),
        id="{resourceId}",
        read_by=Call(
            "DescribeScalableTargets", {**_TARGET, "ResourceIds": ["{id}"]}, "ScalableTargets[0]"
        ),
        delete_by=(Call("DeregisterScalableTarget", {**_TARGET, "ResourceId": "{id}"}),),
        again=("maxCapacity", "minCapacity"),
        # moto has no tags here.
        local=("tags",),
        computed={"arn": "{ScalableTargetARN}"},
        replaces=("resourceId", "scalableDimension", "serviceNamespace"),
    ),
    ApiResource(
        type="aws:appautoscaling/policy:Policy",
        service="application-autoscaling",
        create_by=Call("PutScalingPolicy", {"PolicyName": "{name}"}),
        id="{name}",
        read_by=Call(
            "DescribeScalingPolicies", _OF_TARGET, "ScalingPolicies[?PolicyName=='{id}'] | [0]"
        ),
        delete_by=(Call("DeleteScalingPolicy", {**_OF_TARGET, "PolicyName": "{id}"}),),
        again=("policyType", "targetTrackingScalingPolicyConfiguration"),
        receive=lambda answer: {"name": answer["PolicyName"]},
        computed={"arn": "{policyARN}"},
        replaces=("name", "resourceId", "scalableDimension", "serviceNamespace"),
        autoname="name",
    ),
)
