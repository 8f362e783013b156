"""What a machine outside AWS is told: which address it has, and how it joins."""

import json
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components._node_setup import (
    CONFIGURATION,
    Joining,
    Wiring,
    addresses,
    meta_data,
    user_data,
)

WIRING = Wiring(network=IPv4Network("10.128.16.0/24"), name_servers=[IPv4Address("10.128.0.53")])
JOINING = Joining(
    cluster="corebank",
    region="eu-west-1",
    version="1.35",
    labels={"bank.internal/site": "dublin", "bank.internal/pool": "aml"},
    taints={"bank.internal/pool": "aml"},
)


@given(st.integers(20, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, 2 ** (32 - n)))))
def test_addresses_are_the_ranges_own_and_stay_when_nodes_are_added(
    wanted: tuple[int, int],
) -> None:
    length, number = wanted
    own = IPv4Network((int(IPv4Address("10.128.16.0")), length))
    found = addresses(own, number)
    assert len(set(found)) == number
    assert all(address in own for address in found)
    assert addresses(own, number - 1) == found[:-1]


def test_too_many_nodes_get_no_address_of_somebody_else() -> None:
    with pytest.raises(ValueError, match="has 4 addresses, and 5 are asked for"):
        addresses(IPv4Network("10.128.16.16/30"), 5)


def test_a_machine_has_the_address_that_it_is_told_and_asks_for_no_other() -> None:
    told = json.loads(meta_data("node", IPv4Address("10.128.16.16"), WIRING))
    card = told["network"]["ethernets"]["primary"]
    assert told["local-hostname"] == told["instance-id"] == "node"
    assert card["addresses"] == ["10.128.16.16/24"]
    assert card["routes"] == [{"to": "default", "via": "10.128.16.1"}]
    assert card["nameservers"] == {"addresses": ["10.128.0.53"]}
    assert (card["dhcp4"], card["dhcp6"]) == (False, False)


def test_a_machine_installs_joins_and_forgets_the_code() -> None:
    text = user_data(JOINING, activation_id="an-id", activation_code="a-code")
    first, rest = text.split("\n", 1)
    told = json.loads(rest)
    (file,) = told["write_files"]
    install, init, forget = told["runcmd"]
    assert first == "#cloud-config"
    assert (file["path"], file["permissions"]) == (CONFIGURATION, "0600")
    assert install[:3] == ["nodeadm", "install", "1.35"]
    assert init == ["nodeadm", "init", "--config-source", f"file://{CONFIGURATION}"]
    assert forget == ["shred", "--remove", CONFIGURATION]
    # Arguments of a command are seen by everyone on the machine.
    assert "a-code" not in json.dumps(told["runcmd"])


def test_a_node_says_of_which_site_and_pool_it_is_and_keeps_others_pods_away() -> None:
    text = user_data(JOINING, activation_id="an-id", activation_code="a-code")
    (file,) = json.loads(text.split("\n", 1)[1])["write_files"]
    spec = json.loads(file["content"])["spec"]
    assert spec["cluster"] == {"name": "corebank", "region": "eu-west-1"}
    assert spec["hybrid"] == {"ssm": {"activationId": "an-id", "activationCode": "a-code"}}
    assert spec["kubelet"]["flags"] == [
        "--node-labels=bank.internal/pool=aml,bank.internal/site=dublin"
    ]
    assert spec["kubelet"]["config"]["registerWithTaints"] == [
        {"key": "bank.internal/pool", "value": "aml", "effect": "NoSchedule"}
    ]
