"""Commands of `auditpol` that set what is audited of IPsec: their replay, and a script or a runbook of nothing else.

    auditpol /set /subcategory:"IPsec Main Mode","IPsec Quick Mode" /success:enable /failure:enable
    auditpol /set /category:"Logon/Logoff" /failure:disable          auditpol /clear /y

Source: the pages `auditpol set` and `auditpol clear` of the Windows Commands reference: without `/user` the policy of
the system is set, `/success` is enabled where neither it nor `/failure` is given, and `/clear` disables all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from msgspec import Struct

from ipseclint.formats.events.audit_policy import NAMES, SUBCATEGORIES
from ipseclint.formats.kit.diagnostics import REST_OF_COMMAND, Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.pasted.prose import is_prose
from ipseclint.formats.pasted.signs import CMD
from ipseclint.formats.transcript.parting_lines import NOTHING_BEHIND, own_line
from ipseclint.late import late
from ipseclint.model.policy import AuditSetting, Policy
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Source, Span
from ipseclint.vocabulary.ipsec_tools import CATEGORIES_WITHOUT_IPSEC

_COMPARED = r"(?:\"[^\"\r\n]{0,200}\"|[^\s\"()]{1,200})"
_CONDITION = (
    rf"if(?:[ \t]++/i)?(?:[ \t]++not)?[ \t]++(?:(?:exist|defined|errorlevel)[ \t]++{_COMPARED}"
    r"|[^\r\n()&|]{1,200}?(?:==|[ \t](?:equ|neq|lss|leq|gtr|geq)[ \t])"
    rf"[ \t]*+{_COMPARED})[ \t]++"
)
"""What decides in a batch file, on the line of what it decides."""
_BEFORE = (
    r"(?:PS )?[A-Za-z]:\\[^>\r\n]{0,200}>[ \t]*|PS>[ \t]*|&[ \t]*|call[ \t]+"
    r"|start[ \t]++(?:/(?:b|min|wait)[ \t]++){0,3}\"\"[ \t]++|cmd(?:\.exe)?[ \t]+(?:/s[ \t]+)?/c[ \t]+(?P<opens>\"?)"
)
_PROGRAM = r"[\"']?(?:[^\s\"'|&;]{0,80}\\)?auditpol(?:\.exe)?[\"']?(?:[ \t]+--%)?"
_RUNS = late(
    rf"[ \t@(]*+(?:{_CONDITION}[ \t@(]*+)?(?:{_BEFORE})?(?P<command>{_PROGRAM}[ \t]++/(?P<verb>set|clear|restore)\b"
    r"(?P<rest>(?:[^|&;>#)\r\n]|(?<![ \t])#)*))",
    re.IGNORECASE,
)
"""A line that runs such a command."""
_DOUBLED = late(r"\"\"")
_NAMES = late(r"\bauditpol\b[^\r\n]{0,80}?/(?:set|clear|restore)\b", re.IGNORECASE)
_NO_COMMAND = late(r"[ \t@]*(?:#|::|rem\b|echo\b|write-|//)", re.IGNORECASE)
"""A line that only tells of one."""
_DECIDES = late(
    r"^[ \t@}]*(?:if|else|elseif|for|foreach|while|switch|goto|function|try)\b[^\r\n]*", re.IGNORECASE | re.MULTILINE
)
_LEAVES = late(r"[ \t@]*(?:exit|return|throw)\b", re.IGNORECASE)
_GIVES = late(r"[ \t]*/(?:success|failure|(?:sub)?category|user|include|exclude)\b", re.IGNORECASE)
"""How a line begins that only a line break parts from the command above it."""
_GOES_ON = ("^", "`")
"""How a line ends that goes on in the next."""
_VALUE = r"(?:\"[^\"\r\n]*+\"|'[^'\r\n]*+'|\{[^{}\r\n]*+\}|[^\s,\"'{}]++)"
_OPTION = late(rf"/(?P<key>[A-Za-z]+)(?::[ \t]*(?P<values>{_VALUE}(?:,:?[ \t]*{_VALUE})*+))?")
_WORD = late(r"/(?P<key>[A-Za-z]+)(?::|(?!\w))(?P<value>(?<=:).*)?", re.DOTALL)
_ONE = late(_VALUE)
_PUT_IN = late(r"[%$!]\w|\$\(|%[~*]")
_PUTS_IN = late(r"\bauditpol\b[^\r\n]{0,80}?/set\b[^\r\n]{0,80}?/(?:sub)?category:\"?[%$!]", re.IGNORECASE)
_CATEGORY_PUT_IN = late(r"category:\"?[%$!]")
"""What stands in each line that such a command is on, folded: quicker to look for."""
_OF_IPSEC = ("ipsec ", "0cce9213", "0cce9218", "0cce9219", "0cce921a")
"""How the names of subcategories of IPsec begin, by themselves and by their numbers."""
VERBS = frozenset({"/set", "/clear", "/restore"})
"""What `auditpol` is told first to change the policy of the system."""
_OF_FLAG = late(r"/(?:success|failure):\S*", re.IGNORECASE)
_FLAGS = {"enable": True, "disable": False}
_BY_NAME = NAMES | SUBCATEGORIES
_OF_CATEGORY = {
    "logon/logoff": ("IPsec Main Mode", "IPsec Quick Mode", "IPsec Extended Mode"),
    "system": ("IPsec Driver",),
    "*": tuple(SUBCATEGORIES.values()),
}
"""The subcategories of IPsec in each category, by its name in English as `auditpol /get /category:*` lists it."""
_OPEN = "a variable is put in here when the script runs: which subcategory is set is not known"
_NOT_FOLLOWED = "how `auditpol` is called here is not followed"

_OWN_LINE = late(
    own_line(
        rf"auditpol(?:\.exe)?[ ]{{1,4}}/(?:set|clear|restore)(?=[ ]){NOTHING_BEHIND}",
        r"The command was successfully executed\.",
        prompt=rf"{CMD}[ ]?",  # what is typed at one of PowerShell is a script
    ),
    re.IGNORECASE,
)
"""A line of a session at a prompt of cmd.exe in which nothing else is run."""


def recognise(source: Source) -> bool:
    """Whether a line sets what is audited of IPsec, or one puts in what a text that names IPsec sets."""
    is_named = any(map(source.head_folded.__contains__, _OF_IPSEC))
    may_be_put_in = is_named and _CATEGORY_PUT_IN.search(source.head_lines_folded) is not None
    lines = partial(_outside_comments, source.head_lines, source.path)
    if may_be_put_in and any(_PUTS_IN.search(line.text) is not None and not _is_told(line.text) for line in lines()):
        return True
    return any(
        match is not None and (match["verb"].casefold() != "set" or bool(_subcategories(_options(_rest(line, match)))))
        for line, match in ((line, _RUNS.match(line.text)) for line in lines())
    )


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """What is audited of IPsec after the commands."""
    audited = Audited(diagnostics)
    if (decides := _DECIDES.search(text)) is not None:
        shown = decides[0].strip()
        place = diagnostics.place_in(text, decides.start() + decides[0].index(shown[:1]), len(shown))
        diagnostics.not_understood("what decides here which commands run is not followed: each is read as run", place)
    left: Token | None = None
    is_below = False
    for line in _outside_comments(text, diagnostics.path):
        match = _RUNS.match(line.text)
        if is_below and _GIVES.match(line.text) is not None:
            diagnostics.not_understood(REST_OF_COMMAND, line.strip().span)
        if match is None and _LEAVES.match(line.text) is not None:
            left = line.strip()
        if left is not None and match is not None:
            diagnostics.not_understood("what stands behind this is read as run", left.span)
            left = None
        goes_on = match is not None and line.text.rstrip().endswith(_GOES_ON)
        if match is not None and not goes_on:
            command = line.part(*match.span("command")).strip()
            if match["verb"].casefold() == "set" and _PUT_IN.search(_OF_FLAG.sub("", match["rest"])) is not None:
                diagnostics.not_understood(_OPEN, command.span)
            else:
                audited.take(f"/{match['verb']}", _options(_rest(line, match)), command.span)
        is_below = match is not None and not goes_on
        behind = line.text if match is None else line.text[match.end() :]
        if goes_on or (_NAMES.search(behind) is not None and not _is_told(behind)):
            diagnostics.not_understood(_NOT_FOLLOWED, line.strip().span)
    return diagnostics.parsed(Policy(audit=tuple(audited.settings())))


def _outside_comments(text: str, path: str) -> Iterator[Token]:
    """The lines of a script without those that begin within a comment of PowerShell, or with one."""
    is_open = False
    for line in lines_of(text, path):
        opens = line.text.rfind("<#")
        was_open, is_open = is_open, line.text.rfind("#>") < opens if opens >= 0 else is_open and "#>" not in line.text
        if not was_open and not line.text.lstrip().startswith("<#"):
            yield line


def _is_told(line: str) -> bool:
    """Whether a line only tells of a command: a comment, a sentence, code within one."""
    return _NO_COMMAND.match(line) is not None or "`" in line or is_prose(line)


class Option(Struct, frozen=True):
    """An option of a command: its folded key, the folded names in its value, and the place of these, or its own."""

    key: str
    names: tuple[str, ...]
    place: Token


class Audited:
    """What is audited so far, by subcategory."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._success: dict[str, Setting[bool]] = {}
        self._failure: dict[str, Setting[bool]] = {}

    def take(self, verb: str, options: Sequence[Option], place: Span) -> None:
        """Carry out a command: `/set`, `/clear` or `/restore`."""
        if verb.casefold() == "/restore":
            self._diagnostics.not_understood("the file that is restored here is not part of this input", place)
            self._success.clear()
            self._failure.clear()
        elif verb.casefold() == "/clear":
            off = Setting(False, place)
            self._success, self._failure = (dict.fromkeys(SUBCATEGORIES.values(), off) for _ in range(2))
        else:
            self._set(options, place)

    def _set(self, options: Sequence[Option], place: Span) -> None:
        given = {option.key: option for option in options}
        if "user" in given:
            self._diagnostics.not_read("/user")
            return
        flags = {key: self._flag(given[key]) for key in ("success", "failure") if key in given}
        flags = flags or {"success": Setting(True, place)}
        for option in given.values():
            for name in _unknown_names((option,)):
                self._diagnostics.not_understood(f"unknown {option.key} {quoted(name)}", option.place.span)
        for name in _subcategories(options):
            for key, own in (("success", self._success), ("failure", self._failure)):
                if key in flags:
                    own[name] = flags[key]

    def _flag(self, option: Option) -> Setting[bool]:
        """Whether an option enables."""
        known = _FLAGS.get(",".join(option.names))
        if _PUT_IN.search(option.place.text) is not None:
            self._diagnostics.not_understood(VALUE_IS_NOT_KNOWN, option.place.span)
        elif known is None:
            message = f"{quoted(option.place.text)} is neither `enable` nor `disable`"
            self._diagnostics.unknown_value(message, option.place.span)
        return Setting(Unknown(option.place.text) if known is None else known, option.place.span)

    def settings(self) -> Iterator[AuditSetting]:
        """The settings of subcategories whose failures the commands set."""
        for _ in self._success.keys() - self._failure.keys():
            self._diagnostics.not_read("/success")
        for name, failure in self._failure.items():
            yield AuditSetting(subcategory=name, failure=failure, success=self._success.get(name))


def bears_on_ipsec(words: Sequence[Token]) -> bool:
    """Whether the words behind `auditpol` set, or may set, what is audited of IPsec."""
    if not words or words[0].word not in VERBS:
        return False
    options = options_of(words[1:])
    named = (option for option in options if option.key in {"category", "subcategory"})
    is_open = any(_PUT_IN.search(option.place.text) is not None for option in named)
    return words[0].word != "/set" or is_open or bool(_subcategories(options) or _unknown_names(options))


def options_of(words: Iterable[Token]) -> list[Option]:
    """The options in words as a program receives them, without their quotes; what follows a comma belongs to it."""
    options: list[Option] = []
    goes_on = False
    for word in words:
        match = _WORD.match(word.text)
        value = word.text if match is None else match["value"]
        names = tuple(name.strip(" :").casefold() for name in value.split(",")) if value else ()
        if match is not None:
            place = word.part(*match.span("value")) if value else word
            options.append(Option(match["key"].casefold(), names, place))
        elif options and (goes_on or word.text.startswith(",")):
            last = options.pop()
            options.append(Option(last.key, (*filter(None, (*last.names, *names)),), last.place))
        goes_on = word.text.endswith(",")
    return options


def _rest(line: Token, match: re.Match[str]) -> Token:
    """What a line says behind the verb; within quotation marks two of these are one, and the last ends the command."""
    rest = line.part(*match.span("rest"))
    if not match["opens"]:
        return rest
    return rest.standing_for(_DOUBLED.sub(' "', rest.text.rstrip().removesuffix('"')))


def _options(rest: Token) -> list[Option]:
    """The options in what a line says behind the verb."""
    return [
        Option(
            match["key"].casefold(),
            tuple(_words(match["values"] or "")),
            rest.part(*match.span("values" if match["values"] else 0)),
        )
        for match in _OPTION.finditer(rest.text)
    ]


def _words(values: str) -> Iterator[str]:
    """The folded names in the values of an option."""
    for value in _ONE.findall(values):
        yield from (word.strip().casefold() for word in value.strip("\"'").split(","))


def _subcategories(options: Iterable[Option]) -> list[str]:
    """The subcategories of IPsec that a command names, by themselves or by their category."""
    names: dict[str, None] = {}
    for option in options:
        for name in option.names:
            if option.key == "subcategory" and name in _BY_NAME:
                names[_BY_NAME[name]] = None
            elif option.key == "category":
                names.update(dict.fromkeys(_OF_CATEGORY.get(name, ())))
    return [*names]


def _unknown_names(options: Iterable[Option]) -> list[str]:
    """What may be of IPsec: categories whose name is not English, and subcategories of IPsec that are none."""
    known = {*_OF_CATEGORY, *CATEGORIES_WITHOUT_IPSEC}
    named = ((option.key, name) for option in options for name in option.names)
    return [
        name
        for key, name in named
        if (key == "category" and name not in known)
        or (key == "subcategory" and "ipsec" in name and name not in _BY_NAME)
    ]


FORMATS = (
    Format(
        name="audit-commands",
        title="commands of auditpol that set what is audited of IPsec",
        recognise=recognise,
        parse=parse,
        how_to_export="none: it is the script itself; of a machine `auditpol /backup /file:auditpol.csv`",
        can_express="whether failed negotiations and dropped packets are written to the Security log",
        cannot_express="policies; what is audited that no command sets; which of its branches run",
        without_key="names of categories, and whether they are recorded",
        is_alone=lambda source: source.has_only(_OWN_LINE),
    ),
)
