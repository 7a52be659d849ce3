"""What a query costs, in exact decimals.

Athena's price rules: scanned bytes are rounded up to the next megabyte, at least 10 MB a query;
DDL, utility statements and failed queries are free; cancelled queries are charged for what they
scanned (Amazon Athena pricing page).
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Final

from athena_shell.core.model import QueryExecution, QueryState
from athena_shell.core.records import dataclass

MEGABYTE: Final = 1024**2
TERABYTE: Final = 1024**4
LEAST_MEGABYTES: Final = 10
DEFAULT_PRICE: Final = Decimal(5)

_UNITS: Final = ("B", "KB", "MB", "GB", "TB", "PB", "EB")
_STEP: Final = 1024
_TEN: Final = 10
_HUNDRED: Final = 100
_CENT: Final = Decimal("0.01")

# US dollars for each terabyte scanned where it is not 5 (Amazon Athena pricing page); a profile's
# own price_per_tb goes first.
REGION_PRICES: Final = {
    "us-west-1": Decimal("6.75"),
    "ca-central-1": Decimal("5.50"),
    "eu-central-2": Decimal("6.00"),
    "eu-west-3": Decimal("7.00"),
    "ap-northeast-3": Decimal("5.00"),
    "me-south-1": Decimal("6.50"),
    "me-central-1": Decimal("6.50"),
    "sa-east-1": Decimal("9.00"),
    "af-south-1": Decimal("6.50"),
}


@dataclass(frozen=True)
class Price:
    """The price of scanning.

    Args:
        per_terabyte: money for each 1024⁴ bytes; 0 where scans are not billed.
        symbol: the currency's sign.
    """

    per_terabyte: Decimal = DEFAULT_PRICE
    symbol: str = "$"

    @classmethod
    def of_region(cls, region: str) -> Price:
        """Return the list price of a region."""
        return cls(REGION_PRICES.get(region, DEFAULT_PRICE))

    @classmethod
    def chosen(cls, per_terabyte: float | None, listed: Price | None) -> Price | None:
        """Return the price that a user names, else the one that is listed."""
        return listed if per_terabyte is None else cls(Decimal(str(per_terabyte)))

    def of_scan(self, scanned_bytes: int) -> Decimal:
        """Return what scanning so many bytes in one query costs; nothing scanned is free."""
        if scanned_bytes <= 0:
            return Decimal(0)
        megabytes = max(LEAST_MEGABYTES, -(-scanned_bytes // MEGABYTE))
        return self.per_terabyte * megabytes * MEGABYTE / TERABYTE

    def of_query(self, execution: QueryExecution) -> Decimal | None:
        """Return what an execution has cost so far; ``None`` when its scan is not known."""
        if is_free(execution):
            return Decimal(0)
        scanned = execution.statistics.scanned_bytes
        return None if scanned is None else self.of_scan(scanned)


def is_free(execution: QueryExecution) -> bool:
    """Whether an execution costs nothing, whatever it read.

    CREATE TABLE AS SELECT counts as DDL in Athena's types but scans and is charged.
    """
    if execution.state is QueryState.FAILED or execution.statistics.reused:
        return True
    if execution.substatement_type.upper() == "EXPLAIN":
        return True
    writes_rows = execution.substatement_type.upper() == "CREATE_TABLE_AS_SELECT"
    return execution.statement_type in {"DDL", "UTILITY"} and not writes_rows


def format_bytes(count: int | None) -> str:
    """Return ``12.3 GB``-like text in steps of 1024; ``?`` for an unknown count.

    >>> format_bytes(0), format_bytes(1536), format_bytes(10 * MEGABYTE)
    ('0 B', '1.50 KB', '10.0 MB')
    """
    if count is None:
        return "?"
    if count < _STEP:
        return f"{count} B"
    value = Decimal(count)
    unit = 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value /= _STEP
        unit += 1
    digits = 2 if value < _TEN else 1 if value < _HUNDRED else 0
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded} {_UNITS[unit]}"


def format_cost(cost: Decimal | None, symbol: str = "$") -> str:
    """Return money as text, with as many digits as it takes not to show a cost as nothing.

    >>> format_cost(Decimal(0)), format_cost(Decimal("0.0000476")), format_cost(Decimal("12.345"))
    ('$0', '$0.000048', '$12.35')
    """
    if cost is None:
        return f"{symbol}?"
    if cost == 0:
        return f"{symbol}0"
    if cost >= 1:
        return f"{symbol}{cost.quantize(_CENT, ROUND_HALF_UP):,}"
    exponent = cost.adjusted() - 1  # two significant digits
    rounded = cost.quantize(Decimal(1).scaleb(min(exponent, -2)), ROUND_HALF_UP)
    return f"{symbol}{rounded:f}"


def parse_bytes(text: str) -> int:
    """Return the bytes of a text such as ``50GB``, ``1.5 TB`` or ``1048576``.

    Raises:
        ValueError: with what would be right.
    """
    compact = text.strip().upper().replace(" ", "").replace("_", "").replace("IB", "B")
    for power, unit in reversed(list(enumerate(_UNITS))):
        for ending in (unit, unit[0]) if power else (unit,):
            number = compact.removesuffix(ending)
            if number != compact and number:
                return _whole(number, text, _STEP**power)
    return _whole(compact, text, 1)


def _whole(number: str, text: str, factor: int) -> int:
    wrong = f"{text!r} is no size; write one such as 500MB, 50GB or 1TB"
    try:
        value = Decimal(number)
    except ArithmeticError:
        raise ValueError(wrong) from None
    if not value.is_finite() or value < 0:
        raise ValueError(wrong)
    return int((value * factor).to_integral_value(ROUND_CEILING))
