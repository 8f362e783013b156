"""Branch & ATM Integration.

Owns no topic and reads none: cash movements are booked through ``accounts``' API.
"""

from domains import Domain, Tier

DOMAIN = Domain(
    name="branch-atm",
    title="Branch & ATM Integration",
    purpose="Connects branches and cash machines: their whereabouts, queues, cash and telemetry.",
    tier=Tier.CORE,
)
