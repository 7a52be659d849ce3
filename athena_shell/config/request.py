"""From the command line's options to what is asked of the resolution."""

from __future__ import annotations

from collections.abc import Mapping

from athena_shell.config.layers import Layer
from athena_shell.config.options import Options
from athena_shell.config.resolve import Request


def request_of(
    options: Options,
    synthetic: Mapping[str, str] | None = None,
    connection: Layer | None = None,
) -> Request:
    """Return the request, each value with the flag it came from.

    Args:
        options: the command line.
        synthetic: the parameters of a profile that the program makes itself, such as the embedded
            endpoint's.
        connection: what a connection string or a data source brings.
    """
    return Request(
        profile=options.profile,
        parameters=Layer(options.parameters, _origins(options.parameters), "flag"),
        settings=Layer(options.settings, _origins(options.settings), "flag --set"),
        connection=connection or Layer(),
        synthetic=None if synthetic is None else Layer(synthetic, origin="flag --local"),
    )


def _origins(values: Mapping[str, str]) -> dict[str, str]:
    if not values:
        return {}
    # A start without flags does not load their table: the first prompt waits for this module.
    from athena_shell.config.flags import FLAGS

    # what a switch such as --csv sets may be given by a flag with a value, too: that one is named
    named = sorted(FLAGS, key=lambda flag: bool(flag.metavar))
    return {flag.target: f"flag {flag.long}" for flag in named if flag.target in values}
