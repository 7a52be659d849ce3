"""Help texts at any width."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from athena_shell.commands.topics import read_topic, topic_names
from athena_shell.shell.prose import fitted_prose

TEXT = """# A heading that is longer than the width

A paragraph of several
lines that flow together.
    code stays as it is, however long

- an item that is long
  and goes on
- another

```sql
SELECT a, b, c FROM somewhere_far_away
```

| Key | What it does |
| --- | --- |
| Tab | a long cell of a table |"""
SETTINGS = r"""| Setting | Default | Meaning |
| --- | --- | --- |
| `null` | `NULL` | Text shown for a missing value |
| `prompt` | `{database}> ` | Prompt, `a \| b` |
| `editor` | | Editor |"""


def test_paragraphs_items_and_rows_flow_and_the_rest_stays() -> None:
    assert fitted_prose(TEXT, 20).split("\n") == [
        "# A heading that is",
        "  longer than the",
        "  width",
        "",
        "A paragraph of",
        "several lines that",
        "flow together.",
        "    code stays as it is, however long",
        "",
        "- an item that is",
        "  long and goes on",
        "- another",
        "",
        "```sql",
        "SELECT a, b, c FROM somewhere_far_away",
        "```",
        "",
        "Tab",
        "    a long cell of a",
        "    table",
    ]


def test_a_text_that_fits_is_not_touched_but_for_its_tables() -> None:
    text, _, _ = TEXT.partition("| Key")
    assert fitted_prose(text, 50) == text


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (
            80,
            [
                "Setting  Default         Meaning",
                "-------  --------------  ------------------------------",
                "null     NULL            Text shown for a missing value",
                "prompt   `{database}> `  Prompt, a | b",
                "editor                   Editor",
            ],
        ),
        (
            50,
            [
                "Setting  Default         Meaning",
                "-------  --------------  -------------------------",
                "null     NULL            Text shown for a missing",
                "                         value",
                "prompt   `{database}> `  Prompt, a | b",
                "editor                   Editor",
            ],
        ),
        (
            30,
            [
                "null",
                "    Default: NULL",
                "    Meaning: Text shown for a",
                "    missing value",
                "prompt",
                "    Default: `{database}> `",
                "    Meaning: Prompt, a | b",
                "editor",
                "    Meaning: Editor",
            ],
        ),
    ],
)
def test_a_table_stands_in_columns_or_as_entries(width: int, lines: list[str]) -> None:
    assert fitted_prose(SETTINGS, width).split("\n") == lines


@pytest.mark.parametrize("topic", topic_names())
def test_no_word_of_a_topic_is_lost(topic: str) -> None:
    text = read_topic(topic) or ""
    for width in (30, 60, 80):
        lost = Counter(_words(_without_heads(text))) - Counter(_words(fitted_prose(text, width)))
        assert not lost


@pytest.mark.parametrize("topic", topic_names())
def test_only_code_and_words_that_cannot_be_broken_are_too_wide(topic: str) -> None:
    text = read_topic(topic) or ""
    whole = set(text.split("\n"))
    for width in (40, 60, 80):
        wide = [line for line in fitted_prose(text, width).split("\n") if len(line) > width]
        assert [line for line in wide if line not in whole and " " in line.strip()] == []


def _words(text: str) -> list[str]:
    return re.findall(r"[^\s|·]+", text.replace("\\|", "|").replace("`", ""))


def _without_heads(text: str) -> str:
    """Return a topic without the first two lines of its tables, which entries do not show."""
    return re.sub(r"^\|.*\n\| *-.*$", "", text, flags=re.MULTILINE)
