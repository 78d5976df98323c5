"""Which provider an installation has."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from console.officer import Role
from console.pages import Pages
from console.provider import NoProvider, Provider
from console.sign_in.local import LocalProvider
from console.sign_in.proxy import ProxyProvider
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import UsersFile
from runtime.settings import Settings
from state.sign_ins import SignIns


@contextmanager
def provider_of(settings: Settings, pages: Pages) -> Iterator[Provider]:
    """The one that its settings choose, while the block lasts. Raises NotAllowed where the file of users is not fit."""
    if settings.console_users is not None:
        (users := UsersFile(settings.console_users)).users()
        with closing(SignIns(settings.redis_access, settings.prefix, settings.board)) as kept:
            yield LocalProvider(pages, users, Sessions(kept), over_tls=settings.console_cert is not None)
    elif settings.console_proxy:
        roles = {group: Role(role) for group, role in settings.group_roles.items()}
        yield ProxyProvider(settings.console_proxy, settings.console_proxy_user, settings.console_proxy_groups, roles)
    else:
        yield NoProvider()
