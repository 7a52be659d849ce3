"""Settings become format options."""

from __future__ import annotations

from athena_shell.config.settings import Settings
from athena_shell.output.options import Expanded, FormatOptions, Overflow, options_for
from athena_shell.output.screen import Screen


def test_the_settings_and_the_place_decide() -> None:
    settings = Settings(
        null="-",
        table_style="grid",
        expanded="on",
        overflow="wrap",
        max_column_width=30,
        type_row=True,
        digit_groups=True,
        csv_safe=True,
        keep_joiners=True,
        pretty=True,
        number_hint=False,
    )
    assert options_for(settings, Screen(100, 40), tty=True, color=True, unicode=False) == (
        FormatOptions(
            width=100,
            height=40,
            tty=True,
            color=True,
            unicode=False,
            null="-",
            style="grid",
            expanded=Expanded.ON,
            max_column_width=30,
            overflow=Overflow.WRAP,
            type_row=True,
            digit_groups=True,
            number_hint=False,
            pretty=True,
            keep_joiners=True,
            csv_safe=True,
        )
    )


def test_tuples_only_leaves_names_and_types_out() -> None:
    options = options_for(Settings(tuples_only=True, type_row=True, field_separator=r"\t"))
    assert (options.header, options.type_row, options.separator) == (False, False, "\t")
    assert options_for(Settings(field_separator=";")).separator == ";"


def test_a_file_has_no_width() -> None:
    options = options_for(Settings())
    assert (options.width, options.height, options.tty) == (0, 0, False)
