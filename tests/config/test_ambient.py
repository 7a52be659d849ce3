"""Every variable that the code reads is told of, and none that it does not read."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import athena_shell
from athena_shell.auth.registry import AuthRegistry
from athena_shell.config.ambient import variables
from athena_shell.config.connection import CONNECTION

PACKAGE = Path(athena_shell.__file__).parent
PARAMETERS = (*CONNECTION, *AuthRegistry().all_parameters())
UNTOLD = {
    "PATH": "as any program",
    "USER": "a proposal of --init",
    "AWS_PROFILE": "a proposal of --init",
    "PROMPT_TOOLKIT_NO_CPR": "the terminal library's",
}
ELSEWHERE = {"local"}
"""The embedded endpoint's house reads none."""


def sources() -> Iterator[ast.Module]:
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] not in ELSEWHERE:
            yield ast.parse(path.read_text(encoding="utf-8"))


def is_environment(node: ast.expr) -> bool:
    return ast.unparse(node).endswith(("environment", "os.environ"))


def read_by(module: ast.Module) -> Iterator[str]:
    """Yield the names that a module looks up in an environment, those of constants among them."""
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(value=where, attr="get"), args=[key, *_]):
                pass
            case ast.Subscript(value=where, slice=key):
                pass
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[where]):
                pass
            case _:
                continue
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and is_environment(where):
            yield key.value


def test_every_variable_that_is_read_by_name_is_told_of() -> None:
    told = {name for name, _ in variables(PARAMETERS)}
    read = {name for module in sources() for name in read_by(module)}
    assert {"HOME", "NO_COLOR"} <= read
    assert {each.upper() for each in read} - told - set(UNTOLD) == set()


def test_every_variable_that_is_told_of_is_read() -> None:
    """What the table of parameters does not hold stands in a module that reads it."""
    held = {name for each in PARAMETERS for name in (*each.environment, *each.fallback)}
    texts = Counter(
        text
        for module in sources()
        for text in {
            node.value
            for node in ast.walk(module)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    )
    told = (
        {name for name, _ in variables(PARAMETERS)} - held - {"ATHENA_SHELL_FORMAT"}
    )  # made of each name
    assert [name for name in told if texts[name] < 2] == []


def test_the_page_of_flags_lists_the_variables() -> None:
    page = (PACKAGE / "help" / "options.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([A-Z_]+)` \| (.*) \|$", page, re.MULTILINE)
    assert listed == list(variables(PARAMETERS))


def test_variables_named_in_any_page_are_told_of() -> None:
    """A page may name a variable of its own for an example, which no code reads."""
    told = {name for name, _ in variables(PARAMETERS)} | set(UNTOLD) | {"AWS_ENDPOINT_URL"}
    pattern = re.compile(r"\b(?:AWS|ATHENA_SHELL|XDG|GITHUB|ACTIONS|ODBC)_?[A-Z][A-Z_]+\b")
    root = PACKAGE.parent
    pages = [
        *PACKAGE.joinpath("help").glob("*.md"),
        root / "README.md",
        root / "config.example.ini",
    ]
    named = {name for path in pages for name in pattern.findall(path.read_text(encoding="utf-8"))}
    assert named - told == set()
