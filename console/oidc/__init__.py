"""Officers who sign in at an identity provider, by OpenID Connect."""
