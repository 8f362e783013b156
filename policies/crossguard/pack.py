"""A pack: the policies that the engine is told of, and the server that it asks."""

import os
import sys
import threading
from concurrent import futures
from typing import Any

import grpc
import hcl2
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    ResourceValidationPolicy,
    Severity,
    StackValidationPolicy,
)

from policies.controls import (
    ENVIRONMENTS,
    EXEMPTIONS,
    FRAMEWORKS,
    AnyPack,
    Control,
    Rule,
    of_pack,
)
from policies.crossguard.analyzer import EXEMPTED, Analyzer

_LARGEST = 400 * 1024 * 1024
"""Of a message, in bytes: a stack is one. As in Pulumi's own server of packs."""
_REMEDIATE = "/pulumirpc.Analyzer/Remediate"
_hcl: Any = hcl2
_URL = "docs/controls.md"


def environment() -> str:
    """The stack's, by a word of its name; production where none is one."""
    words = os.environ.get("PULUMI_STACK", "").rpartition("/")[2].split("-")
    return next((each for each in ENVIRONMENTS if each in words), "production")


def policies(pack: AnyPack, environment: str) -> list[Policy]:
    """All policies of a pack, those that are off in this environment included."""
    return [
        *(
            _policy(control, rule, environment)
            for control in of_pack(pack)
            for rule in control.rules
        ),
        StackValidationPolicy(
            name=EXEMPTIONS,
            description=EXEMPTED,
            validate=_answered_at_once,
            enforcement_level=EnforcementLevel.MANDATORY,
        ),
    ]


class _ChangesNothing(grpc.ServerInterceptor):
    """Knows no ``Remediate``: what is wrong is put right in the program.

    To answer that nothing is changed would take as long as to judge, for every resource.
    """

    def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        asked: str = handler_call_details.method
        return None if asked == _REMEDIATE else continuation(handler_call_details)


def started(pack: AnyPack) -> tuple[grpc.Server, int]:
    """A server that answers the engine, and its port."""
    where = environment()
    server = grpc.server(
        # Judging is Python's alone: more of them would only take turns.
        futures.ThreadPoolExecutor(max_workers=1),
        interceptors=[_ChangesNothing()],
        options=[("grpc.max_receive_message_length", _LARGEST)],
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(
        Analyzer(pack, where, policies(pack, where)), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(pack: AnyPack) -> None:
    """Answers the engine until it ends this process; the port is told on stdout."""
    _, port = started(pack)
    sys.stdout.buffer.write(f"{port}\n".encode())
    sys.stdout.flush()
    # The grammar takes a tenth of a second to load, in which the engine would wait later.
    _hcl.loads("")
    threading.Event().wait()


def _policy(control: Control, rule: Rule, environment: str) -> Policy:
    framework, reference = control.references[0]
    told: dict[str, Any] = {
        "name": rule.name,
        "description": f"{control.id}: {rule.asks}",
        "display_name": f"{control.id} {control.title}",
        "enforcement_level": EnforcementLevel(control.level(environment)),
        "severity": Severity(control.severity),
        "framework": PolicyComplianceFramework(name=FRAMEWORKS[framework], reference=reference),
        "tags": [f"{FRAMEWORKS[sign]} {number}" for sign, number in control.references],
        "remediation_steps": control.remedy,
        "url": f"{_URL}#{control.id.lower()}",
    }
    kind = ResourceValidationPolicy if rule.scope == "resource" else StackValidationPolicy
    return kind(validate=_answered_at_once, **told)


def _answered_at_once(*_: object) -> None:
    raise NotImplementedError("the analyzer answers for all policies at once")
