"""The identity provider at which officers sign in: there, and by the name that the settings give it."""

from importlib.util import find_spec

from cli.doctor.check import Check, CheckResult, fault, good
from cli.doctor.patient import Patient

_REMEDY = "look at HARMWATCH_CONSOLE_OIDC and _CA, and whether this machine reaches it"


def _provider(patient: Patient) -> CheckResult:
    settings = patient.settings
    if not settings.console_oidc:
        return good("nobody signs in at one")
    if find_spec("joserfc") is None:
        return fault("the console's extra is missing", "pip install 'harmwatch[console]'")
    from console.oidc.identity_provider import IdentityProvider  # noqa: PLC0415  (an optional extra)
    from console.oidc.json_line import JsonLine  # noqa: PLC0415  (the same)
    from console.sign_in.providers import terms_of  # noqa: PLC0415  (the same)

    described = IdentityProvider(terms_of(settings), JsonLine(settings.console_oidc_ca)).described()
    return good(f"{described['issuer']} answers, and names where one signs in")


CHECKS = (Check("identity.provider", _provider, _REMEDY),)
