"""Every command: the module that holds it, and its line in `--help`. Adding one is a file and a row."""

from typing import NamedTuple


class Row(NamedTuple):
    """A module whose `command` is the command, and the first paragraph of its help."""

    module: str
    line: str
    names_persons: bool = False
    """with HARMWATCH_ACCESS_LOG=on it first writes down who asked"""
    extra: str = ""
    """the optional extra of the distribution that its module imports"""


COMMANDS = {
    "access list": Row(
        "cli.officers.access_list", "Lists who was shown names at the console, and when.", names_persons=True
    ),
    "alerts follow": Row("cli.alerts.follow", "Shows each alert as it comes, until Ctrl-C.", names_persons=True),
    "alerts list": Row(
        "cli.alerts.list",
        "Lists the alerts that were sent, in order, in clear where HARMWATCH_KEY_STORE is set.",
        names_persons=True,
    ),
    "alerts open": Row(
        "cli.alerts.open",
        "Opens sealed alerts: JSON Lines from FILE or standard input, in clear on standard output.",
        names_persons=True,
    ),
    "alerts show": Row(
        "cli.alerts.show",
        "Shows one alert as it was sent; what it means in sentences, `explain` says.",
        names_persons=True,
    ),
    "amendments": Row(
        "cli.insight.amendments", "Lists past alerts which, as known now, would not have been sent.", names_persons=True
    ),
    "board": Row("cli.board.board", "Shows the ranking as it is now, or as it was at an instant.", names_persons=True),
    "brake release": Row(
        "cli.service.brake_release",
        "Accepts the refusals of a parked partition: its next 1,000 records pass, then the count restarts.",
    ),
    "certificate check": Row(
        "cli.audit.certificate_check", "Says whether a certificate holds; needs neither Kafka nor Redis nor settings."
    ),
    "checkpoint": Row(
        "cli.audit.checkpoint", "Signs what journal and alerts are now, and publishes it to checkpoints.v1."
    ),
    "completion": Row("cli.completion", "Prints the script that completes commands and options in SHELL."),
    "console serve": Row(
        "cli.officers.console",
        "Serves the board as a live page at HARMWATCH_CONSOLE, until SIGTERM or Ctrl-C.",
        extra="console",
    ),
    "console sessions list": Row(
        "cli.officers.sessions_list",
        "Lists who is signed in at the console, since when, and until when.",
        extra="console",
    ),
    "console sessions revoke": Row(
        "cli.officers.sessions_revoke",
        "Ends sessions at the console: one by its id, or all of an officer, such as local:anna.",
        extra="console",
    ),
    "console user add": Row(
        "cli.officers.user_add",
        "Adds a user of the console; asks for a password, or reads a line of standard input. A device gets a token.",
        extra="console",
    ),
    "console user list": Row(
        "cli.officers.user_list", "Lists the users of the console and their roles.", extra="console"
    ),
    "console user password": Row(
        "cli.officers.user_password",
        "Sets another password for a user of the console, or another token for a device; their sessions end at once.",
        extra="console",
    ),
    "console user token": Row(
        "cli.officers.user_token",
        "Prints a token, once, by which a program asks as a user of the console; the one before ends at once.",
    ),
    "console user remove": Row(
        "cli.officers.user_remove", "Removes a user of the console; their sessions end at once.", extra="console"
    ),
    "deadletters list": Row(
        "cli.deadletters.list", "Says how many records were refused for which reason, and from when to when."
    ),
    "deadletters redrive": Row(
        "cli.deadletters.redrive", "Sends refused records to offences.v1 once more; each letter only once."
    ),
    "deadletters show": Row(
        "cli.deadletters.show",
        "Shows one refused record: reason, field at fault, original bytes, and what became of it.",
        names_persons=True,
    ),
    "deliver": Row(
        "cli.service.deliver",
        "Pushes each alert to every subscription, in order and with a receipt, until SIGTERM; a second one stands by.",
    ),
    "deliveries disclosures": Row(
        "cli.delivery.deliveries_disclosures",
        "Lists who was sent what about a person, by which agreement and when: the disclosure log.",
        names_persons=True,
    ),
    "deliveries list": Row(
        "cli.delivery.deliveries_list",
        "Lists what was sent to whom, in order, and what became of each: intent and receipt.",
    ),
    "deliveries notified": Row(
        "cli.delivery.deliveries_notified",
        "Says that the recall of ALERT_ID has reached a recipient by telephone or the like: it is not sent any more.",
    ),
    "deliveries rewind": Row(
        "cli.delivery.deliveries_rewind",
        "Sends what a receiver lost once more, from a number on: the same numbers, ids and bytes, then the next ones.",
    ),
    "deliveries show": Row(
        "cli.delivery.deliveries_show",
        "Shows one number of a subscription: what became of it, and whether its body can be made again.",
        names_persons=True,
    ),
    "deliveries skip": Row(
        "cli.delivery.deliveries_skip",
        "Sets the number aside that a subscription waits with: it is not sent again, and the next one follows.",
    ),
    "desk": Row(
        "cli.desk.desk",
        "Shows what waits at the duty desk, what is ageing and what was decided, computed from Kafka alone.",
        names_persons=True,
    ),
    "demo": Row("cli.demo.demo", "Shows the whole thing on this machine, with nothing installed beside Python."),
    "doctor": Row(
        "cli.doctor.doctor", "Looks at everything that an installation needs, and names one remedy for each fault."
    ),
    "erase": Row(
        "cli.sealing.erase", "Makes what was sealed about a person unreadable for ever, and leaves a signed tombstone."
    ),
    "explain": Row(
        "cli.insight.explain",
        "Says why an alert was sent, or why a person is on the list or not, in plain sentences.",
        names_persons=True,
    ),
    "exporter": Row("cli.service.exporter", "Exports the state of the board to Prometheus, seen from outside."),
    "forecast": Row(
        "cli.insight.forecast",
        "Computes the exact future of a score and rank if nothing more is reported about anyone.",
        names_persons=True,
    ),
    "index find": Row(
        "cli.policy.index_find", "Searches the titles of the policy's index; ends with 1 where nothing is found."
    ),
    "index import": Row(
        "cli.policy.index_import", "Makes an index file of the official table (CSV or spreadsheet); overwrites nothing."
    ),
    "ingest": Row(
        "cli.intake.ingest", "Sends files of records (CSV, .xlsx, JSON, XML; - is standard input) to offences.v1."
    ),
    "keys new": Row("cli.audit.keys_new", "Makes a pair of keys (Ed25519), or a key for webhooks; overwrites nothing."),
    "mapping check": Row(
        "cli.mapping.check",
        "Shows the first rows of FILE before and after its mapping; ends with 1 where one would not be sent.",
    ),
    "mapping draft": Row(
        "cli.mapping.draft",
        "Reads FILE and writes a mapping for it, with a reason in every line and a mark where the file tells none.",
    ),
    "offender": Row(
        "cli.board.offender",
        "Shows one person: rank, score, and every offence known of them; now, or at an instant.",
        names_persons=True,
    ),
    "policy activate": Row(
        "cli.policy.activate",
        "Puts another policy in force by one journal entry; everything known is assessed again.",
    ),
    "policy check": Row("cli.policy.check", "Says whether a policy is valid, with every fault."),
    "policy compare": Row(
        "cli.policy.compare", "Tries two policies on the recorded history, and says who would move.", names_persons=True
    ),
    "policy diff": Row("cli.policy.diff", "Says in what two policies differ, index included."),
    "proof check": Row(
        "cli.audit.proof_check", "Says whether a proof holds; needs neither Kafka nor Redis nor settings."
    ),
    "proof make": Row("cli.audit.proof_make", "Makes the proof of one alert.", names_persons=True),
    "pulse": Row(
        "cli.service.pulse", "Says whether the worker that writes HARMWATCH_PULSE turns; asks neither Kafka nor Redis."
    ),
    "recall": Row(
        "cli.insight.recall",
        "Recalls an alert that does not hold: every subscription that got it is sent a number which says so.",
    ),
    "replay": Row("cli.audit.replay", "Computes everything again from Kafka alone, for analysts.", names_persons=True),
    "simulate": Row(
        "cli.intake.simulate",
        "Makes a synthetic London: 105,000 reports a year that name 36,000 suspects, and what becomes of them.",
    ),
    "snapshots build": Row(
        "cli.audit.snapshots_build",
        "Computes history once and keeps what the board was now and then; goes on where it ended.",
    ),
    "stack run": Row(
        "cli.demo.stack_run",
        "Runs COMMAND beside Kafka and Valkey, with HARMWATCH_KAFKA and HARMWATCH_REDIS set; ends with its exit code.",
    ),
    "status": Row("cli.service.status", "Says how far the service has come."),
    "subscriptions apply": Row(
        "cli.delivery.subscriptions_apply",
        "Puts the terms of a file in force, but for secrets, by an order that every deliverer reads.",
    ),
    "subscriptions check": Row(
        "cli.delivery.subscriptions_check",
        "Checks a file of subscriptions: every fault with its line, and the files of its keys.",
    ),
    "subscriptions close": Row(
        "cli.delivery.subscriptions_close", "Closes a subscription: nothing more is sent, and its place is kept."
    ),
    "subscriptions list": Row(
        "cli.delivery.subscriptions_list",
        "Lists every subscription: how far it is, and why it is not further; ends with 1 where one waits for a person.",
    ),
    "subscriptions pause": Row(
        "cli.delivery.subscriptions_pause",
        "Pauses a subscription: nothing is sent until `subscriptions resume`, and its place is kept.",
    ),
    "subscriptions resume": Row(
        "cli.delivery.subscriptions_resume",
        "Resumes a subscription that is closed or paused, or whose agreement had ended.",
    ),
    "subscriptions test": Row(
        "cli.delivery.subscriptions_test",
        "Sends one signed test event that is no number, and says what was answered; ends with 1 where not accepted.",
    ),
    "topics check": Row(
        "cli.service.topics_check",
        "Checks that the topics exist, keep their records for ever, and take nothing that would hurt.",
    ),
    "topics create": Row(
        "cli.service.topics_create",
        "Creates the topics that are missing, and corrects the settings of the others.",
    ),
    "topics pass-over": Row(
        "cli.service.topics_pass_over",
        "Says that a record of alerts.v1 or dead-letters.v1 is forged, so that workers start despite it.",
    ),
    "verify": Row(
        "cli.audit.verify", "Recomputes everything from Kafka alone and compares it with what was published."
    ),
    "watch": Row("cli.watch.watch", "Shows the board as it moves, live in the terminal.", names_persons=True),
    "worker": Row(
        "cli.service.worker", "Scores, ranks and alerts until SIGTERM; start as many as there are partitions."
    ),
}

GROUPS = {
    "access": "Shows who was shown names at the console.",
    "alerts": "Lists, shows, follows and opens what was sent on alerts.v1.",
    "brake": "Releases what the brake has stopped.",
    "certificate": "Checks the certificates that `harmwatch verify --certificate` writes.",
    "console": "Serves the board as a live page to officers, and says who they are.",
    "console sessions": "Lists and ends what officers hold between sign-in and sign-out.",
    "console user": "Adds, lists and removes those who may sign in, in the file of HARMWATCH_CONSOLE_USERS.",
    "deadletters": "Shows records that were refused, and why, and sends them once more.",
    "deliveries": "Shows what was sent to whom, and what became of it.",
    "index": "Makes and searches harm indices: what a code counts.",
    "keys": "Makes the keys that sign certificates and checkpoints.",
    "mapping": "Drafts and checks mappings: which column of a file is which field.",
    "policy": "Checks, compares and activates policies.",
    "proof": "Makes and checks the proof of one alert: `harmwatch proof ALERT_ID --certificate FILE`.",
    "snapshots": (
        "Builds a cache on this machine that makes `board --at` and `offender --at` quick, however long the history is."
    ),
    "stack": "Runs a real Kafka and a real Valkey on this machine, for trying out and for tests.",
    "subscriptions": "Says who gets alerts pushed, by a file under review.",
    "topics": "Creates and checks the topics of this installation.",
}
"""Groups of commands, and their lines."""

DEFAULTS = {"proof": "make"}
"""The command that a group means where none is named: `harmwatch proof ALERT_ID`."""

ALONE = {"console": "serve"}
"""The command that a group means where nothing follows it."""
