"""What the configuration of a kubernetes provider says, as far as a rehearsal goes by it. Pure."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from rehearsal.providers.kubernetes.objects import FORCE
from rehearsal.providers.values import Plain, is_map

_IDENTITY, _DIRECTORY = "clusterIdentifier", "renderYamlToDirectory"


def is_on(configuration: Plain, name: str) -> bool:
    """Whether a switch is on; Pulumi sends it as a text."""
    return str(configuration.get(name)).lower() == "true"


def namespace(configuration: Plain) -> str:
    """Where objects are that name no namespace."""
    _, context = _chosen(configuration)
    return configuration.get("namespace") or context.get("namespace") or "default"


def directory(configuration: Plain) -> str:
    """The folder into which objects are written instead of a cluster; empty for the cluster."""
    return configuration.get(_DIRECTORY) or ""


def refused(configuration: Plain) -> Mapping[str, str]:
    """What of a configuration can't be rehearsed, and why."""
    found: dict[str, str] = {}
    if str(configuration.get("enableServerSideApply", True)).lower() == "false":
        found["enableServerSideApply"] = "the rehearsal applies on the server's side only"
    if is_on(configuration, "enablePatchForce"):
        found["enablePatchForce"] = f"mark each object that takes what others have set: {FORCE}"
    if directory(configuration) and configuration.get("kubeconfig"):
        found["kubeconfig"] = f"does not go together with {_DIRECTORY}"
    return found


def replaced_by(old: Plain, new: Plain) -> list[str]:
    """Which changes of its configuration make another provider, and replace all that it made.

    As with the official one: an identifier decides alone where it is given before and after;
    without one, another cluster in the kubeconfig does.
    """
    moved = [_DIRECTORY] if old.get(_DIRECTORY) != new.get(_DIRECTORY) else []
    before, after = old.get(_IDENTITY), new.get(_IDENTITY)
    if before and after:
        return [_IDENTITY] if before != after else []
    (cluster, _), (other, _) = _chosen(old), _chosen(new)
    if cluster and other and cluster != other:
        moved += [
            key for key in ("cluster", "context", "kubeconfig") if old.get(key) != new.get(key)
        ]
    return moved


def _chosen(configuration: Plain) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The cluster and the context that are chosen in a kubeconfig; empty for what is not there."""
    known = _parsed(configuration.get("kubeconfig") or "")
    if not is_map(known):
        # A file's name, or not known yet.
        return {}, {}
    wanted = configuration.get("context") or known.get("current-context")
    context = _named(known, "context", wanted)
    return _named(known, "cluster", configuration.get("cluster") or context.get("cluster")), context


@cache
def _parsed(kubeconfig: str) -> Any:
    """What a kubeconfig says, which every object of a stack asks anew; None for what is no YAML."""
    try:
        return yaml.safe_load(kubeconfig)
    except yaml.YAMLError:
        return None


def _named(known: Mapping[str, Any], what: str, name: Any) -> Mapping[str, Any]:
    listed: list[Plain] = known.get(f"{what}s") or []
    found = (each for each in listed if each.get("name") == name)
    return next(found, dict[str, Any]()).get(what) or {}
