"""Keys that people tell in words: what "is" one, answers a question, stands beside a label or before a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ipseclint.late import late
from ipseclint.secrets.masks import is_odd
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import MARGIN, OTHER_COMMAND, begin_of_line, end_of_line, places_of

_SAID = late(
    r"(?:[ \t]{1,8}(?:for|of|on|at|between|auf|f\u00fcr|von|pour|para|per)[ \t][^\n.,;:=<>\"'|]{1,40}?"
    r"|[ \t](?:that[ \t])?(?:(?:I|we|you|they|he|she)[ \t](?:have[ \t])?)?"
    r"(?:use|used|set|chose|entered|got|gave|configured))?"
    r"[ \t]{1,8}(?:(?:(?:is|was|has[ \t]been)[ \t])?(?:set|changed|reset|updated)[ \t]to"
    r"|is|was|ist|war|(?P<reads>lautet)|est|era|[e\u00e8\u00e9]s?|jest|[a\u00e4e]r)"
    r"(?:[ \t]{1,8}(?:now|jetzt))?(?:[ \t]{0,8}:)?[ \t]{1,8}(?:<(?!code>|kbd>|samp>|tt>)[a-z][^<>\n]{0,80}>){0,3}"
    r"(?:\\{0,8}[\"'`\u201c\u201e](?P<quoted>[^\"'`\u201c\u201d\\\n]{3,200})\\{0,8}[\"'`\u201c\u201d]"
    r"|<(?:code|kbd|samp|tt)>(?P<code>[^<>\n]{3,200})|(?P<bare>[^\s\"'`<>]{3,200}))"
)
"""What a sentence says that a key is, perhaps within elements that set it off."""
_REFUSED = late(
    r"[\"'\u201c\u201d\u00bb][^\"'\u201c\u201d\u00ab\n]{1,120}?rgument[ \t]"
    r"[\"'\u201c\u201e\u00ab]([^\"'\u201c\u201d\u00bb\n]{3,200})"
)
"""The value in PowerShell's message that a parameter does not take it, behind the parameter's name and a mark."""
_PLAIN = late(
    r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,3})?|[A-Za-z][a-z'\u2019]*(?:-[a-z]+)*|\d{1,4}(?:-?[a-z]{1,10})?|[A-Z]{2,5}"
    r"|(?i:(?:hk(?:lm|cu|cr|u|ey_[a-z_]{4,20}):?|services|software|system|policies)\\\S*|(?:aes|3?des|rsa|ecdsa|sha)[-_\d]{1,6}(?:gcm|cbc|bit)?|\d{3,4}-bits?)"
)
"""Words of a sentence, sizes and algorithms, keys of the registry."""
_ENDS_OF_SENTENCE = ".,;:!?)*_"


def said_at(text: str, at: int) -> Iterator[Place]:
    """The place of a key behind "is": quoted, or a word that no sentence has; or of one that a parameter refused."""
    said = _SAID.match(text, at)
    if said is None:
        yield from places_of(_REFUSED.match(text, at))
    elif said.lastgroup != "bare":
        yield said.span(said.lastgroup or 0)
    elif _PLAIN.fullmatch(bare := said["bare"].rstrip(_ENDS_OF_SENTENCE)) is None or (said["reads"] and bare != "wie"):
        yield said.start("bare"), said.start("bare") + len(bare)


_OWNED = late(
    r"(?:(?:[ \t](?:(?:is|was|as)[ \t])?(?:used|set|configured|needed))?[ \t](?:on|at|between|with|from|auf|bei)"
    r"(?:[ \t][\w.-]{1,24}){1,4}|[ \t/#-](?:\d{1,3}|[A-Z])(?:[ \t][A-Z][a-z]{2,20})?"
    r"|[ \t/](?P<label>[A-Z][a-z\u00e0-\u00ff]{2,20})(?:[ \t/-][A-Z\d]\w{0,20})?)"
    r"[ \t]{0,4}[:=\uff1a][ \t]{1,8}([^\s\"'`<>=]{6,200})[ \t]*(?=\n|\Z|</)"
)
_OF_NAMES = late(r"\w+(?:-\w+)+|\d{1,4}[a-z]{1,12}|\d{1,2}[A-Z][a-z]{2}\d{2,4}")
_LABELS = late(
    r"(?:age|algorithm|auth|change|complex|connect|contact|creat|date|engine|error|event|expir|fail|file|format|gateway|group|hash|host|hint|identi|index|last|length"
    r"|list|local|location|method|mode|name|node|note|owner|path|peer|policy|profile|proposal|refer|remote|request|result|review|rotat|rule|server|set|source|stat"
    r"|store|ticket|tunnel|type|user|vault|version)",
    re.IGNORECASE,
)
"""The number or the owner of a key between its name and its sign, and a word as one may be; what objects, sizes
and dates are written as, and labels of other facts on it."""


def owned_at(text: str, at: int) -> Iterator[Place]:
    """The place of a key behind its owner and a sign: a word that no sentence has."""
    owned = _OWNED.match(text, at)
    if owned is not None and (owned["label"] is None or _LABELS.match(owned["label"]) is None):
        word = owned[2].rstrip(_ENDS_OF_SENTENCE)
        yield from [owned.span(2)] if is_odd(word) and _OF_NAMES.fullmatch(word) is None else ()


_ANSWER = late(
    r"[\"'`*_)]{0,3}(?P<asked>(?P<owner>[ \t](?:for|of|f\u00fcr|von|zu[mr]?|pour|de|para|per))?[ \t][^\n?=]{1,60}?)?"
    r"[ \t]?\?[ \t]*\n(?P<by>(?:[^\n]{1,40}[ \t]\d{1,2}:\d\d(?::\d\d)?(?:[ ]?[ap]m)?\n)?(?:[^\n]{0,60}?[\]>:][ \t]+)?)"
    rf"(?!{OTHER_COMMAND})(?P<answer>[^\s]{{3,200}})[ \t]*(?=\n|\Z)",
    re.IGNORECASE,
)
"""A question, and the single word on the line below it, behind the time and the name that a chat has there."""
_MIN_ANSWER_CHARACTERS = 6
"""A shorter word is an answer of another kind, where it is asked for whose key."""
_ANSWER_IN_FRAME = late(r"[^\n?=<>\"]{0,60}\?(?=[ \t]*(?:(?P<markup>\s{0,40}</)|\\{0,8}\"\s{0,8}[,}\]]))")
_NODES = {
    "markup": late(r"(?<=>)\s{0,40}([^<>]{1,80}?)\s{0,40}(?=<)"),
    None: late(r"\"(?!\s{0,8}[,:}\]])([^\"\\\n]{1,80})\\{0,8}\"(?!\s{0,8}:)"),
}
"""A question at the end of an element, or of a text of JSON, and the texts behind it."""
_MAX_TEXTS_TO_ANSWER = 4
_MAX_CHARACTERS_TO_ANSWER = 500
"""So many texts, and so far, behind a question its answer is looked for: a name and a time stand between (reasoned)."""


def answered_at(text: str, at: int) -> Iterator[Place]:
    """The place of the answer to a question for a key: any word if nothing else is asked, or somebody says it who is
    asked whose key, and one that no sentence has otherwise."""
    given = _ANSWER.match(text, at)
    if given is None:
        yield from _answered_in_frame(text, at)
        return
    is_said_by = given["owner"] is not None and bool(given["by"]) and len(given["answer"]) >= _MIN_ANSWER_CHARACTERS
    if given["asked"] is None or is_said_by or _PLAIN.fullmatch(given["answer"].rstrip(_ENDS_OF_SENTENCE)) is None:
        yield given.span("answer")


def _answered_in_frame(text: str, at: int) -> Iterator[Place]:
    """The same where elements or members hold question and answer. A plain word is none, for it may be a heading."""
    asked = _ANSWER_IN_FRAME.match(text, at)
    if asked is None:
        return
    nodes = _NODES[asked.lastgroup].finditer(text, asked.end(), min(len(text), asked.end() + _MAX_CHARACTERS_TO_ANSWER))
    for node in islice(nodes, _MAX_TEXTS_TO_ANSWER):
        begin = node.start(1) + node[1].rfind(" ") + 1 if node[1].count(" ") == 1 else node.start(1)
        word = text[begin : node.end(1)].rstrip(_ENDS_OF_SENTENCE)
        if " " not in word and is_odd(word):
            yield begin, begin + len(word)
            return


_BESIDE_LABEL = late(
    r"[ \t]?(?:\([\w /-]{1,24}\))?[ \t]{0,8}[*_]{0,3}"
    rf"(?:[ \t]|(?P<quoted>\n[> \t]{{0,40}}(?=[\"']))|(?:\n{MARGIN}){{1,4}})[ \t]{{0,40}}"
    r"(?P<marks>[\"'`*_]{0,3})(?P<word>(?![(\[{\"'])[^\s<=]{6,200}?)(?P=marks)[ \t]*(?=\n|\Z|</)"
)
_MARGIN_OF_LABEL = late(rf"(?:<[^<>\n]{{1,40}}>)?{MARGIN}")


def beside_label(text: str, begin: int, end: int) -> Iterator[Place]:
    """The place of a quoted word, or one that no sentence has, alone behind a name that begins its line or alone on the
    line below, as a form or the text of a picture shows a field."""
    beside = _BESIDE_LABEL.match(text, end)
    if beside is not None and (beside["quoted"] or is_odd(beside["word"].rstrip(_ENDS_OF_SENTENCE))):
        line = begin_of_line(text, begin, within=100)
        if _MARGIN_OF_LABEL.fullmatch(text, line, begin) is not None:
            yield beside.span("word")


_CHANGES = late(
    r"\b(?:set|chang(?:e[ds]?|ing)|reset|rotat(?:e[ds]?|ing)|renew(?:ed)?|replac(?:e[ds]?|ing)|revert(?:ed)?|roll(?:ed)?"
    r"|switch(?:ed)?|updat(?:e[ds]?|ing)|(?:ge)?\u00e4nder[nt]|ersetz(?:t|en)?|(?:ge)?setzt?|(?:um)?gestellt"
    r"|chang(?:er|ez|\u00e9e?)|remplac\w{1,4}|cambi(?:ar?|ad[ao]))\b",
    re.IGNORECASE,
)
_TOLD = (
    r"[\"'`\u201c\u201e(]{0,2}(?:(?<=[\"'`\u201c\u201e])([^\s\"'`\u201c\u201d]{3,200})(?=[\"'`\u201c\u201d])"
    r"|([^\s\"'`\u201c\u201d()<>=]{6,200}))"
)
_CHANGED = late(
    r"(?:(?<=[ \t(])(?:from|to|old|new|now|von|auf|zu|alt|neu|de|(?P<by>with|mit|durch|par|por))"
    r"|(?<=[ \t])(?:->|=>|\u2192))"
    rf"(?:[ \t](?:the|den|la|le))?[ \t:]{{1,4}}{_TOLD}|(?<=\(){_TOLD}",
    re.IGNORECASE,
)
"""A verb by which a key gets another value, and the old or the new one."""
_DIRECTLY = late(rf"[ \t]{_TOLD}")
_REQUIRED = late(
    r"[ \t](?:(?:should|must|shall|will|has[ \t]to|needs[ \t]to|is[ \t]to)[ \t](?:now[ \t]|then[ \t])?be"
    rf"|equals|muss|soll|-{{1,2}}>?|=>|[\u2013\u2014\u2192])[ \t:]{{1,4}}{_TOLD}",
    re.IGNORECASE,
)
"""What a key has to be, or a dash before it; above, a word right behind its name."""
_NO_PLAIN_SIGN = late(r"[\d#$%&*+!?@^~\"'`\u201c\u201e]")
"""What a key has that is told in a sentence, or stands around it."""
_REPLACES = ("replac", "ersetz", "remplac")
"""The verbs behind which a key stands by which another is replaced; others have a peer or a tool there."""
_MAX_TO_VERB, _MAX_TO_VALUE = 60, 160
"""So far around a name its verb and its value are looked for (reasoned: one sentence)."""


def changed_at(text: str, begin: int, end: int) -> Iterator[Place]:
    """The places of a key that a sentence requires, or of the old and the new one that it changes: quoted, or a word
    that no sentence has."""
    if text[end : end + 1] not in {" ", "\t", ","}:
        return
    last = end_of_line(text, end, min(len(text), end + _MAX_TO_VALUE))
    if _NO_PLAIN_SIGN.search(text, end, last) is None:
        return
    line = begin_of_line(text, begin, within=_MAX_TO_VERB)
    verb = _CHANGES.search(text, line, begin) or _CHANGES.search(text, end, last)
    given = [_REQUIRED.match(text, end, last)]
    if verb is not None:
        given.append(_DIRECTLY.match(text, end, last))
        is_replaced = verb[0].casefold().startswith(_REPLACES)
        given += (match for match in _CHANGED.finditer(text, end, last) if is_replaced or match["by"] is None)
    for match in filter(None, given):
        at, until = match.span(match.lastindex or 0)
        word = text[at:until].rstrip(_ENDS_OF_SENTENCE)
        if text[at - 1] not in " \t:(" or is_odd(word):
            yield at, at + len(word)


_SAID_BEFORE = late(
    r"(?<![^\s\"'`\u201c\u201e\u00ab(*>])([^\s\"'`\u201c\u201e\u00ab()<>]{6,200})[\"'`\u201c\u201d)*]?"
    r"[ \t\n]{1,4}(?:as|is|was|als|ist|war|comme|est|como|es|come|in|into|for"
    r"|(?:when|if|once|where)[ ](?:(?:it|you|they|windows)[ ](?:is[ ]|are[ ])?)?(?:ask(?:s|ed)?|prompt(?:s|ed)?)"
    r"[ ](?:you[ ])?for)"
    r"[ \t\n]{1,4}"
    r"(?:(?:the|our|my|your|this|der|den|das|unser|le|la|el|il|o|a|an|field)[ \t\n]{1,4}){0,3}"
    r"[\"'`\u201c\u201e\u00ab*]?[ \u00a0]?\Z",
    re.IGNORECASE,
)
_INSTEAD = late(
    r"(?<![^\s\"'`\u201c(])([^\s\"'`\u201c()<>]{6,200})[\"'`\u201d]?[ \t\n]"
    r"(?:instead[ \t]of|rather[ \t]than|(?:and[ \t])?not|statt|anstatt|au[ ]lieu[ ]de)[ \t\n][\"'`\u201c]?\Z"
)
"""Another key that is told before it."""
_BEFORE_NAME = frozenset(" \t\n\"'`\u201c\u201e\u00ab\u00a0*")
_MAX_BEFORE_CHARACTERS = 80
"""So far before a name a sentence may tell the key (reasoned)."""


def said_before(text: str, begin: int) -> Iterator[Place]:
    """The place of a key before its name, as in "x is the pre-shared key": a word that no sentence has."""
    if text[begin - 1 : begin] in _BEFORE_NAME:
        said = _SAID_BEFORE.search(text, max(0, begin - _MAX_BEFORE_CHARACTERS), begin)
        if said is not None and is_odd(said[1].rstrip(_ENDS_OF_SENTENCE)):
            yield said.span(1)
            low = max(0, said.start(1) - _MAX_BEFORE_CHARACTERS)
            yield from places_of(_INSTEAD.search(text, low, said.start(1)))
