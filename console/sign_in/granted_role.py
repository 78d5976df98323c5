"""The one role of somebody whose groups have several."""

from collections.abc import Collection

from console.officer import Role

_ORDER = (Role.DEVICE, Role.AUDITOR, Role.SUPERVISOR, Role.OFFICER, Role.VIEWER)


def granted_role(found: Collection[Role]) -> Role | None:
    """A device is a device alone, and so is an auditor: who looks at the looks of others makes no decisions."""
    return next((role for role in _ORDER if role in found), None)
