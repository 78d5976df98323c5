"""Any command of harmwatch with a crash point armed, as tests/crash/armed_worker.py arms a worker."""

import os

from runtime import crash_points
from tests.crash.armed_worker import VARIABLE, armed

if __name__ == "__main__":
    crash_points.reach = armed(os.environ.pop(VARIABLE))
    from cli.main import main as harmwatch  # its parts take `reach` when they are loaded

    harmwatch()
