"""The providers, each bound to the one place it may change.

Every resource gets one of these: the project switches the default providers off, so that nothing
is made with whatever credentials and region a shell happens to have. Credentials come from the
environment, never from here.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as kubernetes
import pulumi_minio as minio
import pulumi_postgresql as postgresql
import pulumi_vault as vault

from settings import OrganisationSettings, Settings

if TYPE_CHECKING:
    import pulumi_vsphere as vsphere


def aws_provider(settings: Settings) -> aws.Provider:
    """Changes the stack's own account and region, and refuses any other account."""
    return aws.Provider("aws", region=settings.region, allowed_account_ids=[settings.account])


def management_provider(organisation: OrganisationSettings, region: str) -> aws.Provider:
    """Changes the organisation's management account, by a role that is meant for guardrails only.

    Args:
        organisation: Names the role.
        region: Where calls are sent; what they change belongs to no region.
    """
    return aws.Provider(
        "aws-management",
        region=region,
        allowed_account_ids=[organisation.management_role.split(":")[4]],
        # No plain mapping: of that the SDK passes keys on as they are, and the provider knows none.
        assume_roles=[
            aws.ProviderAssumeRoleArgs(
                role_arn=organisation.management_role, session_name="corebank"
            )
        ],
    )


def eks_provider() -> eks.Provider:
    """Makes clusters out of resources of the aws provider that goes with it."""
    return eks.Provider("eks")


def kubernetes_provider(
    settings: Settings, cluster: str, kubeconfig: pulumi.Input[str]
) -> kubernetes.Provider:
    """Changes what is in the stack's cluster.

    It is the same cluster as long as it has the same name, whatever leads to it: without that said,
    another certificate would replace the provider, and everything that it has made.

    Args:
        settings: Where the cluster is.
        cluster: Its name in the account.
        kubeconfig: How it is reached.
    """
    return kubernetes.Provider(
        "kubernetes",
        kubeconfig=kubeconfig,
        cluster_identifier=f"{settings.account}/{settings.region}/{cluster}",
        # Else another content would be another object, and what reads it would be without for a
        # while. Pods are told of the content by an annotation, and are made anew.
        enable_config_map_mutable=True,
    )


def vault_provider(settings: Settings) -> vault.Provider:
    """Changes the stack's Vault, which has to be initialised."""
    return vault.Provider(
        "vault",
        address=settings.vault.address,
        # A child token would expire in the middle of a long update.
        skip_child_token=True,
    )


def postgresql_provider(
    settings: Settings, host: pulumi.Input[str], port: pulumi.Input[int]
) -> postgresql.Provider:
    """Changes the stack's PostgreSQL cluster: makes databases and roles, and reads no table.

    The environment says as whom (``PGUSER``) and whom to trust (``PGSSLROOTCERT``); the password is
    a token that AWS makes for that role.

    Args:
        settings: Where the cluster is.
        host: Its name, where it is written to.
        port: Its port.
    """
    return postgresql.Provider(
        "postgresql",
        host=host,
        port=port,
        database="postgres",
        sslmode="verify-full",
        aws_rds_iam_auth=True,
        aws_rds_iam_region=settings.region,
        # Nobody is, on Aurora.
        superuser=False,
    )


def minio_provider(settings: Settings) -> minio.Provider:
    """Changes the stack's evidence store, which has to run: makes buckets and policies."""
    return minio.Provider(
        "minio",
        minio_server=urlsplit(settings.evidence.endpoint).netloc,
        minio_ssl=True,
        minio_region=settings.region,
    )


def evidence_provider(settings: Settings) -> aws.Provider:
    """Changes the same store in the words of S3, and reaches nothing in AWS.

    The other AWS provider has the shell's credentials; these are a profile's of their own.
    """
    return aws.Provider(
        "aws-evidence",
        region=settings.region,
        profile="corebank-evidence",
        # No plain mapping, as above.
        endpoints=[aws.ProviderEndpointArgs(s3=settings.evidence.endpoint)],
        s3_use_path_style=True,
        # The store knows no accounts, and no names of regions but its own.
        skip_credentials_validation=True,
        skip_metadata_api_check=True,
        skip_requesting_account_id=True,
    )


def vsphere_provider(server: str) -> "vsphere.Provider":
    """Changes what is in the data centre's vCenter, and talks to nobody but it."""
    # Half a second that a stack without a data centre need not wait.
    import pulumi_vsphere as vsphere  # noqa: PLC0415

    return vsphere.Provider("vsphere", vsphere_server=server, allow_unverified_ssl=False)
