"""Run the shell with ``python -m athena_shell``."""

from athena_shell.cli import program

if __name__ == "__main__":
    program()
