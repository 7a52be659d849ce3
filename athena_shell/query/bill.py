"""What the queries of one shell cost."""

from __future__ import annotations

import threading
from collections import OrderedDict
from decimal import Decimal
from typing import Final

from athena_shell.core.model import QueryExecution
from athena_shell.query.cost import Price

_REMEMBERED: Final = 1000


class Bill:
    """A running sum in which each query counts once; safe for many threads.

    The last 1,000 queries are remembered; the journal tells each end once in any case.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: OrderedDict[str, tuple[Decimal, int]] = OrderedDict()
        self._cost = Decimal(0)
        self._scanned_bytes = 0

    @property
    def cost(self) -> Decimal:
        """What has been charged, in the currency of the prices."""
        return self._cost

    @property
    def scanned_bytes(self) -> int:
        """What has been scanned."""
        return self._scanned_bytes

    def add(self, execution: QueryExecution, price: Price | None) -> None:
        """Count a query's end; a query that is counted already is taken as it is told now.

        Args:
            execution: as it ended, SUCCEEDED, FAILED or CANCELLED.
            price: of a scanned terabyte; ``None`` where nothing is billed.
        """
        cost = (price.of_query(execution) if price else None) or Decimal(0)
        scanned = execution.statistics.scanned_bytes or 0
        with self._lock:
            old_cost, old_scanned = self._counted.get(execution.id, (Decimal(0), 0))
            self._counted[execution.id] = (cost, scanned)
            if len(self._counted) > _REMEMBERED:
                self._counted.popitem(last=False)
            self._cost += cost - old_cost
            self._scanned_bytes += scanned - old_scanned
