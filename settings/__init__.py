"""What people decide about a stack: typed, frozen, and refused as a whole if anything is wrong.

Owns the keys of ``Pulumi.<stack>.yaml``, what each may be and how a mistake is told. Leaves out
secrets, which come from Vault and AWS, and everything about Pulumi: a stack file can be read and
judged without an engine. ``settings.stack_file`` reads the file itself and is apart, because the
program gets its configuration from the engine.
"""

from settings._account_fields import ANY_NAME
from settings._ageing import warnings
from settings._allowed import RULES, Rules
from settings._database_fields import Origin, PointInTime, Snapshot
from settings._load import load_settings
from settings._mesh_model import MeshSettings
from settings._model import OrganisationSettings, Settings
from settings._on_premises_model import LinkSettings, OnPremisesSettings
from settings._vault_model import HsmSettings, SnapshotSettings, VaultSettings
from settings._words import Environment, Lock, NatGateways, Seal, Through
from settings._workloads_model import WorkloadSettings

__all__ = [
    "ANY_NAME",
    "RULES",
    "Environment",
    "HsmSettings",
    "LinkSettings",
    "Lock",
    "MeshSettings",
    "NatGateways",
    "OnPremisesSettings",
    "OrganisationSettings",
    "Origin",
    "PointInTime",
    "Rules",
    "Seal",
    "Settings",
    "Snapshot",
    "SnapshotSettings",
    "Through",
    "VaultSettings",
    "WorkloadSettings",
    "load_settings",
    "warnings",
]
