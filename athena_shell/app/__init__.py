"""The composition root: the only place that names concrete classes.

Time, the environment and the process's streams enter the program here and nowhere else. Nothing
heavy is imported before it is needed: the AWS library and the embedded endpoint are loaded when a
connection is made, which the interactive shell does behind its first prompt.
"""

from athena_shell.app.program import run
from athena_shell.app.surroundings import environment

__all__ = ["environment", "run"]
