"""Formats are found by name, alias, file name and entry point."""

from __future__ import annotations

import subprocess
import sys
from ast import literal_eval
from importlib import import_module
from importlib.metadata import EntryPoint

import pytest

from athena_shell.core.errors import CommandError, PluginError
from athena_shell.output import registry
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import BUILT_IN, Formatter, FormatterRegistry

PLUGIN = Formatter("shout", "upper case", lambda _columns, _rows, _options: iter(("HI\n",)))
NOT_ONE = "not a formatter"


def points(*pairs: tuple[str, str]) -> list[EntryPoint]:
    return [EntryPoint(name, value, registry.ENTRY_POINT_GROUP) for name, value in pairs]


def plugins(*pairs: tuple[str, str]) -> FormatterRegistry:
    return FormatterRegistry(BUILT_IN, lambda: points(*pairs))


def test_every_built_in_format_is_found_by_its_names_and_extensions() -> None:
    formats = FormatterRegistry(BUILT_IN)
    for formatter in BUILT_IN:
        for name in (formatter.name, formatter.name.upper(), *formatter.aliases):
            assert formats.named(name) is formatter
        for extension in formatter.extensions:
            assert formats.for_path(f"some.dir/FILE{extension.upper()}") is formatter
        assert formatter.summary
    assert formats.for_path("result.unknown") is None
    assert formats.for_path("result") is None


def test_every_built_in_format_names_a_function_there_is() -> None:
    named = [each for one in BUILT_IN for each in (one.format, one.write, one.convert) if each]
    assert len(named) > len(BUILT_IN)
    for function in named:
        module, _, name = function.__name__.partition(":")
        assert callable(getattr(import_module(f"athena_shell.{module}"), name))


LOADED = """
import sys
from athena_shell.output.registry import FormatterRegistry
FormatterRegistry().named("csv")
print(sorted(name for name in sys.modules if name.startswith("athena_shell.output.")))
"""


def test_the_table_is_read_without_what_writes_the_formats() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60
    )
    light = ("missing", "options", "registry", "screen", "widths")
    assert literal_eval(done.stdout) == [f"athena_shell.output.{name}" for name in light]


def test_a_wrong_name_gets_the_nearest_one() -> None:
    with pytest.raises(CommandError) as raised:
        FormatterRegistry(BUILT_IN).named("jsno")
    assert (raised.value.message, raised.value.hint) == (
        "There is no format “jsno”.",
        "Did you mean json?",
    )
    with pytest.raises(CommandError) as raised:
        FormatterRegistry(BUILT_IN).named("zzz")
    assert raised.value.hint.startswith("Choose one of table, vertical, inline, csv")


def test_a_repeated_name_is_refused() -> None:
    with pytest.raises(ValueError, match="two formats are called csv"):
        FormatterRegistry([*BUILT_IN, Formatter("csv", "again", PLUGIN.format)])


def test_a_plugin_is_listed_unloaded_and_loaded_when_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "PLUGIN", PLUGIN, raising=False)
    formats = plugins(("shout", f"{registry.__name__}:PLUGIN"), ("broken", "no.such.module:x"))
    assert formats.names()[-2:] == ("broken", "shout")
    assert "".join(formats.named("shout").text((), (), FormatOptions())) == "HI\n"
    warnings: list[str] = []
    assert formats.available(warnings.append)[-1] is PLUGIN
    assert warnings == ["The format plugin broken cannot be loaded: No module named 'no'"]


def test_a_broken_plugin_is_an_error_only_when_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "NOT_ONE", NOT_ONE, raising=False)
    formats = plugins(("broken", "no.such.module:x"), ("odd", f"{registry.__name__}:NOT_ONE"))
    assert formats.named("csv").name == "csv"
    with pytest.raises(PluginError, match="The format plugin broken cannot be loaded"):
        formats.named("broken")
    with pytest.raises(PluginError, match="The format plugin odd is not a Formatter"):
        formats.named("odd")


def test_a_built_in_name_cannot_be_taken_over() -> None:
    formats = plugins(("csv", "no.such.module:x"))
    assert formats.named("csv").summary.startswith("comma-separated")
    assert formats.names().count("csv") == 1


def test_a_binary_format_has_no_text() -> None:
    binary = Formatter("blob", "bytes", write=lambda _c, _r, _s, _o: None, extensions=(".blob",))
    assert binary.binary
    with pytest.raises(CommandError) as raised:
        binary.text((), (), FormatOptions())
    assert raised.value.hint == "Write it with \\export result.blob."
