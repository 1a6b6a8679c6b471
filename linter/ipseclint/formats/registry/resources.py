r"""Values of the registry that resources of Puppet and Chef set, each read where it stands.

    registry_value { 'HKLM\SYSTEM\...\PolicyAgent\AssumeUDP...':   registry_key 'HKLM\SYSTEM\...\PolicyAgent' do
      ensure => present,                                             values [{ name: 'AssumeUDP...',
      type   => dword,                                                         type: :dword, data: 2 }]
      data   => 2,                                                   action :create
    }                                                              end

Sources: the pages of registry_value and registry::value (puppetlabs-registry) and of dsc_registry (PSDesiredState-
Configuration for Puppet), and the page of the resource registry_key of Chef.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ipseclint.formats.carried.course import Course
from ipseclint.formats.carried.literals import without_comments
from ipseclint.formats.carried.shown import Places
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.yaml_blocks import SIGNS_OF_RESOURCES
from ipseclint.formats.registry.tasks import Task
from ipseclint.late import late
from ipseclint.source import lines_of_text

_QUOTED = r"'[^'\r\n]*+'|\"(?:[^\"\\\r\n]|\\.)*+\""
_OF_PUPPET = late(r"(?<![\w:])(?:registry_value|registry::value|dsc_registry)[ \t]*\{")
_BODY = late(
    rf"\s*+(?P<title>{_QUOTED})\s*+:(?!:)"
    rf"(?P<body>(?:[^{{}};'\"$]|{_QUOTED}|\$(?:\{{[^{{}}]*+\}})?)*+)(?P<end>[;}}])"
)
"""One of the resources that stand in the same braces: its title and its attributes."""
_ATTRIBUTE = late(rf"(?<!\w)(?P<key>\w++)\s*+=>\s*+(?P<value>\[[^\[\]]*+\]|{_QUOTED}|[^\s,;}}]++)")
_OF_CHEF = late(rf"^(?P<indent>[ \t]*+)registry_key[ \t(]++(?P<path>{_QUOTED})\)?[ \t]++do\b", re.MULTILINE)
_OTHER_KEY = late(rf"^[ \t]*+key[ \t(]++(?P<path>{_QUOTED})", re.MULTILINE)
_VALUES = late(
    r"(?<!#)\{(?:#\{[^{}]*+\}|[^{}])*+\}"
    r"|\bvalues\b[ \t]*+\(?(?=[ \t]*+:?name\b)[^\r\n]*+(?:,[ \t]*+\r?\n[^\r\n]*+){0,3}"
)
"""The attributes of one value: between braces, or behind `values` without them."""
_PAIR = late(
    rf"(?<![\w:]):?['\"]?(?P<key>name|type|data)['\"]?[ \t]*+(?:=>|:)[ \t]*+"
    rf"(?P<value>\[[^\[\]]*+\]|{_QUOTED}|:\w++|[^\s,{{}}\])]++)"
)
_DELETES = late(r"^[ \t]*+action[ \t(]++\[?[ \t]*+:delete", re.MULTILINE)
_DECIDES = late(r"^[ \t]*+(?:(?:not_if|only_if)\b|action[ \t(]++\[?[ \t]*+:nothing)", re.MULTILINE)
_QUOTED_ALONE = late(r"'[^'\r\n]*+'|\"(?:(?![$#]\{|\$\w)[^\"\\\r\n]|\\.)*+\"")
"""A text in quotation marks into which no variable is put."""
_LITERAL = late(r"0[xX][0-9A-Fa-f]{1,16}|-?\d{1,20}|:?[A-Za-z]\w{0,40}")
_BITS = late(r"(?:32|64|native):", re.IGNORECASE)
_MAX_RESOURCE_CHARACTERS = 4000
"""How far the end of a resource of Chef is looked for (reasoned: far more than any has)."""
_NAMES = {
    "key": "path",
    "value": "name",
    "ensure": "state",
    "dsc_key": "path",
    "dsc_valuename": "name",
    "dsc_valuedata": "data",
    "dsc_valuetype": "type",
    "dsc_ensure": "state",
}
"""What each type of Puppet calls the same."""
_TYPES = {"expand": "expandstring", "array": "multistring"}


def resources_in(text: str, path: str) -> list[Task]:
    """The resources in a text that may concern IPsec."""
    folded = text.casefold()
    if not any(sign in folded for sign in SIGNS_OF_RESOURCES):
        return []
    return [task for task in _Reader(text, path).tasks() if task.concerns_ipsec]


class _Reader:
    """Reads the resources of one text."""

    def __init__(self, text: str, path: str) -> None:
        self._text = without_comments(text, is_markup=False)
        self._path = path
        self._places = Places(text, path)
        self._course = Course(lines_of_text(text))

    def tasks(self) -> Iterator[Task]:
        """What each resource sets, value by value."""
        for head in _OF_PUPPET.finditer(self._text):
            at = head.end()
            while (body := _BODY.match(self._text, at)) is not None:
                yield self._of_puppet(head, body)
                at = body.end()
                if body["end"] == "}":
                    break
        for head in _OF_CHEF.finditer(self._text):
            limit = head.end() + _MAX_RESOURCE_CHARACTERS
            end = self._text.find(f"\n{head['indent']}end", head.end(), limit)
            if end >= 0:
                yield from self._of_chef(head, end)

    def _of_puppet(self, head: re.Match[str], body: re.Match[str]) -> Task:
        given: dict[str, Token] = {}
        for pair in _ATTRIBUTE.finditer(self._text, *body.span("body")):
            given[_NAMES.get(pair["key"], pair["key"])] = self._token(pair, "value")
        title = self._token(body, "title")
        if head[0].startswith("registry_value"):
            whole = given.get("path", title)
            begin = bits.end() if (bits := _BITS.match(whole.text)) is not None else 0
            at = whole.text.rfind("\\")
            parts = {"path": whole.part(begin, max(at, begin)), "name": whole.part(at + 1)}
            given |= {"path": whole} if isinstance(whole, OpenToken) else parts
        else:
            given.setdefault("name", title)
        state = given.pop("state", None)
        return self._task(
            given,
            (head.start(), body.end()),
            is_absent=state is not None and state.text.casefold() == "absent",
            is_decided=False,
        )

    def _of_chef(self, head: re.Match[str], end: int) -> Iterator[Task]:
        inside = self._text[head.end() : end]
        key = self._token(_OTHER_KEY.search(self._text, head.end(), end) or head, "path")
        for value in _VALUES.finditer(self._text, head.end(), end):
            given = {pair["key"]: self._token(pair, "value") for pair in _PAIR.finditer(self._text, *value.span())}
            if "name" in given:
                yield self._task(
                    {"path": key, **given},
                    (head.start(), end + 1),
                    is_absent=_DELETES.search(inside) is not None,
                    is_decided=_DECIDES.search(inside) is not None,
                )

    def _task(self, given: Mapping[str, Token], span: tuple[int, int], *, is_absent: bool, is_decided: bool) -> Task:
        first, last = (self._places.row(at) for at in span)
        kind = given.get("type")
        if kind is not None:
            word = kind.text.lstrip(":").replace("_", "").casefold()
            given = {**given, "type": kind.standing_for(_TYPES.get(word, word))}
        filled = next((token for token in given.values() if isinstance(token, OpenToken)), None)
        return Task(
            given=given,
            status=None,
            rows=range(first + 1, last + 2),
            is_absent=is_absent,
            is_decided=is_decided or self._course.is_decided(first),
            filled=filled,
        )

    def _token(self, match: re.Match[str], group: str) -> Token:
        """A value with its place, without quotation marks; of a list its only one. An open one if it is not literal."""
        written, start = match[group], match.start(group)
        if written[:1] == "[":
            start += len(written[1:]) - len(written[1:].lstrip()) + 1
            written = written[1:-1].strip()
        is_quoted = written[:1] in {"'", '"'}
        text = written[1:-1] if is_quoted else written
        is_literal = _LITERAL.fullmatch(written) is not None
        kind = Token if is_literal or (is_quoted and _QUOTED_ALONE.fullmatch(written)) else OpenToken
        line, column = self._places.line_and_column(start + is_quoted)
        token = kind(text, self._path, line, column)
        return token if "\\\\" not in text else token.standing_for(text.replace("\\\\", "\\"))
