"""RDS Proxy before a PostgreSQL cluster: clients share connections and outlast a failover.

Logs in with IAM on both sides, so it holds no password and reads no secret. Leaves out which role
may log in as which user of the database: that is granted where a client is declared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import rds

from components._policy import Statement
from components.service_role import ServiceRole, ServiceRoleArgs


@dataclass(frozen=True, kw_only=True)
class PostgresProxyArgs:
    """What a proxy is made of.

    Args:
        account: The account: 12 digits.
        region: Where cluster and proxy are.
        cluster: The cluster's identifier, known once it has instances.
        cluster_resource_id: The identifier that it keeps when it is renamed: what IAM knows it by.
        subnet_ids: One subnet for each zone.
        group_id: The proxy's security group.
        boundary: ARN of the permissions boundary of the role.
    """

    account: str
    region: str
    cluster: pulumi.Input[str]
    cluster_resource_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    group_id: pulumi.Input[str]
    boundary: pulumi.Input[str]


class PostgresProxy(pulumi.ComponentResource):
    """A proxy that takes TLS connections only, and passes on who logged in."""

    endpoint: pulumi.Output[str]
    """Where clients connect."""

    def __init__(
        self, name: str, args: PostgresProxyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:PostgresProxy", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        where = f"arn:aws:rds-db:{args.region}:{args.account}:dbuser"

        def may_log_in(cluster: str) -> Sequence[Statement]:
            # As whom is the database's to say: a user without its role rds_iam can't log in so,
            # and the master user has none.
            return [
                {
                    "Effect": "Allow",
                    "Action": "rds-db:connect",
                    "Resource": f"{where}:{cluster}/*",
                }
            ]

        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role=f"corebank-{name}",
                service="rds.amazonaws.com",
                account=args.account,
                statements=pulumi.Output.from_input(args.cluster_resource_id).apply(may_log_in),
                boundary=args.boundary,
            ),
            opts=own,
        )
        proxy = rds.Proxy(
            f"{name}-proxy",
            name=name,
            engine_family="POSTGRESQL",
            # Clients log in with IAM, and so does the proxy in their names: no secret between them.
            default_auth_scheme="IAM_AUTH",
            role_arn=role.arn,
            vpc_subnet_ids=args.subnet_ids,
            vpc_security_group_ids=[args.group_id],
            require_tls=True,
            # Seconds: half an hour, RDS's default.
            idle_client_timeout=1800,
            # It would log statements, data included.
            debug_logging=False,
            opts=own,
        )
        target_group = rds.ProxyDefaultTargetGroup(
            f"{name}-pool",
            db_proxy_name=proxy.name,
            connection_pool_config={
                # Percent of the database's connections. The rest is for those who don't come this
                # way: Vault, migrations, and people when something is wrong.
                "max_connections_percent": 80,
                "max_idle_connections_percent": 40,
                # Seconds that a client waits for a free connection.
                "connection_borrow_timeout": 30,
            },
            opts=own,
        )
        rds.ProxyTarget(
            f"{name}-target",
            db_proxy_name=proxy.name,
            target_group_name=target_group.name,
            db_cluster_identifier=args.cluster,
            opts=own,
        )
        self.endpoint = proxy.endpoint
        self.register_outputs({"endpoint": self.endpoint})
