"""Accounts & Balances.

Moving money to another bank is ``payments``'; the bank's own funds are ``treasury``'s.
"""

from datetime import timedelta

from domains import Api, Auth, Domain, Tier, Topic

DOMAIN = Domain(
    name="accounts",
    title="Accounts & Balances",
    purpose="Keeps savings, current and joint accounts and says what is in them.",
    tier=Tier.CRITICAL,
    image=(
        "registry.corp.bank.internal/accounts"
        "@sha256:00000000000000000000000000000000000000000000000000000000bc62a3c1"
    ),
    api=Api(path="/accounts", auth=(Auth.CLIENT_CREDENTIALS,), p99=timedelta(milliseconds=300)),
    outside=("*.swift.com",),
    publishes=(Topic(name="corebank.accounts.balance.updated.v1", keyed_by="accountId"),),
    consumes=(
        "corebank.customer.onboarded.v1",
        "corebank.fraud.detected.v1",
    ),
)
