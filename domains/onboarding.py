"""Customer Onboarding & KYC.

Later due diligence is ``aml``'s; opening the first account is ``accounts``'.
"""

from domains import Domain, Tier, Topic

DOMAIN = Domain(
    name="onboarding",
    title="Customer Onboarding & KYC",
    purpose="Turns applicants into customers whose identity and consent are verified.",
    tier=Tier.CORE,
    publishes=(Topic(name="corebank.customer.onboarded.v1", keyed_by="customerId"),),
    evidence="Who was identified by what, and consented (Directive 2015/849, art. 40).",
    erasable=True,
)
