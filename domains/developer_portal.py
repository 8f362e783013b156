"""Developer Portal & Open Banking.

Owns no topic and reads none: it reaches the bank's data through the other domains' APIs.
"""

from domains import Api, Auth, Domain, Secrets, Tier

DOMAIN = Domain(
    name="developer-portal",
    title="Developer Portal & Open Banking",
    purpose="Gives third parties their API keys, sandbox and consents for open banking.",
    tier=Tier.STANDARD,
    image=(
        "registry.corp.bank.internal/developer-portal"
        "@sha256:000000000000000000000000000000000000000000000000000000004a15a7bf"
    ),
    api=Api(host="developers", auth=(Auth.CLIENT_CREDENTIALS, Auth.CONSENT)),
    calls=("accounts", "payments"),
    secrets=(Secrets(path="developer-portal/clients", may=("create", "delete", "update")),),
)
