"""The rehearsal's Kubernetes API server, as the stand-ins use it.

Owns finding a kind's resource, applying on the server's side, and the server's refusals in its own
words. It speaks to the API directly: all kinds are told in two answers, where the client library
asks once per group and keeps what it heard in a file that outlives the control plane.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode

import kubernetes
import urllib3

from rehearsal.providers.kubernetes.objects import Reference
from rehearsal.providers.values import Plain

MANAGER = "pulumi-kubernetes"
"""Whose fields they are that the program declares."""

_api: Any = kubernetes
"""A client without types of its own."""

_ALL_KINDS = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_TIMEOUT_S = 60.0
_RETRIES = urllib3.Retry(
    total=5,
    backoff_factor=0.2,
    # Where the server has too much to do. All that is asked of it may be asked again.
    status_forcelist=(HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE),
    allowed_methods=None,
    raise_on_status=False,
)


class UnknownKind(Exception):  # noqa: N818 - says what is so
    """The cluster has no such kind, or not yet."""


class Refused(Exception):  # noqa: N818 - says what is so
    """The server's refusal, in its words.

    Args:
        status: HTTP's number for it.
        told: The server's answer.
    """

    def __init__(self, status: int, told: Plain) -> None:
        super().__init__(told.get("message") or f"the API server answers {status}")
        self.status = status
        details: Plain = told.get("details") or {}
        self.causes: list[Plain] = details.get("causes") or []


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """Where a kind's objects are: ``/apis/apps/v1``, ``deployments``, and whether by namespace."""

    root: str
    plural: str
    namespaced: bool


class Cluster:
    """One login to the API server. May be used by several threads at once.

    Args:
        kubeconfig: The file that says where it is and how to log in.
    """

    def __init__(self, kubeconfig: str) -> None:
        self.api: Any = _api.config.new_client_from_config(kubeconfig)
        self._pool: urllib3.PoolManager = self.api.rest_client.pool_manager
        self._kinds: dict[tuple[str, str], _Kind] = {}
        self._learning = Lock()

    def find(self, wanted: Reference) -> Plain | None:
        """An object as JSON has it; ``None`` where there is none."""
        try:
            return self._ask("GET", self._path(wanted))
        except Refused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def list(self, kind: Reference, **selectors: str) -> list[Plain]:
        """Objects of a kind in a namespace, by ``labelSelector`` and ``fieldSelector``."""
        return self._ask("GET", self._path(kind), selectors)["items"]

    def apply(self, body: Plain, *, force: bool = False, dry_run: bool = False) -> Plain:
        """Makes an object as declared, or changes it so that it is; tells what it became.

        Args:
            body: All that is declared of it; what was declared before and is not now is let go.
            force: Whether fields that others have set are taken from them.
            dry_run: Whether to tell only what it would become.

        Raises:
            Refused: Among other things, where somebody else has set a field to another value.
            UnknownKind: The cluster has no such kind.
        """
        query = {"fieldManager": MANAGER, "force": str(force).lower()}
        if dry_run:
            query["dryRun"] = "All"
        path = self._path(Reference.of(body))
        return self._ask("PATCH", path, query, body=body, content="application/apply-patch+yaml")

    def delete(self, unwanted: Reference) -> None:
        """Asks for an object's end, and for that of all it owns before; gone is no error."""
        try:
            self._ask("DELETE", self._path(unwanted), body={"propagationPolicy": "Foreground"})
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise

    def namespaced(self, api_version: str, kind: str) -> bool:
        """Whether objects of a kind are in namespaces.

        Raises:
            UnknownKind: The cluster has no such kind.
        """
        return self._kind(api_version, kind).namespaced

    def _path(self, reference: Reference) -> str:
        kind = self._kind(reference.api_version, reference.kind)
        space = ("namespaces", reference.namespace) if reference.namespace else ()
        parts = (*space, kind.plural, *([reference.name] if reference.name else []))
        return "/".join((kind.root, *(quote(part, safe="") for part in parts)))

    def _kind(self, api_version: str, kind: str) -> _Kind:
        wanted = (api_version, kind)
        if wanted not in self._kinds:
            # Asked anew also later: a kind may have come with a definition.
            with self._learning:
                self._kinds = self._learn()
        if wanted not in self._kinds:
            raise UnknownKind(f"the cluster has no kind {kind} in {api_version}")
        return self._kinds[wanted]

    def _learn(self) -> dict[tuple[str, str], _Kind]:
        found: dict[tuple[str, str], _Kind] = {}
        for root in ("/api", "/apis"):
            for group in self._ask("GET", root, accept=_ALL_KINDS)["items"]:
                name: str = group["metadata"].get("name", "")
                for version in group["versions"]:
                    own = "/".join(filter(None, (name, version["version"])))
                    for resource in version.get("resources", []):
                        found.setdefault(
                            (own, resource["responseKind"]["kind"]),
                            _Kind(
                                root=f"{root}/{own}",
                                plural=resource["resource"],
                                namespaced=resource["scope"] == "Namespaced",
                            ),
                        )
        return found

    def _ask(  # noqa: PLR0913 - what a request is made of
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: Plain | None = None,
        content: str = "application/json",
        accept: str = "application/json",
    ) -> Plain:
        answer = self._pool.request(
            method,
            f"{self.api.configuration.host}{path}?{urlencode(query or {})}",
            body=json.dumps(body).encode() if body is not None else None,
            headers={"Accept": accept, "Content-Type": content},
            retries=_RETRIES,
            timeout=_TIMEOUT_S,
        )
        try:
            told: Plain = json.loads(answer.data)
        except ValueError:
            told = {"message": answer.data.decode(errors="replace").strip()}
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise Refused(answer.status, told)
        return told


@cache
def cluster(kubeconfig: str) -> Cluster:
    """The login of a file; made once."""
    return Cluster(kubeconfig)
