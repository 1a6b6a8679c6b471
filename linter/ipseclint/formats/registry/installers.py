r"""Values of the registry that installers set, each read where it stands: NSIS, Inno Setup and WiX.

    WriteRegDWORD HKLM "SYSTEM\...\PolicyAgent" "AssumeUDP..." 2
    Root: HKLM; Subkey: "SYSTEM\...\PolicyAgent"; ValueType: dword; ValueName: "AssumeUDP..."; ValueData: "2"
    <RegistryKey Root="HKLM" Key="SYSTEM\...\PolicyAgent"><RegistryValue Name="AssumeUDP..." Type="integer" Value="2"/>

Sources: the NSIS Users Manual (4.9.2, registry instructions; sections and functions whose names begin with `un.` belong
to the uninstaller), the help of Inno Setup ([Registry] section; constants in braces), the schema of WiX (RegistryKey,
RegistryValue, Condition of a Component). What an uninstaller sets is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ipseclint.formats.carried.literals import without_comments
from ipseclint.formats.carried.recognition import is_markup
from ipseclint.formats.carried.shown import Places
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.yaml_blocks import SIGNS_OF_INSTALLERS
from ipseclint.formats.registry.tasks import Task
from ipseclint.late import late

_WORD = r"(?:\"[^\"\r\n]*+\"|'[^'\r\n]*+'|`[^`\r\n]*+`|[^\s\"'`;#]\S*+)"
_OF_NSIS = late(
    r"^[ \t]*+(?:WriteReg(?P<type>DWORD|Str|ExpandStr)|DeleteRegValue)[ \t]++(?P<root>HK\w{2,20})[ \t]++"
    rf"(?P<path>{_WORD})[ \t]++(?P<name>{_WORD})(?:[ \t]++(?P<data>{_WORD}))?[ \t]*+(?:[#;][^\r\n]*)?\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_PART_OF_NSIS = late(
    r"^[ \t]*+(?P<kind>Section|Function|!macro)[ \t]+(?P<named>[^\r\n]*)", re.MULTILINE | re.IGNORECASE
)
_OF_UNINSTALLER = late(r"(?:/o[ \t]+)?[\"'`]?-?(?:un\.|uninstall[\"'`]?(?:\s|\Z))", re.IGNORECASE)
_DECIDES = late(
    r"\$\{(?:If|Unless|Switch|Do|For|While)|\b(?:If\w+|IntCmpU?|StrCmpS?|Goto|Return|Quit|Abort)\b|!if|\bcomponents\b",
    re.IGNORECASE,
)
_SECTION_OF_INNO = late(r"^[ \t]*\[(?P<name>\w{1,30})\][ \t]*\r?$", re.MULTILINE)
_LINE_OF_INNO = late(r"^[ \t]*+Root[ \t]*:[^\r\n]*", re.MULTILINE | re.IGNORECASE)
_PARAMETER = late(r"(?<![^\s;])(?P<key>[A-Za-z]{3,20})[ \t]*+:[ \t]*+(?P<value>\"(?:[^\"\r\n]|\"\")*+\"|[^;\"\r\n]*+)")
_ONLY_THEN = frozenset({"tasks", "components", "check", "languages", "minversion", "onlybelowversion"})
"""Parameters of Inno Setup by which an entry is for some installations."""
_NAMES_OF_INNO = {"subkey": "path", "valuename": "name", "valuetype": "type", "valuedata": "data"}
_ROOT_OF_INNO = late(r"(?P<root>HK\w{2,3})(?:32|64)?[ \t]*\Z", re.IGNORECASE)
_TAG = late(r"<(?P<end>/)?(?P<tag>RegistryKey|RegistryValue|Component)\b(?P<given>[^<>]*+)>")
_GIVEN = late(r"(?<=\s)(?P<key>\w{2,20})[ \t\r\n]*=[ \t\r\n]*(?:\"(?P<value>[^\"<]*+)\"|'(?P<other>[^'<]*+)')")
_NEXT = late(r"\s{0,400}+")
_DEEPEST = 8
"""How deep keys stand in each other whose values are read (reasoned: they are seldom written in more than two)."""
_CONDITION = late(r"<Condition\b|\sCondition=")
_MAX_COMPONENT_CHARACTERS = 20_000
"""How far the end of a component of WiX is looked for (reasoned: far more than any has)."""
_PUT_IN = {"nsis": late(r"\$"), "inno": late(r"\{(?!\{)"), "wix": late(r"\[[A-Za-z]|[$!]\(")}
"""What stands for a value that an installer puts in."""
_HEXADECIMAL = late(r"\$[0-9a-f]{1,8}", re.IGNORECASE)
"""A number of Inno Setup in hexadecimal digits."""
_TYPES = {
    "str": "string", "expandstr": "expandstring", "expandsz": "expandstring", "multisz": "multistring",
    "integer": "dword", "expandable": "expandstring",
}  # fmt: skip
"""The types in the words of each, and in those of the tasks of other tools."""


def installed_in(text: str, path: str) -> list[Task]:
    """The values that an installer sets which may concern IPsec."""
    folded = text.casefold()
    if not any(sign in folded for sign in SIGNS_OF_INSTALLERS):
        return []
    is_wix = is_markup(text)
    reader = _Reader(without_comments(text, is_markup=is_wix), path)
    tasks = reader.of_wix() if is_wix else (*reader.of_nsis(), *reader.of_inno())
    return [task for task in tasks if task.concerns_ipsec]


class _Key(NamedTuple):
    """An element of WiX for a key: where it opens, its root, and where its path stands."""

    span: tuple[int, int]
    root: str
    path: tuple[int, int] | None


class _Reader:
    """Reads the entries of one text without its comments."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._places = Places(text, path)

    def of_nsis(self) -> Iterator[Task]:
        """What NSIS sets in sections, functions and macros of the installer."""
        parts = [(part.start(), part) for part in _PART_OF_NSIS.finditer(self._text)]
        is_chosen = _DECIDES.search(self._text) is not None
        at = 0
        for entry in _OF_NSIS.finditer(self._text):
            while at < len(parts) and parts[at][0] < entry.start():
                at += 1
            part = parts[at - 1][1] if at else None
            if part is not None and _OF_UNINSTALLER.match(part["named"]) is not None:
                continue
            given = {key: entry.span(key) for key in ("path", "name", "type", "data") if entry[key] is not None}
            is_called = part is None or part["kind"].casefold() != "section"
            if is_absent := entry["type"] is None:
                given.pop("data", None)
            if is_absent or "data" in given:
                is_decided = is_chosen or is_called
                yield self._task("nsis", entry["root"], given, entry.span(), is_absent=is_absent, is_decided=is_decided)

    def of_inno(self) -> Iterator[Task]:
        """What the entries of Inno Setup in its section for the registry set."""
        sections = [(each.start(), each["name"].casefold()) for each in _SECTION_OF_INNO.finditer(self._text)]
        for (begin, name), (end, _) in pairwise((*sections, (len(self._text), ""))):
            for line in _LINE_OF_INNO.finditer(self._text, begin, end) if name == "registry" else ():
                spans = {
                    each["key"].casefold(): each.span("value") for each in _PARAMETER.finditer(self._text, *line.span())
                }
                root = _ROOT_OF_INNO.match(self._text[slice(*spans.get("root", (0, 0)))])
                given = {name: spans[key] for key, name in _NAMES_OF_INNO.items() if key in spans}
                flags = self._text[slice(*spans.get("flags", (0, 0)))].casefold()
                is_absent = "deletevalue" in flags and "data" not in given
                if root is not None and "path" in given and ("data" in given or is_absent):
                    is_decided = not _ONLY_THEN.isdisjoint(spans) or "createvalueifdoesntexist" in flags
                    at = line.span()
                    yield self._task("inno", root["root"], given, at, is_absent=is_absent, is_decided=is_decided)

    def of_wix(self) -> Iterator[Task]:
        """What the values of WiX set, alone or within keys."""
        keys: list[_Key] = []
        is_decided = False
        for tag in _TAG.finditer(self._text):
            spans = {each["key"]: each.span("value" if each["other"] is None else "other") for each in self._given(tag)}
            if tag["tag"] == "Component":
                behind = self._text.find("</Component>", tag.end(), tag.end() + _MAX_COMPONENT_CHARACTERS)
                is_decided = tag["end"] is None and (
                    behind < 0 or _CONDITION.search(self._text, tag.start(), behind) is not None
                )
            elif tag["end"] is not None:
                keys = keys[:-1]
            elif tag["tag"] == "RegistryKey":
                root = self._text[slice(*spans["Root"])] if "Root" in spans else keys[-1].root if keys else ""
                if not tag["given"].endswith("/"):
                    keys.append(_Key(tag.span(), root, spans.get("Key")))
            elif (value := self._value_of_wix(tag, spans, keys)) is not None:
                yield value._replace(is_decided=is_decided)

    def _given(self, tag: re.Match[str]) -> Iterator[re.Match[str]]:
        return _GIVEN.finditer(self._text, *tag.span("given"))

    def _value_of_wix(
        self, tag: re.Match[str], spans: Mapping[str, tuple[int, int]], keys: Sequence[_Key]
    ) -> Task | None:
        """The value of an element, if its key is written in one piece."""
        if len(keys) > _DEEPEST:
            return None
        pieces = [key.path for key in keys if key.path is not None] + ([spans["Key"]] if "Key" in spans else [])
        if len(pieces) != 1 or "Value" not in spans:
            return None
        root = self._text[slice(*spans["Root"])] if "Root" in spans else keys[-1].root if keys else ""
        given = {"path": pieces[0], "data": spans["Value"]}
        given |= {name: spans[key] for key, name in (("Name", "name"), ("Type", "type")) if key in spans}
        is_first = bool(keys) and _NEXT.fullmatch(self._text, keys[-1].span[1], tag.start()) is not None
        begin = keys[-1].span[0] if is_first else tag.start()
        return self._task("wix", root, given, (begin, tag.end()), is_absent=False, is_decided=False)

    def _task(
        self,
        tool: str,
        root: str,
        given: Mapping[str, tuple[int, int]],
        span: tuple[int, int],
        *,
        is_absent: bool,
        is_decided: bool,
    ) -> Task:
        tokens = {name: self._token(tool, *at) for name, at in given.items()}
        path = tokens["path"]
        tokens["path"] = path.standing_for(f"{root}\\{path.text.lstrip(chr(92))}")
        if (kind := tokens.get("type")) is not None:
            word = kind.text.casefold()
            tokens["type"] = kind.standing_for(_TYPES.get(word, word))
        data = tokens.get("data")
        if tool == "inno" and data is not None and _HEXADECIMAL.fullmatch(data.text) is not None:
            tokens["data"] = data.standing_for(f"0x{data.text[1:]}")
        filled = next((token for token in (path, *tokens.values()) if isinstance(token, OpenToken)), None)
        first, last = (self._places.row(at) for at in span)
        return Task(
            given=tokens,
            status=None,
            rows=range(first + 1, last + 2),
            is_absent=is_absent,
            is_decided=is_decided,
            filled=filled,
        )

    def _token(self, tool: str, start: int, end: int) -> Token:
        """A word with its place, without quotation marks and blanks behind it; an open one if something is put in."""
        text = self._text[start:end].rstrip()
        if text[:1] in {'"', "'", "`"} and text[-1:] == text[:1]:
            start, text = start + 1, text[1:-1]
        kind = Token if _PUT_IN[tool].search(text) is None else OpenToken
        return kind(text, self._path, *self._places.line_and_column(start))
