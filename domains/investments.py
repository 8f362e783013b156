"""Investment & Wealth.

The bank's own positions are ``treasury``'s. Its executions feed its own holdings and tax lots.
"""

from domains import Api, Auth, Domain, Tier, Topic

DOMAIN = Domain(
    name="investments",
    title="Investment & Wealth",
    purpose="Holds, trades and rebalances customers' funds and equities, and reports their taxes.",
    tier=Tier.CORE,
    image=(
        "registry.corp.bank.internal/investments"
        "@sha256:000000000000000000000000000000000000000000000000000000006a0632fd"
    ),
    api=Api(path="/investments", auth=(Auth.CLIENT_CREDENTIALS, Auth.ROLES)),
    calls=("accounts", "aml"),
    publishes=(Topic(name="corebank.investments.orders.executed.v1", keyed_by="orderId"),),
    consumes=("corebank.investments.orders.executed.v1",),
    evidence="Customers' orders and their execution (Regulation 600/2014, art. 25).",
)
