"""Developer Portal & Open Banking.

Owns no topic and reads none: it reaches the bank's data through the other domains' APIs.
"""

from domains import Domain, Secrets, Tier

DOMAIN = Domain(
    name="developer-portal",
    title="Developer Portal & Open Banking",
    purpose="Gives third parties their API keys, sandbox and consents for open banking.",
    tier=Tier.STANDARD,
    secrets=(Secrets(path="developer-portal/clients", may=("create", "delete", "update")),),
)
