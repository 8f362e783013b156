"""Rules of a cluster that keep machines apart."""

from dataclasses import dataclass
from typing import Any

from rehearsal.providers.values import Plain
from rehearsal.providers.vsphere.row import Row
from rehearsal.vcenter import VCenter, vim


@dataclass(frozen=True, kw_only=True)
class AntiAffinityRule(Row):
    """Machines that are on a host each.

    vcsim moves nothing: the stand-in does, for those that share a host, as a real cluster would.
    """

    type: str = "vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule"
    known: tuple[str, ...] = (
        "computeClusterId",
        "enabled",
        "mandatory",
        "name",
        "virtualMachineIds",
    )
    replaces: tuple[str, ...] = ("computeClusterId",)
    delete_first: bool = True

    def create(self, client: VCenter, inputs: Plain) -> str:
        """Adds it, and spreads the machines."""
        self.refuse_unknown(inputs)
        cluster = client.at(vim.ClusterComputeResource, inputs["computeClusterId"])
        if any(rule.name == inputs["name"] for rule in rules(client, cluster)):
            raise RuntimeError(f"the cluster has a rule {inputs['name']} already")
        _change(client, cluster, "add", _rule(client, inputs))
        _spread(client, cluster, inputs)
        (made,) = [rule for rule in rules(client, cluster) if rule.name == inputs["name"]]
        return f"{inputs['computeClusterId']}:{made.key}"

    def read(self, client: VCenter, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells which machines it keeps apart."""
        cluster_id, _, key = resource_id.partition(":")
        cluster = client.at(vim.ClusterComputeResource, cluster_id)
        found = next((each for each in rules(client, cluster) if str(each.key) == key), None)
        if found is None:
            return None
        ids = [
            (client.look(machine, "config.uuid") or {}).get("config.uuid", "gone")
            for machine in found.vm
        ]
        declared: list[str] = inputs.get("virtualMachineIds") or []
        return {
            **state,
            **inputs,
            "enabled": found.enabled,
            "mandatory": found.mandatory,
            "name": found.name,
            "virtualMachineIds": declared if sorted(declared) == sorted(ids) else ids,
        }

    def update(
        self, client: VCenter, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Says it all again, and spreads the machines."""
        del state, old
        self.refuse_unknown(new)
        cluster = client.at(vim.ClusterComputeResource, new["computeClusterId"])
        rule = _rule(client, new)
        rule.key = int(resource_id.partition(":")[2])
        _change(client, cluster, "edit", rule)
        _spread(client, cluster, new)

    def delete(self, client: VCenter, resource_id: str, state: Plain) -> None:
        """Takes it away."""
        del state
        cluster_id, _, key = resource_id.partition(":")
        cluster = client.at(vim.ClusterComputeResource, cluster_id)
        if any(str(rule.key) == key for rule in rules(client, cluster)):
            spec = vim.cluster.RuleSpec(operation="remove", removeKey=int(key))
            _reconfigure(client, cluster, spec)


def rules(client: VCenter, cluster: Any) -> list[Any]:
    """All rules of a cluster."""
    found = client.look(cluster, "configurationEx") or {}
    return list(found["configurationEx"].rule or ()) if found else []


def _rule(client: VCenter, inputs: Plain) -> Any:
    machines = [client.machine(each) for each in inputs["virtualMachineIds"]]
    if None in machines:
        raise RuntimeError(f"rule {inputs['name']} names a machine that is not there")
    return vim.cluster.AntiAffinityRuleSpec(
        name=inputs["name"],
        enabled=inputs.get("enabled", True),
        mandatory=inputs.get("mandatory", False),
        vm=machines,
    )


def _change(client: VCenter, cluster: Any, operation: str, rule: Any) -> None:
    _reconfigure(client, cluster, vim.cluster.RuleSpec(operation=operation, info=rule))


def _reconfigure(client: VCenter, cluster: Any, spec: Any) -> None:
    changed = vim.cluster.ConfigSpecEx(rulesSpec=[spec])
    client.done(cluster.ReconfigureComputeResource_Task(spec=changed, modify=True))


def _spread(client: VCenter, cluster: Any, inputs: Plain) -> None:
    hosts: list[Any] = (client.look(cluster, "host") or {})["host"]
    taken: set[str] = set()
    for each in inputs["virtualMachineIds"]:
        machine = client.machine(each)
        host = (client.look(machine, "runtime.host") or {})["runtime.host"]
        if host._moId in taken:  # noqa: SLF001 - its id
            free = [one for one in hosts if one._moId not in taken]  # noqa: SLF001 - its id
            if not free:
                raise RuntimeError(f"rule {inputs['name']} finds no host for each machine")
            host = free[0]
            client.done(machine.RelocateVM_Task(spec=vim.vm.RelocateSpec(host=host)))
        taken.add(host._moId)  # noqa: SLF001 - its id


ROWS = (AntiAffinityRule(),)
