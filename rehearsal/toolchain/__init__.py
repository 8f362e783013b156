"""The tools a rehearsal runs: found on the machine or made once from pinned package versions.

``make preview`` needs ``PULUMI`` alone, ``make up`` the rest as well; ``missing`` tells, before
anything is built, what a person would have to install.
"""

from rehearsal.toolchain.building import BuildFailed
from rehearsal.toolchain.cache import built, cache_folder, ensure, missing
from rehearsal.toolchain.programs import JAVA, Program, ProgramsMissing
from rehearsal.toolchain.tools import (
    ISTIO,
    KAFKA,
    KUBERNETES,
    KWOK,
    MINIO,
    PROMETHEUS_OPERATOR,
    PROMTOOL,
    PULUMI,
    VAULT,
    VCSIM,
    Tool,
)

__all__ = [
    "ISTIO",
    "JAVA",
    "KAFKA",
    "KUBERNETES",
    "KWOK",
    "MINIO",
    "PROMETHEUS_OPERATOR",
    "PROMTOOL",
    "PULUMI",
    "VAULT",
    "VCSIM",
    "BuildFailed",
    "Program",
    "ProgramsMissing",
    "Tool",
    "built",
    "cache_folder",
    "ensure",
    "missing",
]
