"""Starting a statement: sent again with the same token until its fate is known."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from athena_shell.athena.errors import CONCURRENT_LIMIT
from athena_shell.core.errors import (
    AthenaShellError,
    AuthError,
    LoginRequired,
    QueryFailed,
    QueryTimedOut,
    ServiceError,
)
from athena_shell.core.model import Intent
from athena_shell.query.control import StopReason
from athena_shell.query.interruption import UNSENT, cancelled
from athena_shell.query.progress import Phase
from athena_shell.query.pursuit import Pursuit

_UNCONNECTED: Final = frozenset(
    {"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError", "SSLError"}
)


class _Fate(Enum):
    UNSENT = auto()  # certainly not started
    UNKNOWN = auto()  # a reply was lost: Athena may have started it
    STARTED = auto()


def start(pursuit: Pursuit, intent: Intent) -> str:
    """Start the intent and return the query id, which the pursuit then holds too.

    A wish to stop ends an intent that was certainly not started. After a lost reply it is sent on,
    with the same token, since only an id can be stopped; at most one query ever comes of it.

    Raises:
        QueryFailed: Athena refuses the statement.
        QueryCancelled, QueryTimedOut: it was to be stopped and was certainly not started.
        ServiceError, AuthError: the service failed; the message says whether a start is possible.
    """
    service = pursuit.service
    service.journal.intended(intent)
    fate = _Fate.UNSENT
    try:
        while fate is not _Fate.STARTED:
            pursuit.heed_time()
            if pursuit.control.cancelled and fate is _Fate.UNSENT:
                raise _unsent(pursuit)
            if _has_turn(pursuit, intent) and _has_session(pursuit, fate):
                fate = _send(pursuit, intent, fate)
    except AthenaShellError as error:
        if fate is _Fate.UNSENT and not getattr(error, "start_unknown", False):
            service.journal.refused(intent.token, error.message)
        raise
    finally:
        service.room.leave(intent.token)
    service.journal.started(intent.token, pursuit.query_id)
    pursuit.tell(Phase.RUNNING)
    return pursuit.query_id


def _has_session(pursuit: Pursuit, fate: _Fate) -> bool:
    """Whether the statement may be sent now: logged in, and not to be stopped since.

    A login may take a minute. It comes before the attempt, not within it, so that a statement that
    was given up meanwhile is never sent.
    """
    if pursuit.service.login is None:
        return True
    pursuit.turn_to(Phase.LOGGING_IN)
    try:
        pursuit.service.login()
    except LoginRequired as error:
        pursuit.renew_login(error)
        return False
    except ServiceError as error:
        _sit_out(pursuit, error, error if fate is _Fate.UNSENT else _unknown(error))
        return False
    except AuthError as error:
        if fate is _Fate.UNKNOWN:
            raise _unknown(error) from error
        raise
    return fate is _Fate.UNKNOWN or not pursuit.control.cancelled


def _send(pursuit: Pursuit, intent: Intent, fate: _Fate) -> _Fate:
    """Make one attempt and return what is known of the statement's fate after it."""
    pursuit.turn_to(Phase.STARTING)
    try:
        pursuit.query_id = pursuit.service.engine.start(intent)
    except LoginRequired as error:
        pursuit.renew_login(error)
        return fate
    except ServiceError as error:
        if error.code == CONCURRENT_LIMIT:
            _wait_for_room(pursuit, intent)
            return fate
        if fate is _Fate.UNSENT and (not error.transient or _never_reached(pursuit, error)):
            _sit_out(pursuit, error, error)
            return fate
        _sit_out(pursuit, error, _unknown(error))
        return _Fate.UNKNOWN
    except (AuthError, QueryFailed) as error:
        if fate is _Fate.UNKNOWN:
            raise _unknown(error) from error
        raise
    pursuit.succeed()
    return _Fate.STARTED


def _never_reached(pursuit: Pursuit, error: ServiceError) -> bool:
    return error.code in _UNCONNECTED and not pursuit.service.answered


def _sit_out(pursuit: Pursuit, error: ServiceError, verdict: ServiceError) -> None:
    """Wait for better weather, or raise the verdict when it lasts too long."""
    persistence = pursuit.service.persistence
    limit = persistence.first if _never_reached(pursuit, error) else persistence.start
    if not error.transient or pursuit.weather.lasting > limit:
        raise verdict from error
    pursuit.sit_out(error, pursuit.phase)


def _has_turn(pursuit: Pursuit, intent: Intent) -> bool:
    """Whether nobody of this shell waits for room before this statement; waits a little if so."""
    place = pursuit.service.room.place(intent.token)
    if place <= 1:
        return True
    pursuit.service.room.enter(intent.token)
    pursuit.tell(Phase.WAITING, place=place)
    pursuit.pause(pursuit.service.pace.most)
    return False


def _wait_for_room(pursuit: Pursuit, intent: Intent) -> None:
    pursuit.service.answered = True
    room = pursuit.service.room
    room.enter(intent.token)
    pursuit.tell(Phase.WAITING, place=room.place(intent.token))
    pursuit.pause(pursuit.weather.next_delay())


def _unsent(pursuit: Pursuit) -> AthenaShellError:
    if pursuit.control.reason is StopReason.TIMEOUT:
        return QueryTimedOut("The time limit passed before the statement could be started.")
    return cancelled(pursuit.control.reason, UNSENT)


class _StartUnknown(ServiceError):
    """The service failed for good while an earlier attempt may have reached it."""

    start_unknown = True


def _unknown(error: AthenaShellError) -> ServiceError:
    return _StartUnknown(
        f"{error.message} Whether Athena started the statement is not known.",
        r"It is never run twice; \queries tells its fate once Athena answers again.",
        code=error.code,
        transient=isinstance(error, ServiceError) and error.transient,
    )
