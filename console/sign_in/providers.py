"""Which provider an installation has."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from console.console_key import console_key
from console.officer import Role
from console.oidc.begun import BegunSignIns
from console.oidc.identity_provider import IdentityProvider
from console.oidc.json_line import JsonLine
from console.oidc.provider import OidcProvider
from console.oidc.terms import OidcTerms
from console.pages import Pages
from console.provider import NoProvider, Provider
from console.sign_in.local import LocalProvider
from console.sign_in.proxy import ProxyProvider
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import UsersFile
from models.access.secret_file import SecretFile
from runtime.settings import Settings
from state.sign_ins import SignIns


@contextmanager
def provider_of(settings: Settings, pages: Pages) -> Iterator[Provider]:
    """The one that its settings choose, while the block lasts. Raises NotAllowed where the file of users is not fit."""
    if settings.console_users is not None:
        (users := UsersFile(settings.console_users)).users()
        with closing(SignIns(settings.redis_access, settings.prefix, settings.board)) as kept:
            yield LocalProvider(pages, users, Sessions(kept), over_tls=settings.console_cert is not None)
    elif settings.console_oidc:
        with closing(SignIns(settings.redis_access, settings.prefix, settings.board)) as kept:
            terms = terms_of(settings)
            asked = IdentityProvider(terms, JsonLine(settings.console_oidc_ca))
            begun = BegunSignIns(console_key(settings, "sign-ins"))
            yield OidcProvider(pages, terms, asked, Sessions(kept), begun)
    elif settings.console_proxy:
        roles = {group: Role(role) for group, role in settings.group_roles.items()}
        yield ProxyProvider(settings.console_proxy, settings.console_proxy_user, settings.console_proxy_groups, roles)
    else:
        yield NoProvider()


def terms_of(settings: Settings) -> OidcTerms:
    """What is agreed with the identity provider that the settings name."""
    secret = settings.console_oidc_secret
    return OidcTerms(
        issuer=settings.oidc_issuer, client=settings.console_oidc_client, redirect=settings.console_oidc_redirect,
        secret=None if secret is None else SecretFile("HARMWATCH_CONSOLE_OIDC_SECRET", secret),
        name_claim=settings.console_oidc_name, roles_claim=settings.console_oidc_roles_claim,
        roles={value: Role(role) for value, role in settings.oidc_roles.items()},
    )  # fmt: skip
