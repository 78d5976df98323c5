"""What `harmwatch ingest` reads, and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.intake.known_reports import known_reports
from intake.mapping.file import load_mapping
from intake.mapping.rules import Mapping
from intake.revisions import Revisions
from models.errors import WrongUse
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity


@dataclass(frozen=True, slots=True)
class Request:
    """What is read, and how."""

    files: Sequence[str]
    mapping: Path | None = None
    unchecked: bool = False
    against_topic: bool | None = None
    """whether the topic is read first, and said what is known; None: where the mapping gives a revision"""

    first_load: bool = False
    resume: bool = False
    """whether only what the topic does not know is sent, after a load that broke off"""

    @property
    def paths(self) -> list[Path]:
        """The files; `-` is standard input."""
        return [Path(file) for file in self.files]

    def rules(self) -> Mapping | None:
        """The mapping. Raises WrongUse."""
        return load_mapping(self.mapping) if self.mapping else None

    def known(self, settings: Settings, place: TopicIdentity, rules: Mapping | None) -> Revisions:
        """What the topic holds, as far as that is asked for. Raises WrongUse, Unavailable."""
        if self.resume and self.unchecked:
            raise WrongUse("--resume goes by what lines say, and with --unchecked they are not read: leave one out")
        asked, first_load = self.resume or self.against_topic, self.first_load or self.resume
        return known_reports(settings, place, rules, against_topic=asked, first_load=first_load)
