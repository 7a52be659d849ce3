"""Markup formats escape what their language would read."""

from __future__ import annotations

from athena_shell.core.model import Column, Row
from athena_shell.output.markup import format_html, format_latex, format_markdown
from athena_shell.output.options import FormatOptions

COLUMNS = (Column("item_name"), Column("price", "decimal", 5, 2))
ROWS: list[Row] = [("[a|b *c*\nd", "1.10"), (None, None), ("<b> & _x_", "")]


def test_markdown() -> None:
    assert "".join(format_markdown(COLUMNS, ROWS, FormatOptions())).splitlines() == [
        r"| item_name          | price |",
        r"| ------------------ | ----: |",
        r"| \[a\|b \*c\*<br>d  |  1.10 |",
        r"| NULL               |  NULL |",
        r"| &lt;b> &amp; \_x\_ |       |",
    ]


def test_html() -> None:
    assert "".join(format_html(COLUMNS, ROWS, FormatOptions())) == (
        "<table>\n<thead>\n"
        '<tr><th>item_name</th><th class="number">price</th></tr>\n'
        "</thead>\n<tbody>\n"
        '<tr><td>[a|b *c*\nd</td><td class="number">1.10</td></tr>\n'
        '<tr><td class="null">NULL</td><td class="null">NULL</td></tr>\n'
        '<tr><td>&lt;b&gt; &amp; _x_</td><td class="number"></td></tr>\n'
        "</tbody>\n</table>\n"
    )


def test_html_and_latex_leave_names_out() -> None:
    options = FormatOptions(header=False)
    assert "".join(format_html(COLUMNS[:1], [("a",)], options)) == (
        "<table>\n<tbody>\n<tr><td>a</td></tr>\n</tbody>\n</table>\n"
    )
    assert "".join(format_latex(COLUMNS[:1], [("a",)], options)) == (
        "\\begin{tabular}{l}\n\\hline\na \\\\\n\\hline\n\\end{tabular}\n"
    )


def test_latex() -> None:
    assert "".join(format_latex(COLUMNS, ROWS, FormatOptions())) == (
        "\\begin{tabular}{lr}\n\\hline\nitem\\_name & price \\\\\n\\hline\n"
        "{[}a\\textbar{}b *c* d & 1.10 \\\\\n"
        "NULL & NULL \\\\\n"
        "\\textless{}b\\textgreater{} \\& \\_x\\_ &  \\\\\n"
        "\\hline\n\\end{tabular}\n"
    )


def test_no_columns_give_nothing() -> None:
    for markup in (format_markdown, format_html, format_latex):
        assert list(markup((), [()], FormatOptions())) == []
