"""The prompt: one statement or command line at a time, typed, recalled or pasted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory, ConditionalAutoSuggest
from prompt_toolkit.completion import DynamicCompleter, ThreadedCompleter
from prompt_toolkit.cursor_shapes import CursorShape, ModalCursorShapeConfig
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History, ThreadedHistory
from prompt_toolkit.layout.processors import (
    HighlightMatchingBracketProcessor,
    Processor,
    TabsProcessor,
    Transformation,
    TransformationInput,
)
from prompt_toolkit.lexers import DynamicLexer
from prompt_toolkit.styles import DynamicStyle

from athena_shell.core.records import dataclass
from athena_shell.shell.history import HistoryFile
from athena_shell.shell.keyboard import Keyboard, typed_ahead_kept
from athena_shell.shell.keys import Keys
from athena_shell.shell.safe_input import show_input_safely
from athena_shell.shell.theme import style_of
from athena_shell.shell.window_title import WindowTitle

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.completion import Completer
    from prompt_toolkit.input import Input
    from prompt_toolkit.lexers import Lexer
    from prompt_toolkit.output import Output

    from athena_shell.config.settings import Settings
    from athena_shell.shell.hints import Hints

_REFRESH_SECONDS = 1.0
_LEAST_CONTINUATION = 3


@dataclass(frozen=True)
class Faces:
    """What is shown around the typed text; asked for at each repaint.

    Args:
        prompt: the prompt's text for a number of columns, and whether it warns of production.
        right: the text at the right edge.
        toolbar: the bottom line for a number of columns.
        title: the window's title; an empty text leaves it alone.
    """

    prompt: Callable[[int], tuple[str, bool]]
    right: Callable[[], str]
    toolbar: Callable[[int], str]
    title: Callable[[], str] = lambda: ""


@dataclass
class Late:
    """What is loaded behind the first prompt and used from then on."""

    lexer: Lexer | None = None
    completer: Completer | None = None
    hints: Hints | None = None


@dataclass(frozen=True)
class Devices:
    """The terminal's two sides; ``None`` leaves the choice to the terminal library."""

    input: Input | None = None
    output: Output | None = None
    keyboard: Keyboard = field(default_factory=Keyboard)


class Prompt:
    """Reads what the user wants to run.

    Args:
        settings: returns the current settings.
        faces: what is shown around the text.
        keys: what the keys do.
        history: what was typed before.
        late: the lexer and the completer, once they are there.
        devices: the terminal.
        color: whether there may be colours.
    """

    def __init__(  # noqa: PLR0913 - each is another part of the screen
        self,
        settings: Callable[[], Settings],
        faces: Faces,
        keys: Keys,
        history: HistoryFile,
        late: Late,
        devices: Devices,
        *,
        color: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._faces = faces
        self._devices = devices
        self._late = late
        self._typed = _Typed(history)
        self.when_shown: Callable[[], None] = lambda: None
        """Called each time the prompt begins to be shown."""
        self._left: BaseException | None = None
        self._title = WindowTitle(faces.title)
        show_input_safely()
        self._session: PromptSession[str] = PromptSession(
            message=self._message,
            multiline=True,
            history=ThreadedHistory(self._typed),
            lexer=DynamicLexer(lambda: late.lexer),
            cursor=_CursorShapes(),
            completer=ThreadedCompleter(DynamicCompleter(lambda: late.completer)),
            complete_while_typing=Condition(lambda: settings().completion),
            auto_suggest=ConditionalAutoSuggest(
                AutoSuggestFromHistory(), Condition(lambda: settings().auto_suggest)
            ),
            enable_history_search=False,
            enable_suspend=True,
            enable_open_in_editor=False,
            prompt_continuation=self._continuation,
            rprompt=lambda: faces.right() or None,
            bottom_toolbar=self._toolbar,
            key_bindings=keys.bindings(),
            input_processors=[HighlightMatchingBracketProcessor(), _Tabs()],
            include_default_pygments_style=False,
            style=DynamicStyle(lambda: style_of(settings().theme, color=color())),
            reserve_space_for_menu=6,
            refresh_interval=_REFRESH_SECONDS,
            input=devices.input,
            output=devices.output,
        )
        self._session.app.after_render += lambda app: self._title.show(app.output)

    @property
    def session(self) -> PromptSession[str]:
        """The terminal library's session, for what must happen beside the prompt."""
        return self._session

    def after_first_paint(self, begin: Callable[[], None]) -> None:
        """Call ``begin`` once, when the prompt is on the screen."""
        event = self._session.app.after_render

        def once(_: Any) -> None:
            event.remove_handler(once)
            begin()

        event.add_handler(once)

    def read(self, text: str = "") -> str:
        """Return what was submitted.

        Raises:
            KeyboardInterrupt: Ctrl-C.
            EOFError: Ctrl-D on an empty line, or the terminal is gone.
        """
        vi = self._settings().key_bindings == "vi"
        self._session.editing_mode = EditingMode.VI if vi else EditingMode.EMACS
        self._devices.keyboard.replay(self._session.app.input)
        self._title.show(self._session.app.output)
        typed = self._session.prompt(default=text, pre_run=self.when_shown)
        if self._left is not None:
            # It came when the prompt had its answer already, too late to be raised there.
            raise self._left
        self._devices.keyboard.listen_back(self._session.app.input)
        return typed

    def forget_title(self) -> None:
        """Give the window its own title back."""
        self._title.forget(self._session.app.output)

    def above(self, write: Callable[[], None]) -> bool:
        """Run a writer above the prompt, from any thread; false when no prompt is shown."""
        app = self._session.app
        loop = app.loop
        if not app.is_running or loop is None:
            return False

        def call() -> None:
            if app.is_running:
                run_in_terminal(write)

        loop.call_soon_threadsafe(call, context=app.context)
        return True

    def leave(self, error: BaseException) -> bool:
        """Make the shown prompt raise an error; false when no prompt is shown."""
        app = self._session.app
        loop = app.loop
        if not app.is_running or loop is None:
            return False
        self._left = error

        def call() -> None:
            if app.is_running and not app.is_done:
                app.exit(exception=error)

        loop.call_soon_threadsafe(call, context=app.context)
        return True

    def refresh(self) -> None:
        """Paint the prompt anew, from any thread."""
        self._session.app.invalidate()

    def toggled(self) -> None:
        """Take over changed settings while the prompt is shown."""
        vi = self._settings().key_bindings == "vi"
        self._session.editing_mode = EditingMode.VI if vi else EditingMode.EMACS
        self._session.app.invalidate()

    def read_hidden(self, message: str) -> str:
        """Return a secret that is not shown and not kept; raises as ``read``.

        What was typed before the question was there is no part of the secret.
        """
        hidden: PromptSession[str] = PromptSession(
            input=self._devices.input, output=self._devices.output, input_processors=[_Hidden()]
        )
        with typed_ahead_kept(hidden.app.input):
            return hidden.prompt(message, pre_run=self._devices.keyboard.forget_unread)

    def confirm(self, question: str) -> bool:
        """Ask for a plain yes; anything else, Ctrl-C and Ctrl-D are no."""
        asked: PromptSession[str] = PromptSession(
            input=self._devices.input, output=self._devices.output
        )
        try:
            return asked.prompt(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
        except (KeyboardInterrupt, EOFError):
            return False

    def _message(self) -> StyleAndTextTuples:
        text, production = self._faces.prompt(self._columns())
        return [("class:prompt.production" if production else "class:prompt", text)]

    def _columns(self) -> int:
        return self._session.app.output.get_size().columns

    def _continuation(self, width: int, _line: int, _wrapped: int) -> StyleAndTextTuples:
        if width < _LEAST_CONTINUATION:
            return [("class:continuation", " " * width)]
        return [("class:continuation", "-> ".rjust(width))]

    def _toolbar(self) -> StyleAndTextTuples | None:
        width = self._columns()
        if hint := self._hint(width):
            return hint
        text = self._faces.toolbar(width)
        return [("class:bottom-toolbar.text", text)] if text else None

    def _hint(self, width: int) -> StyleAndTextTuples | None:
        """Return the hint that takes the toolbar's place while there is one."""
        hints = self._late.hints
        if hints is None or not self._settings().hints:
            return None
        from athena_shell.shell.hints import LEAST_WIDTH, hint_line

        if width < LEAST_WIDTH:
            return None
        document = self._session.default_buffer.document
        hint = hints.at(document.text, document.cursor_position)
        return hint_line(hint, width) if hint else None


class _Tabs(TabsProcessor):
    """Show a pasted tab as blanks up to the next stop; a line without one costs nothing."""

    def __init__(self) -> None:
        super().__init__(char1=" ", char2=" ")

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return the line as it is shown."""
        if "\t" not in transformation_input.document.lines[transformation_input.lineno]:
            return Transformation(transformation_input.fragments)
        return super().apply_transformation(transformation_input)


class _Hidden(Processor):
    """Shows nothing of what is typed, not even how much it is."""

    def apply_transformation(
        self,
        transformation_input: TransformationInput,  # noqa: ARG002 - the library's signature
    ) -> Transformation:
        return Transformation([], lambda _: 0, lambda _: 0)


class _CursorShapes(ModalCursorShapeConfig):
    """The cursor's shape tells the mode of vi keys; with emacs keys it stays the terminal's own."""

    def get_cursor_shape(self, application: Application[Any]) -> CursorShape:
        """Return the shape for now."""
        if application.editing_mode != EditingMode.VI:
            return CursorShape._NEVER_CHANGE  # noqa: SLF001 - the library's own default
        return super().get_cursor_shape(application)


class _Typed(History):
    """The history file behind the terminal library's interface."""

    def __init__(self, file: HistoryFile) -> None:
        super().__init__()
        self._file = file

    def load_history_strings(self) -> Iterable[str]:
        return self._file.entries()

    def store_string(self, string: str) -> None:
        self._file.append(string)
