"""One command of a script: its words, its open values, and why netsh refuses it.

A value is *open* if the script fills it in when it runs. If its tag does not identify an object, the command is carried
out with that value unknown; if it does, the effect of the command is unknown. A refusal is told from something not
understood: the help of the tool lists tags and words in full; a repeated or unknown tag, or an invalid value, ends a
command before it does anything (PreprocessCommand: ERROR_TAG_ALREADY_PRESENT, ERROR_INVALID_OPTION_TAG).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ipseclint.finding import ProblemCode
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import FILLED_IN
from ipseclint.formats.kit.token import TYPOGRAPHIC, Token
from ipseclint.formats.netsh.tags import Argument
from ipseclint.source import Span

TOOL_CONTEXTS = frozenset({"reg", "sc", "net", "ipseccmd", "certutil", "auditpol"})
"""Tools beside netsh whose commands become Commands: `reg` for keys of IPsec, `sc` and `net` for its services,
`certutil` for imports into an own store of certificates, `auditpol` for what is audited of IPsec.

`ipseccmd` stands for `ipsecpol` too, which has the same words.
"""
MAX_OPEN_VALUES = 64
"""How many values of one command a script may fill in (reasoned: twice as many as any command has tags)."""
_ADDS = ("add",)
_SETS = ("set", "config")
_CHOOSES = ("name", "guid", "id", "policy", "location", "property", "file")
"""Tags of `set` that identify an object."""
_TRAFFIC = ("srcaddr", "dstaddr", "protocol", "srcport", "dstport", "mirrored", "conntype", "srcmask", "dstmask")
"""Tags by which `set rule` of `ipsec dynamic` identifies its rule."""
_NAMES = ("name", "newname", "filterlist", "policy", "mmpolicy", "qmpolicy", "filteraction")
"""Tags that name an object."""
_KEYS = ("psk", "auth1psk")
_ASIDE = frozenset({"program", "description", "service"})
"""Tags of `advfirewall firewall`, and of all objects, that only narrow or explain."""
_AT = 4
"""Which word is the value in `set global ipsec saidletimemin 5` and `set store gpo=NAME`."""
_LOGGING_AT = 2
"""Which word is `logging` in `set allprofiles logging filename FILE`."""
_OF_A_PROFILE = frozenset({"logging", "firewallpolicy"})
_OBJECT_WORDS = 2
_MADE_BY = {"policy": "name", "filterlist": "name", "filteraction": "name", "filter": "filterlist"}
"""The tag of what `add` makes of each kind to which rules of IP Security Policies refer by name."""
WHAT_IS_NOT_KNOWN = "a variable is put in here when the script runs: what this command does is not known"
VALUE_IS_NOT_KNOWN = "a variable is put in here when the script runs: this value is not known"
_UNKNOWN_TAG = "unknown tag `"
"""A refusal by netsh that does not depend on a variable in another tag's value."""
_MARKS = ("#", "//", "::", ";")
"""Comment marks of other languages. cmd.exe knows none behind a command but `& rem`, and passes such words on."""
_TYPOGRAPHIC_MARKS = "\u201c\u201d\u201e\u00ab\u00bb"
"""What word processors make of a straight quotation mark. PowerShell takes the first three for one, cmd.exe none."""


class Command(Struct, frozen=True):
    """One command: the full context, the words from the verb on, the line it begins on.

    `process` numbers the netsh process: what a session keeps, such as the store, ends with it. `variables` are the open
    places in values of its tags.
    """

    context: str
    words: tuple[Token, ...]
    line: int
    process: int = 0
    variables: tuple[Token, ...] = ()

    @property
    def span(self) -> Span:
        """The place of the command, from the verb to the end of its last word on that line."""
        first = self.words[0]
        last = self.words[-1]
        if last.line != first.line:
            last = next(word for word in reversed(self.words) if word.line == first.line)
        return Span(first.path, first.line, first.column, last.column + last.length - first.column)


def are_values(places: Sequence[Token], context: str, words: Sequence[Token]) -> bool:
    """Whether everything filled in at these places is a value, and the effect is known except for these values."""
    verb = words[0].word
    if len(places) > MAX_OPEN_VALUES:
        return False
    if context == "certutil":
        return True  # a file, or its password: the store is written out
    if context == "auditpol":
        return all(words[_index(place, words)].word.startswith(("/success:", "/failure:")) for place in places)
    if context == "reg":
        return verb == "add" and all(words[_index(place, words) - 1].word == "/d" for place in places)
    if _is_short(verb, _ADDS):
        return all(tag_of(place, words) is not None for place in places)
    if not _is_short(verb, _SETS) or len(verb) < 2:
        return False
    if context == "advfirewall":
        return all(_index(place, words) >= _AT for place in places)
    if context.startswith("advfirewall"):
        new = next((index for index, word in enumerate(words) if word.word == "new"), len(words))
        return all(_index(place, words) > new and tag_of(place, words) is not None for place in places)
    choosing = (*_CHOOSES, *_TRAFFIC) if context == "ipsec dynamic" and words[1].word == "rule" else _CHOOSES
    tags = [tag_of(place, words) for place in places]
    return all(tag is not None and not _is_short(tag, choosing) for tag in tags)


def is_aside(place: Token, words: tuple[Token, ...]) -> bool:
    """Whether a place is in the value of a tag without bearing on IPsec, or in a profile's log file."""
    if _index(place, words) > _LOGGING_AT and words[_LOGGING_AT].word == "logging":
        return True
    return tag_of(place, words) in _ASIDE


def sets_a_profile_aside(context: str, words: Sequence[Token]) -> bool:
    """Whether a command changes nothing of IPsec in whatever profile it names: what is logged, or let in and out."""
    at = _LOGGING_AT
    return context == "advfirewall" and len(words) > at and words[0].word == "set" and words[at].word in _OF_A_PROFILE


def open_names(places: Sequence[Token], words: Sequence[Token]) -> list[Token]:
    """The words that name an object and contain one of these places."""
    indices = {_index(place, words) for place in places if _is_short(tag_of(place, words) or "", _NAMES)}
    return [words[index] for index in sorted(indices)]


def without_keys(places: Sequence[Token], words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words, with a placeholder for each partly filled-in key, as the rest of it may be written out."""
    if not places:
        return words
    keys = {_index(place, words) for place in places if _is_key(tag_of(place, words) or "")}
    return tuple(word.standing_for(FILLED_IN) if index in keys else word for index, word in enumerate(words))


def tag_of(place: Token, words: Sequence[Token]) -> str | None:
    """The folded tag in whose value a place is; None if it is in none."""
    at = _index(place, words)
    return words[at - 2].word if at > 1 and words[at - 1].text == "=" else None


def open_tags(places: Sequence[Token], arguments: Mapping[str, Argument]) -> frozenset[str]:
    """The tags with an open value."""
    return frozenset(
        tag for tag, argument in arguments.items() for place in places if _is_within(place, argument.value)
    )


def _index(place: Token, words: Sequence[Token]) -> int:
    return next((index for index, word in enumerate(words) if _is_within(place, word)), 0)


def _is_within(place: Token, word: Token) -> bool:
    return (word.line, word.column) <= (place.line, place.column) < word.end


def _is_short(text: str, words: Sequence[str]) -> bool:
    return bool(text) and any(word.startswith(text) for word in words)


def _is_key(tag: str) -> bool:
    return len(tag) > 1 and _is_short(tag, _KEYS) and tag not in {"auth1", "auth"}


def named(command: Command) -> str:
    """A command as messages call it: context, verb and object, without what follows."""
    words = [word.text for word in command.words[:_OBJECT_WORDS] if word.text.isalpha()]
    tool = () if command.context in TOOL_CONTEXTS else ("netsh",)
    return " ".join((*tool, command.context, *words))


def is_taken(command: Command, trial: Diagnostics, diagnostics: Diagnostics) -> bool:
    """Whether netsh accepts a command, judged by what was noted while reading it apart, which is passed on.

    What breaks the rules of the tool is noted as one refusal of the command.
    """
    diagnostics.secrets.extend(trial.secrets)
    if not breaks_the_rules(trial):
        for variable in command.variables:
            diagnostics.not_understood(VALUE_IS_NOT_KNOWN, variable.span)
        for problem in trial.problems:
            diagnostics.add(problem)
        if trial.unread:
            diagnostics.unread.update(trial.unread)
        return True
    malformed = (problem for problem in trial.problems if problem.code is ProblemCode.MALFORMED)
    refuse(command, diagnostics, *((problem.message, problem.span) for problem in malformed))
    return False


def breaks_the_rules(trial: Diagnostics) -> bool:
    """Whether something that was noted makes netsh refuse the command."""
    return any(problem.code is ProblemCode.MALFORMED for problem in trial.problems)


def refuse(command: Command, diagnostics: Diagnostics, *reasons: tuple[str, Span]) -> None:
    """Note that netsh refuses a command, with each reason once."""
    if command.variables and not (reasons := tuple(each for each in reasons if each[0].startswith(_UNKNOWN_TAG))):
        places = [variable.span for variable in command.variables]
        diagnostics.problems[:] = [problem for problem in diagnostics.problems if problem.span not in places]
        diagnostics.not_understood(WHAT_IS_NOT_KNOWN, places[0])
        return
    (reason, span), *more = dict.fromkeys(reasons)
    mark = next((word for word in command.words if word.text.startswith(_MARKS)), None)
    if mark is not None:
        sign = next(sign for sign in _MARKS if mark.text.startswith(sign))
        reason = (
            f"`{sign}` begins no comment behind a command of cmd.exe or netsh, the words behind it are values; {reason}"
        )
    elif any(sign in word.text for word in command.words for sign in _TYPOGRAPHIC_MARKS):
        reason = f"{TYPOGRAPHIC}; {reason}"
    elif command.context.startswith("ipsec") and _is_torn(span, command.words):
        reason = f"a blank ends a value that has no quotation marks; {reason}"
    diagnostics.refuse_command(named(command), reason, span, *more)
    if (name := _name_made(command.words)) is not None:
        diagnostics.names_refused.add(name.text.casefold())


def _is_torn(span: Span, words: Sequence[Token]) -> bool:
    """Whether a word at a place is the rest of a name, or of a description, that a blank ends."""
    at = next((index for index, word in enumerate(words) if word.span == span), 0)
    if any(word.text == "=" for word in words[at + 1 : at + 2]):
        return False
    while at > _AT and words[at - 1].end == (words[at].line, words[at].column - 1):
        if words[at].quoted or words[at - 1].quoted:
            return False
        at -= 1
        if words[at - 1].text == "=":
            return _is_short(words[at - 2].word, (*_NAMES, *_ASIDE))
    return False


def _name_made(words: Sequence[Token]) -> Token | None:
    """The name of what an `add` of the static context makes, which of a filter may be its list."""
    tag = _MADE_BY.get(words[1].word) if len(words) > _OBJECT_WORDS and words[0].word in _ADDS else None
    if tag is None:
        return None
    behind = words[_OBJECT_WORDS:]
    tagged = (
        value
        for name, equals, value in zip(behind, behind[1:], behind[2:], strict=False)
        if equals.text == "=" and tag.startswith(name.word)
    )
    is_tagged = len(behind) > 1 and behind[1].text == "="
    return next(tagged, None if is_tagged else behind[0])
