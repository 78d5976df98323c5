"""UTF-16 without a mark, which looks like text with a zero beside each letter."""

_SAMPLE_BYTES = 4096
_FEWEST_ZEROS = 4
_ONE_IN = 50
_TIMES_AS_MANY = 20


def unmarked_utf_16(content: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` by where zeros stand in it; None for all else. Text of any script has some ASCII."""
    sample = content[:_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most, least = max(even, odd), min(even, odd)
    if most < _FEWEST_ZEROS or most * _ONE_IN < len(sample) or most < _TIMES_AS_MANY * least:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"
