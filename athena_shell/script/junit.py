"""A run as a JUnit report, for build servers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from athena_shell.core.errors import ExitCode
from athena_shell.script.record import SKIPPED, Record, printable, shortened

_LONGEST: Final = 500
"""Letters of a failure's message; its text has them all."""

_NAMED: Final = re.compile(r"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+):")


def junit_text(records: Sequence[Record]) -> str:
    """Return the records as a JUnit report: a statement is a test case."""
    failed = sum(1 for record in records if record.error)
    skipped = sum(1 for record in records if record.state == SKIPPED)
    counts = {
        "name": "athena-shell",
        "tests": str(len(records)),
        "failures": str(failed),
        "errors": "0",
        "skipped": str(skipped),
        "time": f"{sum(record.seconds for record in records):.3f}",
    }
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", counts)
    names: Counter[tuple[str, str]] = Counter()
    for record in records:
        names[record.source, record.title] += 1
        case = ET.SubElement(
            suite,
            "testcase",
            classname=printable(record.source),
            name=_name(record, names[record.source, record.title]),
            file=printable(record.source),
            line=str(record.line),
            time=f"{record.seconds:.3f}",
        )
        if record.error:
            failure = ET.SubElement(
                case,
                "failure",
                message=printable(shortened(record.error, _LONGEST)),
                type=_type_of(record),
            )
            failure.text = printable(
                f"{record.source}:{record.line}:{record.column}: {record.error}\n{record.query_id}"
            )
        elif record.state == SKIPPED:
            ET.SubElement(case, "skipped")
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _name(record: Record, times: int) -> str:
    """Return the name of a case; build servers take two of one name for one."""
    return printable(record.title) + (f" ({times})" if times > 1 else "")


def _type_of(record: Record) -> str:
    """Return Athena's name of an error, such as TABLE_NOT_FOUND, or the meaning of our code."""
    named = _NAMED.match(record.error)
    return named[1] if named else ExitCode(record.exit_code).name
