"""Payments & Transfers.

Balances are ``accounts``'; the decision to block a payment is ``risk``'s.
"""

from domains import DataClass, Domain, Site, Tier, Topic

DOMAIN = Domain(
    name="payments",
    title="Payments & Transfers",
    purpose="Initiates and settles domestic and cross-border payments under PSD2.",
    tier=Tier.CRITICAL,
    site=Site.ON_PREMISES,
    publishes=(
        Topic(name="corebank.payments.initiated.v1", keyed_by="paymentId", partitions=24),
        Topic(name="corebank.payments.confirmed.v1", keyed_by="paymentId", partitions=24),
    ),
    consumes=("corebank.fraud.detected.v1",),
    data_class=DataClass.PAYMENTS_AND_CARDS,
    evidence="What payers authenticated and authorised (Directive 2015/2366, art. 72).",
)
