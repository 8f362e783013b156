"""Examples of every resource type that the aws stand-in makes through moto, a file per service.

Each gives inputs that are accepted, and changes that together touch every property that can change
in place. A row without an example fails ``test_stand_in_aws``.
"""

from collections.abc import Mapping

from tests.stand_in_examples import (
    _databases,
    _datasync,
    _ec2,
    _eks,
    _firehose,
    _guardrails,
    _iam,
    _kafka,
    _keys,
    _link,
    _names,
    _s3,
    _vpc,
)
from tests.stand_in_examples._example import Example

EXAMPLES: Mapping[str, Example] = {
    **_databases.EXAMPLES,
    **_datasync.EXAMPLES,
    **_ec2.EXAMPLES,
    **_eks.EXAMPLES,
    **_firehose.EXAMPLES,
    **_guardrails.EXAMPLES,
    **_iam.EXAMPLES,
    **_kafka.EXAMPLES,
    **_keys.EXAMPLES,
    **_link.EXAMPLES,
    **_names.EXAMPLES,
    **_s3.EXAMPLES,
    **_vpc.EXAMPLES,
}
"""By type; topics live on Kafka and have tests of their own."""
