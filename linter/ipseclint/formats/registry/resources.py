r"""Values of the registry, and services, that resources of Puppet, Chef and DSC's MOF set, each read where it stands.

    registry_value { 'HKLM\SYSTEM\...\PolicyAgent\AssumeUDP...':   registry_key 'HKLM\SYSTEM\...\PolicyAgent' do
      ensure => present,                                             values [{ name: 'AssumeUDP...',
      type   => dword,                                                         type: :dword, data: 2 }]
      data   => 2,                                                   action :create
    }                                                              end
    service { 'IKEEXT': ensure => stopped, enable => false }       windows_service('IKEEXT') do ... end

    instance of MSFT_RegistryResource as $MSFT_RegistryResource1ref
    { Key = "HKEY_LOCAL_MACHINE\\SYSTEM\\..."; ValueName = "AssumeUDP..."; ValueData = { "2" }; ValueType = "Dword"; };

Sources: the pages of registry_value and registry::value (puppetlabs-registry), of service (Puppet), of dsc_registry and
dsc_service (PSDesiredStateConfiguration for Puppet), and of the resources registry_key and windows_service of Chef,
whose action is `:nothing` if none is given; of the resources Registry and Service of DSC, whose properties a compiled
configuration has (MOF: DMTF DSP0221).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ipseclint.formats.carried.course import Course
from ipseclint.formats.carried.literals import without_comments
from ipseclint.formats.carried.shown import Places
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.yaml_blocks import SIGNS_OF_RESOURCES
from ipseclint.formats.registry.tasks import Task, start_of_service
from ipseclint.late import late
from ipseclint.source import lines_of_text
from ipseclint.vocabulary.services import OF_IPSEC, OF_VPN, STATES_BY_ACTION

_QUOTED = r"'[^'\r\n]{0,1000}+'|\"(?:[^\"\\\r\n]|\\.){0,1000}+\""
_OF_PUPPET = late(r"(?<![\w:$])(?P<type>registry_value|registry::value|dsc_registry|service|dsc_service)[ \t]*\{")
_BODY = late(
    rf"\s*+(?P<title>{_QUOTED}|\[[^\[\]$]*+\])\s*+:(?!:)"
    rf"(?P<body>(?:[^{{}};'\"$]|{_QUOTED}|\$(?:\{{[^{{}}]*+\}})?)*+)(?P<end>[;}}])"
)
"""One of the resources that stand in the same braces: its title and its attributes."""
_ATTRIBUTE = late(rf"(?<!\w)(?P<key>\w++)\s*+=>\s*+(?P<value>\[[^\[\]]*+\]|{_QUOTED}|[^\s,;}}]++)")
_OF_CHEF = late(rf"^(?P<indent>[ \t]*+)registry_key[ \t(]++(?P<path>{_QUOTED})\)?[ \t]++do\b", re.MULTILINE)
_SERVICE_OF_CHEF = late(
    rf"^(?P<indent>[ \t]*+)(?:windows_)?service[ \t(]++(?P<name>{_QUOTED})\)?[ \t]++do\b", re.MULTILINE
)
_OTHER_SERVICE = late(rf"^[ \t]*+service_name[ \t(]++(?P<name>{_QUOTED})", re.MULTILINE)
_STARTUP_TYPE = late(r"^[ \t]*+startup_type[ \t(]++(?P<value>:\w++|'\w++')", re.MULTILINE)
_ACTIONS = late(r"^[ \t]*+action[ \t(]++(?P<value>\[[^\[\]]*+\]|:\w++)", re.MULTILINE)
_ACTION = late(r":(?P<value>\w++)")
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
_OF_MOF = late(
    rf"\binstance\s+of\s+MSFT_(?P<type>Registry|Service)Resource\b[^{{}};\"]{{0,200}}\{{"
    rf"(?P<body>(?:[^{{}}\"']|{_QUOTED}|\{{[^{{}}]*+\}})*+)\}}",
    re.IGNORECASE,
)
_PROPERTY = late(rf"(?<!\w)(?P<key>\w++)\s*+=\s*+\{{?\s*+(?P<value>{_QUOTED}|\w++)")
"""A resource of a compiled configuration, and a property of it, which may be a list of one."""
_QUOTED_ALONE = late(r"'[^'\r\n]*+'|\"(?:(?![$#]\{|\$\w)[^\"\\\r\n]|\\.)*+\"")
"""A text in quotation marks into which no variable is put."""
_LITERAL = late(r"0[xX][0-9A-Fa-f]{1,16}|-?\d{1,20}|:?[A-Za-z]\w{0,40}")
_BITS = late(r"(?:32|64|native):", re.IGNORECASE)
_MAX_RESOURCE_CHARACTERS = 4000
"""How far the end of a resource of Chef is looked for (reasoned: far more than any has)."""
_TITLE = late(rf"(?P<title>{_QUOTED})")
_NAMES_OF_SERVICE = {
    "dsc_name": "name",
    "dsc_state": "state",
    "dsc_startuptype": "start_mode",
    "dsc_ensure": "present",
    "ensure": "state",
    "enable": "start_mode",
}
"""What each type of Puppet for a service calls the same."""
_STARTS_OF_CHEF = {"disable": "disabled", "enable": "auto"}
_BY_STARTUP_TYPE = frozenset({"configure_startup", "configure", "create"})
"""How a service starts by the actions of Chef, and those that take this from `startup_type`."""
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


_NAMED_APART = late(
    r"(?<![\w:$])(?:dsc_)?service[ \t]*\{\s*+(?:\$|\[[^\[\]$]*+\$)"
    r"|^[ \t]*+(?:windows_)?service[ \t(]++(?!do\b)[a-z_]\w*+\)?[ \t]++do\b|^[ ]*\{\{[^{}\r\n]*\}\}[^\r\n:]*:[ ]*\r?\n"
    r"[ ]++service(?:\.\w{4,8})?[ ]*:",
    re.MULTILINE,
)
"""A resource for a service that a variable, or a template, names."""
_NAME_APART = late(rf"(?<=['\"\s(\[,])(?P<name>{OF_IPSEC}|{OF_VPN})(?=['\"\s)\],])", re.IGNORECASE)


def services_apart(text: str) -> Iterator[re.Match[str]]:
    """The names of services of IPsec in a text with resources for services that variables name."""
    shown = without_comments(text, is_markup=False)
    if _NAMED_APART.search(shown) is not None:
        yield from _NAME_APART.finditer(shown)


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
                is_service = head["type"].endswith("service")
                yield from self._services_of_puppet(head, body) if is_service else (self._of_puppet(head, body),)
                at = body.end()
                if body["end"] == "}":
                    break
        for instance in _OF_MOF.finditer(self._text):
            yield self._of_mof(instance)
        for head, end in self._blocks(_OF_CHEF):
            yield from self._of_chef(head, end)
        for head, end in self._blocks(_SERVICE_OF_CHEF):
            yield self._service_of_chef(head, end)

    def _blocks(self, kind: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int]]:
        """The heads of a kind of resources of Chef, each with the place at which its block ends."""
        for head in kind.finditer(self._text):
            limit = head.end() + _MAX_RESOURCE_CHARACTERS
            end = self._text.find(f"\n{head['indent']}end", head.end(), limit)
            if end >= 0:
                yield head, end

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

    def _of_mof(self, instance: re.Match[str]) -> Task:
        properties = _PROPERTY.finditer(self._text, *instance.span("body"))
        given = {f"dsc_{each['key'].casefold()}": self._token(each, "value") for each in properties}
        if instance["type"].casefold() == "service":
            named = {_NAMES_OF_SERVICE[key]: value for key, value in given.items() if key in _NAMES_OF_SERVICE}
            return self._service({key: value for key, value in named.items() if key != "present"}, instance.span())
        values = {_NAMES[key]: value for key, value in given.items() if key in _NAMES}
        state = values.pop("state", None)
        is_absent = state is not None and state.text.casefold() == "absent"
        return self._task(values, instance.span(), is_absent=is_absent, is_decided=False)

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

    def _services_of_puppet(self, head: re.Match[str], body: re.Match[str]) -> Iterator[Task]:
        given: dict[str, Token] = {}
        for pair in _ATTRIBUTE.finditer(self._text, *body.span("body")):
            if (name := _NAMES_OF_SERVICE.get(pair["key"], pair["key"])) in {"name", "state", "start_mode"}:
                given[name] = self._token(pair, "value")
        for title in _TITLE.finditer(self._text, *body.span("title")):
            yield self._service({"name": self._token(title, "title"), **given}, (head.start(), body.end()))

    def _service_of_chef(self, head: re.Match[str], end: int) -> Task:
        span = (head.end(), end)
        named = _OTHER_SERVICE.search(self._text, *span) or head
        given = {"name": self._token(named, "name")}
        startup = _STARTUP_TYPE.search(self._text, *span)
        listed = _ACTIONS.search(self._text, *span)
        actions = () if listed is None else _ACTION.finditer(self._text, *listed.span("value"))
        for action in actions:
            token = self._token(action, "value")
            if token.text in STATES_BY_ACTION:
                given["state"] = token.standing_for(STATES_BY_ACTION[token.text])
            elif token.text in _STARTS_OF_CHEF:
                given["start_mode"] = token.standing_for(_STARTS_OF_CHEF[token.text])
            elif token.text in _BY_STARTUP_TYPE and startup is not None:
                mode = self._token(startup, "value")
                given["start_mode"] = mode.standing_for(mode.text.lstrip(":"))
        is_decided = _DECIDES.search(self._text, *span) is not None
        return self._service(given, (head.start(), end + 1), is_decided=is_decided)

    def _service(self, given: Mapping[str, Token], span: tuple[int, int], *, is_decided: bool = False) -> Task:
        status = given.get("state")
        filled = next((token for token in given.values() if isinstance(token, OpenToken)), None)
        task = self._task(start_of_service(given), span, is_absent=False, is_decided=is_decided)
        return task._replace(status=status, filled=filled)

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
