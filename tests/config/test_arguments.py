from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.config import manual
from athena_shell.config.arguments import parse
from athena_shell.config.exit_codes import EXIT_CODES
from athena_shell.config.flags import EVERY_FLAG, FLAGS
from athena_shell.config.manual import help_text
from athena_shell.config.options import Mode, Options, Source
from athena_shell.core.errors import ConfigError, ExitCode


def test_inputs_keep_their_order() -> None:
    found = parse(["a.sql", "-c", "SELECT 1", "-f", "b.sql", "--", "-c.sql"])
    assert found.sources == (
        Source("a.sql"),
        Source("SELECT 1", is_file=False),
        Source("b.sql"),
        Source("-c.sql"),
    )


@pytest.mark.parametrize(
    ("line", "local", "data", "sources"),
    [
        ("--local", True, None, ()),
        ("--local data", True, Path("data"), ()),
        ("--local=data x.sql", True, Path("data"), (Source("x.sql"),)),
        ("--local x.sql", True, None, (Source("x.sql"),)),
        ("--local -q", True, None, ()),
        ("x.sql", False, None, (Source("x.sql"),)),
    ],
)
def test_local_takes_a_directory_or_none(
    line: str,
    local: bool,  # noqa: FBT001 - a table's column
    data: Path | None,
    sources: tuple[Source, ...],
) -> None:
    found = parse(line.split())
    assert (found.local, found.local_data, found.sources) == (local, data, sources)


def test_flags_go_where_the_table_says() -> None:
    line = (
        "-p work --config c.ini -d sales --catalog lake -w batch --region eu-west-1 --format csv"
        " -oout.csv --force --set null=- --set theme=dark -v day=2026-01-01 -v x=a=b --on-error"
        " continue --timeout=10m --max-scan 50GB -q --debug --show-config --json --csv-safe"
    )
    found = parse(line.split())
    assert (found.mode, found.profile, found.config) == (Mode.SHOW_CONFIG, "work", Path("c.ini"))
    assert found.parameters == {
        "Schema": "sales",
        "Catalog": "lake",
        "Workgroup": "batch",
        "AwsRegion": "eu-west-1",
    }
    assert found.settings == {
        "format": "csv",
        "null": "-",
        "theme": "dark",
        "on_error": "continue",
        "timeout": "10m",
        "max_scan_per_query": "50GB",
        "csv_safe": "on",
    }
    assert (found.output, found.force, found.json, found.debug) == ("out.csv", True, True, True)
    assert found.script.variables == {"day": "2026-01-01", "x": "a=b"}
    assert found.script.verbosity == -1


def test_flags_of_one_letter_may_be_joined() -> None:
    found = parse(["-qAtc", "SELECT 1", "-F;", "-Px=1", "-P", "border=1", "-xf", "a.sql"])
    assert found.sources == (Source("SELECT 1", is_file=False), Source("a.sql"))
    assert found.settings == {
        "format": "plain",
        "tuples_only": "on",
        "field_separator": ";",
        "x": "1",
        "table_style": "1",
        "expanded": "on",
    }
    assert found.script.verbosity == -1
    assert parse(["--csv"]).settings == {"format": "csv"}


@pytest.mark.parametrize(
    ("line", "port", "data"),
    [("--serve", 0, None), ("--serve 8080 --local d", 8080, Path("d")), ("--serve=1", 1, None)],
)
def test_serve_implies_the_embedded_endpoint(line: str, port: int, data: Path | None) -> None:
    found = parse(line.split())
    assert (found.mode, found.local, found.port, found.local_data) == (
        Mode.SERVE,
        True,
        port,
        data,
    )


@pytest.mark.parametrize("output", ["x.parquet", "{n}-{name}.PARQUET", "x.pq", "."])
def test_unload_takes_parquet_files_and_directories(output: str) -> None:
    assert parse(["--unload", "-o", output]).script.unload
    assert not parse(["-o", output]).script.unload


def test_attach_is_a_mode() -> None:
    assert (parse(["--attach", "q1"]).mode, parse(["--attach", "q1"]).attach) == (Mode.ATTACH, "q1")


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("--frmat csv", "There is no flag --frmat.", "Did you mean --format?"),
        ("--web_identity_token=eyJcanary", "There is no flag --web_identity_token.", ""),
        ("-zcanary", "There is no flag -z.", ""),
        ("--format", "--format needs a value.", "Write --format FORMAT."),
        ("--debug=1", "--debug takes no value.", ""),
        ("--serve 70000", "--serve cannot be “70000”.", "It must be a whole number from 0 to"),
        ("--serve x.sql", "--serve runs no statements.", "Leave the files"),
        ("--parallel 0", "--parallel cannot be “0”.", "It must be a whole number from 1 to 64."),
        ("-v canary", "--variable needs NAME=VALUE.", "Write -v, --variable NAME=VALUE."),
        ("--unload", "--unload needs a file for the Parquet that Athena writes.", "Add -o"),
        (
            "--unload -o out.csv",
            "--unload gives Parquet, and out.csv is to be something else.",
            "End the name in .parquet",
        ),
        (
            "--unload -o x.parquet --format csv",
            "--unload gives Parquet, and x.parquet is to be something else.",
            "End the name in .parquet",
        ),
        (
            f"--unload -o {'x' * 300}",
            f"--unload gives Parquet, and {'x' * 300} is to be something else.",
            "End the name in .parquet",
        ),
        (
            "--unload -o x.parquet --read-only",
            "--unload has Athena write files to S3, and this run is --read-only.",
            "Leave one of them out",
        ),
        (
            "--unload -o x.parquet --resume",
            "--resume cannot take up what --unload has written.",
            "Leave one of them out.",
        ),
        (
            "--output json",
            "-o json would write a file that is called json.",
            "--format json chooses the format; -o ./json writes such a file.",
        ),
        ("-csv canary", "There is no flag -csv.", "--csv writes results as csv."),
        ("-cmd=canary", "There is no flag -cmd.", "-c TEXT may be given several times"),
        ("-database canary", "There is no flag -database.", "Did you mean --database?"),
        ("-Xcanary", "There is no flag -X.", "Scripts and -c read no start file"),
        ("-qX", "There is no flag -X.", "Scripts and -c read no start file"),
        ("-qcsvz --frmat", "There is no flag --frmat.", "Did you mean --format?"),
        ("--execute canary", "There is no flag --execute.", "-c SQL runs a text."),
        (
            "--aws-secret-access-key canary",
            "There is no flag --aws-secret-access-key.",
            "No secret is taken from the command line",
        ),
        ("--host=canary", "There is no flag --host.", "Where statements go"),
        ("-d a -d b", "--database is given twice.", "Keep one of them."),
    ],
)
def test_wrong_lines_are_answered_without_repeating_values(
    line: str, message: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(line.split())
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)
    assert "canary" not in caught.value.message + caught.value.hint


@given(st.lists(st.text(max_size=8) | st.sampled_from([n for f in FLAGS for n in f.names])))
def test_any_line_is_parsed_or_refused(arguments: list[str]) -> None:
    try:
        assert isinstance(parse(arguments), Options)
    except ConfigError as error:
        assert error.exit_code is ExitCode.USAGE  # noqa: PT017 - both outcomes are right


def test_help_lists_every_flag_and_exit_code_within_100_columns() -> None:
    text = help_text()
    for flag in EVERY_FLAG:
        assert f"  {flag.usage}" in text
        assert flag.summary in text
    told = re.findall(r"^  (\d+) +(\S.*)$", text, re.MULTILINE)
    assert [(int(code), meaning) for code, meaning in told] == list(EXIT_CODES)
    assert [code for code, _ in EXIT_CODES] == sorted(ExitCode)
    assert max(map(len, text.splitlines())) <= 100


def test_no_flag_takes_a_secret() -> None:
    words = " ".join(name for flag in FLAGS for name in (*flag.names, flag.target)).lower()
    assert not any(word in words for word in ("token", "secret", "password", "pwd", "key"))


def page(name: str) -> str:
    return (Path(manual.__file__).parents[1] / "help" / name).read_text(encoding="utf-8")


def test_the_documented_flags_are_the_table() -> None:
    documented = re.findall(r"^\| `(-[^`]*)` \| (.*) \|$", page("options.md"), re.MULTILINE)
    assert documented == [(flag.usage, flag.summary) for flag in EVERY_FLAG]


def test_the_documented_exit_codes_are_the_table() -> None:
    documented = re.findall(r"^\| (\d+) \| (.*) \|$", page("exit-codes.md"), re.MULTILINE)
    assert [(int(code), meaning) for code, meaning in documented] == list(EXIT_CODES)


@pytest.mark.parametrize("arguments", [["-v", "1a=2"], ["-v", "a b=1"], ["--env-var", "x-y"]])
def test_a_variable_has_a_name_that_can_be_used(arguments: list[str]) -> None:
    with pytest.raises(ConfigError, match="is no name of a variable") as raised:
        parse(arguments)
    assert raised.value.hint.startswith("A name is made of letters")
    assert parse(["-v", "größe_1=2"]).script.variables == {"größe_1": "2"}
