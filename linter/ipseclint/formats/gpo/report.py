"""GPO reports as XML: `Get-GPOReport`, the report in a backup, and `gpresult`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from ipseclint.finding import Problem
from ipseclint.formats.gpo.comparison import says_the_same
from ipseclint.formats.gpo.report_values import audited, set_values
from ipseclint.formats.gpo.tree import WHOSE, Tree
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.firewall.decode import GPO_KEY, decode_store
from ipseclint.formats.registry.firewall.words import (
    CONNECTION_RULES,
    DEFAULT_IDS,
    FIREWALL_RULES,
    MAIN_MODE_RULES,
    NAMES_OF_PROFILES,
)
from ipseclint.formats.registry.policy import decode
from ipseclint.formats.registry.tree import Key
from ipseclint.late import late
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import UNNAMED_GPO, AuditSetting, Policy
from ipseclint.source import Source, Span
from ipseclint.vocabulary.ipsec_tools import folded, mention_in

_ROOT = late(r"<(?!\?|!--)(?:[\w.-]+:)?([\w.-]+)")
_ROOTS = frozenset({"GPO", "Rsop", "report", "GPOS"})
_NAMESPACES = ("microsoft.com/GroupPolicy/", "microsoft.com/windows/2008/11/GroupPolicy", "GroupPolicy/Rsop")

_FIREWALL = "WindowsFirewallSettings"
_LEGACY = "ipsec"

_AUDITING = "AuditSettings"
_FAILURES_AUDITED = frozenset({"2", "3"})
"""Values of an audit setting in a report by which failures leave an event."""
_EXPLAINS = frozenset({"Explain", "Comment", "Supported", "Category", "Description"})
_OF_IPSEC = late(r"\bip ?sec\w*|\bvpnstrategy\b|\bl2tp\b|\bikev2\b")
"""What names IPsec in a setting, in text that `folded` gave."""

_OF_GPO = frozenset({"GPO"})
_IDENTITY = ("Name", "Identifier", "Path")
_IS_VALID, _FILTER, _DENIED = "IsValid", "FilterAllowed", "AccessDenied"
"""What `gpresult /x` says of a GPO: whether it could be read, its WMI filter let it pass, and the computer or user may
not apply it (RSOP_GPO of Microsoft's Windows documentation)."""
_WANTED = Wanted(dict.fromkeys((*_IDENTITY, _IS_VALID, _FILTER, _DENIED), _OF_GPO), below=frozenset({"Extension"}))

_SETTINGS = {"GlobalSettings": "", **{name: name for name in NAMES_OF_PROFILES}}
_RULES = {
    "ConnectionSecurityRules": CONNECTION_RULES,
    "MainModeRules": MAIN_MODE_RULES,
    "InboundFirewallRules": FIREWALL_RULES,
    "OutboundFirewallRules": FIREWALL_RULES,
}
"""Elements of the firewall's extension, and the keys of the registry that hold the same; sets are called alike."""

_SET_NAME = late(r"(Default)?(Phase[12](?:Authentication|Crypto)Set)s?")


_Strange = tuple[Element, str]
"""An element that is not understood, and what is said of it."""


class _Gpo(NamedTuple):
    """The GPO of an object, as the report names it."""

    domain: str
    name: str

    @property
    def store(self) -> str:
        named = "\\".join(each for each in self if each)
        return named or UNNAMED_GPO


def recognise(source: Source) -> bool:
    """Whether the root is a report on GPOs, or on their result, in a Group Policy namespace."""
    match = _ROOT.search(source.head_text)
    return match is not None and match[1] in _ROOTS and any(each in source.head_text for each in _NAMESPACES)


def parse(source: Source) -> Parsed:
    """The firewall policy of each GPO in the report."""
    return _read(source).parsed()


def parse_beside(source: Source, applied: Key) -> tuple[Parsed, bool]:
    """The same, and whether it says what some keys do that were decoded without a fault; then no policy is made of it:
    it would say what theirs does, and have no fault either."""
    report = _read(source)
    is_same = report.says_only(applied)
    return report.diagnostics.parsed(Policy()) if is_same else report.parsed(), is_same


def _read(source: Source) -> _Report:
    report = _Report(source.path)
    for part in read(source, _WANTED):
        if isinstance(part, Problem):
            report.diagnostics.add(part)
        elif isinstance(part, Subtree):
            report.add(part)
    return report


class _Report:
    """The contents of one report. Stores are keyed by the id of their GPO."""

    def __init__(self, path: str) -> None:
        self.diagnostics = Diagnostics(path)
        self._path = path
        self._firewall: list[tuple[Element, str]] = []
        self._values = Key.root(path)
        self._gpos: dict[str, _Gpo] = {}
        self._name = ""
        self._current = ""
        self._said: dict[str, bool] = {}
        self._unknown: Counter[str] = Counter()
        self._audit: list[AuditSetting] = []

    def add(self, subtree: Subtree) -> None:
        """Read an element: the identity of a GPO, or a part of an extension."""
        element = subtree.element
        if subtree.parent == "GPO" and element.name in _IDENTITY:
            self._identify(element)
            return
        if subtree.parent == "GPO":
            self._note_denied(element)
            return
        kind = subtree.parent_attributes.get("type", "")
        extension = kind.rpartition(":")[2]
        if extension == _FIREWALL:
            own = element.child("GPO")
            gpo_id = self._current if own is None else own.child_text("Identifier").casefold()
            self._firewall.append((element, gpo_id))
        elif extension.casefold().startswith(_LEGACY):
            self._note_once(element, "a setting of IP Security Policies, which a report does not hold in full")
        elif set_values(element, self._values, self._path):
            pass
        elif extension == _AUDITING and (settings := audited(element, self._path, self.diagnostics)) is not None:
            self._audit += settings
        elif (words := _bearing_on_ipsec(element, extension)) is not None:
            self._note_once(element, f"{quoted(words)} bears on IPsec, and what is set here is not read from a report")

    def parsed(self) -> Parsed:
        """The policies of all GPOs."""
        parts = PolicyParts()
        trees, strange = self._trees(places=True)
        for element, message in strange:
            self._note_once(element, message)
        for gpo_id, tree in trees.items():
            store = self._gpos.get(gpo_id, _Gpo("", ""))
            decode_store(GPO_KEY, tree.root, store.store, parts, self.diagnostics)
        policies = [parts.policy(), Policy(audit=tuple(self._audit))]
        if self._values.keys:
            policies.append(decode(self._values, self.diagnostics, is_whole=False).policy)
        return self.diagnostics.parsed(merge_policies(tuple(policies)))

    def says_only(self, applied: Key) -> bool:
        """Whether it says of the firewall of one GPO what some keys do, and has nothing else to be decoded."""
        trees, strange = self._trees(places=False)
        is_rest_empty = not (strange or self._values.keys or self._audit)
        return is_rest_empty and [says_the_same(tree.root, applied) for tree in trees.values()] == [True]

    def _identify(self, element: Element) -> None:
        """Take the name and id of a GPO: gpresult writes the name first, other reports the id."""
        if element.name == "Name":
            self._name = element.text.strip()
            if self._current in self._gpos and not self._gpos[self._current].name:
                self._gpos[self._current] = self._gpos[self._current]._replace(name=self._name)
                self._name = ""
            return
        holder = element.child("Identifier")
        gpo_id = element.child_text("Identifier") if holder is not None else element.text.strip()
        self._current = gpo_id.casefold()
        self._gpos[self._current] = _Gpo(element.child_text("Domain"), self._name)
        self._name = ""

    def _note_denied(self, element: Element) -> None:
        """Note a GPO that was denied: what it holds is not in the report."""
        self._said[element.name] = element.text.strip().casefold() == "true"
        if element.name != _DENIED:
            return
        is_filtered = self._said.get(_IS_VALID, True) and not self._said.get(_FILTER, True)
        if self._said[_DENIED] or is_filtered:
            named = self._gpos.get(self._current, _Gpo("", "")).name or self._name
            self.diagnostics.not_read(f"GPO denied ({'security' if self._said[_DENIED] else 'WMI filter'}): {named}")
        self._said = {}

    def _trees(self, *, places: bool) -> tuple[dict[str, Tree], list[_Strange]]:
        """The store of each GPO, and what is no part of one."""
        trees = defaultdict[str, Tree](lambda: Tree(self._path, places=places))
        strange = [each for element, gpo_id in self._firewall for each in _added(element, gpo_id, trees)]
        return trees, strange

    def _note_once(self, element: Element, message: str) -> None:
        self._unknown[message] += 1
        if self._unknown[message] == 1:
            self.diagnostics.not_understood(
                message, Span(self._path, element.line, element.column, len(element.name) + 2)
            )


def _added(element: Element, gpo_id: str, trees: defaultdict[str, Tree]) -> Iterator[_Strange]:
    """Add a part of the firewall's settings to the store of its GPO; yields what is no part of it."""
    if element.name in _SETTINGS:
        yield from _added_settings(element, gpo_id, trees)
        return
    tree = trees[gpo_id]
    sets = _SET_NAME.fullmatch(element.name)
    if element.name in _RULES:
        tree.add_rule(_RULES[element.name], element)
    elif sets is not None:
        tree.add_set(sets[2] + "s", DEFAULT_IDS[sets[2]], element, is_default=sets[1] is not None)
    elif element.name not in WHOSE:
        yield element, f"unknown part {quoted(element.name)} in the firewall's settings"


def _added_settings(element: Element, gpo_id: str, trees: defaultdict[str, Tree]) -> Iterator[_Strange]:
    """Add settings, each of which may come from another GPO."""
    by_gpo: dict[str, list[Element]] = {}
    for child in element.children:
        own = child.child("GPO")
        by_gpo.setdefault(gpo_id if own is None else own.child_text("Identifier").casefold(), []).append(child)
    for owner, children in by_gpo.items():
        for without_value in trees[owner].add_settings(_SETTINGS[element.name], element, children):
            yield without_value, f"the setting {quoted(without_value.name)} has no value"


def _bearing_on_ipsec(element: Element, extension: str) -> str | None:
    """The words in another extension's setting that bear on IPsec; None if there are none."""
    if extension == _AUDITING and element.child_text("SettingValue").strip() in _FAILURES_AUDITED:
        return None
    kind = "win32_service " if "service" in element.name.casefold() else ""
    line = folded(kind + " ".join(_texts(element)))
    mention = mention_in(line)
    if mention is not None:
        return mention.words.lstrip("\\/")
    match = _OF_IPSEC.search(line)
    return None if match is None else match[0]


def _texts(element: Element) -> Iterator[str]:
    """The texts of an element and its descendants, except explanations."""
    if element.name in _EXPLAINS:
        return
    yield element.text.strip()
    yield from element.attributes.values()
    for child in element.children:
        yield from _texts(child)


FORMATS = (
    Format(
        name="gpo-report",
        title="report on GPOs (gpreport.xml, Get-GPOReport, gpresult)",
        recognise=recognise,
        parse=parse,
        how_to_export='Get-GPOReport -Name "NAME" -ReportType Xml -Path gpreport.xml',
        can_express="the rules, sets and settings of the firewall in each GPO, with the GPO's name",
        cannot_express="the ids of rules; IP Security Policies, which stand in the directory",
    ),
)
