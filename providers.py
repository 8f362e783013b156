"""The providers, each bound to the one place it may change.

Every resource gets one of these: the project switches the default providers off, so that nothing
is made with whatever credentials and region a shell happens to have.
"""

import pulumi
import pulumi_aws as aws
import pulumi_vault as vault

from settings import Settings


def bank_providers(settings: Settings) -> list[pulumi.ProviderResource]:
    """Makes the providers of a stack. Credentials come from the environment, never from here."""
    return [
        aws.Provider(
            "aws", region=settings.region, allowed_account_ids=[settings.account]
        ),
        vault.Provider(
            "vault",
            address=settings.vault.address,
            # A child token would expire in the middle of a long update.
            skip_child_token=True,
        ),
    ]
