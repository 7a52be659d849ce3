"""Completion of the command line for bash, zsh and fish, made from the table of flags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from athena_shell.config.flags import FLAGS, Flag
from athena_shell.config.options import FORMS
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

_PROFILES: Final = (
    r'sed -n "s/^\[ *[Pp]rofile *\(.*[^ ]\) *\].*/\1/p" '
    '"${ATHENA_SHELL_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/athena-shell/config.ini}" '
    "2>/dev/null"
)
# A reply of files is marked as such, so that bash quotes blanks and adds / to directories.
_BASH_FILES: Final = "compopt -o filenames 2>/dev/null; "
_EVERY: Final = (
    *FLAGS,
    Flag(("-h", "--help"), "Show the flags and the exit codes", FLAGS[0].effect, ""),
    Flag(("-V", "--version"), "Show the version", FLAGS[0].effect, ""),
)


@dataclass(frozen=True)
class Words:
    """What flags with a fixed choice of values take.

    Args:
        formats: the output formats' names.
        settings: the settings' names.
    """

    formats: Sequence[str]
    settings: Sequence[str]

    def of(self, flag: Flag) -> Sequence[str]:
        """Return a flag's values; none when they are free."""
        return {
            "format": self.formats,
            "setting": [f"{name}=" for name in self.settings],
            "on_error": ("stop", "continue"),
            "show_as": FORMS,
            "shell": tuple(SHELLS),
        }.get(flag.hint, ())


def completion(shell: str, words: Words) -> str:
    """Return a shell's completion script; raises ConfigError for a shell that has none."""
    try:
        return SHELLS[shell](words)
    except KeyError:
        raise ConfigError(
            f"There is no completion for “{shell[:20]}”.", f"Choose one of {', '.join(SHELLS)}."
        ) from None


def _bash(words: Words) -> str:
    cases = [
        f"    {'|'.join(flag.names)}) {_bash_reply(flag, words)} ;;"
        for flag in FLAGS
        if flag.metavar
    ]
    names = " ".join(name for flag in _EVERY for name in flag.names)
    return (
        "# bash completion for athena-shell\n"
        "_athena_shell() {\n"
        '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"\n'
        # bash takes --format=csv for three words
        '  if [[ "$current" == "=" ]]; then\n'
        '    current=""\n'
        '  elif [[ "$previous" == "=" ]]; then\n'
        '    previous="${COMP_WORDS[COMP_CWORD-2]}"\n'
        "  fi\n"
        "  COMPREPLY=()\n"
        '  case "$previous" in\n' + "\n".join(cases) + "\n  esac\n"
        '  if [[ "$current" == -* ]]; then\n'
        f'    mapfile -t COMPREPLY < <(compgen -W "{names}" -- "$current")\n'
        "  else\n"
        f"    {_BASH_FILES}\n"
        '    mapfile -t COMPREPLY < <(compgen -f -- "$current")\n'
        "  fi\n"
        "}\n"
        "complete -F _athena_shell athena-shell\n"
    )


def _bash_reply(flag: Flag, words: Words) -> str:
    values = " ".join(words.of(flag))
    before = ""
    if flag.hint == "profile":
        kind = f'-W "$({_PROFILES})"'
    elif values:
        kind = f'-W "{values}"'
        before = "compopt -o nospace 2>/dev/null; " if flag.hint == "setting" else ""
    elif flag.hint in {"file", "directory"}:
        kind = "-f" if flag.hint == "file" else "-d"
        before = _BASH_FILES
    else:
        return "return"
    return f'{before}mapfile -t COMPREPLY < <(compgen {kind} -- "$current"); return'


def _zsh(words: Words) -> str:
    settings = " ".join(f"{name}=" for name in words.settings)
    lines = [
        "#compdef athena-shell",
        "_athena_shell_profiles() {",
        f'  compadd -- ${{(f)"$({_PROFILES})"}}',
        "}",
        "_athena_shell_settings() {",
        f'  compadd -S "" -- {settings}',
        "}",
        "_athena_shell() {",
        "  _arguments -s -S \\",
    ]
    for flag in _EVERY:
        summary = flag.summary.replace("\\", "\\\\").replace("'", "'\\''")
        summary = summary.replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
        for name in flag.names:
            many = "*" if flag.repeats else ""
            attached = ("=" if name.startswith("--") else "+") if flag.metavar else ""
            value = _zsh_value(flag, words)
            lines.append(f"    '{many}{name}{attached}[{summary}]{value}' \\")
    lines += [
        "    '*:script:_files -g \"*.sql\"'",
        "}",
        # loaded by compinit from a directory of $fpath, or sourced
        'if [[ "${funcstack[1]}" == _athena_shell ]]; then',
        '  _athena_shell "$@"',
        "elif (( $+functions[compdef] )); then",
        "  compdef _athena_shell athena-shell",
        "fi",
    ]
    return "\n".join(lines) + "\n"


def _zsh_value(flag: Flag, words: Words) -> str:
    if not flag.metavar:
        return ""
    colon = "::" if flag.optional else ":"
    action = {
        "file": "_files",
        "directory": "_files -/",
        "profile": "_athena_shell_profiles",
        "setting": "_athena_shell_settings",
    }
    values = " ".join(words.of(flag))
    chosen = action.get(flag.hint) or (f"({values})" if values else "")
    return f"{colon}{flag.metavar.lower()}:{chosen}"


def _fish(words: Words) -> str:
    lines = ["# fish completion for athena-shell"]
    for flag in _EVERY:
        parts = ["complete -c athena-shell"]
        parts += [f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in flag.names]
        if flag.metavar and not flag.optional:
            parts.append("-r" if flag.hint in {"file", "directory"} else "-x")
        values = " ".join(words.of(flag))
        if flag.hint == "profile":
            command = f"(sh -c '{_PROFILES}')"
            parts.append(f"-a {_fish_quoted(command)}")
        elif values:
            parts.append(f"-a '{values}'")
        parts.append(f"-d {_fish_quoted(flag.summary)}")
        lines.append(" ".join(parts))
    return "\n".join(lines) + "\n"


def _fish_quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") + '"'


SHELLS: Final[Mapping[str, Callable[[Words], str]]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
"""The shells there is a completion for."""
