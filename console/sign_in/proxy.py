"""A proxy in front that has asked already: it names officer and groups in headers, and it alone is believed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from console.officer import Officer, Role
from console.sign_in.granted_role import granted_role
from console.sign_in.peer_address import forwarded_address
from models.officer_name import OFFICER_NAME

NAME = "proxy"
_LONGEST_SUBJECT = 128
_NAME = re.compile(OFFICER_NAME)


@dataclass(frozen=True)
class ProxyProvider:
    """`address` is the proxy's; `header` and `groups` are the names of its headers; `roles`: which group has which."""

    address: str
    header: str
    groups: str
    roles: Mapping[str, Role] = field(default_factory=dict)

    has_sign_in = True
    sign_in_path: str | None = None
    stream_seconds = 60.0  # the proxy is asked by new requests alone
    can_sign_out = False
    takes_tokens = keeps_forms = False

    async def officer_of(self, connection: HTTPConnection) -> Officer | None:
        """None where another one says it, where it is said twice, or where none of the groups has a role."""
        subjects = connection.headers.getlist(self.header)
        if connection.client is None or connection.client.host != self.address or len(subjects) != 1:
            return None
        role = self._role(connection.headers.getlist(self.groups))
        name = f"{NAME}:{subjects[0]}"
        is_one = 0 < len(subjects[0]) <= _LONGEST_SUBJECT and _NAME.fullmatch(name) is not None
        if role is None or not is_one:
            return None
        return Officer(name, role, signed_in=True, address=forwarded_address(connection))

    def routes(self) -> Sequence[BaseRoute]:
        """None: one signs in and out at the proxy."""
        return ()

    def _role(self, lines: Sequence[str]) -> Role | None:
        groups = {group.strip() for line in lines for group in re.split("[,;]", line)}
        return granted_role({role for group, role in self.roles.items() if group in groups})
