"""A client of the rehearsal's vCenter: its inventory, its tasks and its tags.

Owns the ways around what vcsim and pyvmomi do not do together: whole ``runtime`` objects can't be
decoded, so what is wanted of one is asked for by a narrow path; tasks are polled.
"""

import base64
import json
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any, Self

import pyVmomi
from pyVmomi.VmomiSupport import newestVersions

from rehearsal.servers.server import NotReady

_pyvmomi: Any = pyVmomi
vim: Any = _pyvmomi.vim
"""The API's types, which pyvmomi makes when it is imported."""
_newest: Any = newestVersions

_TIMEOUT_S = 30.0
_ATTACHED = "/rest/com/vmware/cis/tagging/tag-association"


class VCenter:
    """A session with the vCenter whose address and login ``server`` has; ``with`` ends it.

    Args:
        server: The address and the login.
        joined: The kubeconfig of the cluster that machines join when they are on; empty for none.

    Raises:
        NotReady: Nobody answers there.
    """

    def __init__(self, server: Mapping[str, str], joined: str = "") -> None:
        self.joined = joined
        self._address = server["endpoint"]
        host, port = self._address.split(":")
        stub = _pyvmomi.SoapStubAdapter(
            host=host,
            # pyvmomi's way to say that it is not encrypted.
            port=-int(port),
            path="/sdk",
            # An older version drops what it does not know, such as a virtual TPM, in silence.
            version=_newest.GetName("vim"),
        )
        try:
            self.content: Any = vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()
        except OSError as error:
            raise NotReady(f"no answer from {self._address}: {error}") from error
        self.content.sessionManager.Login(userName=server["user"], password=server["password"])
        self._stub = stub
        login = base64.b64encode(f"{server['user']}:{server['password']}".encode()).decode()
        self._session = {"Authorization": f"Basic {login}"}
        made = self.rest("POST", "/rest/com/vmware/cis/session")
        self._session = {"vmware-api-session-id": str(made)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the session, and every connection with it."""
        self.content.sessionManager.Logout()
        self._stub.DropConnections()

    def at(self, kind: Any, moid: str) -> Any:
        """The object of a kind with this id, whether it is there or not."""
        return kind(moid, self._stub)

    def look(self, managed: Any, *paths: str) -> dict[str, Any] | None:
        """Properties of an object by path; those that are not set are left out.

        ``None`` where there is no such object.
        """
        collector = vim.PropertyCollector
        wanted = collector.FilterSpec(
            propSet=[collector.PropertySpec(type=type(managed), pathSet=list(paths))],
            objectSet=[collector.ObjectSpec(obj=managed)],
        )
        try:
            found = self.content.propertyCollector.RetrievePropertiesEx(
                [wanted], collector.RetrieveOptions()
            )
        except _pyvmomi.vmodl.fault.ManagedObjectNotFound:
            return None
        return {each.name: each.val for each in found.objects[0].propSet}

    def children(self, folder: Any) -> dict[str, Any]:
        """What is in a folder, by name."""
        found = self.look(folder, "childEntity") or {}
        return {self.name(each): each for each in found.get("childEntity", ())}

    def name(self, managed: Any) -> str:
        """What an object is called."""
        found = self.look(managed, "name")
        return str(found["name"]) if found else ""

    def machine(self, uuid: str) -> Any:
        """The virtual machine with this UUID, ``None`` where there is none."""
        return self.content.searchIndex.FindByUuid(uuid=uuid, vmSearch=True)

    def done(self, task: Any) -> Any:
        """Waits for a task's end and gives its result.

        Raises:
            RuntimeError: It failed, or did not end in time.
        """
        until = time.monotonic() + _TIMEOUT_S
        while time.monotonic() < until:
            found = self.look(task, "info.state") or {}
            if found.get("info.state") == "success":
                return (self.look(task, "info.result") or {}).get("info.result")
            if found.get("info.state") == "error":
                error = (self.look(task, "info.error") or {}).get("info.error")
                raise RuntimeError(f"vCenter refused: {error}")
            time.sleep(0.01)
        raise RuntimeError(f"vCenter did not end a task within {_TIMEOUT_S:.0f} s")

    def rest(self, method: str, path: str, body: object = None) -> Any:
        """A call of the API that has the tags; gives its value, ``None`` where nothing is there.

        Raises:
            RuntimeError: It was refused.
        """
        connection = HTTPConnection(self._address, timeout=_TIMEOUT_S)
        try:
            connection.request(
                method,
                path,
                None if body is None else json.dumps(body),
                {"Content-Type": "application/json", **self._session},
            )
            response = connection.getresponse()
            told = response.read()
        finally:
            connection.close()
        missing = 404
        if response.status == missing:
            return None
        if response.status >= 400:  # noqa: PLR2004 - HTTP's bound
            raise RuntimeError(f"vCenter refused {method} {path}: {told.decode()}")
        value: Any = json.loads(told) if told else None
        return value["value"] if value else None

    def tags_of(self, kind: str, moid: str) -> list[str]:
        """Ids of the tags that an object has, sorted."""
        of = {"object_id": {"type": kind, "id": moid}}
        return sorted(self.rest("POST", f"{_ATTACHED}?~action=list-attached-tags", of) or ())

    def tag(self, kind: str, moid: str, wanted: list[str]) -> None:
        """Gives an object exactly these tags."""
        of = {"object_id": {"type": kind, "id": moid}}
        there = self.tags_of(kind, moid)
        changes = [("attach", tag) for tag in wanted if tag not in there]
        changes += [("detach", tag) for tag in there if tag not in wanted]
        for action, tag in changes:
            self.rest("POST", f"{_ATTACHED}/id:{tag}?~action={action}", of)
