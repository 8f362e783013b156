"""AML & Compliance Rules Engine.

Fraud against the customer is ``risk``'s. Its alerts feed its own case management.
"""

from domains import Domain, Site, Tier, Topic

DOMAIN = Domain(
    name="aml",
    title="AML & Compliance Rules Engine",
    purpose="Screens customers and payments against sanctions lists and reports to authorities.",
    tier=Tier.CRITICAL,
    site=Site.ON_PREMISES,
    publishes=(
        Topic(name="corebank.aml.alerts.v1", keyed_by="alertId", archived=True),
        Topic(name="corebank.regulatory.reports.v1", keyed_by="reportId", archived=True),
    ),
    consumes=(
        "corebank.aml.alerts.v1",
        "corebank.lending.applications.submitted.v1",
        "corebank.payments.initiated.v1",
    ),
    evidence="What was screened, frozen and reported, and why (Directive 2015/849, art. 40).",
)
