"""The embedded AWS: a signed request in, a reply out."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import uuid4

from athena_shell.local import s3, sts
from athena_shell.local.athena_api import AthenaApi
from athena_shell.local.clock import Clock
from athena_shell.local.constraints import WrongType, operation_model, report, violations
from athena_shell.local.faults import Fault, FaultKind, Faults
from athena_shell.local.glue_api import GlueOperations
from athena_shell.local.identity import Sessions
from athena_shell.local.issuer import Issuer
from athena_shell.local.ledger import Ledger
from athena_shell.local.objects import ObjectStore
from athena_shell.local.query_work import SqlEngine
from athena_shell.local.signature import SignatureCheck
from athena_shell.local.sts import TokenService
from athena_shell.local.wire import ApiError, Delivery, Reply, Request

_log = logging.getLogger(__name__)

SKEW: Final = timedelta(minutes=5)
_TARGETS: Final = {"AmazonAthena": "athena", "AWSGlue": "glue"}
_INVALID: Final = {"athena": "InvalidRequestException", "glue": "InvalidInputException"}
_JSON: Final = {"content-type": "application/x-amz-json-1.1"}
_XML: Final = {"content-type": "text/xml"}
_FORM: Final = "application/x-www-form-urlencoded"
_UNSIGNED: Final = "AssumeRoleWithWebIdentity"

Structure = dict[str, Any]


@dataclass(frozen=True)
class _Call:
    """A request whose meaning is known."""

    service: str
    operation: str
    request: Request


class Endpoint:
    """STS, Athena, Glue and S3 over one SQL engine; safe for several threads.

    Args:
        engine: runs SQL; its lake holds the S3 objects.
        clock: judges expiry, dates everything.
        private: a directory for what S3 does not show.
        issuers: the identity providers the account knows.
        region: where it says it is.
        skew: how far a request's date may be off the clock; ``None`` leaves it unjudged, for a
            clock that the client does not share.
    """

    def __init__(
        self,
        engine: SqlEngine,
        clock: Clock,
        private: Path,
        *,
        issuers: Iterable[Issuer] = (),
        region: str = "us-east-1",
        skew: timedelta | None = SKEW,
    ) -> None:
        self.clock = clock
        self.region = region
        self.ledger = Ledger(clock)
        self.faults = Faults()
        self.sessions = Sessions(clock)
        self.tokens = TokenService(clock, self.sessions, issuers)
        self.store = ObjectStore(engine.lake.root)
        self.athena = AthenaApi(engine, clock, self.ledger, private)
        self._engine = engine
        self._objects = s3.ObjectOperations(self.store, region)
        self._signatures = SignatureCheck(self.sessions, clock, skew)
        self._json = {
            "athena": self.athena.operations,
            "glue": GlueOperations(engine).operations(),
        }
        self._closed = threading.Event()

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer one request; never raises.

        Args:
            method: the HTTP method.
            url: the whole URL, as the client asked for it.
            headers: names in any case.
            body: the whole body.
        """
        request = Request(method, url, {k.lower(): v for k, v in headers.items()}, body)
        try:
            call = self._routed(request)
        except ValueError:
            call = _Call("s3", "UnknownOperation", Request(method, "http://unreadable/", {}))
        fault = self.faults.strike(call.operation)
        code = ""
        try:
            reply = self._struck(call, fault)
        except ApiError as error:
            code = error.code
            reply = _refusal(call, error)
        except Exception:  # noqa: BLE001 - a bug here is the service's own failure to its clients
            _log.exception("the local endpoint failed on %s", call.operation)
            code = "InternalServerException"
            reply = _refusal(call, ApiError(code, "The local endpoint failed", 500))
        reply = self._finished(call, reply, fault)
        note = "" if fault is None else str(fault)
        self.ledger.called(call.operation, reply.status, _sent(reply), note, code)
        return reply

    def pause(self, seconds: float) -> bool:
        """Wait as a slow network would, in real time; returns whether it was cut short by close."""
        return self._closed.wait(seconds) if seconds > 0 else self._closed.is_set()

    def close(self) -> None:
        """Stop every query, wait for the workers, close the engine; a second call is nothing."""
        if self._closed.is_set():
            return
        self._closed.set()
        self.athena.executions.close()
        self._engine.close()

    def _routed(self, request: Request) -> _Call:
        prefix, _, operation = request.headers.get("x-amz-target", "").partition(".")
        if operation:
            return _Call(_TARGETS.get(prefix, prefix), operation, request)
        if request.method == "POST" and request.headers.get("content-type", "").startswith(_FORM):
            return _Call("sts", dict(_form(request)).get("Action", "UnknownOperation"), request)
        return _Call("s3", self._objects.operation(request), request)

    def _struck(self, call: _Call, fault: Fault | None) -> Reply:
        """Answer a call, with the faults that change what the service does."""
        kind = fault.kind if fault is not None else None
        if fault is None or kind is None:
            return self._answered(call, None)
        if kind is FaultKind.RESET:
            return Reply(200, delivery=Delivery(reset=True))
        if kind is FaultKind.EXPIRE:
            self.sessions.expire_all()
        if kind is FaultKind.ERROR:
            raise _injected(fault)
        if kind is FaultKind.ETAG and call.service == "s3":
            self.store.change_etag(*s3.address(call.request))
        reply = self._answered(call, kind)
        if kind is FaultKind.ERROR_AFTER:
            raise _injected(fault)
        return replace(reply, delivery=_delivery(fault, reply))

    def _answered(self, call: _Call, kind: FaultKind | None) -> Reply:
        if call.service == "sts":
            return self._token_service(call)
        if call.service == "s3":
            self._signatures.caller("s3", call.request)
            return self._objects.perform(call.operation, call.request)
        if call.service in self._json:
            return self._json_service(call, kind)
        raise ApiError("UnknownOperationException", f"There is no service {call.service} here")

    def _token_service(self, call: _Call) -> Reply:
        form = _form(call.request)
        if call.operation == _UNSIGNED:
            text = self.tokens.assume_role_with_web_identity(form)
        elif call.operation == "GetCallerIdentity":
            text = self.tokens.get_caller_identity(self._signatures.caller("sts", call.request))
        else:
            raise ApiError(
                "InvalidAction", f"Could not find operation {call.operation} for version 2011-06-15"
            )
        return Reply(200, _XML, text.encode())

    def _json_service(self, call: _Call, kind: FaultKind | None) -> Reply:
        self._signatures.caller(call.service, call.request)
        asked = _asked(call)
        perform: Callable[[Structure], Structure] | None
        perform = self._json[call.service].get(call.operation)
        if perform is None:
            raise ApiError(
                "UnknownOperationException",
                f"The local endpoint does not offer {call.operation}",
            )
        if kind is FaultKind.STALE and "NextToken" in asked:
            raise ApiError(_INVALID[call.service], "Invalid NextToken")
        if kind is FaultKind.REVIVE:
            self._revive(asked)
        result = perform(asked)
        if kind is FaultKind.REPEAT and "NextToken" in asked:
            result = {**result, "NextToken": asked["NextToken"]}
        return Reply(200, _JSON, json.dumps(result, default=_seconds).encode())

    def _revive(self, asked: Structure) -> None:
        identifiers = asked.get("QueryExecutionIds", [asked.get("QueryExecutionId", "")])
        for identifier in identifiers:
            execution = self.athena.executions.find(identifier)
            if execution is not None:
                execution.revivals += 1

    def _finished(self, call: _Call, reply: Reply, fault: Fault | None) -> Reply:
        """Give a reply the headers every reply has; a HEAD has no body."""
        identifier = str(uuid4())
        headers = {
            "date": format_datetime(self.clock.now(), usegmt=True),
            "x-amzn-requestid": identifier,
            "x-amz-request-id": identifier,
            "content-length": str(len(reply.body)),
            **reply.headers,
        }
        if call.request.method == "HEAD":
            reply = replace(reply, body=b"")
        if fault is not None and fault.kind in {FaultKind.DELAY, FaultKind.DRIP}:
            reply = replace(reply, delivery=_delivery(fault, reply))
        return replace(reply, headers=headers)


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _asked(call: _Call) -> Structure:
    """Return a JSON request's parameters; raises ApiError for what breaks the service's model."""
    model = operation_model(call.service, call.operation)
    if model is None:
        raise ApiError("UnknownOperationException", "")
    try:
        asked = json.loads(call.request.body or b"{}")
        if b"\\u" in call.request.body:
            json.dumps(asked, ensure_ascii=False).encode()  # refuses lone surrogates
        found = list(violations(model.input_shape, asked))
    except (ValueError, RecursionError):
        raise ApiError("SerializationException", "The body is not JSON") from None
    except WrongType as error:
        raise ApiError("SerializationException", str(error)) from error
    if found:
        fields = {"AthenaErrorCode": "INVALID_INPUT"} if call.service == "athena" else {}
        raise ApiError(_INVALID[call.service], report(found), fields=fields)
    return {name: value for name, value in asked.items() if value is not None}


def _refusal(call: _Call, error: ApiError) -> Reply:
    if call.service == "sts":
        return Reply(error.status, _XML, sts.error_document(error).encode())
    if call.service == "s3":
        body = s3.error_document(error, str(uuid4())) if error.status != 304 else b""  # noqa: PLR2004 - Not Modified has no body
        return Reply(error.status, {"content-type": "application/xml"}, body)
    content = {"__type": error.code, "Message": error.message, **error.fields}
    return Reply(error.status, _JSON, json.dumps(content).encode())


def _injected(fault: Fault) -> ApiError:
    return ApiError(fault.code, fault.message, fault.status)


def _delivery(fault: Fault, reply: Reply) -> Delivery:
    at = fault.at if fault.at >= 0 else max(len(reply.body) + fault.at, 0)
    return {
        FaultKind.LOST: Delivery(lost=True),
        FaultKind.CUT: Delivery(cut=min(at, len(reply.body))),
        FaultKind.DELAY: Delivery(delay=fault.seconds),
        FaultKind.DRIP: Delivery(drip=fault.seconds),
    }.get(fault.kind, Delivery())


def _sent(reply: Reply) -> int:
    if reply.delivery.lost or reply.delivery.reset:
        return 0
    return len(reply.body) if reply.delivery.cut is None else reply.delivery.cut


def _seconds(value: object) -> float:
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    raise TypeError(f"{value!r} is not JSON")
