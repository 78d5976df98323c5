"""What is wrong with a mapping, before a row is read by it."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intake.mapping.rules import REPORT_FIELDS, TIMES, FileRules, Mapping, Rule
from intake.mapping.times import EPOCHS, format_faults
from models.report import OffenceReport, VictimSex

# What merging and numbering need to know before revisions are counted.
_EARLY = (*TIMES, "offence_id", "offender_id")
_NO_DELIMITERS = ('"', "\r", "\n")
_ONLY_FOR = (
    ("running", ("revision",), "only a revision can be running"),
    ("instant", ("revision",), "instant is for revision: the times of a report are times already"),
    ("first", ("reported_at",), "first is for reported_at"),
    ("not_before_original", ("recorded_at",), "not_before_original is for recorded_at"),
    ("split", ("offender_id", "victim_ids"), "only offender_id and victim_ids can be split"),
    ("pseudonym", ("offender_id", "victim_ids"), "only offender_id and victim_ids are ids of persons"),
)


def faults_of(mapping: Mapping) -> list[str]:
    """Every fault, with its place."""
    faults = _zone_faults("timezone", mapping.timezone) + _format_faults("time_format", mapping.time_format)
    if mapping.pseudonyms is None and any(_has_pseudonym(rules) for rules in mapping.file):
        faults.append('pseudonyms: the key is missing that pseudonym needs (pseudonyms = { key = "FILE" })')
    for number, rules in enumerate(mapping.file, 1):
        place = f"file[{number}]"
        required = [name for name, field in OffenceReport.model_fields.items() if field.is_required()]
        faults += [f"{place}.fields: {name} is missing" for name in required if name not in rules.fields]
        faults += [f"{place}.{fault}" for fault in _encoding_faults(rules.encoding)]
        faults += [f"{place}.{fault}" for fault in _reading_faults(rules)]
        if rules.delimiter in _NO_DELIMITERS:
            faults.append(f"{place}.delimiter: {rules.delimiter!r} cannot separate cells")
        if rules.needs_originals and not mapping.merge:
            faults.append(f"{place}: original goes with merge = true at the top")
        faults += [f"{place}.{fault}" for fault in _revision_faults(rules)]
        if _split_without_own_events(rules):
            faults.append(f"{place}.fields.event_id: must hold {{offender_id}}, or the reports of a row share it")
        for name, rule in rules.fields.items():
            faults += [f"{place}.fields.{name}: {fault}" for fault in _rule_faults(name, rule, mapping)]
    faults += _snapshot_faults(mapping) if mapping.snapshot is not None else []
    if mapping.merge and all(rules.needs_originals for rules in mapping.file):
        faults.append("file: one of the files must hold the original reports (rules without original)")
    return faults


def _split_without_own_events(rules: FileRules) -> bool:
    offender, event = rules.fields.get("offender_id"), rules.fields.get("event_id")
    if not offender or not event or "offender_id" in event.placeholders:
        return False
    lists = {column.rpartition("[]")[0] for column in offender.columns if "[]" in column}
    own = {column.rpartition("[]")[0] for column in event.columns if "[]" in column}
    return bool(offender.split) or not lists <= own


def _has_pseudonym(rules: FileRules) -> bool:
    every = [*rules.fields.values(), *(part for rule in rules.fields.values() for part in rule.first_of or ())]
    return any(rule.pseudonym is not None for rule in every)


def _reading_faults(rules: FileRules) -> list[str]:
    faults = []
    given = [key for key in ("delimiter", "sheet", "records") if getattr(rules, key) is not None]
    if len(given) > 1:
        faults.append(f"{given[1]}: goes not with {given[0]}, which says that the file is something else")
    if rules.gather is not None and sorted(rules.gather.victim_sex) != sorted(VictimSex):
        faults.append(f"gather.victim_sex: names each of {', '.join(sorted(VictimSex))} once, the one that wins first")
    if rules.gather is not None and rules.needs_originals:
        faults.append("gather: goes not with original, whose rows change offences of other files")
    if rules.header is not None and len(set(rules.header)) < len(rules.header):
        faults.append("header: names a column twice")
    return faults


def _snapshot_faults(mapping: Mapping) -> list[str]:
    faults = []
    sources = {rule.value if (rule := rules.fields.get("source")) else None for rules in mapping.file}
    if len(sources) != 1 or None in sources:
        faults.append("snapshot: every file needs the same source = { value = ... }, by which the topic knows it")
    if any("revision" in rules.fields for rules in mapping.file):
        faults.append("snapshot: leave revision out: of what has changed it is the next one")
    events = [rule for rules in mapping.file if (rule := rules.fields.get("event_id"))]
    if not all("revision" in _placeholders(rule) for rule in events):
        faults.append("snapshot: event_id must hold {revision}, or what changes has the id of what it changes")
    if any("reported_at" not in rules.fields for rules in mapping.file):
        faults.append("snapshot: reported_at is needed, or every change would restart the window")
    if any(rules.needs_originals for rules in mapping.file):
        faults.append("snapshot: goes not with original")
    return faults


def _placeholders(rule: Rule) -> set[str]:
    """What its template names; of several origins what the templates of all of them name."""
    return set(rule.placeholders) if not rule.first_of else set.intersection(*map(_placeholders, rule.first_of))


def _rule_faults(name: str, rule: Rule, mapping: Mapping) -> list[str]:
    faults = _zone_faults("timezone", rule.timezone) + _format_faults("format", rule.format)
    if name not in REPORT_FIELDS:
        faults.append("is not a field of a report")
    faults += [fault for key, names, fault in _ONLY_FOR if getattr(rule, key) and name not in names]
    if rule.is_late and name in _EARLY:
        faults.append("must be made from columns, not from other fields")
    for number, part in enumerate(rule.first_of or (), 1):
        faults += [f"first_of[{number}]: {fault}" for fault in _rule_faults(name, part, mapping)]
    if rule.upper and rule.lower:
        faults.append("upper and lower are two ways to write it")
    if rule.pseudonym is not None and rule.table is not None:
        faults.append("a pseudonym is made of what stands in the file, not of a table")
    if (rule.format or rule.timezone) and not _is_time(name, rule):
        faults.append("format and timezone are for times")
    if rule.instant and not rule.columns:
        faults.append("instant goes with a column or a template of columns")
    if isinstance(rule.value, int) and name != "revision":
        faults.append("must be a text")
    time_format = rule.format or mapping.time_format
    zoned = rule.timezone or mapping.timezone or all("%z" in one or one in EPOCHS for one in time_format)
    if _is_time(name, rule) and (rule.column or rule.template) and not zoned:
        faults.append("a time_format without %z needs a timezone")
    return faults


def _is_time(name: str, rule: Rule) -> bool:
    return name in TIMES or bool(rule.instant)


def _revision_faults(rules: FileRules) -> list[str]:
    faults = []
    if "revision" in rules.fields and "reported_at" not in rules.fields:
        faults.append(
            "fields: revision needs reported_at, when the offence was first reported: "
            "or each correction would restart the window"
        )
    reported = rules.fields.get("reported_at")
    if reported is not None and reported.first and not rules.runs:
        faults.append("fields.reported_at: first goes with a running revision: it knows the rows of these files alone")
    return faults


def _zone_faults(key: str, name: str | None) -> list[str]:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [f"{key}: {name!r} is not a time zone of this machine"]
    return []


def _format_faults(key: str, time_formats: tuple[str, ...]) -> list[str]:
    return [f"{key} {one!r}: {fault}" for one in time_formats for fault in format_faults(one)]


def _encoding_faults(name: str) -> list[str]:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return [f"encoding: {name!r} is not an encoding that Python knows (utf-8, cp1252, latin-1, utf-16, ...)"]
    return []
