"""Accounts & Balances.

Moving money to another bank is ``payments``'; the bank's own funds are ``treasury``'s.
"""

from domains import Domain, Tier, Topic

DOMAIN = Domain(
    name="accounts",
    title="Accounts & Balances",
    purpose="Keeps savings, current and joint accounts and says what is in them.",
    tier=Tier.CRITICAL,
    publishes=(Topic(name="corebank.accounts.balance.updated.v1", keyed_by="accountId"),),
    consumes=(
        "corebank.customer.onboarded.v1",
        "corebank.fraud.detected.v1",
    ),
)
