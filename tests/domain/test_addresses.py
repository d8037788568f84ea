"""Nothing is delivered to an address inside, however it is written; the operator may say otherwise."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.addresses import AddressRules

INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused(address: str) -> None:
    assert not AddressRules([]).allows(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:1.1.1.1"]
)
def test_an_address_outside_is_not(address: str) -> None:
    assert AddressRules([]).allows(address)


@given(st.ip_addresses(v=4))
def test_an_address_in_another_form_is_refused_where_it_is(ip: ipaddress.IPv4Address) -> None:
    rules, number = AddressRules([]), int(ip)
    forms = [f"::ffff:{ip}", str(ipaddress.IPv6Address(0x64FF9B << 96 | number))]
    assert {rules.allows(form) for form in forms} == {rules.allows(str(ip))}


def test_networks_and_hosts_that_the_operator_names_are_allowed() -> None:
    rules = AddressRules(["10.0.0.0/8", "127.0.0.1", "Hooks.Internal"])
    assert rules.allows("10.9.9.9")
    assert rules.allows("127.0.0.1")
    assert not rules.allows("127.0.0.2")
    assert rules.allows_host("hooks.internal.")
    assert not rules.allows_host("other.internal")


@pytest.mark.parametrize("host", ["127.0.0.1", "LocalHost.", "::1", "10.0.0.1"])
def test_a_host_that_names_an_address_inside_is_refused_before_it_is_looked_up(host: str) -> None:
    assert AddressRules([]).refuses_host(host)
    assert not AddressRules([host, "127.0.0.1"]).refuses_host(host)


def test_any_other_host_has_to_be_looked_up() -> None:
    assert not AddressRules([]).refuses_host("hooks.example.com")
