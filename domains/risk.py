"""Risk & Fraud Scoring.

Acting on a score is left to the domain that holds the money or the card.
"""

from domains import Domain, Tier, Topic

DOMAIN = Domain(
    name="risk",
    title="Risk & Fraud Scoring",
    purpose="Scores transactions and behaviour for fraud while the customer waits.",
    tier=Tier.CRITICAL,
    publishes=(Topic(name="corebank.fraud.detected.v1", keyed_by="eventId"),),
    consumes=(
        "corebank.cards.transactions.v1",
        "corebank.lending.applications.submitted.v1",
        "corebank.payments.initiated.v1",
    ),
)
