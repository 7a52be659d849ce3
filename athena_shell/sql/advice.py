"""The plain next step for what Athena says when a statement fails.

Codes: Trino's StandardErrorCode and the Hive and Iceberg connectors' own, which Athena puts in
front of its message; texts without a code are Athena's
(https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html). The steps themselves
are the shipped help topic, so that what is said after a failure can be read up there.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

from athena_shell.core.records import dataclass
from athena_shell.sql.spelling import GRAMMAR, slip

_ENTRY: Final = re.compile(r"^- `(?P<key>[^`]+)`: (?P<step>.*)\.$", re.MULTILINE)
_CODE: Final = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b:?")


@dataclass(frozen=True)
class Advice:
    """What an error means for the user; ``key`` names it in the topic *errors*."""

    key: str
    step: str


TEXTS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (key, re.compile(pattern, re.IGNORECASE))
    for key, pattern in (
        ("local engine", r"is not supported by the local engine"),
        ("missing result location", r"no output location|output location.*(?:not|required)"),
        ("Lake Formation", r"lake ?formation permission|insufficient lake ?formation"),
        ("result bucket", r"access denied when writing output|unable to verify/create output"),
        ("no such bucket", r"nosuchbucket|specified bucket does not exist"),
        ("S3 access denied", r"access ?denied.*s3|s3.*access ?denied|status code: 403"),
        ("scan limit", r"bytes scanned limit was exceeded"),
        ("exhausted resources", r"query exhausted resources"),
        ("S3 slow down", r"slow ?down|please reduce your request rate"),
        ("unsupported statement", r"queries of this type are not supported"),
        ("one statement", r"only one sql statement is allowed"),
        ("Hive DDL syntax", r"failed: parseexception|missing eof|no viable alternative"),
        ("too many partitions", r"exceeded limit of 100 open writers"),
        ("archived file", r"invalidobjectstate|glacier"),
        ("query too long", r"query string.*too long|262,?144"),
    )
)
"""(key, pattern) of messages that need no code to be known."""


@cache
def steps() -> dict[str, str]:
    """Return the next step by error code or key, as the topic *errors* lists them."""
    topic = resources.files("athena_shell.help").joinpath("errors.md").read_text("utf-8")
    return {match["key"]: match["step"] for match in _ENTRY.finditer(topic)}


def code_in(message: str) -> str:
    """Return the error code a message starts with or holds, nothing if there is none."""
    for match in _CODE.finditer(message):
        if match[1] in steps() or match.start() == 0:
            return match[1]
    return ""


def advise(message: str, text: str = "") -> Advice | None:
    """Return the next step for an error message, ``None`` when there is nothing sure to say.

    What the text says goes before the code, which is often the general one.

    Args:
        message: Athena's message.
        text: the statement as it was sent, where it is at hand: some slips show in it.
    """
    if key := slip(message, text):
        return Advice(key, steps()[key])
    for key, pattern in TEXTS:
        if pattern.search(message):
            return Advice(key, steps()[key])
    code = code_in(message)
    if not code and GRAMMAR.search(message):
        code = "SYNTAX_ERROR"
    return Advice(code, steps()[code]) if code in steps() else None
