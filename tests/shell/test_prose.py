"""Help texts at any width."""

from __future__ import annotations

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

| a | a long cell of a table |"""


def test_paragraphs_items_and_rows_flow_and_the_rest_stays() -> None:
    assert fitted_prose(TEXT, 20).split("\n") == [
        "# A heading that is longer than the width",
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
        "| a | a long cell of",
        "    a table |",
    ]


def test_a_text_that_fits_is_not_touched() -> None:
    assert fitted_prose(TEXT, 50) == TEXT


@pytest.mark.parametrize("topic", topic_names())
def test_no_word_of_a_topic_is_lost(topic: str) -> None:
    text = read_topic(topic) or ""
    for width in (30, 60, 80):
        assert fitted_prose(text, width).split() == text.split()
