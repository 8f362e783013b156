"""What a row of the aws stand-in's table says of single calls: the words of ``api``.

Texts in it are filled from a resource's properties (see ``texts``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One API call.

    Args:
        operation: Its name in the service's model, such as ``DescribeVpcs``.
        members: What to send, with texts (see ``texts``) over the resource's properties and ``id``,
            ``region``, ``account``, ``kafka`` (the local broker's address), ``kubernetes``.
        at: JMESPath to the part of the answer that matters, a text too.
        only_with: A property without which there is nothing to call for.
        lookups: Calls asked before, whose answers the texts may name.
    """

    operation: str
    members: Mapping[str, Any] = field(default_factory=dict[str, Any])
    at: str = "@"
    only_with: str = ""
    lookups: Mapping[str, "Call"] = field(default_factory=dict[str, "Call"])


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Properties with a call of their own: written after the create and when one changes.

    Args:
        names: The properties.
        write: Gives all of them their values; its texts say what stands for one not given.
        clear: Takes the values away, before others are written or instead of ``False`` and
            nothing; here the texts speak of the former properties.
        read: Tells the value of the only one, where the resource's own answer doesn't.
        at_create: Whether it is written after the create too; not where the create takes them.
    """

    names: tuple[str, ...]
    write: Call
    clear: Call | None = None
    read: Call | None = None
    at_create: bool = True


@dataclass(frozen=True, kw_only=True)
class Members:
    """A property that is a list whose members come and go one by one, each by a call of its own.

    The list is exact: what is there beside what is declared is seen, and taken away.

    Args:
        name: The property.
        live: The members as the API has them, out of the answer of ``told_by`` or the resource's.
        told_by: Tells them, where the resource's own answer doesn't.
        api: One declared member as the API's, which may be several.
        words: The API's members as the property has them.
        add: Puts one there; its texts may name the ``member``. None where others do that.
        remove: Takes one away, likewise. None where there is no call for it: adding another may put
            that in its place.
        at_create: Whether each is added after the create; not where the create takes them.
        always: Whether an absent list means none; otherwise it means whatever there is.
        let_go: Whether each has to be taken away before the resource itself can be.
    """

    name: str
    live: Callable[[Any], list[Any]]
    told_by: Call | None = None
    api: Callable[[Any], list[Any]] = lambda member: [member]
    words: Callable[[list[Any]], list[Any]] = list
    add: Call | None = None
    remove: Call | None = None
    at_create: bool = True
    always: bool = False
    let_go: bool = False
