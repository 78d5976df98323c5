"""Which addresses may be dialled."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.addresses import may_be_dialled, networks

METADATA = [
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.0.8",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fd00:42::42",
    "fd00:c1::a9fe:a9fe",
    "::7f00:1",
    "::a9fe:a9fe",
    "fe80::1",
    "0.0.0.0",
    "::",
    "224.0.0.1",
]
EVERYTHING = networks(["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize("address", METADATA)
def test_metadata_and_link_local_are_never_dialled(address: str) -> None:
    assert not may_be_dialled(address, ())
    assert not may_be_dialled(address, EVERYTHING)
    assert not may_be_dialled(address, networks([address]))


@pytest.mark.parametrize(
    "disguise",
    ["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:0.0.0.0"],
)
def test_an_address_in_the_clothes_of_another_is_known(disguise: str) -> None:
    assert not may_be_dialled(disguise, EVERYTHING)


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "fd12::1", "127.0.0.1", "::1"]
)
def test_an_inner_address_is_dialled_only_where_it_is_named(address: str) -> None:
    assert not may_be_dialled(address, ())
    assert not may_be_dialled(address, networks(["203.0.113.0/24"]))
    assert may_be_dialled(address, networks([address]))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_not_meant_by_a_wide_network(address: str) -> None:
    assert not may_be_dialled(address, EVERYTHING)
    assert may_be_dialled(address, networks(["127.0.0.0/8", "::1"]))


def test_what_is_globally_reachable_needs_no_list_and_is_refused_by_one_that_does_not_name_it() -> None:
    assert may_be_dialled("8.8.8.8", ())
    assert may_be_dialled("2001:4860:4860::8888", ())
    assert not may_be_dialled("8.8.8.8", networks(["10.0.0.0/8"]))


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_one_that_it_stands_for(address: object) -> None:
    mapped = f"::ffff:{ip_address(str(address))}"
    for allowed in ((), EVERYTHING, networks(["10.0.0.0/8"])):
        assert may_be_dialled(mapped, allowed) == may_be_dialled(str(address), allowed)
