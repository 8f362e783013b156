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
    "directconnect": ("Describe*",),
    "ec2": (
        "Describe*",
        "GetEbsDefaultKmsKeyId",
        "GetEbsEncryptionByDefault",
        "GetTransitGatewayRouteTable*",
    ),
    "eks": ("Describe*", "List*"),
    "events": ("DescribeRule", "ListTagsForResource", "ListTargetsByRule"),
    "firehose": ("DescribeDeliveryStream", "ListTagsForDeliveryStream"),
    "glue": ("GetRegistry", "GetSchema", "GetSchemaVersion", "GetTags"),
    "guardduty": ("GetDetector", "ListDetectors", "ListTagsForResource"),
    "iam": ("Get*", "List*"),
    "inspector2": ("BatchGetAccountStatus",),
    "kafka": ("Describe*", "Get*", "List*"),
    "kms": ("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "List*"),
    "logs": (
        "DescribeLogGroups",
        "DescribeLogStreams",
        "DescribeResourcePolicies",
        "DescribeSubscriptionFilters",
        "ListTagsForResource",
    ),
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
    "secretsmanager": ("DescribeSecret", "GetResourcePolicy"),
    "securityhub": (
        "DescribeHub",
        "GetEnabledStandards",
        "GetFindingAggregator",
        "ListFindingAggregators",
    ),
    "sns": ("GetSubscriptionAttributes", "GetTopicAttributes", "ListTagsForResource"),
    "ssm": ("DescribeActivations", "ListTagsForResource"),
    "sts": ("GetCallerIdentity",),
}

WRITES: Mapping[str, tuple[str, ...]] = {
    "access-analyzer": ("CreateAnalyzer", "DeleteAnalyzer", "TagResource", "UntagResource"),
    "application-autoscaling": (
        "DeleteScalingPolicy",
        "DeregisterScalableTarget",
        "PutScalingPolicy",
        "RegisterScalableTarget",
        "TagResource",
        "UntagResource",
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
    "datasync": ("Create*", "Delete*", "TagResource", "UntagResource", "Update*"),
    "eks": (
        "Create*",
        "Delete*",
        "TagResource",
        "UntagResource",
        "Update*",
    ),
    "glue": (
        "CreateRegistry",
        "CreateSchema",
        "DeleteRegistry",
        "DeleteSchema",
        "RegisterSchemaVersion",
        "TagResource",
        "UntagResource",
        "UpdateRegistry",
        "UpdateSchema",
    ),
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
    "s3": (
        "CreateBucket",
        "DeleteBucket",
        "DeleteBucketPolicy",
        "PutBucket*",
        "PutEncryptionConfiguration",
        "PutLifecycleConfiguration",
        "PutReplicationConfiguration",
    ),
    "secretsmanager": (
        "CreateSecret",
        "DeleteSecret",
        "RotateSecret",
        "TagResource",
        "UntagResource",
        "UpdateSecret",
    ),
    "ssm": ("AddTagsToResource", "RemoveTagsFromResource"),
}
"""In the stack's regions, on resources of its own account."""

WATCH_WRITES: Mapping[str, tuple[str, ...]] = {
    "cloudtrail": (
        "AddTags",
        "CreateTrail",
        "PutEventSelectors",
        "PutInsightSelectors",
        "RemoveTags",
        "StartLogging",
        "UpdateTrail",
    ),
    "cloudwatch": ("DeleteAlarms", "PutMetricAlarm", "TagResource", "UntagResource"),
    "config": ("DeleteConfigRule", "PutConfigRule", "TagResource", "UntagResource"),
    "events": (
        "DeleteRule",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
        "TagResource",
        "UntagResource",
    ),
    "firehose": (
        "CreateDeliveryStream",
        "DeleteDeliveryStream",
        "StartDeliveryStreamEncryption",
        "StopDeliveryStreamEncryption",
        "TagDeliveryStream",
        "UntagDeliveryStream",
        "UpdateDestination",
    ),
    "guardduty": ("CreateDetector", "TagResource", "UntagResource", "UpdateDetector"),
    "logs": (
        "AssociateKmsKey",
        "CreateLogGroup",
        "CreateLogStream",
        "DeleteLogGroup",
        "DeleteLogStream",
        "DeleteSubscriptionFilter",
        "PutRetentionPolicy",
        "PutSubscriptionFilter",
        "TagResource",
        "UntagResource",
    ),
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
"""Likewise, of what watches and records, and of those who are told."""

NETWORK_WRITES: Mapping[str, tuple[str, ...]] = {
    "directconnect": (
        "*DirectConnectGatewayAssociation",
        "CreateTransitVirtualInterface",
        "DeleteDirectConnectGateway",
        "DeleteVirtualInterface",
        "TagResource",
        "UntagResource",
        "UpdateDirectConnectGateway",
        "UpdateVirtualInterfaceAttributes",
    ),
    "ec2": (
        "AllocateAddress",
        "Associate*",
        "AttachInternetGateway",
        "Authorize*",
        "Create*",
        "Delete*",
        "Detach*",
        "DisableTransitGatewayRouteTablePropagation",
        "Disassociate*",
        "EnableTransitGatewayRouteTablePropagation",
        "ModifyLaunchTemplate",
        "ModifySecurityGroupRules",
        "ModifySubnetAttribute",
        "ModifyTransitGateway*",
        "ModifyVpc*",
        "ModifyVpn*",
        "ReleaseAddress",
        "Replace*",
        "Revoke*",
        # Whoever has a node group follow a template must be allowed to start what it describes.
        "RunInstances",
        "UpdateSecurityGroup*",
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
}
"""Likewise, of networks and what lies in them."""

WRITES_WITHOUT_RESOURCE: Mapping[str, tuple[str, ...]] = {
    "backup-storage": ("MountCapsule",),
    "config": (
        "DeleteDeliveryChannel",
        "PutConfigurationRecorder",
        "PutDeliveryChannel",
        "StartConfigurationRecorder",
    ),
    "directconnect": ("CreateDirectConnectGateway", "UpdateDirectConnectGatewayAssociation"),
    "ec2": ("EnableEbsEncryptionByDefault", "ModifyEbsDefaultKmsKeyId"),
    "inspector2": ("Enable",),
    "kafka": ("CreateCluster", "CreateClusterV2"),
    "kms": ("CreateKey",),
    "logs": (
        "CreateLogDelivery",
        "DeleteLogDelivery",
        "GetLogDelivery",
        "ListLogDeliveries",
        # A service that writes to a log is let in by the log's policy, which comes with the first.
        "PutResourcePolicy",
        "UpdateLogDelivery",
    ),
    "s3": ("PutAccountPublicAccessBlock",),
    "ssm": ("CreateActivation", "DeleteActivation"),
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
    "firehose.amazonaws.com",
    "logs.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "pods.eks.amazonaws.com",
    "rds.amazonaws.com",
    "s3.amazonaws.com",
    "ssm.amazonaws.com",
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
    "s2svpn.amazonaws.com",
    "securityhub.amazonaws.com",
    "transitgateway.amazonaws.com",
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
