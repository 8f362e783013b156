"""Card Management.

Card numbers never leave the domain: its topics carry tokens only (PCI DSS).
"""

from datetime import timedelta

from domains import Api, Auth, DataClass, Domain, Tier, Topic

DOMAIN = Domain(
    name="cards",
    title="Card Management",
    purpose="Issues cards, guards their PINs and limits, and handles disputes.",
    tier=Tier.CRITICAL,
    image=(
        "registry.corp.bank.internal/cards"
        "@sha256:000000000000000000000000000000000000000000000000000000006ac9a32c"
    ),
    api=Api(
        path="/cards",
        auth=(Auth.STRONG_CUSTOMER, Auth.POSSESSION),
        p99=timedelta(milliseconds=300),
    ),
    calls=("accounts", "risk"),
    publishes=(
        Topic(name="corebank.cards.issued.v1", keyed_by="cardId", partitions=24),
        Topic(name="corebank.cards.transactions.v1", keyed_by="transactionId", partitions=24),
    ),
    consumes=("corebank.fraud.detected.v1",),
    data_class=DataClass.PAYMENTS_AND_CARDS,
    evidence="What cardholders authorised, for disputes (Directive 2015/2366, art. 72).",
)
