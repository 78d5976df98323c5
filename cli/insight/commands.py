"""The commands that answer why, and what next: explain, forecast, amendments."""

import click

from cli.output import json_option, show


@click.command()
@click.argument("alert_id", required=False)
@click.option("--offender", "offender_id", help="Explain where this person stands, and why not elsewhere.")
@click.option("--at", help="RFC 3339, with --offender: as known at this instant; left out: now as known.")
@json_option
def explain(alert_id: str | None, offender_id: str | None, at: str | None, as_json: bool) -> None:
    """Says why an alert was sent, or why somebody is on the list or not, in plain sentences."""
    from cli.insight.explained import render_explanation  # noqa: PLC0415
    from cli.insight.explaining import explanation  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(explanation(load_settings(), alert_id, offender_id, at), as_json, render_explanation)


@click.command("forecast")
@click.argument("offender_id")
@click.option("--at", help="RFC 3339: begin with what was known at this instant; left out: now as known.")
@json_option
def forecast_command(offender_id: str, at: str | None, as_json: bool) -> None:
    """The exact future of a score and rank if nothing more is reported about anybody."""
    from cli.insight.forecasting import forecast_of, render_forecast  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(forecast_of(load_settings(), offender_id, at), as_json, render_forecast)


@click.command()
@click.option("--since", help="RFC 3339: only alerts from this instant on.")
@json_option
def amendments(since: str | None, as_json: bool) -> None:
    """Lists past alerts which, as known now, would not have been sent."""
    from cli.insight.amending import amendments_of, render_amendments  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(amendments_of(load_settings(), since), as_json, render_amendments)


INSIGHT_COMMANDS: tuple[click.Command, ...] = (explain, forecast_command, amendments)
