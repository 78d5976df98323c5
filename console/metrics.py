"""What a console tells Prometheus of itself: whether its pages can be believed, and how many are open."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager

from console.frame_source import FrameSource
from runtime.certificates import readable_certificates
from runtime.metrics.meters import Sample
from runtime.metrics.scrape import serving_gauges
from runtime.settings import Settings


def serving_metrics(settings: Settings, sources: Mapping[str, FrameSource]) -> AbstractContextManager[None]:
    """At HARMWATCH_METRICS for as long as the block, where it names an address; `sources` by the kind of their pages.

    Raises PreconditionFailed where the address cannot be had.
    """
    return serving_gauges(settings.metrics_address, settings.board, lambda: samples(settings, sources))


def samples(settings: Settings, sources: Mapping[str, FrameSource]) -> Iterator[Sample]:
    """For a scrape."""
    for pages, source in sources.items():
        fresh, label = source.fresh(), {"pages": pages}
        yield "console_live", label, fresh.is_live
        yield "console_age_seconds", label, fresh.age
        yield "console_open_pages", label, source.open_streams.total()
    for name, end in readable_certificates(settings):
        yield "console_certificate_expiry_timestamp_seconds", {"of": name}, end
