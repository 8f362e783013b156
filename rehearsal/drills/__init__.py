"""Drills: attempts on the live rehearsal that have to end as the stack's exports promise.

A drill knows nothing of the program. It takes what the stack exports, tries on the real servers
what should work and what should not, and fails if either comes out otherwise.
"""

from rehearsal.drills._attempts import SIGNS, Attempt, Drill, Outcome, Place
from rehearsal.drills._running import Drilled
from rehearsal.drills.alerts import ALERTS
from rehearsal.drills.broker_matrix import BROKER_MATRIX
from rehearsal.drills.canary import CANARY
from rehearsal.drills.cluster_access import CLUSTER_ACCESS
from rehearsal.drills.erasure import ERASURE
from rehearsal.drills.evidence_lock import EVIDENCE_LOCK
from rehearsal.drills.evidence_neighbours import EVIDENCE_NEIGHBOURS
from rehearsal.drills.ground import GROUND
from rehearsal.drills.just_in_time import JUST_IN_TIME
from rehearsal.drills.mesh import MESH
from rehearsal.drills.pools import POOLS
from rehearsal.drills.scheduling import SCHEDULING
from rehearsal.drills.schemas import SCHEMAS
from rehearsal.drills.segments import SEGMENTS
from rehearsal.drills.siem_feed import SIEM_FEED
from rehearsal.drills.topics import TOPICS
from rehearsal.drills.vault_audit import VAULT_AUDIT
from rehearsal.drills.vault_matrix import VAULT_MATRIX
from rehearsal.drills.vault_people import VAULT_PEOPLE
from rehearsal.drills.workloads import WORKLOADS
from rehearsal.drills.wrong_identity import WRONG_IDENTITY

LANES: tuple[tuple[Drill, ...], ...] = (
    # Streams, and what runs in the cluster.
    (
        TOPICS,
        BROKER_MATRIX,
        SCHEMAS,
        CLUSTER_ACCESS,
        # Before who looks at what it may have left.
        SCHEDULING,
        WORKLOADS,
        MESH,
        GROUND,
        SEGMENTS,
        ALERTS,
    ),
    # Secrets and evidence.
    (
        VAULT_MATRIX,
        WRONG_IDENTITY,
        VAULT_PEOPLE,
        JUST_IN_TIME,
        VAULT_AUDIT,
        EVIDENCE_NEIGHBOURS,
        EVIDENCE_LOCK,
        ERASURE,
        SIEM_FEED,
        POOLS,
        # After who uses secrets: it looks at what was written down of them.
        CANARY,
    ),
)
"""Every drill there is. Those of a lane are run in this order, beside those of the other: what one
lane changes, for a while, the other does not look at."""

__all__ = ["LANES", "SIGNS", "Attempt", "Drill", "Drilled", "Outcome", "Place"]
