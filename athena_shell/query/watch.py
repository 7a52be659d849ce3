"""Watching a started query to its end, and stopping it when asked."""

from __future__ import annotations

from athena_shell.core.errors import AuthError, LoginRequired, QueryFailed, ServiceError
from athena_shell.core.model import QueryExecution, QueryState
from athena_shell.query.control import StopReason
from athena_shell.query.interruption import detached
from athena_shell.query.progress import Phase
from athena_shell.query.pursuit import Pursuit
from athena_shell.query.verdict import failure_of, may_revive


def follow(pursuit: Pursuit) -> QueryExecution:
    """Look at the query until it has ended; return it when it has succeeded.

    Raises:
        QueryFailed, QueryCancelled, QueryTimedOut, CostRefused: how it ended otherwise.
        Detached: the user left it running.
        ServiceError, AuthError: it can be watched no longer; its id is in the message.
    """
    return _Watch(pursuit).follow()


class _Watch:
    def __init__(self, pursuit: Pursuit) -> None:
        self._pursuit = pursuit
        self._control = pursuit.control
        self._stop_accepted = False

    def follow(self) -> QueryExecution:
        self._control.stop_by(self._send_stop)
        doubted = False
        while True:
            self._heed_wishes()
            execution = self._look()
            if execution is None:
                continue
            if not execution.state.is_terminal:
                self._pursuit.tell(self._phase)
                self._pursuit.pause(self._interval)
            elif not doubted and may_revive(execution):
                doubted = True
                self._pursuit.pause(self._pursuit.service.pace.most)
            else:
                return self._ended(execution)

    @property
    def _phase(self) -> Phase:
        return Phase.STOPPING if self._control.cancelled else Phase.RUNNING

    @property
    def _interval(self) -> float:
        pace = self._pursuit.service.pace
        return pace.least if self._control.cancelled else pace.pause(self._pursuit.elapsed)

    def _heed_wishes(self) -> None:
        self._pursuit.heed_time()
        if self._over_budget():
            self._control.cancel(StopReason.COST)
        if self._control.cancelled and not self._stop_accepted:
            self._stop()
        if self._control.detached:
            raise detached(self._pursuit.query_id)

    def _over_budget(self) -> bool:
        budget = self._pursuit.limits.scan_bytes
        execution = self._pursuit.execution
        if budget is None or execution is None:
            return False
        return (execution.statistics.scanned_bytes or 0) > budget

    def _stop(self) -> None:
        self._pursuit.tell(Phase.STOPPING)
        try:
            self._send_stop()
        except LoginRequired as error:
            self._pursuit.renew_login(error)
        except ServiceError as error:
            self._bear(error, "could not be stopped")
        except (AuthError, QueryFailed) as error:
            raise self._pursuit.still_running(error, "could not be stopped") from error

    def _send_stop(self) -> None:
        self._pursuit.service.engine.stop(self._pursuit.query_id)
        self._stop_accepted = True

    def _look(self) -> QueryExecution | None:
        """Return the query as it stands, or ``None`` after a pause when that cannot be told."""
        try:
            execution = self._pursuit.service.engine.describe(self._pursuit.query_id)
        except LoginRequired as error:
            self._pursuit.renew_login(error)
            return None
        except ServiceError as error:
            self._bear(error, "cannot be watched")
            return None
        except (AuthError, QueryFailed) as error:
            raise self._pursuit.still_running(error, "cannot be watched") from error
        self._pursuit.succeed()
        self._pursuit.execution = execution
        return execution

    def _bear(self, error: ServiceError, what: str) -> None:
        """Sit bad weather out; anything else ends the watch, though not the query."""
        patience = self._pursuit.service.persistence.watch
        if not error.transient or self._pursuit.weather.lasting > patience:
            raise self._pursuit.still_running(error, what) from error
        self._pursuit.sit_out(error, self._phase)

    def _ended(self, execution: QueryExecution) -> QueryExecution:
        pursuit = self._pursuit
        pursuit.service.journal.ended(execution)
        pursuit.tell(Phase.ENDED)
        if execution.state is QueryState.SUCCEEDED:
            return execution
        raise failure_of(execution, self._control.reason, pursuit.limits, pursuit.service.price)
