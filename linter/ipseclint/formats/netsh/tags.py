"""The arguments of a netsh command: `tag=value` in any order, abbreviated, or by position.

Rules, for `netsh ipsec` and `netsh advfirewall` alike: tags without regard to case; an exact tag, else the
only one that begins so; a value without a tag takes the next unused tag in the order of the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from msgspec import Struct, field

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.token import Token, joined
from ipseclint.late import late


class Argument(Struct, frozen=True, gc=False):
    """One value with its full tag. `name` is the tag as written, None for a positional value."""

    tag: str
    value: Token
    name: Token | None = None


class Arguments(Struct):
    """The arguments of one command in the order written, and the faults found in them.

    `values` holds the first argument of each tag. `unresolved` are words that fit no argument and, if the command can
    take a preshared key, may be one: no message shows them. `is_refused`: netsh refuses the command, for a tag that is
    unknown or ambiguous, or a value that no tag is left for.
    """

    ordered: list[Argument] = field(default_factory=list)
    values: dict[str, Argument] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unresolved: list[Token] = field(default_factory=list)
    is_refused: bool = False

    def get(self, tag: str) -> Token | None:
        """The value of a tag, or None if it is not given."""
        argument = self.values.get(tag)
        return None if argument is None else argument.value


_MAX_TAG_CHARACTERS = 64  # twice the longest of netsh; nothing longer can be an abbreviation
_MAX_LISTED = 8
_LIKE_NAMES = frozenset(
    {
        "action", "activate", "assign", "description", "filteraction", "filterlist", "group", "guid", "id", "kerberos",
        "location", "name", "negotiation", "newname", "policy", "protocol", "psk", "rule", "soft", "store", "tunnel",
    }
)  # fmt: skip
"""Tags that given names may begin with."""

_BY_KEY = "psk"
"""A part of each tag and value by which a command names a preshared key."""
_FREE_TEXT = "description"
"""The tag whose value may contain any other."""
_HELD = late(r"[ \t]([a-z]\w{1,63})=", re.IGNORECASE)


def unique_prefix(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that an abbreviation can mean; an exact match excludes others."""
    return _unique_prefix(text.casefold(), tuple(names)) if len(text) <= _MAX_TAG_CHARACTERS else ()


@lru_cache(maxsize=4096)
def _unique_prefix(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    candidates = tuple(each for each in names if text and each.startswith(text))
    return (text,) if text in candidates else candidates


def resolve_arguments(
    words: Sequence[Token],
    tags: Sequence[str],
    *,
    repeatable: frozenset[str] = frozenset(),
    named_only: frozenset[str] = frozenset(),
    elsewhere: frozenset[str] = frozenset(),
    positional: bool = True,
) -> Arguments:
    """The arguments in these words, given the tags of a command in positional order.

    Tags in `named_only` have no position. With `positional` off, every value needs its tag. `elsewhere` are tags of
    other commands: a mistake, but no secret. A word that fits no tag or several, or repeats a tag, is a problem and no
    argument.
    """
    arguments = _each_named(words, tuple(tags))
    if arguments is None:
        arguments = _resolved(words, tags, repeatable, named_only, elsewhere, positional=positional)
    _note_swallowed(arguments, tags)
    return arguments


def _resolved(
    words: Sequence[Token],
    tags: Sequence[str],
    repeatable: frozenset[str],
    named_only: frozenset[str],
    elsewhere: frozenset[str],
    *,
    positional: bool,
) -> Arguments:
    by_position = [tag for tag in tags if tag not in named_only] if positional else []
    pairs = [
        (name, value, () if name is None else unique_prefix(name.text, tags)) for name, value in _pairs(words, tags)
    ]
    claimed = {candidates[0] for _, _, candidates in pairs if len(candidates) == 1}
    is_by_position = any(name is None for name, _, _ in pairs)  # as a key may be
    asks_for_key = is_by_position or any(_BY_KEY in word.text.casefold() for word in words)
    resolving = _Resolving(tags, repeatable, elsewhere, asks_for_key=asks_for_key)
    for name, value, candidates in pairs:
        if name is None:
            free = [tag for tag in by_position if tag not in claimed]
            if positional:
                resolving.by_position(value, free)
            else:
                resolving.refuse_untagged(value)
        elif len(candidates) == 1:
            resolving.accept(candidates[0], value, name)
        else:
            resolving.refuse_name(name, value, candidates)
    return resolving.arguments


def _note_swallowed(arguments: Arguments, tags: Sequence[str]) -> None:
    """Note a value that holds a tag with its `=`: a quotation mark before or behind it is missing."""
    for argument in arguments.ordered:
        text = argument.value.text
        is_prose = argument.tag == _FREE_TEXT and (argument.value.quoted or " " not in text)
        if "=" not in text or is_prose:
            continue
        held = next((match for match in _HELD.finditer(text) if match[1].casefold() in tags), None)
        if held is not None:
            at = argument.value.part(held.start(1), held.end(1)).span
            message = f"a quotation mark is missing: `{held[1]}=` and what follows are part of `{argument.tag}` here"
            arguments.problems.append(Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=at))


def swallowed(missing: Sequence[str], values: Mapping[str, Token]) -> str:
    """Why tags are missing, as the rest of a sentence, if a quotation mark is; empty if it is not."""
    for tag, value in values.items():
        held = next((match for match in _HELD.finditer(value.text) if match[1].casefold() in missing), None)
        if held is not None:
            return f": a quotation mark is missing, so that `{held[1]}=` and what follows are part of `{tag}`"
    return ""


_OF_NUMBER = frozenset("0123456789.,:/-")
_NAMES = frozenset({"name", "newname", "filterlist", "filteraction", "policy"})
"""Tags whose value is often one of several words."""
_TORN = "a value without its tag stands"
_QUOTE_IT = "one that has a blank in it needs quotation marks"
_UNTAGGED = f"a value without its tag, such as `name=`; {_QUOTE_IT}"


def _is_cut_off(tag: str, word: str) -> bool:
    """Whether a word that begins like a tag lacks only the `=`; few of those like names do."""
    rest = word[len(tag) :]
    return rest[:1] in {":", "."} or rest in {"yes", "no"} if tag in _LIKE_NAMES else True


class _Resolving:
    """Collects the arguments of a command one by one; others become problems."""

    def __init__(
        self, tags: Sequence[str], repeatable: frozenset[str], elsewhere: frozenset[str], *, asks_for_key: bool
    ) -> None:
        self.arguments = Arguments()
        self._asks_for_key = asks_for_key
        self._tags = tags
        self._repeatable = repeatable
        self._elsewhere = elsewhere

    def accept(self, tag: str, value: Token, name: Token | None) -> None:
        """Add the value of a tag."""
        if tag in self.arguments.values and tag not in self._repeatable:
            keys = [value] if _is_key(tag) else []
            self._refuse(f"`{tag}` is given twice, and netsh takes it once", name or value, *keys)
            return
        argument = Argument(tag, value, name)
        self.arguments.ordered.append(argument)
        self.arguments.values.setdefault(tag, argument)

    def by_position(self, value: Token, tags: Iterable[str]) -> None:
        """Add a positional value, for the first of these tags that is unused."""
        free = next((tag for tag in tags if tag not in self.arguments.values), None)
        if free is None:
            self._refuse_command("a value without a tag, and no tag is left for it", value, value)
        else:
            if not self._note_lost_equals(value, free):
                self._note_torn(value, free)
            self.accept(free, value, None)

    def refuse_untagged(self, value: Token) -> None:
        """Refuse a value without the tag that it needs."""
        is_tag = value.text.casefold() in self._tags and not value.quoted
        message = f"no `=` stands behind `{value.text.casefold()}`" if is_tag else _UNTAGGED
        self._refuse_command(message, value, value)

    def _note_lost_equals(self, value: Token, taken_for: str) -> bool:
        """Note a positional value if it begins like a tag: netsh takes `mmpfsyes` for the value of the next."""
        folded = value.text.casefold()
        tag = next((each for each in self._tags if folded.startswith(each) and _is_cut_off(each, folded)), None)
        if tag is None or value.quoted:
            return False
        message = f"no `=` stands behind `{tag}`: netsh takes this for `{taken_for}`"
        self.arguments.problems.append(Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=value.span))
        return True

    def _note_torn(self, value: Token, taken_for: str) -> None:
        """Note the rest of a name, a number or an address that netsh takes for a description: `name=Web servers`."""
        before = self.arguments.ordered[-1] if self.arguments.ordered else None
        if before is None or before.name is None or taken_for != _FREE_TEXT or value.quoted or before.value.quoted:
            return
        is_number = before.value.text[-1:] in _OF_NUMBER and value.text[:1] in _OF_NUMBER
        if not (is_number or (before.tag in _NAMES and before.value.end == (value.line, value.column - 1))):
            return
        message = f"{_TORN} behind `{before.tag}`: netsh takes it for `{taken_for}`; {_QUOTE_IT}"
        self.arguments.problems.append(Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=value.span))

    def refuse_name(self, name: Token, value: Token, candidates: tuple[str, ...]) -> None:
        """Refuse a value whose tag is unknown or ambiguous."""
        near = _near(name.text.casefold(), tuple(self._tags)) if len(name.text) <= _MAX_TAG_CHARACTERS else ()
        # What is nearly a tag is no key; beside a key, nobody can tell of other words before a `=`.
        is_shown = bool(near) or not self._may_hold_key()
        shown = quoted(name.text) if is_shown else "this"
        if candidates:
            keys = [value] if any(map(_is_key, candidates)) else []
            self._refuse_command(f"{shown} can be {listing(candidates)}", name, *keys)
            return
        # A key with a `=` in it looks like a tag that nobody knows.
        keys = [] if unique_prefix(name.text, self._elsewhere) else [value] if is_shown else [name, value]
        known = f"did you mean {listing(near)}?" if near else f"this command has {_some(self._tags)}"
        message = f"unknown tag{f' {shown}' if is_shown else ''}: {known}"
        self._refuse_command(message, name, *([value] if near else keys))

    def _may_hold_key(self) -> bool:
        """Whether a word may be of a key: the command takes one, and names one or has words that are not understood."""
        return any(map(_is_key, self._tags)) and (self._asks_for_key or bool(self.arguments.problems))

    def _refuse_command(self, message: str, place: Token, *words: Token) -> None:
        self.arguments.is_refused = True
        self._refuse(message, place, *words)

    def _refuse(self, message: str, place: Token, *words: Token) -> None:
        problem = Problem(code=ProblemCode.MALFORMED, message=message, span=place.span)
        self.arguments.problems.append(problem)
        self.arguments.unresolved.extend(words)


def _each_named(words: Sequence[Token], tags: tuple[str, ...]) -> Arguments | None:
    """The arguments of an ordinary command, each with its tag; None if a closer look is needed.

    That includes a wrong number of words, as from a value behind a blank.
    """
    meant = _meant_by(tags)
    values: dict[str, Argument] = {}
    for name, equals, value in zip(words[::3], words[1::3], words[2::3], strict=False):
        candidates = meant(name.text) if len(name.text) <= _MAX_TAG_CHARACTERS else ()
        if len(candidates) != 1 or candidates[0] in values or equals.text != "=" or equals.quoted:
            return None
        values[candidates[0]] = Argument(candidates[0], value, name)
    return Arguments(list(values.values()), values) if len(words) == 3 * len(values) else None


@cache
def _meant_by(tags: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    """A cached lookup of the tags that a word can mean, since a script repeats few words."""
    return lru_cache(maxsize=1024)(lambda text: unique_prefix(text, tags))


def _is_key(tag: str) -> bool:
    return tag.endswith(_BY_KEY)


def _pairs(words: Sequence[Token], tags: Sequence[str]) -> Iterable[tuple[Token | None, Token]]:
    """Names with their values; the name is None for a positional value."""
    index = 0
    while index < len(words):
        word = words[index]
        if not _is_equals(words, index + 1):
            yield _unquoted_pair(word, tags)
            index += 1
            continue
        name, equals, index = word, words[index + 1], index + 2
        if index >= len(words):
            yield name, _nothing_after(equals)
        elif not _is_equals(words, index + 1):
            yield name, words[index]
            index += 1
        elif index + 2 < len(words) and _touch(words[index : index + 3]) and not unique_prefix(words[index].text, tags):
            yield name, joined(words[index : index + 3])
            index += 3
        else:
            yield name, _nothing_after(equals)


def _is_equals(words: Sequence[Token], index: int) -> bool:
    return index < len(words) and words[index].text == "=" and not words[index].quoted


def _unquoted_pair(word: Token, tags: Sequence[str]) -> tuple[Token | None, Token]:
    """A word quoted as a whole, split at its tag: `"name=My policy"` reaches netsh without the quotes."""
    tag, equals, _ = word.text.partition("=")
    if not word.quoted or not equals or len(unique_prefix(tag.strip(), tags)) != 1:
        return None, word
    end = len(word.text)
    return word.part(0, len(tag.rstrip())), word.part(len(tag) + 1, end)


def _touch(words: Sequence[Token]) -> bool:
    return all(left.end == (right.line, right.column) for left, right in pairwise(words))


def _nothing_after(equals: Token) -> Token:
    return equals.part(1)


@lru_cache(maxsize=1024)
def _near(text: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    """The tags that a word may be a misspelling of."""
    from difflib import get_close_matches

    return tuple(get_close_matches(text, tags, cutoff=0.75))


def _some(tags: Sequence[str]) -> str:
    more = len(tags) - _MAX_LISTED
    return f"{listing(tags[:_MAX_LISTED])} and {more} more" if more > 0 else listing(tags)


def listing(names: Iterable[str]) -> str:
    """Names as messages show them."""
    return ", ".join(f"`{each}`" for each in names)
