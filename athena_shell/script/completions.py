"""Completion of the command line for bash, zsh and fish, made from the table of flags.

What a configuration file says is data: bash expands the words that completion is given, so nothing
but what may stand in a profile's name gets there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from athena_shell.config.flag import Flag
from athena_shell.config.flags import EVERY_FLAG, FLAGS
from athena_shell.config.options import FORMS
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

# Profiles of the file given, or of the one that the program would read.
_PROFILES: Final = r"""if [ -n "$1" ]; then :
  elif [ -n "${ATHENA_SHELL_CONFIG-}" ]; then set -- "$ATHENA_SHELL_CONFIG"
  else set -- "${XDG_CONFIG_HOME:-$HOME/.config}/athena-shell/config.ini" \
    "$HOME/Library/Application Support/athena-shell/config.ini"
  fi
  sed -n 's/^[[:space:]]*\[[[:space:]]*[Pp][Rr][Oo][Ff][Ii][Ll][Ee][[:space:]][[:space:]]*'\
'\([[:alnum:]._+@-]*\)[[:space:]]*\].*/\1/p' "$@" 2>/dev/null"""


@dataclass(frozen=True)
class Words:
    """What flags with a fixed choice of values take.

    Args:
        formats: the output formats' names.
        settings: the settings' names, each with the values it is chosen from, if it is.
    """

    formats: Sequence[str]
    settings: Mapping[str, Sequence[str]]

    def of(self, flag: Flag) -> Sequence[str]:
        """Return a flag's values; none when they are free."""
        return {
            "format": self.formats,
            "setting": [f"{name}=" for name in self.settings],
            "on_error": ("stop", "continue"),
            "show_as": FORMS,
            "shell": tuple(SHELLS),
        }.get(flag.hint, ())

    @property
    def chosen(self) -> Mapping[str, Sequence[str]]:
        """The settings that are chosen from fixed values."""
        return {name: values for name, values in self.settings.items() if values}


def completion(shell: str, words: Words) -> str:
    """Return a shell's completion script; raises ConfigError for a shell that has none."""
    try:
        return SHELLS[shell](words)
    except KeyError:
        raise ConfigError(
            f"There is no completion for “{shell[:20]}”.", f"Choose one of {', '.join(SHELLS)}."
        ) from None


_BASH: Final = r"""# bash completion for athena-shell
_athena_shell_profiles() {
  @PROFILES@
}
_athena_shell_files() {  # readline's own: it knows quotes, blanks and ~
  compopt -o default -o bashdefault 2>/dev/null
}
_athena_shell() {
  compopt +o default +o bashdefault 2>/dev/null
  # = : and @ part words for bash; what no blank parts is put together again, up to the cursor
  local rest=${COMP_LINE:0:COMP_POINT} i=0 last=-1 blank piece
  local -a words
  local IFS=$' \t\n'
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    blank=${rest%%[![:space:]]*}
    rest=${rest#"$blank"}
    if ((i == COMP_CWORD)); then piece=$rest; fi
    if [[ -n $blank || $i -eq 0 ]]; then last=$((last + 1)); fi
    words[last]+=$piece
    rest=${rest#"$piece"}
  done
  local flag="" config="" word
  for ((i = 1; i < last; i++)); do
    word=${words[i]}
    if [[ -n $flag ]]; then
      if [[ $flag == --config ]]; then config=$word; fi
      flag=""
    else
      case $word in
        --) _athena_shell_files; return ;;
        --config=*) config=${word#*=} ;;
        @VALUED@) flag=$word ;;
      esac
    fi
  done
  local current=${words[last]} before="" value choices="" name
  if [[ -z $flag && $current == --*=* ]]; then
    flag=${current%%=*} before=${flag}=
  fi
  value=${current#"$before"}
  case $value in [\"\']*) value=${value:1} ;; esac
  case $flag in
    "") if [[ $current != -* ]]; then _athena_shell_files; return; fi
      choices="@FLAGS@" ;;
    @FILES@) _athena_shell_files; return ;;
    @DIRECTORIES@) compopt -o dirnames 2>/dev/null; return ;;
    @PROFILE_FLAGS@)
      case $config in [\"\']*) config=${config:1:${#config}-2} ;; *) config=${config//\\/} ;; esac
      choices=$(_athena_shell_profiles "${config/#\~\//$HOME/}") ;;
@CHOICES@
    --set) case $value in
        @SETTINGS@
        *=*) return ;;
        *) compopt -o nospace 2>/dev/null; choices="@SETTING_NAMES@" ;;
      esac ;;
    *) return ;;
  esac
  # a reply replaces what stands behind the last of the signs that part words
  for name in $choices; do
    if [[ $name == "$value"* ]]; then COMPREPLY+=("${name#"${value%"$2"}"}"); fi
  done
}
complete -o default -o bashdefault -F _athena_shell athena-shell
"""


def _bash(words: Words) -> str:
    flags: dict[str, list[str]] = {"files": [], "directories": [], "profiles": [], "valued": []}
    choices = []
    for flag in FLAGS:
        if not flag.metavar:
            continue
        if not flag.optional:
            flags["valued"] += flag.names
        if flag.hint in {"file", "directory"}:
            flags["files" if flag.hint == "file" else "directories"] += flag.names
        elif flag.hint == "profile":
            flags["profiles"] += flag.names
        elif flag.hint != "setting" and (values := words.of(flag)):
            choices.append(f'    {"|".join(flag.names)}) choices="{" ".join(values)}" ;;')
    settings = [
        f'{name}=*) choices="{" ".join(f"{name}={value}" for value in values)}" ;;'
        for name, values in words.chosen.items()
    ]
    return _filled(
        _BASH,
        profiles=_PROFILES,
        valued="|".join(flags["valued"]),
        flags=" ".join(name for flag in EVERY_FLAG for name in flag.names),
        files="|".join(flags["files"]),
        directories="|".join(flags["directories"]),
        profile_flags="|".join(flags["profiles"]),
        choices="\n".join(choices),
        settings="\n        ".join(settings),
        setting_names=" ".join(f"{name}=" for name in words.settings),
    )


def _filled(template: str, **parts: str) -> str:
    for name, text in parts.items():
        template = template.replace(f"@{name.upper()}@", text)
    return template


_ZSH: Final = r"""#compdef athena-shell
_athena_shell_profile_names() {
  @PROFILES@
}
_athena_shell_profiles() {
  local file=${(Q)${(Q)opt_args[--config]}}  # opt_args quotes what is quoted
  compadd -- ${(f)"$(_athena_shell_profile_names ${file/#\~\//$HOME/})"}
}
_athena_shell_settings() {
  local name=${PREFIX%%=*}
  if compset -P '*='; then
    case $name in
      @SETTINGS@
    esac
  else
    compadd -S '' -- @SETTING_NAMES@
  fi
}
_athena_shell() {
  local -A opt_args
  _arguments -s -S \
@FLAGS@
    '*:script:_files -g "*.sql"'
}
# loaded by compinit from a directory of $fpath, or sourced
if [[ "${funcstack[1]}" == _athena_shell ]]; then
  _athena_shell "$@"
elif (( $+functions[compdef] )); then
  compdef _athena_shell athena-shell
fi
"""


def _zsh(words: Words) -> str:
    settings = [
        f"{name}) compadd -- {' '.join(values)} ;;" for name, values in words.chosen.items()
    ]
    return _filled(
        _ZSH,
        profiles=_PROFILES,
        settings="\n      ".join(settings),
        setting_names=" ".join(f"{name}=" for name in words.settings),
        flags="\n".join(f"    {line} \\" for line in _zsh_flags(words)),
    )


def _zsh_flags(words: Words) -> Iterator[str]:
    for flag in EVERY_FLAG:
        summary = flag.summary.replace("\\", "\\\\").replace("'", "'\\''")
        summary = summary.replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
        for name in flag.names:
            many = "*" if flag.repeats else ""
            attached = ("=" if name.startswith("--") else "+") if flag.metavar else ""
            yield f"'{many}{name}{attached}[{summary}]{_zsh_value(flag, words)}'"


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


_FISH: Final = """# fish completion for athena-shell
function __athena_shell_profiles
  set -l words (commandline -opc)
  set -l config
  for i in (seq 2 (count $words))
    switch $words[$i]
      case '--config=*'
        set config (string replace -r '^--config=' '' -- $words[$i])
      case '*'
        if test $words[(math $i - 1)] = --config
          set config $words[$i]
        end
    end
  end
  set config (string replace -r '^~/' $HOME/ -- $config)
  sh -c @PROFILES@ sh $config
end
function __athena_shell_settings
  if string match -q '*=*' -- (string replace -r '^--set=' '' -- (commandline -ct))
    printf '%s\\n' @SETTINGS@
  else
    printf '%s\\n' @SETTING_NAMES@
  end
end
@FLAGS@
"""


def _fish(words: Words) -> str:
    settings = [f"{name}={value}" for name, values in words.chosen.items() for value in values]
    return _filled(
        _FISH,
        profiles=_fish_quoted(_PROFILES),
        settings=" ".join(settings),
        setting_names=" ".join(f"{name}=" for name in words.settings),
        flags="\n".join(_fish_flag(flag, words) for flag in EVERY_FLAG),
    )


def _fish_flag(flag: Flag, words: Words) -> str:
    parts = ["complete -c athena-shell"]
    parts += [f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in flag.names]
    if flag.metavar and not flag.optional:
        parts.append("-r" if flag.hint in {"file", "directory"} else "-x")
    values = " ".join(words.of(flag))
    if flag.hint == "profile":
        parts.append("-a '(__athena_shell_profiles)'")
    elif flag.hint == "setting":
        parts.append("-a '(__athena_shell_settings)'")
    elif values:
        parts.append(f"-a '{values}'")
    parts.append(f"-d {_fish_quoted(flag.summary)}")
    return " ".join(parts)


def _fish_quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") + '"'


SHELLS: Final[Mapping[str, Callable[[Words], str]]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
"""The shells there is a completion for."""
