"""Risk & Fraud Scoring.

Acting on a score is left to the domain that holds the money or the card.
"""

from datetime import timedelta

from domains import Api, Auth, Domain, Tier, Topic

DOMAIN = Domain(
    name="risk",
    title="Risk & Fraud Scoring",
    purpose="Scores transactions and behaviour for fraud while the customer waits.",
    tier=Tier.CRITICAL,
    image=(
        "registry.corp.bank.internal/risk"
        "@sha256:000000000000000000000000000000000000000000000000000000002c6ef0f0"
    ),
    api=Api(
        rest=False,
        grpc=True,
        auth=(Auth.CLIENT_CREDENTIALS, Auth.ENCRYPTED_PAYLOAD),
        p99=timedelta(milliseconds=100),
    ),
    publishes=(Topic(name="corebank.fraud.detected.v1", keyed_by="eventId"),),
    consumes=(
        "corebank.cards.transactions.v1",
        "corebank.lending.applications.submitted.v1",
        "corebank.payments.initiated.v1",
    ),
)
