"""Roles, and who has them where."""

from dataclasses import dataclass
from typing import Any

from rehearsal.providers.values import Plain
from rehearsal.providers.vsphere.row import Row
from rehearsal.vcenter import VCenter, vim

_EVERYONES = ("System.Anonymous", "System.Read", "System.View")
"""Privileges that vCenter adds to every role."""


@dataclass(frozen=True, kw_only=True)
class Role(Row):
    """A set of privileges."""

    type: str = "vsphere:index/role:Role"
    known: tuple[str, ...] = ("name", "rolePrivileges")

    def create(self, client: VCenter, inputs: Plain) -> str:
        """Makes it."""
        self.refuse_unknown(inputs)
        manager = client.content.authorizationManager
        made = manager.AddAuthorizationRole(name=inputs["name"], privIds=inputs["rolePrivileges"])
        return str(made)

    def read(self, client: VCenter, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells its privileges, without those that every role has."""
        manager = client.content.authorizationManager
        roles: list[Any] = (client.look(manager, "roleList") or {})["roleList"]
        found = next((role for role in roles if str(role.roleId) == resource_id), None)
        if found is None:
            return None
        declared: list[str] = inputs.get("rolePrivileges") or []
        own = sorted(each for each in found.privilege if each not in _EVERYONES)
        same = own == sorted(each for each in declared if each not in _EVERYONES)
        return {
            **state,
            **inputs,
            "name": found.name,
            "rolePrivileges": declared if same else own,
        }

    def update(
        self, client: VCenter, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Says it all again."""
        del state, old
        self.refuse_unknown(new)
        client.content.authorizationManager.UpdateAuthorizationRole(
            roleId=int(resource_id), newName=new["name"], privIds=new["rolePrivileges"]
        )

    def delete(self, client: VCenter, resource_id: str, state: Plain) -> None:
        """Takes it away."""
        if self.read(client, resource_id, {}, state) is not None:
            client.content.authorizationManager.RemoveAuthorizationRole(
                roleId=int(resource_id), failIfUsed=False
            )


@dataclass(frozen=True, kw_only=True)
class EntityPermissions(Row):
    """Who has which role on a folder: these, and nobody else."""

    type: str = "vsphere:index/entityPermissions:EntityPermissions"
    known: tuple[str, ...] = ("entityId", "entityType", "permissions")
    replaces: tuple[str, ...] = ("entityId", "entityType")

    def create(self, client: VCenter, inputs: Plain) -> str:
        """Grants them."""
        self.refuse_unknown(inputs)
        if inputs["entityType"] != "Folder":
            raise RuntimeError("the rehearsal grants roles on folders only")
        self._grant(client, inputs["entityId"], inputs["permissions"])
        return inputs["entityId"]

    def read(self, client: VCenter, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells who has one there."""
        folder = client.at(vim.Folder, resource_id)
        if client.look(folder, "name") is None:
            return None
        live = [
            {
                "userOrGroup": each.principal,
                "isGroup": each.group,
                "roleId": str(each.roleId),
                "propagate": each.propagate,
            }
            for each in _granted(client, folder)
        ]
        return {**state, **inputs, "permissions": live} if live else None

    def update(
        self, client: VCenter, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Grants what is declared now, and takes the rest away."""
        del state, old
        self.refuse_unknown(new)
        self._grant(client, resource_id, new["permissions"])

    def delete(self, client: VCenter, resource_id: str, state: Plain) -> None:
        """Takes all of them away."""
        del state
        if client.look(client.at(vim.Folder, resource_id), "name") is not None:
            self._grant(client, resource_id, [])

    def _grant(self, client: VCenter, entity: str, permissions: list[Plain]) -> None:
        folder = client.at(vim.Folder, entity)
        manager = client.content.authorizationManager
        wanted = {each["userOrGroup"] for each in permissions}
        for each in _granted(client, folder):
            if each.principal not in wanted:
                manager.RemoveEntityPermission(
                    entity=folder, user=each.principal, isGroup=each.group
                )
        manager.SetEntityPermissions(
            entity=folder,
            permission=[
                vim.AuthorizationManager.Permission(
                    principal=each["userOrGroup"],
                    group=each["isGroup"],
                    roleId=int(each["roleId"]),
                    propagate=each["propagate"],
                )
                for each in permissions
            ],
        )


def _granted(client: VCenter, folder: Any) -> list[Any]:
    manager = client.content.authorizationManager
    return list(manager.RetrieveEntityPermissions(entity=folder, inherited=False) or ())


ROWS = (Role(), EntityPermissions())
