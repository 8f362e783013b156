"""The rehearsal's Kubernetes API server, as the stand-ins use it.

Owns finding a kind's resource, and turning the server's refusals into its own words.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import kubernetes
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic.exceptions import ResourceNotFoundError

MANAGER = "pulumi-kubernetes"
"""Whose fields they are that the program declares."""

_NOT_FOUND = 404

_api: Any = kubernetes
"""A client without types of its own."""


class UnknownKind(Exception):  # noqa: N818 - says what is so
    """The cluster has no such kind, or not yet."""


class Cluster:
    """One login to the API server.

    Args:
        kubeconfig: The file that says where it is and how to log in.
    """

    def __init__(self, kubeconfig: str) -> None:
        self.api: Any = _api.config.new_client_from_config(kubeconfig)
        self._found: Any = DynamicClient(self.api)

    def get(self, api_version: str, kind: str, name: str, namespace: str = "") -> Any | None:
        """An object as JSON has it; ``None`` where there is none."""
        resource = self._resource(api_version, kind)
        try:
            return self._found.get(resource, name=name, namespace=namespace or None).to_dict()
        except ApiException as refused:
            error: Any = refused
            if error.status == _NOT_FOUND:
                return None
            raise _told(error) from refused

    def list(
        self, api_version: str, kind: str, namespace: str = "", **selectors: str
    ) -> list[dict[str, Any]]:
        """Objects of a kind, by ``label_selector`` and ``field_selector``."""
        resource = self._resource(api_version, kind)
        return self._found.get(resource, namespace=namespace or None, **selectors).to_dict()[
            "items"
        ]

    def apply(
        self, body: Mapping[str, Any], *, force: bool = False, dry_run: bool = False
    ) -> dict[str, Any]:
        """Makes an object as declared, or changes it so that it is; tells what it became.

        Raises:
            RuntimeError: In the server's words; a field that somebody else has set is a conflict.
        """
        resource = self._resource(body["apiVersion"], body["kind"])
        metadata = body["metadata"]
        options = {"dry_run": "All"} if dry_run else {}
        try:
            return self._found.server_side_apply(
                resource,
                body=json.dumps(body),
                name=metadata["name"],
                namespace=metadata.get("namespace"),
                field_manager=MANAGER,
                force_conflicts=force,
                **options,
            ).to_dict()
        except ApiException as error:
            raise _told(error) from error

    def delete(self, api_version: str, kind: str, name: str, namespace: str = "") -> None:
        """Asks for an object's end, and for that of all it owns before; gone is no error."""
        try:
            self._found.delete(
                self._resource(api_version, kind),
                name=name,
                namespace=namespace or None,
                body={"propagationPolicy": "Foreground"},
            )
        except ApiException as refused:
            error: Any = refused
            if error.status != _NOT_FOUND:
                raise _told(error) from refused

    def namespaced(self, api_version: str, kind: str) -> bool:
        """Whether objects of a kind are in namespaces."""
        return bool(self._resource(api_version, kind).namespaced)

    def _resource(self, api_version: str, kind: str) -> Any:
        for fresh in (False, True):
            if fresh:
                # A kind that came with a definition since.
                self._found.resources.invalidate_cache()
            try:
                return self._found.resources.get(api_version=api_version, kind=kind)
            except ResourceNotFoundError:
                continue
        raise UnknownKind(f"the cluster has no kind {kind} in {api_version}")


@cache
def cluster(kubeconfig: str) -> Cluster:
    """The login of a file; made once."""
    return Cluster(kubeconfig)


def _told(error: Any) -> RuntimeError:
    try:
        return RuntimeError(json.loads(error.body or "")["message"])
    except (ValueError, KeyError):
        return RuntimeError(str(error.reason))
