"""Memberships: a role that has another one's privileges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from rehearsal.providers.postgresql.login import Login, number_of
from rehearsal.providers.refusing import refuse_others
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

_READ = """
SELECT bool_or(admin_option) FROM pg_auth_members
WHERE pg_get_userbyid(member) = %s AND pg_get_userbyid(roleid) = %s
"""


def _defaults() -> Mapping[str, Any]:
    return {"withAdminOption": False}


@dataclass(frozen=True, kw_only=True)
class GrantRole(ResourceType[Login]):
    """One membership. Nothing of it can change."""

    type: str = "postgresql:index/grantRole:GrantRole"
    replaces: tuple[str, ...] = ("role", "grantRole", "withAdminOption")
    defaults: Mapping[str, Any] = field(default_factory=_defaults)

    def create(self, client: Login, inputs: Plain) -> str:
        """Makes the role a member, anew where it was one."""
        refuse_others(self.type, inputs, *self.replaces)
        member, group = inputs["role"], inputs["grantRole"]
        admin = bool(inputs.get("withAdminOption"))
        names = sql.Identifier(group), sql.Identifier(member)
        with client.session() as session, session.transaction():
            session.execute(sql.SQL("REVOKE {} FROM {}").format(*names))
            option = sql.SQL(" WITH ADMIN OPTION" if admin else "")
            session.execute(sql.SQL("GRANT {} TO {}{}").format(*names, option))
        return f"{member}_{group}_{str(admin).lower()}"

    def read(self, client: Login, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells whether it still is one, and may make others one."""
        del resource_id
        known = {**state, **inputs}
        with client.session() as session:
            row = session.execute(_READ, [known["role"], known["grantRole"]]).fetchone()
        if row is None or row[0] is None:
            return None
        return {**inputs, "withAdminOption": row[0]}

    def update(self, client: Login, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Refuses: every change replaces."""
        del client, resource_id, state, old, new
        raise RuntimeError(f"the rehearsal can't change a {self.type} in place")

    def delete(self, client: Login, resource_id: str, state: Plain) -> None:
        """Ends it, where both are still there."""
        del resource_id
        with client.session() as session:
            if None in [number_of(session, state[key]) for key in ("role", "grantRole")]:
                return
            names = sql.Identifier(state["grantRole"]), sql.Identifier(state["role"])
            session.execute(sql.SQL("REVOKE {} FROM {}").format(*names))
