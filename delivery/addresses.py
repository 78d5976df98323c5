"""Which addresses may be dialled: asked of the address of each socket, however it was come by."""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NEVER: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255/32", "::/128", "fe80::/10", "fec0::/10",
        "ff00::/8",
        "192.0.0.0/24", "::/96",  # of protocols, and IPv4 as IPv6 once wrote it, which nothing routes
        "100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::254/128", "fd20:ce::254/128", "fd00:42::42/128",
        "fd00:c1::a9fe:a9fe/128",  # metadata of clouds, outside of link-local
    )
)  # fmt: skip
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""In whose last 32 bits an IPv4 address stands (RFC 6052, RFC 8215)."""


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Those of the terms."""
    return tuple(ip_network(text) for text in texts)


def may_be_dialled(text: str, allowed: Sequence[Network]) -> bool:
    """Whether a socket to this address may be opened: metadata and link-local never, this machine only if it is named.

    `allowed` empty: whatever is globally reachable.
    """
    address = _meant(ip_address(text))
    if not address.is_loopback and any(address in network for network in _NEVER):  # ::1 lies in ::/96
        return False
    if not allowed:
        return address.is_global
    within = [network for network in allowed if address in network]
    return any(network.is_loopback for network in within) if address.is_loopback else bool(within)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    for inner in (address.ipv4_mapped, address.sixtofour, (address.teredo or (None, None))[1]):
        if inner is not None:
            return inner
    if any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
