"""What the doctor finds at an installation."""

from cli.doctor.check import Check, Finding
from cli.doctor.examination import CHECKS, Examination
from cli.doctor.patient import Patient
from runtime.settings import Settings
from tests.end_to_end.installation import Installation


def settings_of(installation: Installation, **changed: object) -> Settings:
    given = {
        name.removeprefix("HARMWATCH_").lower(): value
        for name, value in installation.environment.items()
        if name.startswith("HARMWATCH_")
    }
    return Settings.model_validate(given | changed)


def findings(patient: Patient, checks: tuple[Check, ...] = CHECKS) -> dict[str, Finding]:
    return {finding.check: finding for finding in Examination(patient, checks).run(20)}


def found(patient: Patient, name: str) -> Finding:
    """One check, with those that it needs."""
    wanted = [name]
    for check in reversed(CHECKS):
        if check.name in wanted:
            wanted += check.needs
    return findings(patient, tuple(check for check in CHECKS if check.name in wanted))[name]
