"""CLIXML from `Export-Clixml` (MS-PSRP 2.2.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sys import intern

from ipseclint.formats.kit.diagnostics import Diagnostics, of_source
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.kit.xml.document import elements
from ipseclint.formats.kit.xml.element import ENCODED, Element, secret_places, text_of
from ipseclint.formats.kit.xml.places import Places
from ipseclint.formats.kit.xml.wanted import Structure, Wanted, leaves, note_unknown
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.powershell.alike_texts import AlikeTexts
from ipseclint.formats.powershell.authentication import KEY_PROPERTY
from ipseclint.formats.powershell.decode import concerns_ipsec, decode
from ipseclint.formats.powershell.instance import MAX_INSTANCES, Instance, Node, class_of, flat
from ipseclint.late import late
from ipseclint.source import Source, Span
from ipseclint.vocabulary.audit_events import NUMBERS
from ipseclint.vocabulary.rows import names

_ROOT = late(r"<Objs\s[^<>]*schemas\.microsoft\.com/powershell/2004/04")
_EVENT = late(rf"<I32 N=\"Id\">(?:{NUMBERS})</I32>")
"""The number of an event that is read, in a record of Get-WinEvent."""
_ESCAPE_LENGTH = 7
_COLLECTIONS = frozenset({"LST", "IE", "STK", "QUE"})
_VALUES = names(
    "Obj Ref Nil S SS C B DT TS By SB U16 I16 U32 I32 U64 I64 Sg Db D BA G URI XD Version SBK PR LST IE STK QUE DCT"
)
"""The elements that are values (MS-PSRP 2.2.5.1 and 2.2.5.2)."""
_WANTED = Wanted(subtrees={"Obj": frozenset({"Objs"})}, around={"Objs": _VALUES})
_VALUE: Structure = dict.fromkeys(sorted(_VALUES))
_OBJECT: Structure = {
    **_VALUE,
    "TN": leaves("T"),
    **leaves("TNRef ToString"),
    **dict.fromkeys(("Props", "MS"), _VALUE),
    "DCT": {"En": _VALUE},
    **dict.fromkeys(sorted(_COLLECTIONS), _VALUE),
}
"""What an object holds: its types, its text, a value, its properties, or a collection."""
_INTEGERS = ("I32", "U32", "I16", "U16", "By", "SB", "I64", "U64")
_NUMBERED = frozenset({"TN", "Obj"})
"""Elements that others refer to by number."""
_METADATA = frozenset({"__classmetadata", "psshowcomputername", "pscomputername", "runspaceid"})

_BLANKS = late(r"[ \t\r\n]*")
_STRANGE = late(r"[^\x20-\x7e]|&|_x")
"""What stands for another character, or takes more than one byte."""
_NUMBER = late(r"<(Obj|TNRef|TN)\b[^<>]*?\bRefId=\"(\d+)\"")
"""A number by which an element is referred to, or refers."""
_LEFT_ALONE = late(r"<Ref\b|\r(?!\n)")
"""What keeps a text from being like others: a reference to an object, and a line end that few write."""
_MAX_PARTS = 1_000
"""Reasoned: an object of more parts is like few others."""

MAX_DEPTH = 24
"""Levels of references that are followed; Windows writes a handful (reasoned)."""


def recognise(source: Source) -> bool:
    """Whether it is CLIXML with objects that concern IPsec."""
    text = source.head_text
    return _ROOT.search(text) is not None and (
        concerns_ipsec(text) or ("EventLogRecord<" in text and _EVENT.search(text) is not None)
    )


@of_source
def parse(source: Source) -> Parsed:
    """The policy in the exported objects."""
    try:
        return _parsed(source, has_alike=True)
    except _RefersBackError:
        return _parsed(source, has_alike=False)


def _parsed(source: Source, *, has_alike: bool) -> Parsed:
    diagnostics = Diagnostics(source.path)
    if "PSComputerName" in source.head_text:
        from ipseclint.formats.transcript.remote_objects import tell_machines

        tell_machines(source.head_text, source.read_text, diagnostics)
    return decode(_Reader(source.path, diagnostics, has_alike=has_alike).read(source), diagnostics)


class _RefersBackError(Exception):
    """A reference to what an object holds that was not read, since it is like others."""


class _Reader:
    """Converts elements to objects, and resolves references to earlier elements."""

    def __init__(self, path: str, diagnostics: Diagnostics, *, has_alike: bool = True) -> None:
        self._path = path
        self._alike = AlikeTexts(diagnostics, (">", "<"), _STRANGE, self._takes) if has_alike else None
        self._skipped: set[str] = set()
        self._numbered: dict[int, list[tuple[str, list[str] | None]]] = {}
        self._places: Places | None = None
        self._begin = self._behind = 0
        self._diagnostics = diagnostics
        self._types: dict[str, list[str]] = {}
        self._objects: dict[str, Element] = {}
        self._made: dict[str, Node] = {}
        self._open: set[str] = set()
        self._left = MAX_INSTANCES
        self._refused = False

    def read(self, source: Source) -> Iterator[Instance]:
        """The objects in an input, also those in top-level collections."""
        for element in elements(source, _WANTED, self._diagnostics):
            again = self._again(element)
            if again is not None:
                yield again
                continue
            left, noted = self._left, self._noted
            self._learn(element)
            made = self._object(element, 0)
            if isinstance(made, Instance) and noted == self._noted:
                self._learn_text(element, made, left - self._left)
            yield from flat(made)

    @property
    def _noted(self) -> tuple[int, int]:
        """How much was noted of elements, besides keys."""
        return self._diagnostics.count, self._diagnostics.unread.total()

    def _again(self, element: Element) -> Instance | None:
        """The object of an element that is like others."""
        if self._alike is None:
            return None
        places = element.places
        blanks = _BLANKS.match(places.text, self._behind) if places is self._places else None
        begin = element.begin if blanks is None or not places.text.startswith("<Obj", blanks.end()) else blanks.end()
        again = self._alike.again(places.text, begin, *places.place(begin)) if self._left > _MAX_PARTS else None
        self._places, self._begin = places, begin
        self._behind = element.behind if again is None else again.end
        if again is None:
            return None
        self._left -= again.values
        made: Instance = again.made
        return made

    def _learn_text(self, element: Element, made: Instance, values: int) -> None:
        """Learn the text of an object, if it can be like others."""
        places, begin, end = element.places, self._begin, self._behind
        text = places.text[begin:end]
        if self._alike is None or values > _MAX_PARTS or not text.isascii() or _LEFT_ALONE.search(text) is not None:
            return
        numbers = list(_NUMBER.finditer(places.text, begin, end))
        more = [Token(match[2], self._path, *places.place(match.start(2))) for match in numbers]
        defined = [match.groups() for match in numbers if match[1] != "TNRef"]
        if len(numbers) == text.count("RefId=") and len(set(defined)) == len(defined):
            stencil = self._alike.learn(places.text, begin, end, *places.place(begin), made, values, more)
            if stencil is not None:
                self._numbered[stencil] = [(match[1], self._types.get(match[2])) for match in numbers]

    def _takes(self, stencil: int, numbers: Sequence[str]) -> bool:
        """Whether the numbers of a text name what those of its stencil do; they are taken then."""
        types: dict[str, list[str]] = {}
        objects: set[str] = set()
        for (role, named), number in zip(self._numbered[stencil], numbers, strict=True):
            if role == "TN":
                types[number] = named or []
            elif role == "TNRef":
                if types.get(number, self._types.get(number)) != named:
                    return False
            elif number in self._made or number in self._skipped or number in objects:
                return False
            else:
                objects.add(number)
        self._types |= types
        self._skipped |= objects
        return True

    def _learn(self, top: Element) -> None:
        """Remember the elements that later references may point to."""
        for element, is_unread in top.below(_NUMBERED, _is_metadata):
            key = element.attribute("RefId")
            # Of what is not read only the types count: an element kept keeps the whole tree around it.
            if key and element.name == "TN":
                self._types[key] = [each.text for each in element.named("T")]
            elif key and not is_unread and key not in self._made:
                self._objects.setdefault(key, element)

    def _node(self, element: Element, depth: int) -> Node:
        if element.name == "Obj":
            return self._object(element, depth)
        if element.name == "Ref":
            return self._referenced(element, depth)
        if element.name in _COLLECTIONS:
            return [self._node(each, depth) for each in element.children]
        if element.name == "Nil":
            return None
        return self._text(element)

    def _referenced(self, element: Element, depth: int) -> Node:
        key = element.attribute("RefId")
        target = self._objects.get(key)
        place = Span(self._path, *element.start)
        if key in self._skipped:
            raise _RefersBackError
        if target is None and key not in self._made:
            self._diagnostics.malformed("a reference to an object that is not there", place)
            return None
        if key in self._open:
            self._diagnostics.malformed("an object that holds itself", place)
            return None
        made = self._made[key] if target is None else self._object(target, depth)
        if isinstance(made, list):
            # A list that many objects share is looked through as often.
            self._left -= len(made)
            if self._left < 0:
                self._refuse(place)
                return None
        return made

    def _object(self, element: Element, depth: int) -> Node:
        key = element.attribute("RefId")
        if key in self._skipped:
            raise _RefersBackError
        if key in self._made:
            return self._made[key]
        place = Span(self._path, *element.start)
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            self._refuse(place)
            return None
        self._open.add(key)
        made = self._make(element, place, depth + 1)
        self._open.discard(key)
        if key:
            self._made[key] = made
            self._objects.pop(key, None)
        return made

    def _refuse(self, place: Span) -> None:
        if not self._refused:
            self._diagnostics.refused("objects nested too deep, or too many: the rest was not read", place)
        self._refused = True

    def _make(self, element: Element, place: Span, depth: int) -> Node:
        note_unknown(element, _OBJECT, self._diagnostics)
        types = self._type_names(element)
        if "System.Enum" in types:
            return self._enumeration(element)
        for child in element.children:
            if child.name in _COLLECTIONS:
                return [self._node(inner, depth) for inner in child.children]
        properties: dict[str, Node] = {}
        for group in ("Props", "MS"):
            for holder in element.named(group):
                for child in holder.children:
                    name = intern(child.attribute("N").casefold())
                    if name in _METADATA:
                        continue
                    if name == KEY_PROPERTY.casefold():
                        self._diagnostics.secrets.extend(secret_places(child, self._path))
                    made = self._node(child, depth)
                    if made is not None or name not in properties:
                        properties[name] = made
        for holder in element.named("DCT"):
            properties |= self._dictionary(holder, depth)
        if not properties:
            text = element.child("ToString") or next((each for each in element.children if each.text), None)
            return None if text is None else self._text(text)
        return Instance(_class_name(types), place, properties)

    def _dictionary(self, holder: Element, depth: int) -> dict[str, Node]:
        properties: dict[str, Node] = {}
        for entry in holder.named("En"):
            parts = {child.attribute("N"): child for child in entry.children}
            if "Key" in parts and "Value" in parts:
                if parts["Key"].text.casefold() == KEY_PROPERTY.casefold():
                    self._diagnostics.secrets.extend(secret_places(parts["Value"], self._path))
                properties[parts["Key"].text.casefold()] = self._node(parts["Value"], depth)
        return properties

    def _enumeration(self, element: Element) -> Node:
        named = element.child("ToString")
        if named is None or not named.text:
            named = next((child for child in element.children if child.name in _INTEGERS), None)
        return None if named is None else self._text(named)

    def _type_names(self, element: Element) -> list[str]:
        own = element.child("TN")
        if own is not None:
            return [each.text for each in own.named("T")]
        reference = element.child("TNRef")
        return [] if reference is None else self._types.get(reference.attribute("RefId"), [])

    def _text(self, element: Element) -> Token:
        text = text_of(element, self._path)
        return text if "_x" not in text.text else _unescaped(text)


def _is_metadata(element: Element) -> bool:
    return element.attribute("N").casefold() in _METADATA


def _class_name(types: list[str]) -> str:
    """The class of a CIM object, folded, from its most specific type; the type of another object."""
    for type_ in types:
        if "#" in type_:
            return class_of(type_)
    return class_of(types[0].removeprefix("Deserialized.").rpartition(".")[2]) if types else ""


def _unescaped(text: Token) -> Token:
    """The text with each `_xHHHH_` decoded."""
    pieces: list[Token] = []
    start = 0
    for match in ENCODED.finditer(text.text):
        if match.start() > start:
            pieces.append(text.part(start, match.start()))
        place = text.part(match.start(), match.end())
        after = place.column + _ESCAPE_LENGTH
        pieces.append(Token(chr(int(match[1], 16)), place.path, place.line, place.column, ((1, place.line, after),)))
        start = match.end()
    if not pieces:
        return text
    if start < len(text.text):
        pieces.append(text.part(start))
    return joined(pieces)


FORMATS = (
    Format(
        name="powershell-clixml",
        title="objects of the NetSecurity cmdlets (Export-Clixml)",
        recognise=recognise,
        parse=parse,
        how_to_export="$r = Get-NetIPsecRule -PolicyStore ActiveStore; @($r; Get-NetIPsecMainModeRule; "
        "$r | Get-NetFirewallAddressFilter; $r | Get-NetFirewallPortFilter; $r | Get-NetFirewallInterfaceFilter; "
        "$r | Get-NetFirewallInterfaceTypeFilter; Get-NetIPsecMainModeCryptoSet; Get-NetIPsecQuickModeCryptoSet; "
        "Get-NetIPsecPhase1AuthSet; Get-NetIPsecPhase2AuthSet; Get-NetFirewallSetting; Get-NetIPsecDospSetting) "
        "| Export-Clixml -Depth 5 policy.xml (or `ipseclint collect-script`)",
        can_express="rules with their addresses, sets, settings, protection against denial of service, their stores",
        cannot_express="whether local rules count beside those of group policy; security associations",
    ),
)
