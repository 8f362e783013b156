"""What the drills say of network policies is what Kubernetes' own documentation says of them."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.drills._reach import (
    EGRESS,
    INGRESS,
    Pod,
    Port,
    addresses,
    closed,
    connects,
    enters,
    leaves,
    pods,
    ports,
    selects,
)

Plain = dict[str, Any]

HTTP, DNS = Port(number=8080), Port(number=53, protocol="UDP")
HERE, THERE = {"team": "here"}, {"team": "there"}


def pod(namespace: str = "here", **labels: str) -> Pod:
    return Pod(namespace=namespace, labels=labels, of_namespace={"team": namespace})


def policy(namespace: str = "here", **spec: Any) -> Plain:
    return {"metadata": {"name": "p", "namespace": namespace}, "spec": {"podSelector": {}, **spec}}


def lets_in(**rule: Any) -> Plain:
    return policy(policyTypes=["Ingress"], ingress=[rule])


SERVER, CLIENT, OTHER = pod(app="server"), pod("there", app="client"), pod("there", app="other")


def test_a_pod_that_no_policy_selects_is_open() -> None:
    assert connects([], CLIENT, SERVER, [HTTP, DNS]) == [HTTP, DNS]
    of_others = policy("elsewhere", policyTypes=["Ingress", "Egress"])
    assert connects([of_others], CLIENT, SERVER, [HTTP]) == [HTTP]


def test_one_that_is_selected_is_closed_in_the_directions_that_are_named() -> None:
    inwards = policy(policyTypes=["Ingress"])
    assert enters([inwards], CLIENT, SERVER, [HTTP]) == []
    assert leaves([inwards], SERVER, CLIENT, [HTTP]) == [HTTP]
    outwards = policy(policyTypes=["Egress"])
    assert enters([outwards], CLIENT, SERVER, [HTTP]) == [HTTP]
    assert leaves([outwards], SERVER, CLIENT, [HTTP]) == []


def test_without_types_a_policy_is_inwards_and_outwards_where_it_has_a_rule_for_that() -> None:
    assert leaves([policy()], SERVER, CLIENT, [HTTP]) == [HTTP]
    assert leaves([policy(egress=[{"ports": [{"port": 1}]}])], SERVER, CLIENT, [HTTP]) == []
    assert enters([policy()], CLIENT, SERVER, [HTTP]) == []


def test_policies_add_up_and_both_ends_count() -> None:
    nothing = policy(policyTypes=["Ingress", "Egress"])
    to_server = lets_in(**{"from": [{"namespaceSelector": {}}]})
    assert connects([nothing, to_server], CLIENT, SERVER, [HTTP]) == [HTTP]
    silent = policy("there", policyTypes=["Egress"])
    assert connects([nothing, to_server, silent], CLIENT, SERVER, [HTTP]) == []


@pytest.mark.parametrize(
    ("peer", "client", "other"),
    [
        ({"podSelector": {}}, False, False),
        ({"namespaceSelector": {}}, True, True),
        ({"namespaceSelector": {"matchLabels": THERE}}, True, True),
        ({"namespaceSelector": {"matchLabels": HERE}}, False, False),
        (
            {
                "namespaceSelector": {"matchLabels": THERE},
                "podSelector": {"matchLabels": {"app": "client"}},
            },
            True,
            False,
        ),
        ({"ipBlock": {"cidr": "0.0.0.0/0"}}, False, False),
    ],
)
def test_peers_are_pods_of_namespaces(peer: Plain, client: bool, other: bool) -> None:  # noqa: FBT001 - a table
    rule = lets_in(**{"from": [peer]})
    assert (enters([rule], CLIENT, SERVER, [HTTP]) == [HTTP]) is client
    assert (enters([rule], OTHER, SERVER, [HTTP]) == [HTTP]) is other


def test_pods_without_a_namespace_are_those_beside_the_policy() -> None:
    rule = lets_in(**{"from": [{"podSelector": {"matchLabels": {"app": "client"}}}]})
    assert enters([rule], pod(app="client"), SERVER, [HTTP]) == [HTTP]
    assert enters([rule], CLIENT, SERVER, [HTTP]) == []


@pytest.mark.parametrize("nobody", [{}, {"from": []}, {"from": None}])
def test_a_rule_that_names_nobody_means_everybody(nobody: Plain) -> None:
    assert enters([lets_in(**nobody)], CLIENT, SERVER, [HTTP]) == [HTTP]
    assert enters([lets_in(**nobody)], IPv4Address("8.8.8.8"), SERVER, [HTTP]) == [HTTP]


def test_a_port_is_a_number_of_a_transport_and_all_of_them_without_a_number() -> None:
    asked = [HTTP, Port(number=8081), Port(number=8080, protocol="UDP"), DNS]

    def at(*named: Plain) -> list[Port]:
        return enters([lets_in(ports=[*named])], CLIENT, SERVER, asked)

    assert at({"port": 8080}) == [HTTP]
    assert at({"port": 8080, "endPort": 8081}) == asked[:2]
    assert at({"protocol": "UDP"}) == asked[2:]
    assert at() == asked


def test_a_port_that_has_a_name_is_not_judged() -> None:
    with pytest.raises(TypeError, match="'http'"):
        enters([lets_in(ports=[{"port": "http"}])], CLIENT, SERVER, [HTTP])


def test_what_is_cut_out_of_a_block_is_not_in_it() -> None:
    block = {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "192.168.0.0/16", "10.2.0.0/31"]}
    rule = policy(policyTypes=["Egress"], egress=[{"to": [{"ipBlock": block}]}])
    for address, opened in {
        "10.0.0.0": True,
        "10.0.255.255": True,
        "10.1.0.0": False,
        "10.1.255.255": False,
        "10.2.0.1": False,
        "10.2.0.2": True,
        "11.0.0.0": False,
    }.items():
        assert (leaves([rule], SERVER, IPv4Address(address), [HTTP]) == [HTTP]) is opened, address
    whole = {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}
    none = policy(policyTypes=["Egress"], egress=[{"to": [{"ipBlock": whole}]}])
    assert leaves([none], SERVER, IPv4Address("10.0.0.1"), [HTTP]) == []


def test_a_namespace_is_closed_by_a_policy_for_all_its_pods_that_names_nobody() -> None:
    assert closed([policy(policyTypes=["Ingress", "Egress"])], "here", INGRESS)
    assert closed([policy(policyTypes=["Ingress", "Egress"])], "here", EGRESS)
    assert not closed([policy(policyTypes=["Ingress"])], "here", EGRESS)
    assert not closed([policy(policyTypes=["Ingress"])], "there", INGRESS)
    some = policy(podSelector={"matchLabels": {"app": "server"}}, policyTypes=["Ingress"])
    assert not closed([some], "here", INGRESS)
    assert not closed([lets_in(ports=[{"port": 1}])], "here", INGRESS)


KEYS, VALUES = st.sampled_from(["a", "b"]), st.sampled_from(["x", "y", "any0"])
LABELS = st.dictionaries(KEYS, VALUES, max_size=2)
EXPRESSIONS = st.one_of(
    st.fixed_dictionaries(
        {
            "key": KEYS,
            "operator": st.sampled_from(["In", "NotIn"]),
            "values": st.lists(VALUES, min_size=1, max_size=2),
        }
    ),
    st.fixed_dictionaries({"key": KEYS, "operator": st.sampled_from(["Exists", "DoesNotExist"])}),
)
SELECTORS = st.fixed_dictionaries(
    {}, optional={"matchLabels": LABELS, "matchExpressions": st.lists(EXPRESSIONS, max_size=2)}
)


@given(selector=SELECTORS, labels=LABELS)
def test_a_selector_selects_what_every_term_of_it_selects(
    selector: Plain, labels: dict[str, str]
) -> None:
    def held(term: Plain) -> bool:
        value, values = labels.get(term["key"]), term.get("values", ())
        return {
            "In": value is not None and value in values,
            "NotIn": value is None or value not in values,
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }[term["operator"]]

    wanted = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    wanted = wanted and all(map(held, selector.get("matchExpressions", ())))
    assert selects(selector, labels) is wanted


def possible(selector: Plain) -> bool:
    """Whether any labels at all are selected."""
    values = (None, "x", "y", "any0", "z")
    return any(
        selects(selector, {k: v for k, v in (("a", a), ("b", b)) if v is not None})
        for a in values
        for b in values
    )


@given(place=SELECTORS.filter(possible), who=SELECTORS.filter(possible))
def test_among_the_pods_to_ask_about_is_one_that_any_peer_means(place: Plain, who: Plain) -> None:
    rule = lets_in(**{"from": [{"namespaceSelector": place, "podSelector": who}]})
    asked = pods([rule], {"here": HERE})
    assert any(enters([rule], each, SERVER, [HTTP]) for each in asked)


RANGES = st.tuples(st.integers(1, 65535), st.integers(0, 20)).map(
    lambda it: {"port": it[0], "endPort": min(it[0] + it[1], 65535)}
)


@given(named=st.lists(RANGES, min_size=1, max_size=4), number=st.integers(1, 65535))
def test_between_the_ports_to_ask_about_nothing_changes(named: list[Plain], number: int) -> None:
    rule = lets_in(ports=named)
    among = ports([rule])
    # The nearest one below is on the same side of every edge.
    below = max(each.number for each in among if each.number <= number)
    asked = [enters([rule], CLIENT, SERVER, [Port(number=each)]) for each in (number, below)]
    assert bool(asked[0]) is bool(asked[1])


def network(number: int, length: int) -> str:
    return str(IPv4Network((number, length), strict=False))


NETWORKS = st.builds(network, st.integers(0, 2**32 - 1), st.integers(0, 32))


@given(cidrs=st.lists(NETWORKS, min_size=1, max_size=4), number=st.integers(0, 2**32 - 1))
def test_between_the_addresses_to_ask_about_nothing_changes(cidrs: list[str], number: int) -> None:
    rule = policy(
        policyTypes=["Egress"], egress=[{"to": [{"ipBlock": {"cidr": each}} for each in cidrs]}]
    )
    known = [each for each in addresses([rule]) if isinstance(each, IPv4Address)]
    below = max(each for each in known if int(each) <= number)
    asked = [leaves([rule], SERVER, each, [HTTP]) for each in (IPv4Address(number), below)]
    assert asked[0] == asked[1]


@given(
    selectors=st.lists(SELECTORS, max_size=3),
    labels=LABELS,
    more=SELECTORS,
)
def test_a_further_rule_opens_and_never_closes(
    selectors: list[Plain], labels: dict[str, str], more: Plain
) -> None:
    source = Pod(namespace="there", labels=labels, of_namespace=THERE)
    rules = [
        policy(
            policyTypes=["Ingress"],
            ingress=[{"from": [{"namespaceSelector": {}, "podSelector": each}]}],
        )
        for each in (*selectors, more)
    ]
    nothing = policy(policyTypes=["Ingress"])
    before = enters([nothing, *rules[:-1]], source, SERVER, [HTTP])
    after = enters([nothing, *rules], source, SERVER, [HTTP])
    assert set(before) <= set(after)
    assert bool(after) is any(selects(each, labels) for each in (*selectors, more))
