from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from athena_shell.config.ini import Configuration, load
from athena_shell.core.errors import ConfigError

Write = Callable[..., Path]

GOOD = "[profile a]\nAwsRegion = us-east-1\n\n[settings]\nformat = csv\n"


def shape(configuration: Configuration) -> dict[str, list[tuple[str, str, int]]]:
    sections = [*configuration.profiles.values(), configuration.settings]
    return {s.name: [(e.key, e.value, e.line) for e in s.entries] for s in sections}


def test_sections_keys_values_and_lines(write: Write) -> None:
    assert shape(load(write(GOOD))) == {
        "profile a": [("AwsRegion", "us-east-1", 2)],
        "settings": [("format", "csv", 5)],
    }


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        "\ufeff" + GOOD,
        GOOD.replace("[profile a]", "[ Profile   a ]").replace("[settings]", "[SETTINGS]"),
        GOOD.replace(" = ", "="),
        GOOD.replace(" = ", ": "),
        GOOD.replace("us-east-1", '"us-east-1"').replace("csv", "'csv'"),
        GOOD.replace("format", "   format"),
        GOOD[:-1],
    ],
)
def test_ways_to_write_the_same(write: Write, text: str) -> None:
    assert shape(load(write(text))) == shape(load(write(GOOD)))


def test_percent_signs_colons_and_equals_signs_belong_to_the_value(write: Write) -> None:
    path = write("[profile a]\nx = 50%(no)s %\nrole = arn:aws:iam::1:role/x\ny = a=b;c # d\n")
    assert [e.value for e in load(path).profile("a").entries] == [
        "50%(no)s %",
        "arn:aws:iam::1:role/x",
        "a=b;c # d",
    ]


def test_a_command_with_quotes_inside_keeps_them(write: Write) -> None:
    path = write('[profile a]\nx = "/my dir/login" --as "me"\n')
    assert load(path).profile("a").entries[0].value == '"/my dir/login" --as "me"'


def test_an_absent_file_is_empty_unless_it_was_named(tmp_path: Path) -> None:
    path = tmp_path / "none.ini"
    assert load(path) == Configuration(path)
    with pytest.raises(ConfigError) as caught:
        load(path, required=True)
    assert caught.value.message == f"There is no configuration file {path}."
    assert "--init" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "[profile a]\nx = 1\nX = 2\n",
            "{path}:3: the key X appears twice in [profile a]; the first is on line 2.",
            "Keep one of them.",
        ),
        (
            "[profile a]\n[settings]\n[profile a]\n",
            "{path}:3: the section [profile a] appears twice; the first is on line 1.",
            "Keep one of them.",
        ),
        (
            "x = 1\n",
            "{path}:1: there is a line before the first section.",
            "Put [profile NAME] or [settings] above it.",
        ),
        (
            "[work]\n",
            "{path}:1: [work] is not a section.",
            "Write [profile work] if a profile is meant, or [settings].",
        ),
        (
            "[DEFAULT]\n",
            "{path}:1: [DEFAULT] is not a section.",
            "Write [profile DEFAULT] if a profile is meant, or [settings].",
        ),
        ("[profile\n", "{path}:1: [profile is not a section.", "A section is [profile NAME] or"),
        ("[profile a/b]\n", "{path}:1: [profile a/b] is not a section.", "A profile's name has"),
        (
            "[settings]\nformat\n",
            "{path}:2: the line in [settings] is not “key = value”.",
            "A value stands whole on its key's line; a comment line starts with # or ;",
        ),
        ("[settings]\n\0 = 1\n", "{path}:2: the file holds a NUL character; it must be", ""),
        (
            "[settings]\n# é\nnull = é".encode("latin-1"),
            "{path}:2: the file is not UTF-8 text.",
            "If it is Latin-1: iconv -f LATIN1 -t UTF-8 {path}",
        ),
        (b"#" * (1 << 20) + b"\n", "{path} is larger than 1 MiB, which is no configuration", ""),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    write: Write, text: str | bytes, message: str, hint: str
) -> None:
    path = write(text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert caught.value.message.startswith(message.replace("{path}", str(path)))
    assert caught.value.hint.startswith(hint.replace("{path}", str(path)))


def test_a_token_broken_over_two_lines_is_not_repeated(write: Write) -> None:
    path = write("[profile a]\nweb_identity_token = eyJhbGci\nc2VjcmV0\n")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert "c2VjcmV0" not in caught.value.message + caught.value.hint


def test_a_directory_and_a_pipe_are_no_configuration(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe):
        with pytest.raises(ConfigError, match="is not a file"):
            load(path)


def test_an_unreadable_file_is_named(write: Write, tmp_path: Path) -> None:
    loop = tmp_path / "loop.ini"
    loop.symlink_to(loop)
    for path, reason in (
        (write(GOOD) / "config.ini", "Not a directory"),
        (loop, "Too many levels of symbolic links"),
    ):
        with pytest.raises(ConfigError) as caught:
            load(path)
        assert caught.value.message == (f"The configuration file {path} cannot be read: {reason}.")


def test_an_unknown_profile_lists_the_known_ones(write: Write) -> None:
    path = write("[profile work]\n[profile home]\n")
    with pytest.raises(ConfigError) as caught:
        load(path).profile("wrok")
    assert caught.value.message == f"There is no profile “wrok” in {path}."
    assert caught.value.hint == "Did you mean work? Known profiles: work, home."


def test_values_stay_out_of_repr(write: Write) -> None:
    path = write("[profile a]\nweb_identity_token = eyJhbGciOiJub25lIn0.e30.canary\n")
    assert "canary" not in repr(load(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.text(alphabet="[]=:#; \n\r\"'profilesettngs\ufeff"))
def test_any_text_is_read_or_refused(write: Write, text: str) -> None:
    path = write(text.encode("utf-8", "surrogatepass"))
    with suppress(ConfigError):
        load(path)
