"""What delivery reads and writes in an account, as data: per service its actions. Pure.

Follows what the program declares: a new kind of resource needs its actions here. Reading never
means content: of buckets it is their configuration, of logs their groups, of keys their policies.
"""

from collections.abc import Mapping

READS: Mapping[str, tuple[str, ...]] = {
    "access-analyzer": ("GetAnalyzer", "ListAnalyzers", "ListTagsForResource"),
    "application-autoscaling": ("Describe*", "ListTagsForResource"),
    "backup": ("Describe*", "Get*", "List*"),
    "budgets": ("ListTagsForResource", "ViewBudget"),
    "cloudtrail": (
        "DescribeTrails",
        "GetEventSelectors",
        "GetInsightSelectors",
        "GetTrail",
        "GetTrailStatus",
        "ListTags",
    ),
    "cloudwatch": ("DescribeAlarms", "ListTagsForResource"),
    "config": ("Describe*", "ListTagsForResource"),
    "datasync": ("Describe*", "List*"),
    "ec2": ("Describe*", "GetEbsDefaultKmsKeyId", "GetEbsEncryptionByDefault"),
    "eks": ("Describe*", "List*"),
    "events": ("DescribeRule", "ListTagsForResource", "ListTargetsByRule"),
    "glue": ("GetRegistry", "GetSchema", "GetSchemaVersion", "GetTags"),
    "guardduty": ("GetDetector", "ListDetectors", "ListTagsForResource"),
    "iam": ("Get*", "List*"),
    "inspector2": ("BatchGetAccountStatus",),
    "kafka": ("Describe*", "Get*", "List*"),
    "kms": ("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "List*"),
    "logs": ("DescribeLogGroups", "ListTagsForResource"),
    "rds": ("Describe*", "ListTagsForResource"),
    "route53": ("GetChange", "GetDNSSEC", "GetHostedZone", "List*"),
    "route53resolver": ("Get*", "List*"),
    "s3": (
        "GetAccountPublicAccessBlock",
        "GetBucket*",
        "GetEncryptionConfiguration",
        "GetLifecycleConfiguration",
        "GetReplicationConfiguration",
        "ListBucket",
    ),
    "securityhub": (
        "DescribeHub",
        "GetEnabledStandards",
        "GetFindingAggregator",
        "ListFindingAggregators",
    ),
    "sns": ("GetSubscriptionAttributes", "GetTopicAttributes", "ListTagsForResource"),
    "sts": ("GetCallerIdentity",),
}

_TAGGING = "*agResource"
"""Both that give tags and take them away, in few letters: a policy may have 6144 characters."""

WRITES: Mapping[str, tuple[str, ...]] = {
    "access-analyzer": ("CreateAnalyzer", "DeleteAnalyzer", "TagResource", "UntagResource"),
    "application-autoscaling": (
        "DeleteScalingPolicy",
        "DeregisterScalableTarget",
        "PutScalingPolicy",
        "RegisterScalableTarget",
        _TAGGING,
    ),
    "backup": (
        "CreateBackup*",
        "CreateRestoreTesting*",
        "DeleteBackupPlan",
        "DeleteBackupSelection",
        "DeleteRestoreTesting*",
        "PutBackupVault*",
        "TagResource",
        "UntagResource",
        "UpdateBackupPlan",
        "UpdateRestoreTesting*",
    ),
    "cloudtrail": (
        "AddTags",
        "CreateTrail",
        "PutEventSelectors",
        "PutInsightSelectors",
        "RemoveTags",
        "StartLogging",
        "UpdateTrail",
    ),
    "cloudwatch": ("DeleteAlarms", "PutMetricAlarm", _TAGGING),
    "config": ("DeleteConfigRule", "PutConfigRule", _TAGGING),
    "datasync": ("Create*", "Delete*", _TAGGING, "Update*"),
    "ec2": (
        "AllocateAddress",
        "Associate*",
        "AttachInternetGateway",
        "Authorize*",
        "Create*",
        "Delete*",
        "Detach*",
        "Disassociate*",
        "ModifyLaunchTemplate",
        "ModifySecurityGroupRules",
        "ModifySubnetAttribute",
        "ModifyVpc*",
        "ReleaseAddress",
        "Replace*",
        "Revoke*",
        # Whoever has a node group follow a template must be allowed to start what it describes.
        "RunInstances",
        "UpdateSecurityGroup*",
    ),
    "eks": (
        "Create*",
        "Delete*",
        "TagResource",
        "UntagResource",
        "Update*",
    ),
    "events": (
        "DeleteRule",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
        "TagResource",
        "UntagResource",
    ),
    "glue": (
        "CreateRegistry",
        "CreateSchema",
        "DeleteRegistry",
        "DeleteSchema",
        "RegisterSchemaVersion",
        _TAGGING,
        "UpdateRegistry",
        "UpdateSchema",
    ),
    "guardduty": ("CreateDetector", _TAGGING, "UpdateDetector"),
    "kafka": (
        "CreateConfiguration",
        "CreateTopic",
        "DeleteCluster",
        "DeleteClusterPolicy",
        "DeleteConfiguration",
        "DeleteTopic",
        "PutClusterPolicy",
        "TagResource",
        "UntagResource",
        "Update*",
    ),
    "kms": (
        "CreateAlias",
        "DeleteAlias",
        "EnableKeyRotation",
        "PutKeyPolicy",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    ),
    "logs": (
        "AssociateKmsKey",
        "CreateLogGroup",
        "DeleteLogGroup",
        "PutRetentionPolicy",
        "TagResource",
        "UntagResource",
    ),
    "rds": (
        "*EventSubscription",
        "AddTagsToResource",
        "CreateDB*",
        "DeleteDBCluster",
        "DeleteDBClusterParameterGroup",
        "DeleteDBInstance",
        "DeleteDBProxy",
        "DeleteDBSubnetGroup",
        "DeregisterDBProxyTargets",
        "ModifyDB*",
        "RegisterDBProxyTargets",
        "RemoveTagsFromResource",
        "ResetDBClusterParameterGroup",
        "RestoreDBCluster*",
        "StartActivityStream",
        "StopActivityStream",
    ),
    "route53resolver": (
        "Associate*",
        "Create*",
        "Delete*",
        "Disassociate*",
        "TagResource",
        "UntagResource",
        "Update*",
    ),
    "s3": (
        "CreateBucket",
        "DeleteBucket",
        "DeleteBucketPolicy",
        "PutBucket*",
        "PutEncryptionConfiguration",
        "PutLifecycleConfiguration",
        "PutReplicationConfiguration",
    ),
    "secretsmanager": ("CreateSecret", "RotateSecret", "TagResource"),
    "securityhub": (
        "*FindingAggregator",
        "BatchDisableStandards",
        "BatchEnableStandards",
        "EnableSecurityHub",
        "UpdateSecurityHubConfiguration",
    ),
    "sns": (
        "CreateTopic",
        "DeleteTopic",
        "SetTopicAttributes",
        "Subscribe",
        "TagResource",
        "Unsubscribe",
        "UntagResource",
    ),
}
"""In the stack's regions, on resources of its own account."""

WRITES_WITHOUT_RESOURCE: Mapping[str, tuple[str, ...]] = {
    "backup-storage": ("MountCapsule",),
    "config": (
        "DeleteDeliveryChannel",
        "PutConfigurationRecorder",
        "PutDeliveryChannel",
        "StartConfigurationRecorder",
    ),
    "ec2": ("EnableEbsEncryptionByDefault", "ModifyEbsDefaultKmsKeyId"),
    "inspector2": ("Enable",),
    "kafka": ("CreateCluster", "CreateClusterV2"),
    "kms": ("CreateKey",),
    "logs": ("CreateLogDelivery", "DeleteLogDelivery", "GetLogDelivery", "UpdateLogDelivery"),
    "s3": ("PutAccountPublicAccessBlock",),
}
"""In the stack's regions. AWS knows no resource to name for these (Service Authorization
Reference)."""

GLOBAL_WRITES: Mapping[str, tuple[str, ...]] = {
    "budgets": ("ModifyBudget", "TagResource", "UntagResource"),
    "route53": (
        "AssociateVPCWithHostedZone",
        "ChangeTagsForResource",
        "CreateHostedZone",
        "DeleteHostedZone",
        "DisassociateVPCFromHostedZone",
        "UpdateHostedZoneComment",
    ),
}
"""Of services that belong to no region."""

SERVICES_WITH_ROLES = (
    "backup.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "datasync.amazonaws.com",
    "eks.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "pods.eks.amazonaws.com",
    "rds.amazonaws.com",
    "s3.amazonaws.com",
)
"""Services to which a role of the program is handed."""

LINKED_SERVICES = (
    "access-analyzer.amazonaws.com",
    "config.amazonaws.com",
    "eks-nodegroup.amazonaws.com",
    "eks.amazonaws.com",
    "guardduty.amazonaws.com",
    "inspector2.amazonaws.com",
    "kafka.amazonaws.com",
    "kafka.application-autoscaling.amazonaws.com",
    "malware-protection.guardduty.amazonaws.com",
    "rds.amazonaws.com",
    "securityhub.amazonaws.com",
)
"""Services that bring a role of their own, which AWS makes on first use."""

FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "account": ("CloseAccount", "DisableRegion", "EnableRegion"),
    "backup": (
        "DeleteBackupVault",
        "DeleteBackupVaultLockConfiguration",
        "DeleteRecoveryPoint",
    ),
    "cloudtrail": ("DeleteTrail", "StopLogging"),
    "config": ("DeleteConfigurationRecorder", "StopConfigurationRecorder"),
    # It would make itself, or anyone, the cluster's administrator.
    "eks": ("AssociateAccessPolicy", "DisassociateAccessPolicy"),
    "guardduty": ("DeleteDetector", "DisassociateFromAdministratorAccount"),
    "iam": (
        "AddUserToGroup",
        "AttachGroupPolicy",
        "AttachUserPolicy",
        "CreateAccessKey",
        "CreateGroup",
        "CreateLoginProfile",
        "CreateServiceSpecificCredential",
        "CreateUser",
        "DeleteRolePermissionsBoundary",
        "PutGroupPolicy",
        "PutUserPolicy",
        "UpdateAccessKey",
        "UpdateLoginProfile",
        "UploadSSHPublicKey",
    ),
    "inspector2": ("Disable",),
    "kms": ("DisableKey", "DisableKeyRotation", "ScheduleKeyDeletion"),
    "organizations": ("LeaveOrganization",),
    "rds": (
        "DeleteDBClusterAutomatedBackup",
        "DeleteDBClusterSnapshot",
        "ModifyDBClusterSnapshotAttribute",
        "StartExportTask",
    ),
    "s3": ("BypassGovernanceRetention",),
    "securityhub": ("DisableSecurityHub",),
}
"""What no role of the program may do, whatever its own policy says: what makes identities that
outlive a session, what cannot be undone or would not be seen, and what carries a whole database out
of the account."""


def actions(table: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A table as IAM writes it: ``service:Action``."""
    return [f"{service}:{action}" for service, each in table.items() for action in each]
