"""One call to a service: an expired session is renewed once, every failure translated once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from athena_shell.athena.errors import refine
from athena_shell.aws.errors import Kind, kind_of, translate

if TYPE_CHECKING:
    from athena_shell.core.ports import Clock


class Caller:
    """Makes service calls through botocore clients; safe to use from any thread.

    Args:
        clients: service name, such as ``athena``, to the client for it; asked at each call, so
            that the client may be replaced.
        clock: to tell a wrong local clock from an expired session.
        renew: obtains new keys when a service says that the session has expired; ``None`` when
            the credentials cannot be renewed.
        region: for hints.
    """

    def __init__(
        self,
        clients: Callable[[str], Any],
        *,
        clock: Clock,
        renew: Callable[[], None] | None = None,
        region: str = "",
    ) -> None:
        self._clients = clients
        self._clock = clock
        self._renew = renew
        self._region = region

    def call(self, service: str, method: str, /, **parameters: Any) -> Any:
        """Return the reply of one operation, such as ``call("athena", "get_query_execution", …)``.

        Raises:
            AuthError: the session was refused, again after one renewal.
            ServiceError: anything else; ``transient`` when repeating is worth while.
            QueryFailed: Athena refuses the request itself.
        """
        operation = "".join(part.capitalize() for part in method.split("_"))
        return self.attempt(
            service, operation, lambda client: getattr(client, method)(**parameters)
        )

    def attempt(self, service: str, operation: str, step: Callable[[Any], Any]) -> Any:
        """Return what ``step`` returns for the service's client, renewing the session once.

        Args:
            service: the client to use.
            operation: the operation's name for messages.
            step: makes the call; run again after a renewal, so it must be safe to repeat.
        """
        try:
            return step(self._clients(service))
        except Exception as error:
            if self._renew is None or kind_of(error) not in {Kind.EXPIRED, Kind.INVALID_KEYS}:
                raise self._translated(error, service, operation) from error
        self._renew()
        try:
            return step(self._clients(service))
        except Exception as error:
            raise self._translated(error, service, operation) from error

    def _translated(self, error: Exception, service: str, operation: str) -> Exception:
        ours = translate(
            error, service=service, operation=operation, clock=self._clock, region=self._region
        )
        return refine(ours, error)
