"""What VPN tunnels may negotiate, and the addresses inside them."""

from ipaddress import IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from components._tunnels import tunnel_networks, tunnel_options

BOTH = st.integers(0, 2**13 - 1).map(lambda n: IPv4Network((0xA9FE0000 + 8 * n, 29)))


@given(BOTH)
def test_two_tunnels_share_what_is_inside_both_without_a_rest(both: IPv4Network) -> None:
    first, second = tunnel_networks(both)
    assert first.prefixlen == second.prefixlen == 30
    assert [*first, *second] == [*both]


def test_both_tunnels_are_alike_but_for_their_addresses() -> None:
    options = tunnel_options(IPv4Network("169.254.32.0/29"))
    by_tunnel = [
        {
            key.removeprefix(f"tunnel{number}_"): value
            for key, value in options.items()
            if key.startswith(f"tunnel{number}_")
        }
        for number in (1, 2)
    ]
    assert [each.pop("inside_cidr") for each in by_tunnel] == [
        "169.254.32.0/30",
        "169.254.32.4/30",
    ]
    assert by_tunnel[0] == by_tunnel[1]


def test_a_tunnel_takes_nothing_weaker_than_it_has_to() -> None:
    options = tunnel_options(IPv4Network("169.254.32.0/29"))
    for number in (1, 2):
        assert options[f"tunnel{number}_ike_versions"] == ["ikev2"]
        for phase in (1, 2):
            part = f"tunnel{number}_phase{phase}"
            assert options[f"{part}_encryption_algorithms"] == ["AES256-GCM-16"]
            assert set(options[f"{part}_integrity_algorithms"]) == {"SHA2-384", "SHA2-512"}
            # Groups 2, 5, 14 to 18 and 22 to 24 are of whole numbers, and 2 and 5 too short.
            assert set(options[f"{part}_dh_group_numbers"]) == {20, 21}


def test_no_key_is_among_what_the_program_says() -> None:
    assert not [key for key in tunnel_options(IPv4Network("169.254.32.0/29")) if "key" in key]
