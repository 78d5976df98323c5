"""The Merkle tree is that of RFC 6962, and a path proves its own leaf only."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from audit.signing.merkle import Tree, leaf_hash, path, root_by_path

# The leaves and roots that Certificate Transparency's own reference implementation is tested with.
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def test_the_roots_are_those_of_certificate_transparency() -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in CT_LEAVES]
    assert [Tree(leaves[: count + 1]).root().hex() for count in range(len(leaves))] == CT_ROOTS
    assert Tree().root() == hashlib.sha256(b"").digest()


@given(st.integers(1, 300), st.data())
def test_a_path_leads_its_own_leaf_from_its_own_place_to_the_root(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    hashes, root = path(leaves, index), Tree(leaves).root()
    assert root_by_path(leaves[index], index, size, hashes) == root
    if other != index:
        assert root_by_path(leaves[index], other, size, hashes) != root
        assert root_by_path(leaves[other], index, size, hashes) != root
    assert root_by_path(leaves[index], index, size, [*hashes, root]) != root
    if hashes:
        assert root_by_path(leaves[index], index, size, hashes[:-1]) != root


def test_a_node_is_no_leaf() -> None:
    left, right = leaves_of(2)
    assert leaf_hash(left + right) != Tree([left, right]).root()
