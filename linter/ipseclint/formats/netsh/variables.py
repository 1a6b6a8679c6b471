"""Variables of a batch file that it sets to literal text, expanded in its lines.

What comes from elsewhere, such as the environment, a prompt or the output of a command, stays as written; but an answer
to a prompt in the place of a preshared key is taken for a key. Source: the pages `set`, `for` and `call` of the Windows
Commands reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ipseclint.formats.kit.read import ASKED
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.netsh.call_arguments import CallArguments
from ipseclint.formats.netsh.flow import CONDITIONS
from ipseclint.formats.netsh.hosts import BATCH, MAX_LINE_CHARACTERS
from ipseclint.formats.netsh.labels import ASSIGNS
from ipseclint.formats.netsh.words import Part
from ipseclint.late import late, late_names
from ipseclint.source import Span

if TYPE_CHECKING:
    from ipseclint.formats.netsh.path_parts import path_part
else:
    (path_part,) = late_names("ipseclint.formats.netsh.path_parts", "path_part")

_PERCENT = late(
    r"%(?:%|(?:~((?i:[fdpnxsatz]){0,9}))?([1-9*])|([A-Za-z_][^%:=\s]*)(:[^%=][^%]{0,200})?%)|!([A-Za-z_][^!:=\s]*)(:[^!=][^!]{0,200})?!"
)
_PART = late(r":~(-?\d{1,5})(?:,(-?\d{1,5}))?")
_CHANGED = late(r":([^=~*][^=]*)=(.*)", re.DOTALL)
_CUT_UP_TO = late(r":\*([^=]+)=(.*)", re.DOTALL)
"""What is taken of a variable, and what is put into it: `%NAME:~0,3%`, `%NAME:old=new%` (the page `set`)."""
_DOUBLED = late(r"%%([A-Za-z_][^%:=\s]*)(:[^%=][^%]{0,200})?%%")
_SHIFT = late(r"[ \t]*@?shift[ \t]+/([0-8])", re.IGNORECASE)
_SET = late(r"[ \t]*@?set[ \t]+(\"?)([A-Za-z_][^=\"]*)=(.*)", re.IGNORECASE | re.DOTALL)
_SWITCH = late(r"[ \t]*@?set[ \t]*/([ap])[ \t]*\"?([A-Za-z_]\w*)?", re.IGNORECASE)
_SET_WITHIN = late(r"\bset(?:[ \t]+[\"\w]|[ \t]*/)", re.IGNORECASE)
_MAY_CHANGE = late(r"\b(?:set|call|setlocal|endlocal)\b", re.IGNORECASE)
_HEAD = late(
    r"[ \t@]*+(?:for(?=[ \t/])[^()]*\bin[ \t]*\((?:\"[^\"]*\"|[^\")])*\)[ \t]*do\b"
    r"|if(?=[ \t/])[ \t]*+(?:/i[ \t]+)?(?:not[ \t]+)?"
    r"(?:(?:exist|defined|errorlevel|cmdextversion)[ \t]+(?:\"[^\"]*\"|[^\s\"])+"
    r"|(?:\"[^\"]*\"|[^\s\"=])+[ \t]*(?:==|(?:equ|neq|lss|leq|gtr|geq)(?=[ \t]))[ \t]*(?:\"[^\"]*\"|[^\s\"(])+))",
    re.IGNORECASE,
)
"""What stands before the commands of a loop or a condition, for which exclamation marks are read apart from them."""
NUMBER = r"-?(?:[1-9]\d{0,8}|0)(?!\d)"
"""A number in decimal; one that begins with 0 is octal."""
_SUMS = late(r"[ \t]*@?set[ \t]*/a[ \t]*+(?:([^\",]+(?:,[^\",]+)*)|\"([^\"]+)\"?[ \t]*)", re.IGNORECASE)
_OPERAND = rf"[A-Za-z_]\w*|{NUMBER}"
_SUM = late(
    rf"[ \t]*([A-Za-z_]\w*)[ \t]*([-+*/]?)=[ \t]*"
    rf"(?:(?:[%!]?({_OPERAND})[%!]?[ \t]*(\+)|({_OPERAND})[ \t]*([-*/]|%%))[ \t]*)?({_OPERAND})[ \t]*"
)
"""One of the sums of `set /a`, which commas part: a number, a variable, or two of these and what joins them."""
_OF_WINDOWS = frozenset(
    {"cmdextversion", "errorlevel", "number_of_processors", "processor_level", "processor_revision", "random"}
)
"""Numbers that Windows gives a script in variables."""
_WHOLE = late(r"-?[1-9]\d{0,9}|0")
_DELAYED_NAME = r"!([A-Za-z_][^!:=\s]*)(:[^!=][^!]{0,200})?!"
_DELAYED = late(_DELAYED_NAME)
"""A variable that is put in when its command runs, where `setlocal enabledelayedexpansion` asks for that."""
_EXCLAIMED = late(rf"{_DELAYED_NAME}|[!^]")
_BEFORE_A_KEY = late(r"\b(?:auth1)?psk[ \t]*=[ \t]*\"?\Z", re.IGNORECASE)
_BEHIND_A_KEY = frozenset({"", " ", "\t", '"'})
CHANGES_VARIABLES = CONDITIONS | {"set", "setlocal", "endlocal"}
"""How a command begins that may set variables."""
_KNOWN_FOLDER = late(r"%(?:~dp0|systemroot%|windir%)", re.IGNORECASE)
"""The folder of a batch file, and that of Windows, which are as certain as they are unknown: they stay as written."""
_TAKEN_OUT = late(r"[\^<>]")
_MAX_PUT_IN = 4_000_000
"""What all lines of a file get put in: a line may run a thousand times, each with a long value."""


def _is_key(text: str, match: re.Match[str]) -> bool:
    """Whether a variable is a whole preshared key."""
    return _BEFORE_A_KEY.search(text[: match.start()]) is not None and text[match.end() :][:1] in _BEHIND_A_KEY


class Variables:
    """The variables of one batch file so far; a value of None is unknown.

    `arguments` are those of the called label, from `%1` on; None in the main part, where they are unknown. `stays` are
    the places in exclamation marks that cmd.exe keeps as they are written.
    """

    def __init__(self) -> None:
        self.arguments: CallArguments | None = None
        self._values: dict[str, str | None] = {}
        self._before: dict[str, str | None] = {}  # what the running command has changed, as it was when it was read
        self._kept: list[tuple[dict[str, str | None], bool]] = []
        self._put_in = 0
        self.stays: set[Span] = set()
        self._is_delayed = False
        self._lone: set[tuple[str, int, int]] = set()

    def note(self, line: Token) -> None:
        """Record the exclamation marks of a line, as it is written, that stand around no name."""
        signs = (sign for sign in _EXCLAIMED.finditer(line.text) if sign[0] == "!")
        self._lone.update(_place(line.part(sign.start(), sign.end())) for sign in signs)

    def unsure_signs(self, line: Token, part: Part, keyword: str) -> tuple[Token, ...]:
        """The signs of a command of which it is not known what becomes of them.

        Delayed expansion takes exclamation marks away that stand around no name, and more with them; `call` reads its
        line once more, with carets in quotes.
        """
        is_lost = "!" if self._is_delayed and "!" in part.raw else ""
        if keyword == "call" and "^" in part.raw and '"' in part.raw:
            is_lost += "^"
        signs = (sign for sign in _EXCLAIMED.finditer(part.raw) if sign[0] in is_lost) if is_lost else ()
        places = (line.part(part.start + sign.start(), part.start + sign.end()) for sign in signs)
        return tuple(place for place in places if place.text == "^" or _place(place) in self._lone)

    def note_what_stays(self, part: Part) -> None:
        """Record the places in exclamation marks that cmd.exe keeps as they are, if nothing asks for more."""
        if not (self._is_delayed or "/v" in part.raw.casefold()):
            self.stays.update(place.span for place in part.variables if place.text[:1] == "!")

    def expanded(self, line: Token, signs: str = "%!") -> Token:
        """A line with known variables expanded, each value at the place of its variable.

        `signs` are the marks of the variables to expand: in a block, those with `%` are expanded before any of it runs.
        """
        text = line.text
        if "%" not in text and "!" not in text:
            return line
        pieces, at, length = [], 0, 0
        for match in _PERCENT.finditer(text):
            value = self._value(match) if match[0][0] in signs else None
            if value is None or (value == ASKED and not _is_key(text, match)):
                continue
            length += len(value)
            if length > MAX_LINE_CHARACTERS or self._put_in + length > _MAX_PUT_IN:
                return line
            if match.start() > at:
                pieces.append(line.part(at, match.start()))
            pieces.append(line.part(match.start(), match.end()).replaced_by(value))
            at = match.end()
        if not pieces:
            return line
        self._put_in += length
        return joined([*pieces, line.part(at)] if at < len(text) else pieces)

    def expanded_before(self, line: Token, signs: str = "%!") -> Token:
        """A line with the variables expanded that are put in before any of its commands runs.

        Those in exclamation marks are put in command by command, which matters if one of them changes variables.
        """
        if "!" not in line.text or "!" not in signs or _MAY_CHANGE.search(line.text) is None:
            return self.expanded(line, signs)
        line = self.expanded(line, "%") if "%" in signs else line
        head = _HEAD.match(line.text)
        if head is None:
            return line
        return joined([self.expanded(line.part(0, head.end()), "!"), line.part(head.end())])

    def expanded_again(self, command: Token) -> Token:
        """A command behind `call`, for which `%%NAME%%` is read once more, with the values of now."""
        pieces, at = [], 0
        for match in _DOUBLED.finditer(command.text):
            value = self._values.get(match[1].casefold())
            value = value if match[2] is None or value is None else _modified(value, match[2])
            place = command.part(*match.span())
            is_open = value is None or value == ASKED
            pieces += [
                command.part(at, match.start()),
                place.standing_for(match[0].replace("%%", "%")) if is_open else place.replaced_by(value or ""),
            ]
            at = match.end()
        return joined([*filter(_has_text, pieces), command.part(at)]) if pieces else command

    def enter(self, arguments: CallArguments | None) -> None:
        """Take the arguments of a section or a file at its call, for which cmd.exe puts in what variables hold then."""
        if arguments is not None:
            arguments.begin(self._filled_in)
        self.arguments = arguments
        self.end_command()

    def shift(self, command: str, *, is_certain: bool) -> None:
        """Carry out `shift`: the arguments move down by one, from the first or from that of its number."""
        if self.arguments is not None:
            number = _SHIFT.match(command)
            self.arguments.shift(int(number[1]) if number is not None else 0, is_certain=is_certain)

    def known(self, name: str) -> str | None:
        """The value of a variable; None if unknown."""
        value = self._values.get(name.casefold())
        return None if value == ASKED else value

    def is_asked(self, name: str) -> bool:
        """Whether a variable holds the answer to a prompt."""
        return self._values.get(name.casefold()) == ASKED

    def end_command(self) -> None:
        """Note that a command has run, with all of its block: cmd.exe reads the next, and puts in what holds now."""
        self._before.clear()

    @contextmanager
    def within_command(self) -> Iterator[None]:
        """Follow commands that are read while another runs."""
        before, self._before = self._before, dict(self._before)
        yield
        self._before = before

    def keep(self) -> None:
        """Carry out `setlocal`."""
        self._kept.append((dict(self._values), self._is_delayed))

    def restore(self, *, is_certain: bool) -> None:
        """Carry out `endlocal`; if it may not run, changed variables become unknown."""
        if not self._kept:
            return
        kept, is_delayed = self._kept[-1]
        self._is_delayed = is_delayed or (self._is_delayed and not is_certain)
        for name in self._values.keys() | kept.keys():
            if self._values.get(name) != kept.get(name):
                self._put(name, kept.get(name) if is_certain else None)
        if is_certain:
            self._values = self._kept.pop()[0]

    @contextmanager
    def within_file(self) -> Iterator[None]:
        """Follow another file that is called, whose open `setlocal`s end with it."""
        depth = len(self._kept)
        with self.within_command():
            yield
            while len(self._kept) > depth:
                self.restore(is_certain=True)

    def follow(self, command: str, keyword: str, *, is_certain: bool) -> None:
        """Carry out the assignments of a command; those that may not run make variables unknown."""
        if keyword == "set":
            self.take(command, is_certain=is_certain)
        elif keyword == "setlocal":
            self.keep()
        elif keyword == "endlocal" or (keyword in CONDITIONS and "endlocal" in command.casefold()):
            self.restore(is_certain=is_certain and keyword == "endlocal")
        elif keyword in CONDITIONS and (match := _SET_WITHIN.search(command)):
            self.take(command[match.start() :], is_certain=False)
        if "delayedexpansion" in (folded := command.casefold()):
            self._is_delayed = "enabledelayedexpansion" in folded or (self._is_delayed and not is_certain)

    def forget(self, names: Iterable[str]) -> None:
        """Note that variables, by folded names, may have been set to what is not known."""
        for name in names:
            self._put(name, None)

    def take(self, command: str, *, is_certain: bool) -> None:
        """Carry out a `set` command, given its expanded text."""
        command = _received(command)
        if is_certain and (sums := _sums_in(command)):
            for each in sums:
                self._count(each)
        elif match := _SWITCH.match(command):
            is_asked = match[1] in "pP"
            self.forget(() if is_asked else map(str.casefold, ASSIGNS.findall(command, match.end(1))))
            if match[2]:
                self._put(match[2].casefold(), ASKED if is_asked and is_certain else None)
        elif match := _SET.match(command):
            value = match[3]
            if match[1]:
                value = value.rpartition('"')[0] if '"' in value else value
            self._put(match[2].casefold(), value if is_certain and self._is_literal(value) else None)

    def _is_literal(self, value: str) -> bool:
        """Whether a value is what is written: an exclamation mark is, unless delayed expansion takes it away."""
        return (
            "%" not in _KNOWN_FOLDER.sub("", value, 1)
            and not (self._is_delayed and "!" in value)
            and _DELAYED.search(value) is None
        )

    def _count(self, match: re.Match[str]) -> None:
        """Carry out one sum of `set /a`; an unset variable is 0."""
        name, assigned, last = match[1], match[2], self._operand(match[7])
        joins = match[4] or match[6] or assigned
        before = self._operand(match[3] or match[5] or name) if joins else 0
        is_twofold = assigned and match[3 if match[4] else 5] is not None
        result = None if before is None or last is None or is_twofold else _joined_by(joins or "+", before, last)
        self._put(name.casefold(), None if result is None else str(result))

    def _operand(self, written: str) -> int | None:
        """What a number or a variable in a sum stands for; None if it is not known."""
        known = written if _WHOLE.fullmatch(written) else self._number(written.casefold())
        return None if known is None or _WHOLE.fullmatch(known) is None else int(known)

    def _put(self, name: str, value: str | None) -> None:
        self._before.setdefault(name, self._values.get(name))
        self._values[name] = value

    def _held(self, name: str, *, is_read: bool) -> str | None:
        """What a variable holds now, or what it held when the running command was read."""
        return self._before[name] if is_read and name in self._before else self._values.get(name)

    def _number(self, name: str) -> str | None:
        return self._values.get(name, None if name in _OF_WINDOWS else "0")

    def _value(self, match: re.Match[str]) -> str | None:
        part, argument, name, how = match[1], match[2], match[3] or match[5], match[4] or match[6]
        if argument is not None:
            return self._argument(argument, part)
        if match[5] is not None and not self._is_delayed:
            return None  # it is put in only where the script, or how cmd.exe is started, asks for that
        value = None if name is None else self._held(name.casefold(), is_read=match[3] is not None)
        if value is not None and "!" in value and self._is_delayed and match[3]:
            return None  # what is put in for a percent sign is read for exclamation marks once more
        if how is None or value is None:
            return value
        return None if value in {ASKED, ""} else _modified(value, how)  # of one that is not set, the colon alone goes

    def _argument(self, number: str, part: str | None) -> str | None:
        """An argument; without its quotes, or a part of the path that it holds, if letters or none ask for that."""
        if self.arguments is None:
            return None
        if number == "*":
            return self.arguments.all
        value = self.arguments.value(int(number))
        if value is None or (self._is_delayed and "!" in value):
            return None
        if part:
            return path_part(value, part)
        if part is None or '"' not in value:
            return value
        bare = value[1:-1]
        return bare if value == f'"{bare}"' and '"' not in bare else None

    def _filled_in(self, text: str) -> str | None:
        """What a call is given, with the variables that it names; None if one is not known."""
        values = [self._value(match) for match in _PERCENT.finditer(text) if match[0][0] == "%"]
        if any(value is None or value == ASKED for value in values):
            return None
        filled = iter(values)
        return _PERCENT.sub(lambda match: next(filled) or "" if match[0][0] == "%" else match[0], text)


def _sums_in(command: str) -> list[re.Match[str]]:
    """The sums of a `set /a`, in order; none if one of them is of a kind that is not followed."""
    match = _SUMS.fullmatch(command)
    sums = [] if match is None else [_SUM.fullmatch(each) for each in (match[1] or match[2]).split(",")]
    return [] if None in sums else [each for each in sums if each is not None]


def _joined_by(sign: str, left: int, right: int) -> int | None:
    """Two numbers joined as `set /a` does; None where that fails, or leaves what 32 bits hold."""
    if sign in {"/", "%%"} and not right:
        return None
    match sign:
        case "-":
            result = left - right
        case "*":
            result = left * right
        case "/" | "%%":
            whole = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            result = whole if sign == "/" else left - whole * right
        case _:
            result = left + right
    return result if -(2**31) <= result < 2**31 else None


def _place(sign: Token) -> tuple[str, int, int]:
    return sign.path, sign.line, sign.column


def _received(command: str) -> str:
    """What a command receives of its text: redirections are taken out, and carets that stand for the sign behind."""
    if _TAKEN_OUT.search(command) is None:
        return command
    tokens = (token for token in BATCH.tokens.finditer(command) if token.lastgroup != "redirect")
    return "".join(token[0][1:] if token.lastgroup == "escaped" else token[0] for token in tokens)


def _has_text(piece: Token) -> bool:
    return bool(piece.text)


def _modified(value: str, how: str) -> str | None:
    """A value changed by the modifier behind the colon; None if that is not understood."""
    if part := _PART.fullmatch(how):
        first = min(int(part[1]), len(value)) if int(part[1]) >= 0 else max(0, len(value) + int(part[1]))
        last = len(value) if part[2] is None else int(part[2])
        return value[first : first + last] if part[2] is None or last >= 0 else value[first : len(value) + last]
    if cut := _CUT_UP_TO.fullmatch(how):
        return re.sub(f"(?s).*?{re.escape(cut[1])}", lambda _match: cut[2], value, count=1, flags=re.IGNORECASE)
    if changed := _CHANGED.fullmatch(how):
        return re.sub(re.escape(changed[1]), lambda _match: changed[2], value, flags=re.IGNORECASE)
    return None
