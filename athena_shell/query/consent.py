"""What the user lets a statement cost unasked."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from athena_shell.core.records import dataclass
from athena_shell.query.cost import parse_bytes
from athena_shell.sql.statement import StatementKind, classify

if TYPE_CHECKING:
    from athena_shell.query.cost import Price
    from athena_shell.query.estimate import Estimate

_CHARGED: Final = frozenset({StatementKind.QUERY, StatementKind.DML})
_FROM_QUERY: Final = re.compile(r"\bAS\s*\(?\s*(?:SELECT|WITH|TABLE|VALUES)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Consent:
    """The setting ``confirm_over``: statements above it need a yes.

    Args:
        size: bytes scanned; ``None`` when the limit is no size.
        money: US dollars; ``None`` when the limit is no amount.
    """

    size: int | None = None
    money: Decimal | None = None

    @classmethod
    def of(cls, setting: str) -> Consent:
        """Read the setting: ``off``, a size such as ``1TB``, or an amount such as ``5``."""
        if setting == "off":
            return cls()
        try:
            return cls(money=Decimal(setting))
        except ArithmeticError:
            return cls(size=parse_bytes(setting))

    def concerns(self, text: str, price: Price | None) -> bool:
        """Whether a statement has to be estimated: it is charged, and there is a limit."""
        if self.size is None and (self.money is None or price is None):
            return False
        known = classify(text)
        from_query = known.verb == "CREATE TABLE" and _FROM_QUERY.search(text) is not None
        return known.kind in _CHARGED or from_query

    def covers(self, estimate: Estimate, price: Price | None) -> bool:
        """Whether a statement may run unasked; what cannot be estimated may not."""
        if estimate.size is None:
            return False
        if self.size is not None:
            return estimate.size <= self.size
        cost = estimate.cost(price) if price is not None else None
        return cost is not None and self.money is not None and cost <= self.money
