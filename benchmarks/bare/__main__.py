"""As many resources as ``BARE_COMPONENTS`` and ``BARE_CUSTOM`` say, of one property at most.

Components tell the engine that they are complete, as each has to. The custom ones are of a type
that its provider only writes down: nothing is cheaper. No SDK but Pulumi's own is imported, and
that waits as ours does, since how it would by itself grows with the square of them.
"""

import os

import pulumi

from pace import wait_for_requests_first

provider = pulumi.ProviderResource("aws", "aws", {"region": "eu-west-1"})
for number in range(int(os.environ["BARE_COMPONENTS"])):
    pulumi.ComponentResource("bare:index:Component", f"component-{number}").register_outputs({})
for number in range(int(os.environ["BARE_CUSTOM"])):
    pulumi.CustomResource(
        "aws:ebs/defaultKmsKey:DefaultKmsKey",
        f"custom-{number}",
        {"keyArn": f"arn-{number}"},
        pulumi.ResourceOptions(provider=provider),
    )
wait_for_requests_first()
