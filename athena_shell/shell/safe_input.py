"""What is typed, pasted or recalled, shown without being able to drive or reorder the screen."""

from __future__ import annotations

from prompt_toolkit.layout.screen import Char


class _Shown(dict[str, str]):
    """How prompt_toolkit shows single characters, with all that it would send as they are."""

    def __contains__(self, character: object) -> bool:
        if super().__contains__(character):
            return True
        if not isinstance(character, str) or len(character) != 1 or character.isascii():
            return False
        return _shown(character) != character

    def __missing__(self, character: str) -> str:
        return _shown(character)


def _shown(character: str) -> str:
    from athena_shell.output.sanitize import sanitize  # the first paint needs none of it

    return sanitize(character, keep_joiners=True)


def show_input_safely() -> None:
    r"""Have invisible and reordering characters shown as ``\u{202E}``; twice is as good as once."""
    if not isinstance(Char.display_mappings, _Shown):
        Char.display_mappings = _Shown(Char.display_mappings)
