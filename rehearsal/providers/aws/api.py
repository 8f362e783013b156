"""One AWS resource type as a row: which calls make, find, change and delete it.

botocore's own service models say what a call takes and returns, so a row names only what can't be
derived: the calls, where the id is, and the few properties that the provider and the API spell or
shape differently. Owns that derivation; the rows themselves are beside it, a file per service.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath
from botocore.exceptions import ClientError

from rehearsal.providers.aws import tagging
from rehearsal.providers.aws.client import ACCOUNT, Aws, Service
from rehearsal.providers.aws.shapes import NotTaken, scalars, to_api
from rehearsal.providers.aws.texts import fill, mentioned
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain, differences, fold, from_api, same

_GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|NotAttached")


@dataclass(frozen=True)
class Call:
    """One API call.

    Args:
        operation: Its name in the service's model, such as ``DescribeVpcs``.
        members: What to send, with texts (see ``texts``) over the resource's properties and ``id``,
            ``region``, ``account``, ``kafka`` (the local broker's address).
        at: JMESPath to the part of the answer that matters, a text too.
        only_with: A property without which there is nothing to call for.
    """

    operation: str
    members: Mapping[str, Any] = field(default_factory=dict[str, Any])
    at: str = "@"
    only_with: str = ""


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


def _nothing_more(answer: Plain) -> Plain:
    del answer
    return {}


@dataclass(frozen=True, kw_only=True)
class ApiResource(ResourceType[Aws]):
    """A resource type made through AWS's API.

    Args:
        service: botocore's name of the service.
        create_by: Makes it; members the row doesn't name come from the inputs of the same name.
        id: Where the id is: a text over inputs and the answer.
        read_by: Finds it; an empty part or a not-found error means that it is gone.
        listed_by: Asked before, where ``read_by`` can't tell that it is gone.
        delete_by: Takes it away, in these steps.
        then: Calls that follow the create.
        settings: Properties with calls of their own. A property without one, and not replaced,
            can't change here: moto has no call for it, and the row says so when it is tried.
        local: Properties that only the provider itself uses: no call gives, tells or changes them.
        untold: Properties that are given and not told again.
        send: Reshapes inputs where the API's shape is another one.
        receive: The way back: properties that the answer has in another shape or place.
        computed: Outputs that are not in the answer under their own name, as texts.
        volatile: Members of the answer that others change, which is no drift; not kept.
        tags_of: What the calls about tags are given, as a text over inputs and ``id``: an ARN,
            EC2's an id. Empty where the type takes no tags.
    """

    service: str
    create_by: Call
    id: str
    read_by: Call
    delete_by: tuple[Call, ...]
    listed_by: Call | None = None
    then: tuple[Call, ...] = ()
    settings: tuple[Setting, ...] = ()
    local: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    send: Callable[[Plain], Plain] = dict
    receive: Callable[[Plain], Plain] = _nothing_more
    computed: Mapping[str, str] = field(default_factory=dict[str, str])
    volatile: tuple[str, ...] = ()
    tags_of: str = ""

    def create(self, client: Aws, inputs: Plain) -> str:
        """Makes the create call; refuses an input that none of the row's calls takes."""
        names = _names(client, inputs)
        service = client.service(self.service, names["region"])
        elsewhere = {"region", *self.local, *mentioned(self.create_by.members)}
        elsewhere |= {name for each in self.settings if each.at_create for name in each.names}
        if self.tags_of:
            elsewhere.add("tags")
        given = {key: value for key, value in inputs.items() if key not in elsewhere}
        shape = service.operation(self.create_by.operation).input_shape
        try:
            members: Plain = to_api(shape, self.send(given)) if shape else {}
        except NotTaken as path:
            raise RuntimeError(
                f"the rehearsal can't give {path} to {self.type}: its row has no call that takes it"
            ) from path
        answer = service.call(
            self.create_by.operation, {**members, **fill(self.create_by.members, names)}
        )
        return str(fill(self.id, {**names, **answer}))

    def finish(self, client: Aws, resource_id: str, inputs: Plain) -> None:
        """Makes the calls that follow, writes the settings and the tags."""
        names = {**_names(client, inputs), "id": resource_id}
        for call in self.then:
            self._call(client, call, names)
        for setting in self.settings:
            if setting.at_create and not inputs.keys().isdisjoint(setting.names):
                self._write(client, setting, names, {})
        if inputs.get("tags"):
            self._tag(client, names, {}, inputs["tags"])

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Asks for the resource; whatever the API has to tell it tells."""
        names = {**_names(client, {**state, **inputs}), "id": resource_id}
        answer = self._find(client, names)
        if answer is None:
            return None
        answer = {key: value for key, value in answer.items() if key not in self.volatile}
        outputs = {"region": names["region"], **scalars(answer), **self.receive(answer)}
        names |= outputs
        outputs |= {key: fill(text, names) for key, text in self.computed.items()}
        names |= outputs
        for setting in self.settings:
            if setting.read is not None:
                outputs[setting.names[0]] = self._call(client, setting.read, names)
        if self.tags_of:
            target = str(fill(self.tags_of, names))
            service = client.service(self.service, names["region"])
            tags = tagging.read(service, target, answer)
            outputs |= {"tags": tags, "tagsAll": tags}
        return {**outputs, **self._in_words_of(inputs, {**answer, **outputs})}

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Makes the calls of the settings that changed, and those about tags."""
        before = {**state, **old}
        changed = {key for key in {*old, *new} if not same(before.get(key), new.get(key))}
        settable = {name for setting in self.settings for name in setting.names}
        changeable = {"tags", *settable} if self.tags_of else settable
        if stuck := changed - changeable - {*self.local}:
            was, wanted = ({key: each.get(key) for key in stuck} for each in (before, new))
            paths = ", ".join(path for path, _, _ in differences(was, wanted))
            raise RuntimeError(
                f"the rehearsal can't change {paths} of {self.type}: moto has no call for it. "
                "`make down` and `make up` rehearse it made anew"
            )
        # What is set by hand beside what is declared is not to be written again.
        rest = {key: value for key, value in state.items() if key not in settable}
        names = {**_names(client, {**rest, **new}), "id": resource_id}
        before = {**_names(client, before), "id": resource_id}
        for setting in self.settings:
            if not changed.isdisjoint(setting.names):
                self._write(client, setting, names, before)
        if "tags" in changed:
            self._tag(client, names, old.get("tags") or {}, new.get("tags") or {})

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Makes the calls that take it away, whatever is already gone."""
        names = {**_names(client, state), "id": resource_id}
        for call in self.delete_by:
            try:
                self._call(client, call, names)
            except ClientError as error:
                if not _is_gone(error) and self._find(client, names) is not None:
                    raise

    def _write(self, client: Aws, setting: Setting, names: Plain, before: Plain) -> None:
        if setting.clear is not None and any(before.get(name) for name in setting.names):
            self._call(client, setting.clear, before)
        if setting.clear is None or any(names.get(name) for name in setting.names):
            self._call(client, setting.write, names)

    def _tag(self, client: Aws, names: Plain, old: Plain, new: Plain) -> None:
        service = client.service(self.service, names["region"])
        tagging.change(service, str(fill(self.tags_of, names)), old, new)

    def _find(self, client: Aws, names: Plain) -> Plain | None:
        try:
            if self.listed_by is not None and not self._call(client, self.listed_by, names):
                return None
            return self._call(client, self.read_by, names) or None
        except ClientError as error:
            if _is_gone(error):
                return None
            raise

    def _in_words_of(self, inputs: Plain, told: Plain) -> Plain:
        found = {fold(key): value for key, value in told.items()}
        kept = {*self.local, *self.untold}
        return {
            key: value if key in kept else from_api(value, found.get(fold(key)))
            for key, value in inputs.items()
            # Of the tags none is too many or too few.
            if key != "tags"
        }

    def _call(self, client: Aws, call: Call, names: Plain) -> Any:
        if call.only_with and not names.get(call.only_with):
            return None
        service: Service = client.service(self.service, names["region"])
        answer = service.call(call.operation, fill(call.members, names))
        return jmespath.search(fill(call.at, names), answer)


def _names(client: Aws, properties: Plain) -> Plain:
    """What a row's texts may refer to."""
    return {
        **properties,
        "account": ACCOUNT,
        "region": client.region(properties),
        "kafka": client.kafka,
    }


def _is_gone(error: ClientError) -> bool:
    return bool(_GONE.search(str(error.response.get("Error", {}).get("Code", ""))))
