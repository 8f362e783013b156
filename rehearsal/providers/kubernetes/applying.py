"""Applies objects on the API server's side, really or to see what would become of them."""

from http import HTTPStatus

from rehearsal.providers.kubernetes import objects
from rehearsal.providers.kubernetes.cluster import Cluster, Refused
from rehearsal.providers.kubernetes.drift import in_words_of
from rehearsal.providers.kubernetes.objects import Reference
from rehearsal.providers.kubernetes.replacing import within
from rehearsal.providers.values import Plain

_ANOTHER = "another-one-of-a-dry-run"


def make(cluster: Cluster, body: Plain, *, over: bool) -> Plain:
    """Makes an object.

    Args:
        cluster: Where.
        body: What is sent.
        over: Whether one that is there already is taken over.

    Raises:
        RuntimeError: It is there already, or the server refuses.
    """
    wanted = Reference.of(body)
    if not over and cluster.find(wanted):
        raise RuntimeError(f"{wanted} exists already; import it, or give another name")
    return apply(cluster, body)


def apply(cluster: Cluster, body: Plain, *, dry_run: bool = False) -> Plain:
    """Applies a declaration, without taking what others have set unless it says so.

    Raises:
        RuntimeError: The server refuses.
    """
    try:
        return cluster.apply(body, force=objects.is_forced(body), dry_run=dry_run)
    except Refused as refused:
        way = ""
        if refused.status == HTTPStatus.CONFLICT:
            way = f'; annotation {objects.FORCE}: "true" takes from others what they have set'
        raise RuntimeError(f"{Reference.of(body)}: {refused}{way}") from refused


def foresee(cluster: Cluster, body: Plain, *, new: bool) -> Plain | None:
    """What an object would become; ``None`` where only an update will tell.

    Args:
        cluster: Where.
        body: What would be sent.
        new: Whether it is to be made.

    Raises:
        RuntimeError: The server would refuse.
    """
    # One that is there is either deleted before or in the way; the update tells which.
    if new and cluster.find(Reference.of(body)):
        return None
    try:
        return apply(cluster, body, dry_run=True)
    except RuntimeError as error:
        refused = error.__cause__
        # Its namespace is still to come, or what is in its way is still to go.
        if isinstance(refused, Refused) and refused.status in (
            HTTPStatus.NOT_FOUND,
            HTTPStatus.FORBIDDEN,
        ):
            return None
        raise


def refused_changes(cluster: Cluster, body: Plain, paths: list[str]) -> set[str]:
    """Of changed paths those that the server does not change in place, but takes of a new object.

    Anything else that it refuses is left for the update to tell.
    """
    try:
        cluster.apply(body, force=True, dry_run=True)
    except Refused as refused:
        if refused.status != HTTPStatus.UNPROCESSABLE_ENTITY:
            return set()
        try:
            other = {**body, "metadata": {**body["metadata"], "name": _ANOTHER}}
            cluster.apply(other, force=True, dry_run=True)
        except Refused:
            return set()
        fields: list[str] = [cause["field"] for cause in refused.causes if cause.get("field")]
        return {path for path in paths if any(within(path, each) for each in fields)} or {*paths}
    return set()


def look(cluster: Cluster, wanted: Reference, declared: Plain, body: Plain) -> tuple[Plain, Plain]:
    """A live object, and its declaration in the words of what it is; both empty where it is gone.

    Args:
        cluster: Where.
        wanted: Which object.
        declared: What the program declares; empty where it is not known.
        body: What would be sent of that.
    """
    live = cluster.find(wanted)
    if live is None:
        return {}, {}
    if not declared:
        return live, objects.declaration(live)
    try:
        applied = cluster.apply(body, force=True, dry_run=True)
    except Refused:
        # Another object has taken its place, which can't become what is declared.
        applied = {**body, "metadata": {**live["metadata"], **body["metadata"]}}
    return live, in_words_of(declared, applied, live)
