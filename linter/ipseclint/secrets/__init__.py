"""The places of keys in an input, whatever its format and however damaged it is.

The text is searched before any reader sees it, for every form in which a key can stand: a tag or parameter with its
value, a member, an element or an attribute that names one, a column, a variable. What is found is masked by place and
by value. The name of a key alone identifies a form, so that a truncated or damaged input shows no key either.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache

from ipseclint.late import late
from ipseclint.secrets.announced import after_names
from ipseclint.secrets.elsewhere import (
    METHODS,
    around_variables,
    astray_methods,
    in_unused_variables,
    in_variables,
    without_variables,
)
from ipseclint.secrets.masks import is_reference, is_telling, lookalikes, spellings
from ipseclint.secrets.names import (
    BASE64_NAMES,
    BLANKS,
    ENTITY,
    ONE_UNTYPED,
    SIGNS_OF_FORMS,
    SIGNS_OF_MAILS,
    LongText,
    as_bytes,
    asked,
    has_match,
    is_told_by_more,
    is_worth_a_look,
    lowered,
    may_give_to_commands,
    may_have_credentials,
    may_match,
    names_in,
    names_key,
    standing,
)
from ipseclint.secrets.places import Place, line_begins, merged, spans_of
from ipseclint.secrets.router_commands import HINTS, in_router_commands
from ipseclint.secrets.told import first_of, is_told
from ipseclint.source import Source, SourceError, Span, ended_by_lf
from ipseclint.text_blocks import Block

MAX_KEY_PLACES = 100_000
"""The most places of keys in an input (reasoned: a state of the largest gateways has some ten thousand)."""
_SAID_WITHIN = 40
"""In how many characters before a place a colon and blanks are looked for."""
_SETTING = late(r"^[ \t]*[\"']?\w[\w.-]*[\"']?[ \t]*[=:][ \t]+[\"']\Z", re.MULTILINE)
"""A name, its sign and the quotation mark of its text."""
_MAX_SEARCHED_BYTES = 16 * 1024 * 1024
"""How many bytes of an input without a reader are searched for names (reasoned: exports are smaller)."""
_KNOWN_CHARACTERS = 512 * 1024
"""How long a text may be whose keys are known until the next is searched: as long as a block."""
_SIGNS_OF_BINARY_DATA = ("-e", "base64", "b64", "ipsecdata", *(name.lower() for name in BASE64_NAMES))
_ESCAPED = "|".join((ENTITY, r"\\(?:[\"'n]|u[0-9a-fA-F]{4})|<br", *BLANKS, SIGNS_OF_MAILS, SIGNS_OF_FORMS, ONE_UNTYPED))
"""A sign of a text that is written as another language has it (markup, a text of a program, an address), or with signs
of no width."""


class TooManyKeysError(SourceError):
    """An input with more places of keys than the limit; `span` is the first one beyond it."""

    def __init__(self, span: Span) -> None:
        super().__init__(f"it holds more than {MAX_KEY_PLACES:,} keys; nothing was read")
        self.span = span


def key_places(source: Source) -> tuple[list[Span], set[str]]:
    """The places of keys in a source and its members, cut at line ends, and the texts to mask everywhere.

    Raises TooManyKeysError.
    """
    spans: list[Span] = []
    texts: set[str] = set()
    for part in source.all:
        for block in _readable_blocks(part):
            if not is_worth_a_look(block.data):
                continue
            text = block.text
            places, keys = _keys_in(text)
            spans += spans_of(part.path, block.line, block.column, text, places)
            texts |= keys
            if len(spans) > MAX_KEY_PLACES:
                raise TooManyKeysError(spans[MAX_KEY_PLACES])
    return spans, texts


def _readable_blocks(source: Source) -> Iterator[Block]:
    """The blocks of a source, up to the first that cannot be read."""
    with suppress(SourceError):
        yield from source.text_blocks()


def names_keys(source: Source) -> bool:
    """Whether a source has a name of a key, even if it announces nothing, or may have: not all of a large one is
    searched."""
    searched = 0
    for block in _readable_blocks(source):
        searched += len(block.data)
        if searched > _MAX_SEARCHED_BYTES or names_key(block.text):
            return True
    return False


def key_spans(text: str, path: str) -> list[Span]:
    """The places of keys in the whole text of an input, cut at line ends."""
    plain = ended_by_lf(text)
    return list(spans_of(path, 1, 1, plain, keys_in(plain)[0]))


def keys_in(text: str) -> tuple[list[Place], set[str]]:
    """The places of keys in a text whose lines end in LF, and the texts to mask everywhere."""
    return _keys_in(text) if is_worth_a_look(as_bytes(text)) else ([], set())


def _keys_in(text: str) -> tuple[list[Place], set[str]]:
    places, texts = _known_keys(text) if len(text) <= _KNOWN_CHARACTERS else _found_keys(text)
    return [*places], {*texts}


def _found_keys(text: str) -> tuple[list[Place], set[str]]:
    places, blobs, profiles = _announced(text)
    there = tuple(places)
    doubtful: list[Place] = []
    if "\0" in text:  # which stands within a key, or in the place of a blank
        places += _announced(text.replace("\0", " "))[0]
    if has_match(_ESCAPED, as_bytes(text)):
        from ipseclint.secrets.views import all_meant_by  # few texts are written within another language

        found = merged(places)
        for meant in all_meant_by(text):
            announced = there if meant.text == text else _announced(meant.text)[0]
            places += (place for each in announced if not _overlaps(found, place := meant.place(each)))
            doubtful += map(meant.place, around_variables(meant.text, announced))
    doubtful += *in_unused_variables(text), *around_variables(text, places)
    places = without_variables(text, [place for place in places if not is_reference(text, *place)])
    empty = [place for place in places if place[0] == place[1]]
    places = merged(place for place in places if text[place[0] : place[1]].strip())
    comments: list[Place] = []
    if places or empty:
        from ipseclint.secrets.doubtful import in_comments, in_doubt  # few texts have keys

        doubtful += in_doubt(text, [*places, *empty])
        comments += in_comments(text) if places else ()
    told = {text[begin:end] for begin, end in places if is_told(text, begin, end)}
    written = {  # many places may have one key
        (text[begin:end], _is_said(text, begin) or _is_text(text, begin, end) or text[begin:end] in told)
        for begin, end in places
    }
    texts = {spelling for raw, is_said in written for spelling in spellings(raw, is_said=is_said)}
    places = merged([*places, *doubtful, *comments, *(place for place, _ in (*blobs, *profiles))])
    texts |= {key for key in (*map(first_of, told), *(key for _, key in blobs)) if is_telling(key)}
    texts |= {word for begin, end in doubtful for word in lookalikes(text[begin:end])}
    return places, texts.union(*(keys_in(profile)[1] for _, profile in profiles))


_known_keys = lru_cache(1)(_found_keys)
"""The keys of the text that was searched last: a source is searched, and then its text by its reader."""


def _overlaps(places: Sequence[Place], place: Place) -> bool:
    """Whether a place has something of one of others, which are in order and apart."""
    number = bisect_left(places, (place[1], 0))
    return number > 0 and places[number - 1][1] > place[0]


_Coded = list[tuple[Place, str]]


def _announced(text: str) -> tuple[list[Place], _Coded, _Coded]:
    """The places of keys in a text, the empty ones of those that are missing too, and of keys in bytes and of profiles
    with what they hold."""
    lower = lowered(text)
    searched = asked(lower)
    names = list(names_in(lower, searched))
    heads = list(dict.fromkeys(line_begins(text, (name.start() for name in names))))
    places = [*after_names(text, names)]
    if heads:
        from ipseclint.secrets import columns  # few texts name a key

        for form in columns.FORMS:
            places += form(text, heads)
        if "<tr" in lower:
            places += columns.in_html_columns(lower, (name.start() for name in names))
    if may_match(METHODS, searched) and ("auth1" in searched or "auth2" in searched):
        places += astray_methods(text, lower)
    encoded, blobs, profiles = _in_binary_data(text, lower, searched)
    places += encoded
    if standing(HINTS, searched):
        places += in_router_commands(text, lower)
    data = as_bytes(lower)
    is_told_otherwise = is_told_by_more(data)
    if is_told_otherwise and may_give_to_commands(data):
        from ipseclint.secrets.windows_commands import in_windows_commands  # few texts have such commands

        places += in_windows_commands(lower, searched)
    if is_told_otherwise and may_have_credentials(data):
        from ipseclint.secrets.credentials import in_credentials  # few texts have them

        places += in_credentials(text, lower, searched)
    places += in_variables(text, places)
    return places, blobs, profiles


def _in_binary_data(text: str, lower: str, searched: str | LongText) -> tuple[list[Place], _Coded, _Coded]:
    """The places of encoded commands, of keys in bytes with their texts, and of profiles with theirs."""
    if not standing(_SIGNS_OF_BINARY_DATA, searched):
        return [], [], []
    from ipseclint.secrets.blobs import encoded_commands, in_base64, in_blobs, scripts_decoded  # few texts have any

    commands = encoded_commands(text, lower) if "-e" in searched else ()
    blobs = in_blobs(text) if "ipsecdata" in searched else ()
    scripts = scripts_decoded(text, lower) if "64" in searched else ()
    return [*commands, *scripts], [*blobs], [*in_base64(text)]


def _is_said(text: str, begin: int) -> bool:
    """Whether a place is behind a colon and blanks, as in a sentence or a list."""
    before = text[max(0, begin - _SAID_WITHIN) : begin]
    return before[-1:] in {" ", "\t"} and before.rstrip(" \t").endswith(":")


def _is_text(text: str, begin: int, end: int) -> bool:
    """Whether a place is all of a text of plain words that a setting on a line of its own has: only the whole is the
    key, where the argument of a command may be parted."""
    if text[begin - 1 : begin] != text[end : end + 1] or not all(map(str.isalpha, text[begin:end].split())):
        return False
    return _SETTING.search(text, max(0, begin - _SAID_WITHIN), begin) is not None
