"""What is agreed with an identity provider."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.officer import Role
from models.access.secret_file import SecretFile


@dataclass(frozen=True, slots=True)
class OidcTerms:
    """Where it is, as whom this console asks, and which claims say who an officer is and in which role.

    `secret` None: a public client, which PKCE alone protects. `roles`: which value of the claim has which role.
    """

    issuer: str
    client: str
    redirect: str
    secret: SecretFile | None
    name_claim: str
    roles_claim: str
    roles: Mapping[str, Role]
