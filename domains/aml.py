"""AML & Compliance Rules Engine.

Fraud against the customer is ``risk``'s. Its alerts feed its own case management.
"""

from datetime import timedelta

from domains import Api, Auth, Domain, Site, Tier, Topic

DOMAIN = Domain(
    name="aml",
    title="AML & Compliance Rules Engine",
    purpose="Screens customers and payments against sanctions lists and reports to authorities.",
    tier=Tier.CRITICAL,
    site=Site.ON_PREMISES,
    image=(
        "registry.corp.bank.internal/aml"
        "@sha256:0000000000000000000000000000000000000000000000000000000022775a0e"
    ),
    api=Api(path="/aml", auth=(Auth.MUTUAL_TLS, Auth.AUDITED), p99=timedelta(milliseconds=300)),
    calls=("accounts", "onboarding"),
    outside=("sanctionslistservice.ofac.treas.gov", "scsanctions.un.org", "webgate.ec.europa.eu"),
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
