"""A decision takes a person who has just said who they are: an unattended screen would be a second person else."""

import time

from console.officer import Officer
from models.instants import SECOND

CONFIRM_SECONDS = 900
"""So long after a sign-in somebody may confirm: a supervisor who goes through the second key signs in once."""

NO_PERSON = "A token is no person: a supervisor confirms who has signed in."


def why_sign_in_again(officer: Officer) -> str:
    """Why somebody may not confirm with the session that they have; empty: they may, or nobody knows when it began."""
    if officer.by_token:
        return NO_PERSON
    if officer.since is None or time.time() * SECOND - officer.since < CONFIRM_SECONDS * SECOND:
        return ""
    return f"You signed in more than {CONFIRM_SECONDS // 60} minutes ago. Sign in again, then confirm it."
