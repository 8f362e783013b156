"""Investment & Wealth.

The bank's own positions are ``treasury``'s. Its executions feed its own holdings and tax lots.
"""

from domains import Domain, Tier, Topic

DOMAIN = Domain(
    name="investments",
    title="Investment & Wealth",
    purpose="Holds, trades and rebalances customers' funds and equities, and reports their taxes.",
    tier=Tier.CORE,
    publishes=(Topic(name="corebank.investments.orders.executed.v1", keyed_by="orderId"),),
    consumes=("corebank.investments.orders.executed.v1",),
    evidence="Customers' orders and their execution (Regulation 600/2014, art. 25).",
)
