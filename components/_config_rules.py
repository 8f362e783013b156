"""What AWS Config watches for, as data: managed rules and their parameters. Pure.

A rule's name is its identifier in lower case, with hyphens (AWS Config developer guide, list of
managed rules).
"""

from collections.abc import Mapping

EVERYWHERE: Mapping[str, Mapping[str, str]] = {
    "BACKUP_RECOVERY_POINT_ENCRYPTED": {},
    "CLOUDWATCH_LOG_GROUP_ENCRYPTED": {},
    "CMK_BACKING_KEY_ROTATION_ENABLED": {},
    # PCI DSS 4.0.1, 10.5.1: twelve months.
    "CW_LOGGROUP_RETENTION_PERIOD_CHECK": {"MinRetentionTime": "365"},
    "EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK": {},
    "EC2_EBS_ENCRYPTION_BY_DEFAULT": {},
    "EC2_IMDSV2_CHECK": {},
    "EC2_INSTANCE_NO_PUBLIC_IP": {},
    "EKS_ENDPOINT_NO_PUBLIC_ACCESS": {},
    "EKS_SECRETS_ENCRYPTED": {},
    "ENCRYPTED_VOLUMES": {},
    "GUARDDUTY_ENABLED_CENTRALIZED": {},
    "INCOMING_SSH_DISABLED": {},
    "KMS_CMK_NOT_SCHEDULED_FOR_DELETION": {},
    "MSK_IN_CLUSTER_NODE_REQUIRE_TLS": {},
    "NACL_NO_UNRESTRICTED_SSH_RDP": {},
    "RDS_INSTANCE_PUBLIC_ACCESS_CHECK": {},
    "RDS_SNAPSHOTS_PUBLIC_PROHIBITED": {},
    "RDS_STORAGE_ENCRYPTED": {},
    "S3_BUCKET_PUBLIC_READ_PROHIBITED": {},
    "S3_BUCKET_PUBLIC_WRITE_PROHIBITED": {},
    "S3_BUCKET_SSL_REQUESTS_ONLY": {},
    "S3_BUCKET_VERSIONING_ENABLED": {},
    "SECURITYHUB_ENABLED": {},
    "SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED": {},
    "VPC_DEFAULT_SECURITY_GROUP_CLOSED": {},
    "VPC_FLOW_LOGS_ENABLED": {"trafficType": "ALL"},
}
"""About what is in one region."""

AT_HOME: Mapping[str, Mapping[str, str]] = {
    "ACCESS_KEYS_ROTATED": {"maxAccessKeyAge": "90"},
    "CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED": {},
    "CLOUD_TRAIL_ENCRYPTION_ENABLED": {},
    "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED": {},
    "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS": {},
    "IAM_ROOT_ACCESS_KEY_CHECK": {},
    "IAM_USER_NO_POLICIES_CHECK": {},
    "MULTI_REGION_CLOUD_TRAIL_ENABLED": {},
    "ROOT_ACCOUNT_MFA_ENABLED": {},
    "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC": {},
}
"""About the account as a whole, so watched where it is at home and nowhere else."""


def rule_name(identifier: str) -> str:
    """The name under which a managed rule is known."""
    return identifier.lower().replace("_", "-")
