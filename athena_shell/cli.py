"""From the command line to the shell, a script or one statement; errors become exit codes."""


def main() -> int:
    """Run the program and return its exit code."""
    return 0
