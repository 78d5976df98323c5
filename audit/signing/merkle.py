"""A Merkle tree as RFC 6962 has it (section 2.1): one hash for many records, and a short path for each of them.

Leaves and nodes are hashed under different first bytes, so that no node can be shown as a leaf.
"""

import hashlib
from collections.abc import Iterable, Sequence


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Grows leaf by leaf and remembers only the roots of its full subtrees: memory is logarithmic."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        self.size += 1
        full, node = self.size, leaf
        while full % 2 == 0:
            node = node_hash(self._subtrees.pop(), node)
            full //= 2
        self._subtrees.append(node)

    def root(self) -> bytes:
        """The hash over all leaves; of none it is the SHA-256 of nothing."""
        if not self._subtrees:
            return hashlib.sha256().digest()
        *others, node = self._subtrees
        for left in reversed(others):
            node = node_hash(left, node)
        return node


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root, the nearest first."""
    if len(leaves) <= 1:
        return []
    half = _left_half(len(leaves))
    if index < half:
        return [*path(leaves[:half], index), Tree(leaves[half:]).root()]
    return [*path(leaves[half:], index - half), Tree(leaves[:half]).root()]


def root_by_path(leaf: bytes, index: int, size: int, hashes: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to from leaf `index` of `size`; None when the path is not that long."""
    if size == 1 or not hashes:
        return leaf if size == 1 and not hashes else None
    half, last = _left_half(size), hashes[-1]
    if index < half:
        left = root_by_path(leaf, index, half, hashes[:-1])
        return None if left is None else node_hash(left, last)
    right = root_by_path(leaf, index - half, size - half, hashes[:-1])
    return None if right is None else node_hash(last, right)


def _left_half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
