"""How an officer is known: users of a file, their sign-ins, or a proxy in front; an identity provider is in `oidc`."""
