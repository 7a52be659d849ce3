"""Run the shell with ``python -m athena_shell``."""

import sys

from athena_shell.cli import main

if __name__ == "__main__":
    sys.exit(main())
