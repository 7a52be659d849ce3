"""Profile parameters as a table: names, aliases, defaults, which are secret, their checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from athena_shell.core.records import dataclass

Check = Callable[[str], str]
"""Returns the value as the program uses it, or raises ValueError saying what would be right."""


@dataclass(frozen=True)
class Parameter:
    """One profile parameter, named as the Athena ODBC 2.x driver names it.

    Args:
        name: the canonical name; look-up ignores case.
        summary: one line for help and documentation.
        aliases: other accepted names, such as those of the JDBC 3.x driver.
        default: the value when nothing sets it; shown by ``--show-config``.
        required: whether a profile without it is refused.
        secret: whether its value is masked everywhere and keeps the file private.
        check: normalises a value, or raises ValueError with what would be right.
        environment: variables that beat the profile, first match wins.
        fallback: variables used only when the profile is silent.
        jdbc: the name it is written with in a JDBC URL; an empty text means it has none.
        jdbc_default: the JDBC driver's default where it differs from the ODBC driver's.
        example: a value for documentation.
    """

    name: str
    summary: str
    aliases: tuple[str, ...] = ()
    default: str = ""
    required: bool = False
    secret: bool = False
    check: Check | None = None
    environment: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    jdbc: str = ""
    jdbc_default: str = ""
    example: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it answers to, the canonical one first."""
        extra = (self.jdbc,) if self.jdbc and self.jdbc.lower() != self.name.lower() else ()
        return tuple(dict.fromkeys((self.name, *extra, *self.aliases)))


class ParameterTable:
    """Parameters by any of their names, ignoring case.

    Raises ValueError when two parameters claim one name.
    """

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._parameters = tuple(parameters)
        self._by_name: dict[str, Parameter] = {}
        for parameter in self._parameters:
            for name in {name.lower() for name in parameter.names}:
                if name in self._by_name:
                    raise ValueError(
                        f"{parameter.name} and {self._by_name[name].name} both claim {name}"
                    )
                self._by_name[name] = parameter

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._by_name

    def find(self, name: str) -> Parameter | None:
        """Return the parameter that answers to ``name``, ignoring case."""
        return self._by_name.get(name.strip().lower())

    def nearest(self, name: str) -> str:
        """Return the known name most like ``name``, or an empty text when none is like it."""
        return nearest(name, (known for p in self._parameters for known in p.names))

    def extended(self, more: Iterable[Parameter]) -> ParameterTable:
        """Return a table that also has ``more``; of two with one name, the earlier stays."""
        own = [p for p in more if not any(name in self for name in p.names)]
        return ParameterTable((*self._parameters, *own))


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the member of ``known`` most like ``name`` ignoring case, or an empty text."""
    from difflib import get_close_matches

    by_lower = {item.lower(): item for item in known}
    found = get_close_matches(name.strip().lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""
