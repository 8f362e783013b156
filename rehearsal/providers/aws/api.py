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
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.aws.shapes import scalars, to_api
from rehearsal.providers.values import Plain, from_api, same

_GONE = re.compile(r"NotFound|NoSuch|DoesNotExist")
_EXPRESSION = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Call:
    """One API call.

    Args:
        operation: Its name in the service's model, such as ``DescribeVpcs``.
        members: What to send. In a text, ``{expression}`` is a JMESPath over the resource's
            properties and ``id``, ``region``, ``account``, ``kafka`` (the local broker's address);
            alone it keeps the value's type.
        at: JMESPath to the part of the answer that matters.
    """

    operation: str
    members: Mapping[str, Any] = field(default_factory=dict[str, Any])
    at: str = "@"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A property with calls of its own: written after the create and when it changes.

    Args:
        name: The property.
        write: Gives it its value.
        clear: Takes the value away, before another is written or instead of ``False``; here the
            texts speak of the former properties.
        read: Tells the value, where the resource's own answer doesn't.
        at_create: Whether it is written after the create too; not where the create takes it.
    """

    name: str
    write: Call
    clear: Call | None = None
    read: Call | None = None
    at_create: bool = True


def _nothing_more(answer: Plain) -> Plain:
    del answer
    return {}


@dataclass(frozen=True, kw_only=True)
class ApiResource:
    """A resource type made through AWS's API.

    Args:
        token: Pulumi's type token.
        service: botocore's name of the service.
        create_by: Makes it; members the row doesn't name come from the inputs of the same name.
        id: Where the id is: a text like those of ``Call.members``, over inputs and the answer.
        read_by: Finds it; an empty part or a not-found error means that it is gone.
        delete_by: Takes it away, in these steps.
        then: Calls that follow the create.
        settings: Properties with calls of their own. A property without one, and not replaced,
            can't change here: moto has no call for it, and the row says so when it is tried.
        local: Properties that only the provider itself uses, so that a change needs no call.
        replaces: Properties whose change makes a new resource.
        send: Reshapes inputs where the API's shape is another one.
        receive: The way back: properties that the answer has in another shape or place.
        computed: Outputs that are not in the answer under their own name.
        volatile: Members of the answer that others change, which is no drift; not kept.
        arn: Where the ARN is, for the calls about tags.
        tagged: EC2's name of the type, for its own way of tagging.
        delete_first: Whether a replacement deletes the old one first.
        autoname: The property that gets a generated name.
    """

    token: str
    service: str
    create_by: Call
    id: str
    read_by: Call
    delete_by: tuple[Call, ...]
    then: tuple[Call, ...] = ()
    settings: tuple[Setting, ...] = ()
    local: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    send: Callable[[Plain], Plain] = dict
    receive: Callable[[Plain], Plain] = _nothing_more
    computed: Mapping[str, str] = field(default_factory=dict[str, str])
    volatile: tuple[str, ...] = ()
    arn: str = "{arn}"
    tagged: str = ""
    delete_first: bool = False
    autoname: str = ""
    recorded: str = ""

    def create(self, aws: Aws, inputs: Plain) -> str:
        names = _names(aws, inputs)
        tags = inputs.get("tags") or {}
        operation = aws.model(self.service).operation_model(self.create_by.operation)
        untagged = {key: value for key, value in inputs.items() if key != "tags"}
        members = to_api(operation.input_shape, self.send(untagged))
        members |= tagging.on_create(operation, tags, self.tagged)
        answer = self._call(aws, self.create_by, names, members)
        resource_id = str(_expand(self.id, {**names, **answer}))
        try:
            for call in self.then:
                self._call(aws, call, {**names, "id": resource_id})
            given = {setting.name for setting in self.settings if setting.at_create} & inputs.keys()
            self._write(aws, resource_id, {}, {name: inputs[name] for name in given}, names)
        except Exception:
            # The engine writes down only what create returns: a half-made resource would be lost.
            self.delete(aws, resource_id, inputs)
            raise
        return resource_id

    def read(self, aws: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        names = {**_names(aws, {**state, **inputs}), "id": resource_id}
        try:
            answer = self._call(aws, self.read_by, names)
        except ClientError as error:
            if _is_gone(error):
                return None
            raise
        if not answer:
            return None
        answer = {key: value for key, value in answer.items() if key not in self.volatile}
        outputs = {**scalars(answer), **self.receive(answer)}
        names |= outputs
        outputs |= {key: _expand(text, names) for key, text in self.computed.items()}
        for setting in self.settings:
            if setting.read is not None:
                outputs[setting.name] = self._call(aws, setting.read, names)
        live = {**outputs, **from_api(inputs, {**answer, **outputs})}
        if "tags" in inputs:
            model, client = aws.model(self.service), aws.client(self.service, names["region"])
            arn = str(_expand(self.arn, {**names, **outputs}) or "")
            tags = tagging.read(client, model, arn, answer)
            live |= {"tags": tags, "tagsAll": tags}
        return live

    def update(self, aws: Aws, resource_id: str, old: Plain, new: Plain) -> None:
        names = {**_names(aws, {**old, **new}), "id": resource_id}
        changed = {key for key in {*old, *new} if not same(old.get(key), new.get(key))}
        if "tags" in changed:
            target = resource_id if self.tagged else str(_expand(self.arn, names))
            model, client = aws.model(self.service), aws.client(self.service, names["region"])
            tagging.change(client, model, target, old.get("tags") or {}, new.get("tags") or {})
        self._write(aws, resource_id, old, {key: new.get(key) for key in changed}, names)
        known = {"tags", *self.local, *(setting.name for setting in self.settings)}
        if stuck := changed - known:
            raise RuntimeError(
                f"the rehearsal can't change {', '.join(sorted(stuck))} of {self.token}: moto has "
                "no call for it. `make down` and `make up` rehearse it made anew"
            )

    def _write(
        self, aws: Aws, resource_id: str, old: Plain, changed: Plain, names: Plain
    ) -> None:
        for setting in self.settings:
            if setting.name not in changed:
                continue
            value, former = changed[setting.name], old.get(setting.name)
            if setting.clear is not None and former:
                self._call(aws, setting.clear, {**_names(aws, old), "id": resource_id})
            if value is not None and (value is not False or setting.clear is None):
                self._call(aws, setting.write, {**names, "id": resource_id})

    def delete(self, aws: Aws, resource_id: str, state: Plain) -> None:
        names = {**_names(aws, state), "id": resource_id}
        for call in self.delete_by:
            try:
                self._call(aws, call, names)
            except ClientError as error:
                if not _is_gone(error):
                    raise

    def _call(self, aws: Aws, call: Call, names: Plain, members: Plain | None = None) -> Any:
        client = aws.client(self.service, names["region"])
        sent = {**(members or {}), **_expand(call.members, names)}
        answer = tagging.invoke(client, call.operation, sent)
        answer.pop("ResponseMetadata", None)
        return jmespath.search(_expand(call.at, names), answer)


def _names(aws: Aws, properties: Plain) -> Plain:
    """What a row's texts may refer to."""
    return {
        **properties,
        "account": aws.account,
        "region": properties.get("region") or aws.region,
        "kafka": aws.kafka,
    }


def _expand(template: Any, names: Plain) -> Any:
    """Fills a row's texts; members that come out as nothing are left out."""
    if isinstance(template, Mapping):
        filled = {key: _expand(item, names) for key, item in template.items()}
        return {key: item for key, item in filled.items() if item is not None}
    if isinstance(template, list):
        return [item for item in (_expand(item, names) for item in template) if item not in (None, {})]
    if not isinstance(template, str):
        return template
    if whole := _EXPRESSION.fullmatch(template):
        return _number(jmespath.search(whole[1], names))
    return _EXPRESSION.sub(lambda found: str(_number(jmespath.search(found[1], names))), template)


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_gone(error: ClientError) -> bool:
    return bool(_GONE.search(error.response.get("Error", {}).get("Code", "")))
