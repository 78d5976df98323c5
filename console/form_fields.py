"""What stands in a form, as a browser sends it."""

from urllib.parse import parse_qsl

MOST_FIELDS = 4_000
"""More than any form of ours has. A body of nothing but fields would keep the event loop from everybody."""


def form_fields(body: bytes) -> list[tuple[str, str]]:
    """Names and values in order; of what is no form, or has more fields than any page of ours, none."""
    try:
        return parse_qsl(body.decode("ascii", "replace"), errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError:
        return []
