"""Data Analytics & Reporting.

Filing with an authority is ``aml``'s. Its metrics feed its own data lake.
"""

from domains import Api, Auth, Domain, Tier, Topic

DOMAIN = Domain(
    name="analytics",
    title="Data Analytics & Reporting",
    purpose="Measures the business and supplies the figures that FATCA, CRS and PSD2 ask for.",
    tier=Tier.STANDARD,
    image=(
        "registry.corp.bank.internal/analytics"
        "@sha256:0000000000000000000000000000000000000000000000000000000065f98121"
    ),
    api=Api(path="/analytics", auth=(Auth.SCOPES, Auth.ENCRYPTED_PAYLOAD)),
    publishes=(
        Topic(name="corebank.analytics.metrics.v1", keyed_by="metric"),
        Topic(name="corebank.customer.behavior.updated.v1", keyed_by="customerId"),
    ),
    consumes=(
        "corebank.analytics.metrics.v1",
        "corebank.lending.disbursed.v1",
        "corebank.payments.confirmed.v1",
    ),
    erasable=True,
    database=False,
)
