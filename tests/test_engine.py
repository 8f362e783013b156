"""The harness of these tests: what it tells, and what it must not let pass."""

import pulumi
import pytest
from pulumi_aws import ec2, get_caller_identity

from tests.engine import SECRET, UNKNOWN, deploy

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"


def test_the_record_is_complete_once_it_can_be_read() -> None:
    def program() -> None:
        vpc = ec2.Vpc("vpc")
        ec2.Subnet("subnet", vpc_id=vpc.id.apply(lambda id_: f"late {id_}"))

    assert deploy(program).one(SUBNET).inputs["vpcId"] == "late vpc-id"


def test_the_record_tells_what_the_options_say() -> None:
    def program() -> None:
        provider = pulumi.ProviderResource("aws", "here")
        first = ec2.Vpc("first")
        options = pulumi.ResourceOptions(
            parent=pulumi.ComponentResource("bank:test:Part", "part"),
            provider=provider,
            protect=True,
            depends_on=[first],
            aliases=[pulumi.Alias(name="former")],
        )
        ec2.Vpc("second", opts=options)

    deployment = deploy(program)
    second = deployment.one(VPC, "second")
    assert second.parent == deployment.one("bank:test:Part").urn
    assert second.provider == deployment.one("pulumi:providers:aws").urn
    assert second.depends_on == (deployment.one(VPC, "first").urn,)
    assert second.protect
    assert "former" in second.aliases[0]


def test_an_identity_holds_the_types_of_all_parents() -> None:
    def program() -> None:
        outer = pulumi.ComponentResource("bank:test:Outer", "outer")
        inner = pulumi.ResourceOptions(parent=outer)
        part = pulumi.ComponentResource("bank:test:Inner", "inner", opts=inner)
        ec2.Vpc("vpc", opts=pulumi.ResourceOptions(parent=part))

    urn = "urn:pulumi:staging::corebank::bank:test:Outer$bank:test:Inner$aws:ec2/vpc:Vpc::vpc"
    assert deploy(program, stack="staging").one(VPC).urn == urn


def test_two_resources_with_one_identity_are_refused() -> None:
    def program() -> None:
        ec2.Vpc("twin")
        ec2.Vpc("twin")

    with pytest.raises(AssertionError, match="declared more than once: urn:pulumi:sandbox::"):
        deploy(program)


def test_a_text_made_of_an_output_that_no_provider_gave_is_refused() -> None:
    def program() -> None:
        vpc = ec2.Vpc("vpc")
        ec2.Subnet("subnet", vpc_id=vpc.arn.apply(lambda arn: f"{arn}/*"))

    with pytest.raises(AssertionError, match=r"Subnet subnet: .* 'None/\*'"):
        deploy(program)


def test_a_text_made_of_an_output_itself_is_refused() -> None:
    def program() -> None:
        vpc = ec2.Vpc("vpc")
        pulumi.export("vpc", f"{vpc.id}/*")

    with pytest.raises(AssertionError, match="Stack corebank-sandbox: an Output without value"):
        deploy(program)


def test_a_lookup_is_refused() -> None:
    with pytest.raises(LookupError, match="the program calls aws:index/getCallerIdentity"):
        deploy(get_caller_identity)


def test_reading_what_exists_is_refused() -> None:
    with pytest.raises(LookupError, match="the program reads aws:ec2/vpc:Vpc other"):
        deploy(lambda: ec2.Vpc.get("other", "vpc-1"))


def test_a_preview_does_not_know_what_an_update_makes() -> None:
    def program() -> None:
        ec2.Subnet("subnet", vpc_id=ec2.Vpc("vpc").id)

    assert deploy(program, preview=True).one(SUBNET).inputs["vpcId"] == UNKNOWN


def test_a_secret_is_marked() -> None:
    def program() -> None:
        ec2.Vpc("vpc", tags={"hidden": pulumi.Output.secret("s")})
        ec2.Vpc("plain", tags={"hidden": "s"})

    deployment = deploy(program)
    assert SECRET in str(deployment.one(VPC, "vpc").inputs)
    assert SECRET not in str(deployment.one(VPC, "plain").inputs)


def test_what_a_program_raises_is_raised() -> None:
    def program() -> None:
        ec2.Vpc("vpc")
        raise pulumi.RunError("wrong")

    with pytest.raises(pulumi.RunError, match="wrong"):
        deploy(program)


def test_a_run_leaves_nothing_to_the_next() -> None:
    def transformed() -> None:
        pulumi.runtime.register_stack_transformation(
            lambda args: pulumi.ResourceTransformationResult({"tags": {"left": "over"}}, args.opts)
        )
        pulumi.export("left", "over")
        ec2.Vpc("vpc")

    assert deploy(transformed).one(VPC).inputs == {"tags": {"left": "over"}}
    after = deploy(lambda: ec2.Vpc("vpc"))
    assert after.one(VPC).inputs == {}
    assert after.exports == {}
