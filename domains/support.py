"""Customer Support & Notifications.

It reads much and decides nothing: what an event means stays with the domain that published it.
"""

from domains import Api, Auth, Domain, Tier, Topic

DOMAIN = Domain(
    name="support",
    title="Customer Support & Notifications",
    purpose="Answers customers and notifies them by push, SMS and e-mail.",
    tier=Tier.STANDARD,
    image=(
        "registry.corp.bank.internal/support"
        "@sha256:00000000000000000000000000000000000000000000000000000000a1860308"
    ),
    api=Api(path="/support", auth=(Auth.SESSION,)),
    calls=("accounts", "cards", "onboarding", "payments"),
    publishes=(
        Topic(name="corebank.notifications.sent.v1", keyed_by="messageId"),
        Topic(name="corebank.support.tickets.created.v1", keyed_by="ticketId"),
    ),
    consumes=(
        "corebank.accounts.balance.updated.v1",
        "corebank.cards.issued.v1",
        "corebank.customer.behavior.updated.v1",
        "corebank.customer.onboarded.v1",
        "corebank.fraud.detected.v1",
        "corebank.notifications.sent.v1",
        "corebank.support.tickets.created.v1",
    ),
    erasable=True,
)
