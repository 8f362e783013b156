"""Lending & Credit.

Funding the loans is ``treasury``'s; checking the applicant is ``aml``'s and ``risk``'s.
"""

from domains import Api, Auth, Domain, Tier, Topic

DOMAIN = Domain(
    name="lending",
    title="Lending & Credit",
    purpose="Takes loan applications, scores them, pays loans out and follows their repayment.",
    tier=Tier.CORE,
    image=(
        "registry.corp.bank.internal/lending"
        "@sha256:0000000000000000000000000000000000000000000000000000000033ec8d9d"
    ),
    api=Api(path="/lending", auth=(Auth.CLIENT_CREDENTIALS, Auth.ROLES)),
    calls=("accounts", "aml", "onboarding", "risk"),
    outside=("*.equifax.com", "*.experian.com"),
    publishes=(
        Topic(name="corebank.lending.applications.submitted.v1", keyed_by="applicationId"),
        Topic(name="corebank.lending.disbursed.v1", keyed_by="loanId"),
    ),
    evidence="How creditworthiness was assessed (Directive 2023/2225, art. 18).",
    erasable=True,
)
