"""athena-shell: an interactive SQL shell for Amazon Athena, with a runner for script files."""

__version__ = "0.1.0"
