"""Argo CD: from where to where a project delivers, and who starts it."""

import re
from collections.abc import Iterator
from typing import Any

from policies.controls._charts import RELEASES, is_of, value
from policies.controls._kubernetes import CONFIG_MAP, patched
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource
from policies.controls._wire import at, listed

_ARGO = "kubernetes:argoproj.io/v1alpha1"
PROJECTS = patched(f"{_ARGO}:AppProject")
APPLICATIONS = patched(f"{_ARGO}:Application")
SETS = patched(f"{_ARGO}:ApplicationSet")
SETTINGS = (*RELEASES, *patched(CONFIG_MAP))

_COMMIT = re.compile(r"[0-9a-f]{40}")
_VERSION = re.compile(r"v?\d+\.\d+\.\d+([-+][\w.-]+)?")

DELIVERY = Control(
    id="ARG-01",
    pack="security",
    title="Argo CD delivers signed commits, from named sources to named places, when people say so",
    levels="AMM",
    severity="high",
    supports="PCI 6.5.1, N CM-5, R 16, R 17",
    remedy="Name sources, destinations and kinds without *, and signature keys; in production "
    "a commit, no automated sync, and a sync window. Turn off admin, anonymous users and exec.",
)


@DELIVERY.rule("sources", "sources by their names", *PROJECTS)
def _sources(project: Resource) -> Wrong:
    if any(map(_is_any, listed(project.properties, "spec", "sourceRepos"))):
        yield "spec.sourceRepos has a *"


@DELIVERY.rule("destinations", "destinations by their names", *PROJECTS)
def _destinations(project: Resource) -> Wrong:
    for place, destination in enumerate(listed(project.properties, "spec", "destinations")):
        if any(_is_any(at(destination, key)) for key in ("server", "name", "namespace")):
            yield f"spec.destinations.{place} has a *"


@DELIVERY.rule("cluster-kinds", "kinds of the cluster by their names", *PROJECTS)
def _cluster_kinds(project: Resource) -> Wrong:
    if any(map(_any_kind, listed(project.properties, "spec", "clusterResourceWhitelist"))):
        yield "spec.clusterResourceWhitelist has a *"


@DELIVERY.rule("kinds", "kinds of a namespace by their names", *PROJECTS)
def _kinds(project: Resource) -> Wrong:
    kinds = listed(project.properties, "spec", "namespaceResourceWhitelist")
    # Without a list all are allowed, and an empty one does not come through.
    if not kinds or any(map(_any_kind, kinds)):
        yield "spec.namespaceResourceWhitelist allows any kind"


@DELIVERY.rule("signatures", "commits that are signed", *PROJECTS)
def _signatures(project: Resource) -> Wrong:
    if not any(at(key, "keyID") for key in listed(project.properties, "spec", "signatureKeys")):
        yield "spec.signatureKeys names no key"


@DELIVERY.rule("window", "times at which production is changed", *PROJECTS)
def _window(project: Resource) -> Wrong:
    if _is_production(project) and not listed(project.properties, "spec", "syncWindows"):
        yield "spec.syncWindows is empty"


@DELIVERY.rule("project", "a project of its own", *APPLICATIONS, *SETS)
def _project(application: Resource) -> Wrong:
    # Argo's own project allows everything.
    if at(_spec(application), "project") in (None, "", "default"):
        yield "project is none, or the default one"


@DELIVERY.rule("automated", "nothing that changes production by itself", *APPLICATIONS, *SETS)
def _automated(application: Resource) -> Wrong:
    automated = at(_spec(application), "syncPolicy", "automated")
    off = automated is None or at(automated, "enabled") is False
    if _is_production(application) and not off:
        yield "syncPolicy.automated is set"


@DELIVERY.rule("revision", "a commit, or a chart's exact version", *APPLICATIONS, *SETS)
def _revision(application: Resource) -> Wrong:
    if not _is_production(application):
        return
    for path, source in _all_sources(_spec(application)):
        fixed = _VERSION if at(source, "chart") else _COMMIT
        if not fixed.fullmatch(str(at(source, "targetRevision") or "")):
            yield f"{path}.targetRevision is not fixed"


@DELIVERY.rule("admin", "no administrator with a password", *SETTINGS)
def _admin(settings: Resource) -> Wrong:
    if _is_argos(settings) and str(_told(settings, "admin.enabled")).lower() != "false":
        yield "admin.enabled is not false"


@DELIVERY.rule("anonymous", "nobody without a name", *SETTINGS)
def _anonymous(settings: Resource) -> Wrong:
    if _is_argos(settings) and str(_told(settings, "users.anonymous.enabled")).lower() == "true":
        yield "users.anonymous.enabled is true"


@DELIVERY.rule("exec", "no shell in pods", *SETTINGS)
def _exec(settings: Resource) -> Wrong:
    if _is_argos(settings) and str(_told(settings, "exec.enabled")).lower() == "true":
        yield "exec.enabled is true"


def _is_production(resource: Resource) -> bool:
    return resource.environment == "production"


def _is_any(name: Any) -> bool:
    # What begins so is left out.
    return "*" in str(name) and not str(name).startswith("!")


def _any_kind(kind: Any) -> bool:
    return _is_any(at(kind, "group")) or _is_any(at(kind, "kind"))


def _spec(application: Resource) -> Any:
    """What is delivered: an application's own, or that of each of a set."""
    inside = ("template", "spec") if application.type in SETS else ()
    return application.at("spec", *inside)


def _all_sources(spec: Any) -> Iterator[tuple[str, Any]]:
    if (source := at(spec, "source")) is not None:
        yield "source", source
    for place, each in enumerate(listed(spec, "sources")):
        yield f"sources.{place}", each


def _is_argos(settings: Resource) -> bool:
    if settings.type in RELEASES:
        return is_of(settings, "argo-cd")
    return settings.at("metadata", "name") == "argocd-cm"


def _told(settings: Resource, key: str) -> Any:
    if settings.type in RELEASES:
        return value(settings, "configs", "cm", key)
    return settings.at("data", key)


CONTROLS = (DELIVERY,)
