"""From flags, environment and file to one profile and its settings: the first that speaks wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from athena_shell.config import settings as setting_table
from athena_shell.config.connection import CONNECTION
from athena_shell.config.ini import Configuration, Entry, missing
from athena_shell.config.layers import Layer, refuse_on_argv, sharing_warning, sort_out
from athena_shell.config.parameters import Parameter, ParameterTable
from athena_shell.config.profile import Profile, Value, checked, unknown_key
from athena_shell.config.settings import Settings
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session

if TYPE_CHECKING:
    from athena_shell.config.auth_parameters import AuthParameters

_SETTING_VARIABLE: Final = "ATHENA_SHELL_"
_FALLBACK_NAME: Final = "default"
_TYPE: Final = "AuthenticationType"
_SOURCE_KEY: Final = "web_identity_token_source"
_STRING_KEY: Final = "connection_string"


@dataclass(frozen=True, eq=False)
class Request:
    """What the caller asks for.

    Args:
        profile: the profile's name, empty when it is left to the environment and the file.
        parameters: parameters given as flags.
        settings: settings given as flags.
        connection: the parameters of a connection string or a data source name.
        synthetic: a profile made by the program itself, such as the embedded endpoint's; when it is
            set, the file's profiles are not used.
    """

    profile: str = ""
    parameters: Layer = field(default_factory=lambda: Layer({}))
    settings: Layer = field(default_factory=lambda: Layer({}))
    connection: Layer = field(default_factory=lambda: Layer({}))
    synthetic: Layer | None = None


@dataclass(frozen=True, eq=False)
class Resolved:
    """The outcome: everything with its origin.

    Args:
        profile: the chosen profile.
        settings: every setting.
        setting_origins: where the settings came from that are not at their default.
        own_settings: the settings that the profile itself gives.
    """

    profile: Profile
    settings: Settings
    setting_origins: Mapping[str, str]
    own_settings: frozenset[str] = frozenset()

    @property
    def session(self) -> Session:
        """The session that the profile starts with."""
        get = self.profile.get
        return Session(
            profile=self.profile.name,
            region=get("AwsRegion"),
            catalog=get("Catalog"),
            database=get("Schema"),
            workgroup=get("Workgroup"),
            output_location=get("S3OutputLocation"),
            production=self.profile.flag("production"),
        )


def resolve(
    configuration: Configuration,
    request: Request,
    environment: Mapping[str, str],
    auth: AuthParameters,
) -> Resolved:
    """Choose every value: flag, then environment, then profile, then default.

    Raises ConfigError naming the file, section, key, flag or variable and what would be right.
    """
    everything = _distinct(auth.all_parameters())
    refuse_shared_secrets(configuration, CONNECTION.extended(everything))
    name, entries = _section(configuration, request, environment)
    stack = _stack(entries, request, environment)
    table = CONNECTION.extended(auth.parameters_of(_text_of(CONNECTION, _TYPE, stack)))
    source = _text_of(table, _SOURCE_KEY, stack) if _SOURCE_KEY in table else ""
    if source:
        table = table.extended(auth.source_parameters(source))
    known = table.extended(everything)
    own = sort_out(entries, known, strict=True)
    brought = [sort_out(layer.entries(), known, strict=False) for layer in stack.strings]
    for layer in stack.strings:
        refuse_on_argv(layer, known)
    sharing = [text for layer in stack.strings for text in sharing_warning(layer, known)]
    warnings = (*own.warnings, *(w for part in brought for w in part.warnings), *sharing)
    profile = Profile(name, table, _values(table, stack), warnings)
    for parameter in table:
        if parameter.required and not profile.is_set(parameter.name):
            raise _required(parameter, profile, configuration)
    overrides = [entry for part in (*brought, own) for entry in part.settings]
    settings, origins = _settings(configuration, request, environment, (overrides, profile))
    places = {*(entry.origin for entry in overrides), profile.origin("EnableResultReuse")}
    given = frozenset(name for name, origin in origins.items() if origin in places)
    return Resolved(profile, settings, origins, given)


class _Stack(NamedTuple):
    """The sources of a profile's values, the lowest first.

    ``strings`` are those of ``written`` that came as connection strings or data sources.
    """

    written: tuple[Layer, ...]
    strings: tuple[Layer, ...]
    environment: Mapping[str, str]
    flags: Layer


def _stack(entries: Sequence[Entry], request: Request, environment: Mapping[str, str]) -> _Stack:
    # A profile that the program makes itself stands alone: no variable meant for AWS reaches it.
    ambient = environment if request.synthetic is None else {}
    inside = tuple(
        _inside(entry, environment)
        for entry in entries
        if entry.key.lower() == _STRING_KEY and entry.value
    )
    file = Layer({e.key: e.value for e in entries}, {e.key: e.origin for e in entries})
    brought = (request.connection,) if request.connection.values else ()
    return _Stack((*inside, file, *brought), (*inside, *brought), ambient, request.parameters)


def refuse_shared_secrets(configuration: Configuration, known: ParameterTable) -> None:
    """Refuse a file that holds a secret and that others can read; raises ConfigError."""
    if not configuration.shared:
        return
    for section in configuration.profiles.values():
        for entry in section.entries:
            parameter = known.find(entry.key)
            if parameter and parameter.secret and entry.value:
                raise ConfigError(
                    f"{entry.origin}: {parameter.name} is secret, and others can read the file.",
                    f"Run: chmod 600 {configuration.path}",
                )


def _section(
    configuration: Configuration, request: Request, environment: Mapping[str, str]
) -> tuple[str, Sequence[Entry]]:
    if request.synthetic is not None:
        return request.profile or "local", request.synthetic.entries()
    name = request.profile or environment.get("ATHENA_SHELL_PROFILE", "")
    if name:
        return name, configuration.profile(name).entries
    if request.connection.values:
        return "connection", ()
    if _FALLBACK_NAME in configuration.profiles:
        return _FALLBACK_NAME, configuration.profiles[_FALLBACK_NAME].entries
    if len(configuration.profiles) == 1:
        only, section = next(iter(configuration.profiles.items()))
        return only, section.entries
    if not configuration.exists:
        raise missing(configuration.path)
    known = ", ".join(configuration.profiles)
    raise ConfigError(
        f"{configuration.path} does not say which profile to use.",
        f"Name one with --profile: {known}."
        if known
        else "athena-shell --init writes one by asking; athena-shell --local needs none.",
    )


def _distinct(parameters: Iterable[Parameter]) -> list[Parameter]:
    """Leave out parameters that claim a name an earlier one has; types share names such as UID."""
    table = ParameterTable(())
    for parameter in parameters:
        table = table.extended((parameter,))
    return list(table)


def _inside(entry: Entry, environment: Mapping[str, str]) -> Layer:
    from athena_shell.config.bring import layer_of

    return layer_of(entry.value, f"{entry.origin} {entry.key}", environment)


def _text_of(table: ParameterTable, name: str, stack: _Stack) -> str:
    """Return one parameter's text before the table is complete."""
    parameter = table.find(name)
    if parameter is None:
        raise KeyError(name)
    value = _values(ParameterTable((parameter,)), stack).get(parameter.name)
    return value.text if value else parameter.default


def _values(table: ParameterTable, stack: _Stack) -> dict[str, Value]:
    found: dict[str, Value] = {}
    lowest = _environment_layer(table, stack.environment, lambda p: p.fallback)
    ambient = _environment_layer(table, stack.environment, lambda p: p.environment)
    # Later layers overwrite earlier ones.
    for layer in (lowest, *stack.written, ambient, stack.flags):
        if layer.jdbc:
            found.update(_jdbc_defaults(table, layer))
        found.update(_named(table, layer))
    return found


def _jdbc_defaults(table: ParameterTable, layer: Layer) -> dict[str, Value]:
    origin = f"default of JDBC, {layer.origin}"
    return {p.name: Value(p.jdbc_default, origin) for p in table if p.jdbc_default}


def _environment_layer(
    table: ParameterTable,
    environment: Mapping[str, str],
    variables: Callable[[Parameter], tuple[str, ...]],
) -> Layer:
    values: dict[str, str] = {}
    origins: dict[str, str] = {}
    for parameter in table:
        for variable in variables(parameter):
            if environment.get(variable):
                values[parameter.name] = environment[variable]
                origins[parameter.name] = f"environment {variable}"
                break
    return Layer(values, origins)


def _named(table: ParameterTable, layer: Layer) -> dict[str, Value]:
    """Return a layer's values by canonical name, checked; an empty value counts as absent."""
    found: dict[str, Value] = {}
    for name, text in layer.values.items():
        parameter = table.find(name)
        if parameter is None or not text.strip():
            continue
        origin = layer.origin_of(name)
        if parameter.name in found:
            first = found[parameter.name].origin
            raise ConfigError(
                f"{origin}: {name} means {parameter.name}, which is already given ({first}).",
                "Keep one of them.",
            )
        found[parameter.name] = Value(checked(parameter, text.strip(), origin), origin)
    return found


def _required(parameter: Parameter, profile: Profile, configuration: Configuration) -> ConfigError:
    example = f"{parameter.name} = {parameter.example or '…'}"
    where = f"[profile {profile.name}] of {configuration.path}"
    return ConfigError(
        f"Profile {profile.name} has no {parameter.name}: "
        f"{parameter.summary[0].lower()}{parameter.summary[1:]}.",
        f"Add “{example}” to {where}.",
    )


def _settings(
    configuration: Configuration,
    request: Request,
    environment: Mapping[str, str],
    of_profile: tuple[Sequence[Entry], Profile],
) -> tuple[Settings, Mapping[str, str]]:
    overrides, profile = of_profile
    settings, origins = Settings(), {}
    if profile.flag("EnableResultReuse"):
        settings = settings.with_value("reuse", profile.get("ReusedResultMaxAgeInMinutes"))
        origins["reuse"] = profile.origin("EnableResultReuse")
    layers = [(e.key, e.value, e.origin) for e in (*configuration.settings.entries, *overrides)]
    for name in setting_table.names():
        variable = _SETTING_VARIABLE + name.upper()
        if environment.get(variable):
            layers.append((name, environment[variable], f"environment {variable}"))
    flags = request.settings
    layers += [(name, text, flags.origin_of(name)) for name, text in flags.values.items()]
    for key, text, origin in layers:
        found = setting_table.find(key)
        if found is None:
            raise unknown_key(key, origin, iter(setting_table.names()), "settings")
        try:
            settings = settings.with_value(found.name, text)
        except ConfigError as error:
            raise ConfigError(f"{origin}: {error.message}", error.hint) from None
        origins[found.name] = origin
    return settings, origins
