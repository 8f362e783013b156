"""A database in a PostgreSQL cluster that is there: its owner, who may read it, and nobody else.

Nobody logs in as any of its roles: they are what logins act as. Each step follows the one before,
since PostgreSQL refuses two changes of one object's privileges at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_postgresql as postgresql

_EVERYBODY = "public"


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """Which database it is.

    Args:
        database: Its name, its owner's, and its schema's.
        maker: The role that makes logins for it.
        protect: Whether it is protected from deletion.
    """

    database: str
    maker: pulumi.Input[str]
    protect: bool


class Database(pulumi.ComponentResource):
    """A database that only members of its two roles can even connect to."""

    database: pulumi.Output[str]
    """Its name, known once nobody else can connect."""
    owner: str
    """The role that owns it."""
    reader: str
    """The role that reads all that the owner makes in it."""

    def __init__(
        self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Database", name, {}, opts)
        self._name = name
        self._last: pulumi.Resource | None = None
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        self.owner, self.reader = args.database, f"{args.database}-reader"
        owner, reader = (
            postgresql.Role(f"{name}-{label}", name=role, login=False, opts=kept)
            for label, role in (("owner", self.owner), ("reader", self.reader))
        )
        database = postgresql.Database(
            f"{name}-database", name=args.database, owner=owner.name, opts=kept
        )
        # New ones let everybody connect, and make temporary tables.
        self._grant("nobody", database, _EVERYBODY, ())
        self._grant("nobody-in-public", database, _EVERYBODY, (), schema="public")
        schema = postgresql.Schema(
            f"{name}-schema",
            name=args.database,
            database=database.name,
            owner=owner.name,
            opts=pulumi.ResourceOptions.merge(kept, self._after),
        )
        self._last = schema
        self._grant("connecting", database, reader.name, ("CONNECT",))
        self._grant("looking", database, reader.name, ("USAGE",), schema=schema.name)
        self._last = postgresql.DefaultPrivileges(
            f"{name}-reading",
            database=database.name,
            schema=schema.name,
            owner=owner.name,
            role=reader.name,
            object_type="table",
            privileges=["SELECT"],
            opts=pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), self._after),
        )
        for label, role in (("owner", owner), ("reader", reader)):
            self._last = postgresql.GrantRole(
                f"{name}-{label}-maker",
                role=args.maker,
                grant_role=role.name,
                with_admin_option=True,
                opts=pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), self._after),
            )
        self.database = pulumi.Output.all(database.name, self._last.urn).apply(
            lambda known: known[0]
        )
        self.register_outputs(
            {"database": self.database, "owner": self.owner, "reader": self.reader}
        )

    @property
    def _after(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(depends_on=[self._last] if self._last else [])

    def _grant(
        self,
        label: str,
        database: postgresql.Database,
        role: pulumi.Input[str],
        privileges: Sequence[str],
        schema: pulumi.Input[str] | None = None,
    ) -> None:
        """Grants exactly these privileges of a database, or of a schema in it."""
        self._last = postgresql.Grant(
            f"{self._name}-{label}",
            database=database.name,
            role=role,
            object_type="database" if schema is None else "schema",
            schema=schema,
            privileges=list(privileges),
            opts=pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), self._after),
        )
