"""What may be done in AWS, and by which policy."""

from collections.abc import Iterator

from policies.controls._iam import (
    ATTACHMENTS,
    DOCUMENTS,
    INLINE,
    POLICY,
    allowed,
    grants,
    is_any,
    is_everywhere,
    narrowed,
    resources,
)
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import Unknown, listed

_GRANTING = (*DOCUMENTS, *INLINE)
_READING = ("batchdescribe", "batchget", "describe", "get", "list", "lookup", "search", "view")
_CONTENT = (
    "athena:getqueryresults",
    "codecommit:getfile",
    "dynamodb:batchgetitem",
    "dynamodb:getitem",
    "dynamodb:getrecords",
    "glacier:getjoboutput",
    "kinesis:getrecords",
    "lambda:getfunction",
    "logs:getlogevents",
    "logs:getqueryresults",
    "rds-data:batchexecutestatement",
    "redshift-data:getstatementresult",
    "s3:getobject",
    "s3:getobjectversion",
    "secretsmanager:batchgetsecretvalue",
    "secretsmanager:getsecretvalue",
    "ssm:getparameter",
    "ssm:getparameters",
    "ssm:getparametersbypath",
    "sts:getfederationtoken",
    "sts:getsessiontoken",
)
"""Called reading, and what is read is data or a secret."""
_WITHOUT_RESOURCE = (
    "backup-storage:MountCapsule",
    "cloudwatch:PutMetricData",
    "config:DeleteDeliveryChannel",
    "config:PutConfigurationRecorder",
    "config:PutDeliveryChannel",
    "config:StartConfigurationRecorder",
    "directconnect:CreateDirectConnectGateway",
    "directconnect:UpdateDirectConnectGatewayAssociation",
    "ec2:EnableEbsEncryptionByDefault",
    "ec2:ModifyEbsDefaultKmsKeyId",
    "iam:UpdateAccountPasswordPolicy",
    "inspector2:Enable",
    "kafka:CreateCluster",
    "kafka:CreateClusterV2",
    "kms:CreateKey",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "s3:PutAccountPublicAccessBlock",
    "ssm:CreateActivation",
    "ssm:DeleteActivation",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
"""AWS knows no resource to name for these (Service Authorization Reference); one by one, since a
pattern would take in what has resources."""
_KEY_CONDITIONS = ("kms:viaservice", "kms:resourcealiases", "kms:encryptioncontext")

LEAST = Control(
    id="IAM-01",
    pack="security",
    title="Nobody may do everything, and no policy names all there is",
    levels="MMM",
    severity="critical",
    supports="HUB IAM.1, HUB IAM.21, HUB KMS.1, HUB KMS.2, C5 1.15, PCI 7.2.2, R 21",
    remedy="Name the actions that are needed, and the ARNs of what they are needed for.",
)


@LEAST.rule_in_stack("everything", "no right to do everything", *_GRANTING)
def _everything(policy: Resource, stack: Stack) -> Wrong:
    for where, statement in allowed(policy, stack):
        if "NotAction" in statement:
            yield f"{where} allows all but what NotAction names; actions are to be named"
        if any(set(str(each)) <= {"*", ":"} for each in listed(statement, "Action")):
            yield f"{where} allows every action"


@LEAST.rule_in_stack("service", "no right to a whole service", *_GRANTING)
def _service(policy: Resource, stack: Stack) -> Wrong:
    for where, statement in allowed(policy, stack):
        for action in listed(statement, "Action"):
            service, _, verb = str(action).partition(":")
            if verb and set(verb) <= {"*"} and set(service) - {"*"}:
                yield f"{where} allows every action of a service"


@LEAST.rule_in_stack("anywhere", "no writing, and no reading of data, wherever", *_GRANTING)
def _anywhere(policy: Resource, stack: Stack) -> Wrong:
    for where, statement in allowed(policy, stack):
        if not any(is_everywhere(each) for each in resources(statement)):
            continue
        if any(_does_harm(str(each)) for each in listed(statement, "Action")):
            yield f"{where} allows more than to look, and Resource names nothing"


@LEAST.rule_in_stack("decrypt", "no decrypting by every key", *_GRANTING)
def _decrypt(policy: Resource, stack: Stack) -> Wrong:
    for where, statement in allowed(policy, stack):
        if not (grants(statement, "kms:Decrypt") or grants(statement, "kms:ReEncryptFrom")):
            continue
        if any(is_any(each, "(key|alias)") for each in resources(statement)) and not narrowed(
            statement, *_KEY_CONDITIONS
        ):
            yield (
                f"{where} allows to decrypt by every key;"
                " Resource or kms:ViaService is to say by which"
            )


@LEAST.rule_in_stack("pass-role", "no handing on of every role", *_GRANTING)
def _pass_role(policy: Resource, stack: Stack) -> Wrong:
    for where, statement in allowed(policy, stack):
        if grants(statement, "iam:PassRole") and any(
            is_any(each, "role") for each in resources(statement)
        ):
            yield f"{where} allows to hand on every role"


@LEAST.rule(
    "managed", "no policy of AWS that allows everything, of all or of a service", *ATTACHMENTS
)
def _managed(holder: Resource) -> Wrong:
    key = ATTACHMENTS[holder.type]
    for arn in _arns(holder, key):
        name = arn.rpartition("/")[2]
        if ":iam::aws:policy/" in arn and (
            name in {"AdministratorAccess", "PowerUserAccess"} or name.endswith("FullAccess")
        ):
            yield f"{key} gives a policy of AWS that allows everything; take one of your own"


def _arns(holder: Resource, key: str) -> Iterator[str]:
    made_of = holder.refers.get(key, ())
    try:
        found = listed(holder.properties, key)
    except Unknown:
        if made_of and all(f"{POLICY}::" in urn for urn in made_of):
            # Then it is one of a program's own, which the other rules look into.
            return
        raise
    for place in range(len(found)):
        try:
            yield str(found[place])
        except Unknown:
            if not made_of or not all(f"{POLICY}::" in urn for urn in made_of):
                raise


def _does_harm(action: str) -> bool:
    pattern = action.lower()
    if pattern in _LOWER:
        return False
    verb = pattern.partition(":")[2]
    if not verb.startswith(_READING):
        return True
    return any(grants({"Action": action}, content) for content in _CONTENT)


_LOWER = frozenset(each.lower() for each in _WITHOUT_RESOURCE)

CONTROLS = (LEAST,)
