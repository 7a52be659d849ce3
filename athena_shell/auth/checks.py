"""A profile walked step by step: what works, and the cause where something does not."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from athena_shell.auth.claims import Claims, read_claims
from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.auth.sign_in import make_provider
from athena_shell.aws.errors import translate
from athena_shell.core.credentials import Credentials
from athena_shell.core.errors import AthenaShellError, ConfigError, LoginRequired
from athena_shell.core.ports import Clock, CredentialProvider, TokenSource
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.auth.registry import AuthRegistry
    from athena_shell.aws.client import ClientFactory
    from athena_shell.config.profile import Profile


class Verdict(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"


_MARKS: Final = {
    Verdict.PASSED: "✓",
    Verdict.WARNED: "!",
    Verdict.FAILED: "✗",
    Verdict.SKIPPED: "-",
}
_PLAIN_MARKS: Final = {
    Verdict.PASSED: "ok",
    Verdict.WARNED: "warning",
    Verdict.FAILED: "FAILED",
    Verdict.SKIPPED: "skipped",
}
_NAME_WIDTH: Final = 18
_WIDE: Final = 60  # columns from which on lines go on below the first one's text
_NARROW_INDENT: Final = 4
# What to do where the service's own words say no more than what is wrong.
_HINTS: Final = {
    "workgroup": "Set Workgroup to a workgroup of this account and region.",
    "result location": "Set S3OutputLocation to a bucket that is there and may be listed.",
    "result writing": "Set S3OutputLocation to a place that the role may write to.",
    "metadata": "Set Catalog to a data catalog of this account and region.",
}


@dataclass(frozen=True)
class Step:
    """One step of the walk; no text of it holds a secret.

    Args:
        name: what was tried.
        verdict: how it ended.
        detail: what was found, or the cause of the failure.
        hint: the next step for the user.
        code: the service's error code.
    """

    name: str
    verdict: Verdict
    detail: str = ""
    hint: str = ""
    code: str = ""


class _Skip(Exception):
    """The step has nothing to try; the text says why."""


class _Warn(Exception):
    """The step passed in part; the text says what to know."""


@dataclass
class _Walk:
    """What the steps hand to each other."""

    profile: Profile
    registry: AuthRegistry
    clients: ClientFactory
    clock: Clock
    environment: Mapping[str, str]
    say: Callable[[str], None]
    provider: CredentialProvider | None = None
    credentials: RenewingCredentials | None = None
    claims: Claims | None = None
    workgroup: Mapping[str, Any] | None = None

    @property
    def region(self) -> str:
        return self.profile.get("AwsRegion")

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        from botocore import xform_name

        client = self.clients.client(service, self.region, self.credentials)
        try:
            reply: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
        except Exception as error:
            raise translate(
                error, service=service, operation=operation, clock=self.clock, region=self.region
            ) from error
        return reply

    # --- the steps, in order; each returns what it found ---

    def check_parameters(self) -> str:
        provider = make_provider(
            self.profile,
            registry=self.registry,
            clients=self.clients,
            clock=self.clock,
            environment=self.environment,
            say=self.say,
        )
        self.provider = provider
        self.credentials = RenewingCredentials(provider, self.clock)
        return f"{self.profile.get('AuthenticationType')} in {self.region}"

    def check_token_source(self) -> str:
        source: TokenSource | None = getattr(self.provider, "source", None)
        if source is None:
            raise _Skip("this type takes no token")
        try:
            token = source.obtain()
        except LoginRequired:
            if self.credentials is None or not self.credentials.can_log_in:
                raise
            self.credentials.login()
            token = source.obtain()
        text = token.secret.reveal()
        self.claims = read_claims(text, token.origin)
        return f"{source.description}: {token.secret.masked()}, {len(text)} characters"

    def check_claims(self) -> str:
        claims = self.claims
        if claims is None:
            raise _Skip("this type takes no token")
        left = "no expiry" if claims.expires is None else _left(claims.expires, self.clock.now())
        text = (
            f"issuer {claims.issuer or '(none)'}, audience {claims.effective_audience or '(none)'},"
            f" subject {claims.subject or '(none)'}, {left}"
        )
        if not claims.issuer.startswith("https://"):
            raise _Warn(f"{text}: IAM knows only issuers that begin with https://")
        if claims.not_before is not None and claims.not_before > self.clock.now():
            raise _Warn(f"{text}: not valid before {claims.not_before:%H:%M:%S} UTC")
        return text

    def check_session(self) -> str:
        if self.credentials is None:
            raise AssertionError("the first step made it")
        keys: Credentials = self.credentials.login()
        left = "no expiry" if keys.expires is None else _left(keys.expires, self.clock.now())
        return f"{keys.identity.role or keys.origin}, {left}"

    def check_identity(self) -> str:
        return str(self.call("sts", "GetCallerIdentity").get("Arn", "(no name)"))

    def check_workgroup(self) -> str:
        name = self.profile.get("Workgroup")
        found = self.call("athena", "GetWorkGroup", WorkGroup=name).get("WorkGroup", {})
        self.workgroup = found
        engine = found.get("Configuration", {}).get("EngineVersion", {})
        version = engine.get("EffectiveEngineVersion", "engine unknown")
        if found.get("State", "ENABLED") != "ENABLED":
            raise _Warn(f"{name} is disabled; queries will be refused")
        return f"{name}, {version}"

    def check_result_read(self) -> str:
        location = self._location()
        bucket, prefix = _split(location)
        self.call("s3", "ListObjectsV2", Bucket=bucket, Prefix=prefix, MaxKeys=1)
        return f"{location} can be listed"

    def check_result_write(self) -> str:
        location = self._location()
        bucket, prefix = _split(location)
        key = f"{prefix}athena-shell-check-{uuid.uuid4()}"
        self.call("s3", "PutObject", Bucket=bucket, Key=key, Body=b"")
        try:
            self.call("s3", "DeleteObject", Bucket=bucket, Key=key)
        except AthenaShellError:
            raise _Warn(
                f"{location} can be written, but the empty test object {key} could not be deleted"
            ) from None
        return f"{location} can be written"

    def check_metadata(self) -> str:
        catalog = self.profile.get("Catalog")
        found = self.call("athena", "ListDatabases", CatalogName=catalog, MaxResults=50)
        names = [database.get("Name", "") for database in found.get("DatabaseList", ())]
        more = " or more" if found.get("NextToken") else ""
        wanted = self.profile.get("Schema")
        text = f"{catalog} has {len(names)}{more} databases"
        if wanted not in names and not more:
            raise _Warn(f"{text}, and {wanted} is not among them")
        return text

    def _location(self) -> str:
        workgroup = self.workgroup or {}
        settings = workgroup.get("Configuration", {})
        if settings.get("ManagedQueryResultsConfiguration", {}).get("Enabled"):
            raise _Skip("the workgroup keeps results itself (managed results)")
        own = settings.get("ResultConfiguration", {}).get("OutputLocation", "")
        named = self.profile.get("S3OutputLocation")
        enforced = settings.get("EnforceWorkGroupConfiguration", False)
        location = (own if enforced else named or own) or ""
        if not location:
            raise ConfigError(
                "Neither the profile nor the workgroup says where results go.",
                "Set S3OutputLocation = s3://bucket/path/ in the profile.",
            )
        return str(location)


def walk(
    profile: Profile,
    *,
    registry: AuthRegistry,
    clients: ClientFactory,
    clock: Clock,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> Iterator[Step]:
    """Try a profile and yield each step as it ends; free of charge, as no query is started.

    A step that builds on one that failed is skipped. The only thing written is an empty object at
    the result location, deleted again.

    Args:
        profile: the resolved profile.
        registry: the authentication types.
        clients: makes AWS clients that keep to the endpoint policy.
        clock: the time.
        environment: the process's variables.
        say: shows a person a line, such as a verification code.
    """
    state = _Walk(profile, registry, clients, clock, environment, say)
    # Name, step, and the steps it builds on.
    plan: tuple[tuple[str, Callable[[], str], tuple[str, ...]], ...] = (
        ("parameters", state.check_parameters, ()),
        ("token source", state.check_token_source, ("parameters",)),
        ("claims", state.check_claims, ("token source",)),
        ("session", state.check_session, ("parameters", "token source")),
        ("caller identity", state.check_identity, ("session",)),
        ("workgroup", state.check_workgroup, ("session",)),
        ("result location", state.check_result_read, ("session",)),
        ("result writing", state.check_result_write, ("session",)),
        ("metadata", state.check_metadata, ("session",)),
    )
    lost: set[str] = set()
    for warning in registry.broken():
        yield Step("plugins", Verdict.WARNED, warning)
    for name, action, needs in plan:
        missing = [need for need in needs if need in lost]
        if missing:
            step = Step(name, Verdict.SKIPPED, f"needs {missing[0]}")
        else:
            step = _tried(name, action)
        if missing or step.verdict is Verdict.FAILED:
            lost.add(name)
        yield step


def _tried(name: str, action: Callable[[], str]) -> Step:
    try:
        return Step(name, Verdict.PASSED, action())
    except _Skip as skip:
        return Step(name, Verdict.SKIPPED, str(skip))
    except _Warn as warning:
        return Step(name, Verdict.WARNED, str(warning))
    except AthenaShellError as error:
        return Step(
            name, Verdict.FAILED, error.message, error.hint or _HINTS.get(name, ""), error.code
        )


def succeeded(steps: Iterable[Step]) -> bool:
    """Say whether no step failed."""
    return all(step.verdict is not Verdict.FAILED for step in steps)


def as_text(step: Step, *, unicode: bool = True, width: int = 0) -> str:
    """Return a step as lines for people, broken between words at a width if one is given.

    ✓ token source      file /run/token: …c3Vy, 812 characters
    ✗ session           The role … may not be assumed with this token (…).
                        → The role's trust policy must allow …
    """
    mark = _MARKS[step.verdict] if unicode else f"{_PLAIN_MARKS[step.verdict]:8}"
    lead = f"{mark} {step.name:{_NAME_WIDTH}}"
    blank = " " * (len(lead) if not width or width >= _WIDE else _NARROW_INDENT)
    lines = _broken(lead, step.detail, blank, width)
    if step.hint:
        lines += _broken(f"{blank}{'→' if unicode else '->'} ", step.hint, f"{blank}  ", width)
    return "\n".join(lines)


def _broken(lead: str, text: str, blank: str, width: int) -> list[str]:
    """Return a text behind its lead; lines after the first begin with the blank."""
    if not width:
        return [lead + text]
    lines: list[str] = []
    for line in text.split("\n"):
        lines += wrap(
            line,
            width,
            initial_indent=blank if lines else lead,
            subsequent_indent=blank,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def as_json(profile: str, steps: Iterable[Step]) -> str:
    """Return the whole walk as one JSON document."""
    done = tuple(steps)
    return json.dumps(
        {
            "profile": profile,
            "ok": succeeded(done),
            "steps": [
                {
                    "name": step.name,
                    "verdict": step.verdict.value,
                    "detail": step.detail,
                    **({"hint": step.hint} if step.hint else {}),
                    **({"code": step.code} if step.code else {}),
                }
                for step in done
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def _left(ends: datetime, now: datetime) -> str:
    seconds = round((ends - now).total_seconds())
    if seconds <= 0:
        return f"expired {-seconds} s ago"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min left" if hours else f"{minutes} min {rest} s left"


def _split(location: str) -> tuple[str, str]:
    parts = urlsplit(location)
    path = parts.path.lstrip("/")
    return parts.netloc, path if not path or path.endswith("/") else f"{path}/"
