"""Requests held against botocore's own service models, with AWS-like reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

_NUMBERS: Final = {"integer", "long", "float", "double"}
_SHOWN: Final = 120


@cache
def service_model(service: str) -> ServiceModel:
    """Return botocore's model of ``service``, such as ``athena``; loaded once."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def operation_model(service: str, name: str) -> OperationModel | None:
    """Return an operation's model, ``None`` when the service has no such operation."""
    model = service_model(service)
    return model.operation_model(name) if name in model.operation_names else None


class WrongType(Exception):
    """A value is not of the type the model wants, as a serialisation error."""


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    """Compile a model's pattern; ``None`` for those in a dialect Python does not speak."""
    try:
        return re.compile(text)
    except re.error:
        return None


def violations(shape: Shape, value: Any, path: str = "") -> Iterator[str]:
    """Yield what is wrong with ``value``, one sentence each.

    Members the model does not know are ignored, as the service ignores them. Raises WrongType when
    a value cannot be read as the model's type at all.
    """
    if isinstance(shape, StructureShape):
        yield from _structure(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _list(shape, value, path)
    elif isinstance(shape, MapShape):
        yield from _map(shape, value, path)
    else:
        _check_scalar_type(shape, value, path)
        yield from _scalar(shape, value, path)


def _structure(shape: StructureShape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        raise WrongType(f"'{path or shape.name}' must be a structure")
    for name in shape.required_members:
        if value.get(name) is None:
            yield _sentence(None, _join(path, name), "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from violations(member, value[name], _join(path, name))


def _list(shape: ListShape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        raise WrongType(f"'{path}' must be a list")
    yield from _size(shape, len(value), value, path)
    for index, item in enumerate(value, 1):
        yield from violations(shape.member, item, f"{path}.{index}.member")


def _map(shape: MapShape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        raise WrongType(f"'{path}' must be a map")
    for name, item in value.items():
        yield from violations(shape.value, item, f"{path}.{name}.member")


def _check_scalar_type(shape: Shape, value: Any, path: str) -> None:
    wanted: tuple[type, ...]
    if shape.type_name == "boolean":
        wanted = (bool,)
    elif shape.type_name in _NUMBERS:
        wanted = (int, float) if shape.type_name in {"float", "double"} else (int,)
    elif shape.type_name == "timestamp":
        wanted = (int, float, str)
    else:
        wanted = (str,)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise WrongType(f"'{path}' must be a {shape.type_name}")


def _scalar(shape: Shape, value: Any, path: str) -> Iterator[str]:
    rules = shape.metadata
    if shape.type_name in _NUMBERS:
        if "min" in rules and value < rules["min"]:
            yield _sentence(
                value, path, f"Member must have value greater than or equal to {rules['min']}"
            )
        if "max" in rules and value > rules["max"]:
            yield _sentence(
                value, path, f"Member must have value less than or equal to {rules['max']}"
            )
    if shape.type_name != "string":
        return
    yield from _size(shape, len(value), value, path)
    if rules.get("enum") and value not in rules["enum"]:
        yield _sentence(value, path, f"Member must satisfy enum value set: {rules['enum']}")
    pattern = _pattern(rules["pattern"]) if "pattern" in rules else None
    if pattern is not None and not pattern.fullmatch(value):
        yield _sentence(
            value, path, f"Member must satisfy regular expression pattern: {rules['pattern']}"
        )


def _size(shape: Shape, length: int, value: Any, path: str) -> Iterator[str]:
    rules = shape.metadata
    if "min" in rules and length < rules["min"]:
        yield _sentence(
            value, path, f"Member must have length greater than or equal to {rules['min']}"
        )
    if "max" in rules and length > rules["max"]:
        yield _sentence(
            value, path, f"Member must have length less than or equal to {rules['max']}"
        )


def _join(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _sentence(value: Any, path: str, rule: str) -> str:
    shown = "null" if value is None else f"'{str(value)[:_SHOWN]}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"


def report(found: list[str]) -> str:
    """Return the sentence the service opens its refusal with, and all violations."""
    noun = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {noun} detected: " + "; ".join(found)
