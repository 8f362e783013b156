"""The broker's own configuration, as the text MSK takes. Pure."""


def broker_properties(*, replication: int, min_insync_replicas: int, retention_hours: int) -> str:
    """Writes ``server.properties``: nothing is created or readable that was not declared.

    MSK's own default lets everyone in where a topic has no ACL; here that is denied.

    Args:
        replication: Copies of a record in a topic that doesn't say, internal topics included.
        min_insync_replicas: Copies written before a producer is answered.
        retention_hours: How long a topic that doesn't say keeps its records.
    """
    properties = {
        "allow.everyone.if.no.acl.found": "false",
        "auto.create.topics.enable": "false",
        "default.replication.factor": replication,
        "log.retention.hours": retention_hours,
        "min.insync.replicas": min_insync_replicas,
        "offsets.topic.replication.factor": replication,
        "transaction.state.log.min.isr": min_insync_replicas,
        "transaction.state.log.replication.factor": replication,
        "unclean.leader.election.enable": "false",
    }
    return "".join(f"{name}={value}\n" for name, value in properties.items())
