"""The help topics that are shipped with the program, one Markdown file each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_SUFFIX = ".md"


@cache
def topic_names() -> tuple[str, ...]:
    """Return the topics' names in alphabetical order."""
    folder = files("athena_shell.help")
    return tuple(
        sorted(
            each.name.removesuffix(_SUFFIX)
            for each in folder.iterdir()
            if each.name.endswith(_SUFFIX)
        )
    )


def read_topic(name: str) -> str | None:
    """Return a topic's text, ``None`` when there is no such topic."""
    wanted = name.strip().lower().removesuffix(_SUFFIX)
    if wanted not in topic_names():
        return None
    return (files("athena_shell.help") / (wanted + _SUFFIX)).read_text("utf-8")


def first_line(name: str) -> str:
    """Return a topic's title without the Markdown mark."""
    text = read_topic(name) or ""
    return text.partition("\n")[0].lstrip("# ").strip()
