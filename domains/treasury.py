"""Treasury & Liquidity.

Customers' money is ``accounts``'. Its positions feed its own forecasts and stress tests.
"""

from domains import DataClass, Domain, Site, Tier, Topic

DOMAIN = Domain(
    name="treasury",
    title="Treasury & Liquidity",
    purpose="Keeps the bank liquid in every currency: reserves, pooling, hedging and stress tests.",
    tier=Tier.CORE,
    site=Site.ON_PREMISES,
    publishes=(Topic(name="corebank.treasury.liquidity.updated.v1", keyed_by="portfolioId"),),
    consumes=(
        "corebank.accounts.balance.updated.v1",
        "corebank.lending.disbursed.v1",
        "corebank.treasury.liquidity.updated.v1",
    ),
    data_class=DataClass.PLATFORM,
)
