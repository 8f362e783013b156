"""The postgresql stand-in: databases, roles and privileges of the rehearsal's real PostgreSQL.

Every answer is read from its catalogs. Where the official provider and PostgreSQL leave something
to the caller, so does this: grants on one thing that are made at once may fail (``tuple
concurrently updated``), and replacing a grant takes it away after it has been given anew.
"""

from rehearsal.providers.framework import Endpoints, StandIn
from rehearsal.providers.postgresql.database import Database
from rehearsal.providers.postgresql.default_privileges import DefaultPrivileges
from rehearsal.providers.postgresql.grant import Grant
from rehearsal.providers.postgresql.inside import Extension, Schema
from rehearsal.providers.postgresql.login import Login
from rehearsal.providers.postgresql.membership import GrantRole
from rehearsal.providers.postgresql.role import Role
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

ROWS: tuple[ResourceType[Login], ...] = (
    Database(),
    DefaultPrivileges(),
    Extension(),
    Grant(),
    GrantRole(),
    Role(),
    Schema(),
)


def stand_in(endpoints: Endpoints) -> StandIn[Login]:
    """The stand-in for package ``postgresql``.

    It ignores the stack's host and user and asks the local server, as its superuser; if the stack
    says that its own user is none, what only a superuser gives is refused.
    """

    def reach(configuration: Plain) -> Login:
        # Providers are configured in texts, whatever their settings are.
        superuser = str(configuration.get("superuser", True)).lower() == "true"
        return Login(endpoints()["postgres"], superuser=superuser)

    return StandIn("postgresql", ROWS, reach)
