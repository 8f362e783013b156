"""Treasury & Liquidity.

Customers' money is ``accounts``'. Its positions feed its own forecasts and stress tests.
"""

from domains import Api, Auth, DataClass, Domain, Site, Tier, Topic

DOMAIN = Domain(
    name="treasury",
    title="Treasury & Liquidity",
    purpose="Keeps the bank liquid in every currency: reserves, pooling, hedging and stress tests.",
    tier=Tier.CORE,
    site=Site.ON_PREMISES,
    image=(
        "registry.corp.bank.internal/treasury"
        "@sha256:0000000000000000000000000000000000000000000000000000000066fa9f9d"
    ),
    api=Api(path="/treasury", auth=(Auth.ROLES, Auth.AUDITED)),
    calls=("accounts", "payments"),
    publishes=(Topic(name="corebank.treasury.liquidity.updated.v1", keyed_by="portfolioId"),),
    consumes=(
        "corebank.accounts.balance.updated.v1",
        "corebank.lending.disbursed.v1",
        "corebank.treasury.liquidity.updated.v1",
    ),
    data_class=DataClass.PLATFORM,
)
