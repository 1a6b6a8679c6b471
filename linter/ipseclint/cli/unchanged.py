"""The kept answer of an earlier run, printed again if nothing has changed, without loading the program.

Such an answer lies in the folder of `--cache`, beside the results of engine/cache.py, if all results of its run are
kept there: none of its inputs has a preshared key. What `explain` says of one rule, error or event depends on the
program alone, and lies beside it as Python's compiled modules do, one answer a word. An answer holds the standard
output, the exit code, and the state of every file and folder that the run opened, listed or looked for. Python's audit
hook (`sys.addaudithook`) reports these; `source.is_file` reports files that are looked for and may not exist; `check`
and `explain` report what they print, and that all of it may be kept. An event that the listener does not understand
prevents keeping.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from _blake2 import blake2b  # hashlib would load OpenSSL, a third of what Python itself takes to start
from itertools import pairwise

from ipseclint.cli.terminal import SHOW_LINKS, prepare, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, Literal

_CODES = (0, 1, 4)
"""The exit codes that depend only on findings and inputs."""

_ASKED_ANEW = ("--no-cache", "--watch", "--remote", "--scheduler", "-", "--")
"""Words of a command line whose run depends on more than files, or after which words are no options."""

_VARIABLES = (
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "FORCE_COLOR",
    "TERM",
    *SHOW_LINKS,
    "IPSECLINT_TRACEBACK",
)
"""The environment variables that affect how a report looks; those of Python and of the locale do too."""

_MAX_CHARACTERS = 16_000_000
"""The most characters kept of an answer, since it is held in memory until the run ends (reasoned)."""

_MAX_WORD_CHARACTERS = 60
"""More than the longest name of an error; a longer word is a text, which may hold anything."""

_BEHIND_HEAD = b"\0\0"
"""The mark between the head of an answer, words separated by a zero byte, and its output: no word is empty."""
_MARK_BYTES = 20
_BLOCK_BYTES = 1024 * 1024


def kept_answers(words: Sequence[str]) -> Answers | None:
    """The place for the answer to a command line; None where it must not be kept."""
    if _asks_for_one_word(words) and "IPSECLINT_CACHE" not in os.environ:
        return None if sys.dont_write_bytecode else _answers(os.path.join(_homes()[0], "__pycache__"), words, "word")
    if any(word.startswith(("--remote", "--scheduler")) or word in _ASKED_ANEW for word in words):
        return None
    folder = os.environ.get("IPSECLINT_CACHE", "")
    for word, following in pairwise((*words, "")):
        if word == "--cache":
            folder = following
        elif word.startswith("--cache="):
            folder = word.removeprefix("--cache=")
    return _answers(folder, words) if folder else None


def _asks_for_one_word(words: Sequence[str]) -> bool:
    """Whether the command explains a code, a number or a name, which is no file and no text of the user's."""
    if len(words) != 2 or words[0] != "explain":
        return False
    word = words[1]
    is_name = word.isascii() and word.replace("-", "").replace("_", "").isalnum()
    return is_name and word[0] != "-" and len(word) <= _MAX_WORD_CHARACTERS


def _answers(folder: str, words: Sequence[str], kept_by: Literal["run", "word"] = "run") -> Answers | None:
    if sys.stdout is None or sys.stderr is None or (os.name == "nt" and sys.stdout.isatty()):
        return None
    try:
        return Answers(os.path.abspath(folder), words, kept_by)
    except (OSError, ValueError):  # a working folder that is gone, a stream that is closed
        return None


class Answers:
    """The kept answer to one command line, for one working folder and one state of the program.

    Kept by `word`, there is one answer for all folders, states and terminals: the last.
    """

    def __init__(self, folder: str, words: Sequence[str], kept_by: Literal["run", "word"]) -> None:
        self._folder = folder
        self._words = words
        asked = (list(words), os.getcwd() if kept_by == "run" else "")
        self._mark = _digest(repr((*asked, *_surroundings(), *_program())))
        name = (self._mark if kept_by == "run" else _digest(repr(asked))).hex()
        self._place = os.path.join(folder, name[:2] if kept_by == "run" else "explained", name)
        self._day = _today()
        self._seen: dict[tuple[str, bool], bytes] = {}
        self._written: dict[str, tuple[int, ...] | None] = {}
        self._printed: list[str] = []
        self._characters = 0
        self._is_kept = False
        self._listens = False
        self.heard: dict[str, Callable[..., None]] = {}
        self._libraries: tuple[str, ...] = ()

    def given(self) -> int | None:
        """Print the kept answer if it still holds; its exit code, else None."""
        try:
            if not stat.S_ISREG(os.stat(self._place).st_mode):  # a pipe that somebody put there would wait for ever
                return None
            with open(self._place, "rb") as stream:
                seal, body = stream.read(_MARK_BYTES), stream.read()
            if seal != _digest(self._mark + body):
                return None
            head, _, printed = body.partition(_BEHIND_HEAD)
            day, code, *seen = head.decode("utf-8", "surrogatepass").split("\0")
            questions = zip(seen[::3], seen[1::3], seen[2::3], strict=True)
            if day != self._day or any(
                _state(path, kind == "within").hex() != state for path, kind, state in questions
            ):
                return None
            text, exit_code = printed.decode("utf-8", "surrogatepass"), int(code)
        except (OSError, ValueError):
            return None
        if exit_code not in _CODES:
            return None
        _print(text)
        return exit_code

    def listen(self) -> None:
        """Begin to record what the run sees and prints."""
        try:
            os.makedirs(self._folder, 0o700, exist_ok=True)
        except OSError:
            return
        named = [os.path.abspath(word) for word in self._words if word[:1] != "-"]
        libraries = {*_homes(), os.path.dirname(_homes()[0]), sys.prefix, sys.base_prefix}
        self._libraries = tuple(
            f"{folder}{os.sep}"
            for folder in libraries
            if not any(_is_within(path, folder) or _is_within(folder, path) for path in named)
        )
        self._listens = True
        for path in named:
            self._see(path)
        self.heard = {
            "open": self._opened,
            "os.listdir": self._listed,
            "os.scandir": self._listed,
            "glob.glob": self._matched,
            "ipseclint.looked-for": self._looked_for,
            "ipseclint.printed": self._put,
            "ipseclint.kept": self._all_kept,
            "ipseclint.complained": self._complained,
        }
        if not _LISTENING:
            sys.addaudithook(_tell)
        _LISTENING[:] = [self]

    def keep(self, code: object) -> None:
        """Keep the answer of the finished run, if everything it saw is known and unchanged since."""
        is_whole = self._listens and self._is_kept and code in _CODES and self._day == _today()
        self._listens = False
        if not is_whole or any(_state(*question) != state for question, state in self._seen.items()):
            return
        if any(_written(place) != written for place, written in self._written.items()):
            return  # it says again what it said, and may have said something else meanwhile
        head = [self._day, str(int(code))]  # type: ignore[call-overload]
        for (place, is_within), state in self._seen.items():
            head += [place, "within" if is_within else "itself", state.hex()]
        texts = ("\0".join(head), "".join(self._printed))
        body = _BEHIND_HEAD.join(text.encode("utf-8", "surrogatepass") for text in texts)
        folder = os.path.dirname(self._place)
        new = os.path.join(folder, f".new-{os.getpid()}-{time.time_ns()}")  # `tempfile` would load much
        try:
            os.makedirs(folder, 0o700, exist_ok=True)
            number = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            try:
                with os.fdopen(number, "wb") as stream:
                    stream.write(_digest(self._mark + body) + body)
                os.replace(new, self._place)  # in one step, whoever else writes it
            except OSError:
                os.unlink(new)  # else each run would leave another
        except OSError:
            pass  # a folder that cannot be written, or is full, keeps nothing

    def hear(self, event: str, details: tuple[Any, ...]) -> None:
        """Record an event of Python's audit hook."""
        note = self.heard.get(event) if self._listens else None
        if note is None:
            return
        try:
            note(*details)
        except Exception:  # noqa: BLE001 - what the run does must not fail for being heard
            self._listens = False

    def _opened(self, path: Any, _mode: object, flags: int) -> None:
        if isinstance(path, int):
            return
        place = os.path.abspath(os.fsdecode(path))
        is_compiled = os.path.basename(os.path.dirname(place)) == "__pycache__"  # its source is what decides
        if is_compiled or _is_within(place, self._folder) or place.startswith(self._libraries):
            return
        if flags & (os.O_WRONLY | os.O_RDWR):
            self._listens = False
        else:
            self._see(place)

    def _listed(self, path: Any = None, *_more: object) -> None:
        place = os.path.abspath(os.fsdecode("." if path is None else path))
        if f"{place}{os.sep}".startswith(self._libraries):
            return
        if _is_within(place, self._folder):
            self._listens = False  # its own entries among the inputs
        self._see(place, within=True)

    def _looked_for(self, path: str) -> None:
        self._see(os.path.abspath(path))

    def _matched(self, pattern: str, *_more: object) -> None:
        """Record a pattern: its folders are reported as they are listed, unless they come from a pattern too."""
        if any(sign in os.path.dirname(pattern) for sign in "*?["):
            self._listens = False
        self._see(os.path.abspath(pattern))

    def _put(self, text: str) -> None:
        self._characters += len(text)
        self._listens = self._characters <= _MAX_CHARACTERS
        self._printed.append(text)

    def _all_kept(self) -> None:
        self._is_kept = True

    def _complained(self) -> None:
        self._listens = False  # only standard output is kept

    def _see(self, place: str, *, within: bool = False) -> None:
        """Record the state of a file or folder before the run sees it."""
        question = (place, within)
        if question not in self._seen:
            listens, self._listens = self._listens, False  # it opens them itself
            state = _state(place, within)
            self._listens = listens and state != _UNKNOWABLE
            self._seen[question] = state
            if not within:
                self._written[place] = _written(place)


_LISTENING: list[Answers] = []
"""The run that is recorded, or the last one: a hook cannot be removed, so one serves the whole process."""


def _tell(event: str, details: tuple[Any, ...]) -> None:
    for run in _LISTENING:
        if event in run.heard:  # three thousand events of a start are not
            run.hear(event, details)


_UNKNOWABLE = b"?"


def _state(place: str, within: bool) -> bytes:
    """The content of a file, or the names `within` a folder with their kinds, as a digest."""
    try:
        if within:
            with os.scandir(place) as entries:
                named = [(each.name, each.is_symlink(), each.is_dir(), each.is_file()) for each in entries]
            return _digest(repr(sorted(named)))
        mode = os.stat(place).st_mode
        if not stat.S_ISREG(mode):
            return b"folder" if stat.S_ISDIR(mode) else _UNKNOWABLE
        mark = blake2b(digest_size=_MARK_BYTES)
        with open(place, "rb", buffering=0) as stream:
            while block := stream.read(_BLOCK_BYTES):
                mark.update(block)
        return mark.digest()
    except (OSError, ValueError) as error:
        return f"not there: {getattr(error, 'errno', None)}".encode()


def _written(place: str) -> tuple[int, ...] | None:
    """The identity of the file at a place, and the time it was written."""
    try:
        state = os.stat(place)
    except (OSError, ValueError):
        return None
    return None if stat.S_ISDIR(state.st_mode) else (state.st_ino, state.st_mtime_ns, state.st_ctime_ns)


def _digest(data: str | bytes) -> bytes:
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return blake2b(data, digest_size=_MARK_BYTES).digest()


def _today() -> str:
    return time.strftime("%Y-%m-%d")


def _homes() -> tuple[str, str]:
    """The folders of the program: its own, with the rulesets when it is installed, and those of a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return package, os.path.join(os.path.dirname(os.path.dirname(package)), "rulesets")


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _surroundings() -> Iterator[object]:
    """The circumstances besides the command line that affect how a report looks."""
    for stream in (sys.stdout, sys.stderr):
        is_terminal = stream.isatty()
        yield stream.encoding, is_terminal, os.get_terminal_size(stream.fileno()) if is_terminal else None
    yield sorted(
        (name, value)
        for name, value in os.environ.items()
        if name in _VARIABLES or name == "LANG" or name.startswith(("LC_", "PYTHON"))
    )


def _program() -> Iterator[object]:
    """What distinguishes one state of the program, its libraries and its plugins from another."""
    yield sys.version
    yield sys.flags
    for path in (sys.executable, *sys.path):
        yield path, _stamp(path)
        # What is installed, and in which version.
        yield [(name, _stamp(os.path.join(path, name))) for name in _names(path) if name.endswith(("-info", ".pth"))]
    folders = [*_homes()]
    for folder in folders:
        for name in _names(folder):
            if name.endswith((".py", ".toml", ".csv", ".txt", ".html", ".css", ".js")):
                yield name, _stamp(f"{folder}{os.sep}{name}")
            elif "." not in name and name != "__pycache__" and os.path.isdir(place := f"{folder}{os.sep}{name}"):
                folders.append(place)


def _names(folder: str) -> Iterable[str]:
    try:
        return sorted(os.listdir(folder or "."))
    except OSError:
        return ()


def _stamp(path: str) -> tuple[int, int] | None:
    """The size and time of change of a file; for a folder its names are compared instead."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return None if stat.S_ISDIR(state.st_mode) and not path.endswith("-info") else (state.st_size, state.st_mtime_ns)


def _print(text: str) -> None:
    """Print as the command line does: escaped where a console lacks characters, and silent when the reader has
    closed."""
    prepare()
    try:
        put(text)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - the exit code stays its own
    except OSError as error:
        from ipseclint.cli.app import end_without_output

        end_without_output(error)
