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
from rehearsal.providers.aws.calls import Call, Members, Setting
from rehearsal.providers.aws.client import ACCOUNT, Aws, Service
from rehearsal.providers.aws.shapes import NotTaken, scalars, to_api
from rehearsal.providers.aws.texts import fill, mentioned
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain, differences, fold, from_api, same, spelt

_GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|NotAttached|InvalidAccess")


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
        members: Properties that are exact lists.
        again: Properties that change by making the create call again, which sets things anew.
        local: Properties that no call gives, tells or changes: the provider's own, or unknown to
            moto; then the row says so.
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
    members: tuple[Members, ...] = ()
    again: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    send: Callable[[Plain], Plain] = dict
    receive: Callable[[Plain], Plain] = _nothing_more
    computed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    volatile: tuple[str, ...] = ()
    tags_of: str = ""

    def create(self, client: Aws, inputs: Plain) -> str:
        """Makes the create call; refuses an input that none of the row's calls takes."""
        names = _names(client, inputs)
        service = client.service(self.service, names["region"])
        elsewhere = {"region", *self.local, *mentioned(self.create_by.members)}
        elsewhere |= {name for each in self.settings if each.at_create for name in each.names}
        elsewhere |= {each.name for each in self.members if each.at_create}
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
        if self.tags_of and inputs.get("tags"):
            if not mentioned(self.tags_of) <= names.keys():
                names |= self.read(client, resource_id, inputs, {}) or {}
            self._tag(client, names, {}, inputs["tags"])
        if any(each.at_create for each in self.members):
            self._sync(client, names, inputs, [each for each in self.members if each.at_create])

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
        return {
            **outputs,
            **self._in_words_of(inputs, {**answer, **outputs}),
            **{each.name: self._told(client, each, answer, names, inputs) for each in self.members},
        }

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Makes the calls of the settings that changed, and those about tags."""
        before = {**state, **old}
        changed = {key for key in {*old, *new} if not same(before.get(key), new.get(key))}
        settable = {name for setting in self.settings for name in setting.names}
        settable |= {*self.again, *(each.name for each in self.members)}
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
        if not changed.isdisjoint(self.again):
            self.create(client, new)
            # moto forgets tags then.
            if self.tags_of and new.get("tags"):
                self._tag(client, names, {}, new["tags"])
        for setting in self.settings:
            if not changed.isdisjoint(setting.names):
                self._write(client, setting, names, before)
        self._sync(client, names, new, [each for each in self.members if each.name in changed])
        if self.tags_of and "tags" in changed:
            self._tag(client, names, old.get("tags") or {}, new.get("tags") or {})

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Makes the calls that take it away, whatever is already gone."""
        names = {**_names(client, state), "id": resource_id}
        for each in self.members:
            if each.let_go and each.remove and (answer := self._find(client, names)):
                for member in self._live(client, each, answer, names):
                    self._call(client, each.remove, {**names, "member": member})
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

    def _sync(self, client: Aws, names: Plain, inputs: Plain, lists: list[Members]) -> None:
        """Adds what is declared and not there; takes away what is there and not declared."""
        untold = any(each.told_by is None for each in lists)
        answer = self._find(client, names) or {} if untold else {}
        for each in lists:
            wanted = _wanted(each, inputs)
            if wanted is None:
                continue
            there = self._live(client, each, answer, names)
            for member in (one for one in there if one not in wanted):
                if each.remove is not None:
                    self._call(client, each.remove, {**names, "member": member})
            for member in (one for one in wanted if one not in there):
                if each.add is None:
                    raise RuntimeError(f"{member} is not there, and another resource has to add it")
                self._call(client, each.add, {**names, "member": member})

    def _told(self, client: Aws, each: Members, answer: Plain, names: Plain, inputs: Plain) -> Any:
        there = self._live(client, each, answer, names)
        wanted = _wanted(each, inputs)
        if wanted is not None and sorted(map(str, wanted)) == sorted(map(str, there)):
            return inputs.get(each.name)
        return each.words(there)

    def _live(self, client: Aws, each: Members, answer: Plain, names: Plain) -> list[Any]:
        return each.live(self._call(client, each.told_by, names) if each.told_by else answer)

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
            key: value if key in kept else from_api(value, found.get(spelt(key, found) or ""))
            for key, value in inputs.items()
            # Of the tags none is too many or too few.
            if key != "tags" or not self.tags_of
        }

    def _call(self, client: Aws, call: Call, names: Plain) -> Any:
        for name, lookup in call.lookups.items():
            names = {**names, name: self._call(client, lookup, names)}
        if call.only_with and not names.get(call.only_with):
            return None
        service: Service = client.service(self.service, names["region"])
        members = fill(call.members, names)
        if shape := service.operation(call.operation).input_shape:
            members = to_api(shape, members)
        answer = service.call(call.operation, members)
        return jmespath.search(fill(call.at, names), answer)


def _names(client: Aws, properties: Plain) -> Plain:
    """What a row's texts may refer to."""
    return {
        **properties,
        "account": ACCOUNT,
        "region": client.region(properties),
        "kafka": client.kafka,
        "kubernetes": dict(client.kubernetes),
    }


def _wanted(each: Members, inputs: Plain) -> list[Any] | None:
    """The declared members as the API has them; ``None`` where nothing is declared."""
    declared: list[Any] | None = inputs.get(each.name)
    if declared is None and not each.always:
        return None
    return [unit for member in declared or [] for unit in each.api(member)]


def _is_gone(error: ClientError) -> bool:
    return bool(_GONE.search(str(error.response.get("Error", {}).get("Code", ""))))
