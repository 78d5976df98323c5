"""The shift as a whole, as a pack has it and in words."""

import json

from console.handover.shift_facts import shift_facts
from tests.console.duty import Duty
from tests.console.page_text import Read
from tests.end_to_end.desk import JSON


def test_the_shift_as_a_whole_stands_in_the_pack_and_in_words_beside_its_stays(desk: Duty) -> None:
    with desk.asked_by("anna") as anna:
        page, pack = Read(anna.get("/handover").text).text, anna.get("/handover", headers=JSON).json()
    assert pack["shift"]["entered"] == 3
    assert "3 entered, 0 left; at most 3 in ten minutes, until" in page
    done = {each["by"]: each["count"] for each in pack["shift"]["actions"]}
    assert ", ".join(f"{by} {count}" for by, count in done.items()) in page
    assert "Alerts that came late" in page


def test_other_policies_and_late_alerts_are_reported_in_sentences_the_newest_first() -> None:
    one, two = ({"id": "v100", "version": version, "digest": version} for version in ("2026.1", "2027.1"))
    late = [{"since": f"S{each}", "until": f"U{each}", "first": each, "last": each + each % 2} for each in range(1, 8)]
    change = {"at": "T", "sequence": 1204, "before": one, "after": two}
    shift = {"since": "A", "entered": 0, "left": 1, "busiest": None, "actions": [], "policies": [change], "late": late}
    facts = dict(shift_facts(json.dumps({"form": 2, "shift": shift}).encode(), lambda at: f"<{at}>"))
    assert (facts["Since"], facts["Load"]) == ("<A>", "0 entered, 1 left")
    assert facts["Actions"] == "none"
    assert facts["Other policies"] == "v100 2027.1 instead of v100 2026.1 from <T> on, first in alert 1,204"
    assert facts["Alerts that came late"].startswith("alerts 7 to 8, of <S7>, not known at <U7>; alert 6, of <S6>")
    assert facts["Alerts that came late"].endswith("; and 2 before")
    assert shift_facts(b'{"form": 1}', str) == ()
