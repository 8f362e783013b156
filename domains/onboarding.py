"""Customer Onboarding & KYC.

Later due diligence is ``aml``'s; opening the first account is ``accounts``'.
"""

from domains import Api, Auth, Domain, Tier, Topic

DOMAIN = Domain(
    name="onboarding",
    title="Customer Onboarding & KYC",
    purpose="Turns applicants into customers whose identity and consent are verified.",
    tier=Tier.CORE,
    image=(
        "registry.corp.bank.internal/onboarding"
        "@sha256:00000000000000000000000000000000000000000000000000000000a4963c49"
    ),
    api=Api(path="/onboarding", auth=(Auth.CLIENT_CREDENTIALS, Auth.BIOMETRIC)),
    calls=("aml",),
    outside=("*.netverify.com", "*.onfido.com"),
    publishes=(Topic(name="corebank.customer.onboarded.v1", keyed_by="customerId"),),
    evidence="Who was identified by what, and consented (Directive 2015/849, art. 40).",
    erasable=True,
)
