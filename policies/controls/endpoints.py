"""Private ways to AWS."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.controls._model import Control, Wrong
from policies.controls._routes import VPCS
from policies.controls._stack import Resource, Stack
from policies.controls._wire import any_of, at, document, listed, of_each

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
NATIVE_ENDPOINT = "aws-native:ec2:VpcEndpoint"
ENDPOINT_POLICY = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
SERVICES = ("s3", "ecr.api", "ecr.dkr", "sts", "kms", "logs", "secretsmanager", "ssm")
"""What nodes and workloads ask AWS for all the time: without an endpoint it leaves the network."""

_OWNERS = {
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
}
"""Conditions that hold a statement to somebody's accounts; AWS does not mind capitals in them."""
_EQUALS = ("stringequals", "stringequalsignorecase", "stringlike")
"""Not their ``IfExists``, which lets pass whoever has no account, nor what negates."""
_WITHOUT_POLICY = ("GatewayLoadBalancer", "Resource", "ServiceNetwork")
_OF_OTHERS = "com.amazonaws.vpce."
"""Services that other accounts offer: their endpoints take no policy."""

PRIVATE_WAYS = Control(
    id="NET-07",
    pack="security",
    title="AWS is reached from within the network, and not by everybody for everything",
    levels="-AM",
    severity="medium",
    supports="HUB EC2.10, HUB EC2.55, HUB EC2.56, HUB EC2.57, PCI 1.4.1, N SC-7(8)",
    remedy="Add an aws.ec2.VpcEndpoint for each of these services, with a policy that names the "
    "account or the organisation in a condition.",
)


@PRIVATE_WAYS.rule_in_stack("endpoints", "endpoints for what workloads need of AWS", *VPCS)
def _endpoints(vpc: Resource, stack: Stack) -> Wrong:
    of_vpc = stack.about(vpc, "vpcId", [ENDPOINT, NATIVE_ENDPOINT])

    def missing(_: int, service: str) -> Wrong:
        if not any_of(of_vpc, lambda endpoint: _is_for(endpoint, service)):
            yield f"has no endpoint for {service}"

    yield from of_each(SERVICES, missing)


@PRIVATE_WAYS.rule_in_stack(
    "policy", "no endpoint lets everybody do everything", ENDPOINT, NATIVE_ENDPOINT
)
def _policy(endpoint: Resource, stack: Stack) -> Wrong:
    if endpoint.at("vpcEndpointType") in _WITHOUT_POLICY:
        return
    # After an update an endpoint tells of a policy also where that is written beside it.
    beside = stack.about(endpoint, "vpcEndpointId", [ENDPOINT_POLICY])
    policy = _written(beside[0] if beside else endpoint)
    if policy is None and not str(endpoint.at("serviceName")).startswith(_OF_OTHERS):
        yield "has no policy, which lets everybody do everything"
    yield from of_each(listed(policy, "Statement"), _open_statement)


def _written(resource: Resource) -> Any:
    key = "policyDocument" if resource.type == NATIVE_ENDPOINT else "policy"
    return document(resource.properties, key)


def _is_for(endpoint: Resource, service: str) -> bool:
    """Whether it is for a service, wherever: ``com.amazonaws.eu-west-1.ecr.api``."""
    return str(endpoint.at("serviceName")).split(".", 3)[3:] == [service]


def _open_statement(place: int, statement: Any) -> Wrong:
    if at(statement, "Effect") != "Allow":
        return
    everything = _every_principal(statement) and _every_action(statement)
    if everything and _every_resource(statement) and not _is_held(statement):
        yield f"policy lets everybody do everything, in statement {place}"


def _every_principal(statement: Any) -> bool:
    principals = listed(statement, "Principal")
    named = [each for each in principals if isinstance(each, str)]
    accounts = [each for one in principals for each in listed(one, "AWS")]
    return "*" in [*named, *accounts] or at(statement, "NotPrincipal") is not None


def _every_action(statement: Any) -> bool:
    actions = [str(each) for each in listed(statement, "Action")]
    whole = any(each == "*" or each.endswith(":*") for each in actions)
    return whole or at(statement, "NotAction") is not None


def _every_resource(statement: Any) -> bool:
    return "*" in listed(statement, "Resource") or at(statement, "NotResource") is not None


def _is_held(statement: Any) -> bool:
    """Whether a condition holds it to somebody's accounts."""
    return any(
        key.lower() in _OWNERS and values and not any(set(str(each)) <= {"*"} for each in values)
        for operator, key, values in _conditions(statement)
        if operator.lower().removeprefix("foranyvalue:") in _EQUALS
    )


def _conditions(statement: Any) -> Iterator[tuple[str, str, list[Any]]]:
    conditions = cast("Mapping[str, Any]", at(statement, "Condition") or {})
    for operator in conditions:
        for key in conditions[operator]:
            yield operator, key, [*listed(conditions, operator, key)]


CONTROLS = (PRIVATE_WAYS,)
