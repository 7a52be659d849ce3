"""A run as a JUnit report, for build servers."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from athena_shell.script.record import SKIPPED, Record, printable


def junit_text(records: Sequence[Record]) -> str:
    """Return the records as a JUnit report: a statement is a test case."""
    failed = sum(1 for record in records if record.error)
    skipped = sum(1 for record in records if record.state == SKIPPED)
    suite = ET.Element(
        "testsuite",
        name="athena-shell",
        tests=str(len(records)),
        failures=str(failed),
        skipped=str(skipped),
        time=f"{sum(record.seconds for record in records):.3f}",
    )
    for record in records:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=printable(record.source),
            name=printable(f"{record.name} {record.verb}".strip()),
            file=printable(record.source),
            line=str(record.line),
            time=f"{record.seconds:.3f}",
        )
        if record.error:
            failure = ET.SubElement(case, "failure", message=printable(record.error))
            failure.text = printable(
                f"{record.source}:{record.line}:{record.column}: {record.error}\n{record.query_id}"
            )
        elif record.state == SKIPPED:
            ET.SubElement(case, "skipped")
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
