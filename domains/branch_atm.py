"""Branch & ATM Integration.

Owns no topic and reads none: cash movements are booked through ``accounts``' API.
"""

from domains import Api, Auth, Domain, Tier

DOMAIN = Domain(
    name="branch-atm",
    title="Branch & ATM Integration",
    purpose="Connects branches and cash machines: their whereabouts, queues, cash and telemetry.",
    tier=Tier.CORE,
    image=(
        "registry.corp.bank.internal/branch-atm"
        "@sha256:000000000000000000000000000000000000000000000000000000006d590ffe"
    ),
    api=Api(path="/branch-atm", auth=(Auth.DEVICE,)),
    calls=("accounts", "cards", "payments"),
)
