"""Payments & Transfers.

Balances are ``accounts``'; the decision to block a payment is ``risk``'s.
"""

from datetime import timedelta

from domains import Api, Auth, DataClass, Domain, Site, Tier, Topic

DOMAIN = Domain(
    name="payments",
    title="Payments & Transfers",
    purpose="Initiates and settles domestic and cross-border payments under PSD2.",
    tier=Tier.CRITICAL,
    site=Site.ON_PREMISES,
    image=(
        "registry.corp.bank.internal/payments"
        "@sha256:00000000000000000000000000000000000000000000000000000000df384ae9"
    ),
    api=Api(
        path="/payments",
        grpc=True,
        auth=(Auth.STRONG_CUSTOMER, Auth.MUTUAL_TLS),
        p99=timedelta(milliseconds=200),
    ),
    calls=("accounts", "aml", "risk"),
    outside=("*.swift.com",),
    publishes=(
        Topic(name="corebank.payments.initiated.v1", keyed_by="paymentId", partitions=24),
        Topic(name="corebank.payments.confirmed.v1", keyed_by="paymentId", partitions=24),
    ),
    consumes=("corebank.fraud.detected.v1",),
    data_class=DataClass.PAYMENTS_AND_CARDS,
    evidence="What payers authenticated and authorised (Directive 2015/2366, art. 72).",
)
