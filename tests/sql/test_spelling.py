"""Keywords that were meant, and common slips."""

from __future__ import annotations

import pytest

from athena_shell.sql.advice import advise
from athena_shell.sql.spelling import keyword_for, misspelt, slip

STATEMENTS = "'ALTER', 'CREATE', 'DELETE', 'DESCRIBE', 'DROP', 'INSERT', 'SHOW', 'WITH', <query>"


def message_at(marked: str, expecting: str = "") -> tuple[str, str]:
    """Return Athena's message for the token behind ``|``, and the text."""
    before, _, behind = marked.partition("|")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    word = behind.split()[0] if behind.strip() else "<EOF>"
    wanted = f". Expecting: {expecting}" if expecting else ""
    return f"line {line}:{column}: mismatched input '{word}'{wanted}", before + behind


@pytest.mark.parametrize(
    ("marked", "expecting", "meant"),
    [
        ("|selct 1", STATEMENTS, "select"),
        ("|SELCT 1", STATEMENTS, "SELECT"),
        ("|dorp table t", STATEMENTS, "drop"),
        ("SELECT * |FORM t", "',', 'EXCEPT', 'FROM', 'GROUP', 'LIMIT', <EOF>", "FROM"),
        ("SELECT * FORM |orders", "", "FROM"),
        ("select a form |t", "',', 'from'", "from"),
        ("SELECT a FROM t GRUOP |BY 1", "", "GROUP"),
        ("SELECT a FROM t ODER |BY 1", "'ADD', ',', 'CROSS'", "ORDER"),
        ("SELECT a FROM t\nWEHRE |a = 1", "", "WHERE"),
        ("SELECT a FROM t ORDER |BT 1", "'BY'", "ORDER BY"),
        ("SELECT a FROM t GROUP |a", "'BY'", "GROUP BY"),
        ("SELECT a FROM t LIMTI |3", "", "LIMIT"),
        ("SELECT a FROM t LEFT |JION u", "'JOIN', 'OUTER'", "JOIN"),
        ("SELECT 1 FROM t |LEFT JION u", "", "JOIN"),
        ("SELECT CAES |WHEN a THEN b END", "", "CASE"),
        ("SELECT CASE WEHN |1 THEN 2 END", "", "WHEN"),
        ("SELECT a FROM t WHERE a |BETWEN 1 AND 2", "", "BETWEEN"),
        ("SELECT a FROM t WHERE a IS NOTT |NULL", "", "NOT"),
        ("INSERT |INOT t VALUES (1)", "'INTO'", "INTO"),
        ("INSERT INTO t |VALUE (1)", "'(', 'SELECT', 'VALUES', <query>", "VALUES"),
        ("|SHOW TABELS", "", "TABLES"),
        ("CREATE |TABEL t (a int)", "'OR', 'SCHEMA', 'TABLE', 'VIEW'", "TABLE"),
        ("WITH a AS (SELECT 1) SELCT * |FROM a", "", "SELECT"),
        ("SELECT 1 UNOIN |SELECT 2", "", "UNION"),
        ("SELECT * FROM orders |3", "", ""),
        ("SELECT a b |c FROM t", "", ""),
        ("SELECT a FROM t WHERE |)", "", ""),
        ("SELECT a FROM t|", "", ""),
        ("|", "", ""),
    ],
)
def test_the_keyword_that_was_meant(marked: str, expecting: str, meant: str) -> None:
    assert misspelt(*message_at(marked, expecting)) == ((meant,) if meant else ())


def test_hive_counts_columns_from_nothing() -> None:
    text = "CREATE EXTERNAL TABEL t (a int)"
    message = (
        "FAILED: ParseException line 1:16 cannot recognize input near 'TABEL' 't' '(' in statement"
    )
    assert misspelt(message, text) == ("TABLE",)


def test_other_messages_say_nothing_of_keywords() -> None:
    assert misspelt("TYPE_MISMATCH: line 1:1: no", "SELCT 1") == ()
    assert misspelt("mismatched input 'SELCT'", "SELCT 1") == ()


@pytest.mark.parametrize(
    ("text", "column", "meant"),
    [
        ("SELECT DISTICT a FROM t", 8, "DISTINCT"),
        ("select distict a from t", 8, "distinct"),
        ("SELECT distict FROM t", 8, ""),
        ("SELECT totl x FROM t", 8, ""),
        ("SELECT 1", 8, ""),
    ],
)
def test_a_column_that_was_a_keyword(text: str, column: int, meant: str) -> None:
    assert keyword_for(text, f"line 1:{column}: Column 'x' cannot be resolved") == meant


@pytest.mark.parametrize(
    ("marked", "expecting", "key"),
    [
        ("SELECT * FROM |order", "'(', 'LATERAL', 'UNNEST', <identifier>", "reserved word"),
        ("SELECT |order FROM t", "'*', 'ALL', 'DISTINCT', <expression>", "reserved word"),
        ("SELECT a FROM |table", "", "reserved word"),
        ("SELECT a FROM t |ORDER BY 1", "", ""),
        ("SELECT |FROM t", "'*', 'ALL', 'DISTINCT', <expression>", ""),
        ("SELECT a, |FROM t", "<expression>", "trailing comma"),
        ("SELECT a FROM t GROUP BY a, |ORDER BY 1", "", "trailing comma"),
        ("CREATE TABLE t (a int, |)", "", "trailing comma"),
        ("SELECT a FROM|", "", "unfinished statement"),
        ("SELECT |'a FROM t", "", "unclosed quote"),
        ("SELECT a |/* FROM t", "", "unclosed quote"),
        ("SELECT 1 |\\x", "", "command in a statement"),
        ("SELECT 1 |\\foo bar", "", "command in a statement"),
        ("|selct 1", STATEMENTS, ""),
    ],
)
def test_common_slips(marked: str, expecting: str, key: str) -> None:
    message, text = message_at(marked, expecting)
    assert slip(message, text) == key
    found = advise(message, text)
    assert found is not None
    assert found.key == (key or "SYNTAX_ERROR")


def test_reserved_words_in_hive_ddl() -> None:
    text = "ALTER TABLE t ADD COLUMNS (order int)"
    message = "FAILED: ParseException line 1:27 cannot recognize input near 'order' 'int' ')'"
    assert slip(message, text) == "reserved word"
