"""A profile: where and who, every value with where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from athena_shell.config.checks import parse_boolean
from athena_shell.config.parameters import Parameter, ParameterTable, nearest
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

DEFAULT_ORIGIN = "default"


@dataclass(frozen=True)
class Value:
    """A value and its origin, such as ``flag --region`` or ``config.ini:12 [profile work]``."""

    text: str = field(repr=False)
    origin: str = DEFAULT_ORIGIN


@dataclass(frozen=True)
class Profile:
    """A resolved profile.

    Args:
        name: the profile's name, for the prompt and for messages.
        table: the parameters it may have: the connection's and those of its authentication type.
        values: the set values by canonical name; parameters without one have their default.
        warnings: sentences the user should see once.
    """

    name: str
    table: ParameterTable
    values: Mapping[str, Value] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """Return a value, its default when nothing sets it; KeyError for an unknown name.

        A secret is had by ``secret`` only; asking here is a ValueError.
        """
        parameter = self._parameter(name)
        if parameter.secret:
            raise ValueError(f"{parameter.name} is secret: use Profile.secret")
        return self._text(parameter)

    def secret(self, name: str) -> Secret | None:
        """Return a secret with its origin, ``None`` when nothing sets it."""
        parameter = self._parameter(name)
        text = self._text(parameter)
        return Secret(text, self.origin(name)) if text else None

    def flag(self, name: str) -> bool:
        """Return a boolean value."""
        return parse_boolean(self.get(name) or "off")

    def number(self, name: str) -> int:
        """Return a whole number; 0 when nothing sets it and it has no default."""
        return int(self.get(name) or 0)

    def is_set(self, name: str) -> bool:
        """Tell whether anything but the default gives the value."""
        return self._parameter(name).name in self.values

    def origin(self, name: str) -> str:
        """Say where the value came from; ``default`` when nothing sets it."""
        value = self.values.get(self._parameter(name).name)
        return value.origin if value else DEFAULT_ORIGIN

    def with_values(self, values: Mapping[str, str], origin: str) -> Profile:
        """Return the profile with some values set; raises ConfigError as ``checked`` does.

        An empty text takes the value away.
        """
        changed = dict(self.values)
        for name, text in values.items():
            parameter = self._parameter(name)
            changed.pop(parameter.name, None)
            if text:
                changed[parameter.name] = Value(checked(parameter, text, origin), origin)
        return replace(self, values=changed)

    def effective(self) -> Iterator[tuple[Parameter, str, str]]:
        """Yield each parameter with its shown value (secrets masked) and origin, in table order."""
        for parameter in self.table:
            text = self._text(parameter)
            shown = Secret(text).masked() if parameter.secret and text else text
            yield parameter, shown, self.origin(parameter.name)

    def _parameter(self, name: str) -> Parameter:
        parameter = self.table.find(name)
        if parameter is None:
            raise KeyError(name)
        return parameter

    def _text(self, parameter: Parameter) -> str:
        value = self.values.get(parameter.name)
        return value.text if value else parameter.default


def checked(parameter: Parameter, text: str, origin: str) -> str:
    """Return a value in normal form.

    Raises ConfigError naming the origin, the parameter and what would be right. A rejected value is
    repeated unless it is secret.
    """
    if parameter.check is None:
        return text
    try:
        return parameter.check(text)
    except ValueError as error:
        shown = "as it is given" if parameter.secret else f"“{shortened(text)}”"
        hint = f"It must be {error}."
        if parameter.default:
            hint += f" Without it, {parameter.default} is used."
        if " #" in text or " ;" in text:
            hint += " A comment stands on a line of its own."
        raise ConfigError(f"{origin}: {parameter.name} cannot be {shown}.", hint) from None


def shortened(text: str, width: int = 60) -> str:
    """Return ``text`` cut to ``width`` characters, for a message; control characters as escapes."""
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return visible if len(visible) <= width else visible[: width - 1] + "…"


def unknown_key(
    name: str, origin: str, known: Iterator[str], topic: str = "profiles"
) -> ConfigError:
    """Return the error for a key nobody knows, naming the nearest known one, or where to look."""
    close = nearest(name, known)
    hint = (
        f"Did you mean {close}?" if close else f"athena-shell --help and \\help {topic} list them."
    )
    return ConfigError(f"{origin}: the key “{shortened(name)}” is unknown.", hint)
