"""What is wrong with whom a domain calls, and with the hosts outside that it connects to.

Whether a stack lets anybody connect there is the stack's: the catalogue is the same in all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from domains._model import Domain
from domains._names import did_you_mean, look_alike
from problems import Problem

_HOST = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
"""Labels of RFC 1123, section 2.1, and perhaps all below them."""
_LONGEST = 253
"""Characters. RFC 1035, section 2.3.4, without the final dot."""


def problems(domain: Domain, place: str) -> Iterator[Problem]:
    """Tells all that is wrong with one declaration by itself.

    Args:
        domain: Who declares it.
        place: What a problem calls its file.
    """
    for name in _twice(domain.calls):
        yield Problem(
            code="call-twice",
            path=place,
            what=f"{domain.name} names a domain more than once in calls",
            got=name,
            fix="name it once",
        )
    if domain.name in domain.calls:
        yield Problem(
            code="call-itself",
            path=place,
            what=f"{domain.name} calls itself, which needs nobody's leave",
            got=domain.name,
            fix="leave it out",
        )
    for host in _twice(domain.outside):
        yield Problem(
            code="outside-twice",
            path=place,
            what=f"{domain.name} names a host more than once in outside",
            got=host,
            fix="name it once",
        )
    for host in dict.fromkeys(domain.outside):
        if not _HOST.fullmatch(host) or len(host) > _LONGEST:
            yield Problem(
                code="outside-host",
                path=place,
                what=f"{domain.name} connects to what is no host{look_alike(host)}",
                got=host,
                fix="write a DNS name in lower case, *. only in front of one for all below it",
            )


def problems_between(domains: Mapping[str, Domain]) -> Iterator[Problem]:
    """Tells which calls nobody would answer.

    Args:
        domains: All declarations, by their file.
    """
    known = {domain.name: domain for domain in domains.values()}
    for place, domain in domains.items():
        for name in sorted({*domain.calls} - {domain.name}):
            if name not in known:
                yield Problem(
                    code="call-unknown",
                    path=place,
                    what=f"{domain.name} calls a domain that nobody declares{look_alike(name)}",
                    got=name,
                    fix=did_you_mean(
                        name, known.keys() - {domain.name}, otherwise="declare it, or leave it out"
                    ),
                )
            elif not (known[name].api.rest or known[name].api.grpc):
                yield Problem(
                    code="call-unanswered",
                    path=place,
                    what=f"{domain.name} calls a domain that answers neither HTTP nor gRPC",
                    got=name,
                    fix=f"leave it out, or let {name} answer",
                )


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
