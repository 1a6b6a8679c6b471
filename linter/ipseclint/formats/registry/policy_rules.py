"""Policy Analyzer's .PolicyRules, the format of Microsoft's security baselines: one registry policy value an element.

    <PolicyRules><ComputerConfig><Key>SYSTEM\\CurrentControlSet\\...</Key><Value>NAME</Value>
      <RegType>REG_DWORD</RegType><RegData>4</RegData>...</ComputerConfig>
    <SecurityTemplate Section="Service General Setting"><LineItem>"IKEEXT",4,""</LineItem></SecurityTemplate>
    <AuditSubcategory><GUID>{0cce9218-...}</GUID><Name>IPsec Main Mode</Name><Setting>3</Setting></AuditSubcategory>

One file may hold the values of several GPOs: a later one replaces an earlier one.
"""

from __future__ import annotations

from msgspec.structs import replace

from ipseclint.formats.events.audit_policy import SUBCATEGORIES, of_number
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.xml.document import elements
from ipseclint.formats.kit.xml.element import Element, text_of
from ipseclint.formats.kit.xml.wanted import Wanted
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.security_template import take_line
from ipseclint.formats.registry.tree import Key, Kind
from ipseclint.formats.registry.written import KINDS, NUMBERS, no_number, written_value
from ipseclint.model.settings import AuditSetting
from ipseclint.source import Source
from ipseclint.vocabulary.rows import names

_ROOT = "<PolicyRules"
_RULES = ("ComputerConfig", "SecurityTemplate", "AuditSubcategory")
_WANTED = Wanted(
    subtrees=dict.fromkeys(_RULES, frozenset[str]()),
    around={"PolicyRules": names("UserConfig CSE-Machine CSE-User") | frozenset(_RULES)},
)
_SETS = "authenticationsets\\"
_OF_A_VALUE = names("Key Value RegType RegData SourceFile PolicyName")


def recognise(source: Source) -> bool:
    """Whether it is a file of Policy Analyzer."""
    return _ROOT in source.head_text and any(f"<{rule}" in source.head_text for rule in _RULES)


def parse(source: Source) -> Parsed:
    """The policy in the rules for computers; those for users have no bearing on IPsec."""
    diagnostics = Diagnostics(source.path)
    tree = Key.root(source.path)
    audited: dict[str, AuditSetting] = {}
    for element in elements(source, _WANTED, diagnostics):
        if element.name == "ComputerConfig":
            _value(element, tree, diagnostics)
        elif element.name == "SecurityTemplate":
            section = element.attributes.get("Section", "")
            for line in element.named("LineItem"):
                take_line(section, text_of(line, source.path).strip(), tree, diagnostics)
        elif (setting := _audit(element, diagnostics)) is not None:
            audited[setting.subcategory] = setting
    parsed = decode(tree, diagnostics, is_whole=False)
    policy = parsed.policy.model_copy(update={"audit": tuple(audited.values())})
    return replace(parsed, policy=policy)


def _value(element: Element, tree: Key, diagnostics: Diagnostics) -> None:
    """Set the value of an element, if its key concerns IPsec."""
    path, name, kind_token, data = (
        _part(element, each, diagnostics) for each in ("Key", "Value", "RegType", "RegData")
    )
    whole = f"HKEY_LOCAL_MACHINE\\{path.text}"
    if not concerns_ipsec(whole):
        return
    for child in element.children:
        if child.name not in _OF_A_VALUE:
            unread = text_of(child, diagnostics.path)
            note_unread(child.name, unread.span, _OF_A_VALUE, diagnostics, kind="element")
            if _SETS in whole.casefold():  # it may be the data of a key
                diagnostics.secrets.extend(unread.spans)
    key, kind = tree.make(whole, path.span), KINDS.get(kind_token.text.upper())
    if key is None or kind is None:
        diagnostics.not_understood(f"unknown type of value {quoted(kind_token.text)}", kind_token.span)
        return
    value = written_value(name.text, kind, data)
    if kind in NUMBERS and value.number is None:
        diagnostics.malformed(no_number(name.text, data), data.span)
    elif kind is Kind.BINARY and data.text and not value.data:
        diagnostics.malformed(f"{quoted(data.text)} is not a row of bytes", data.span)
    key.set(value)


def _part(element: Element, name: str, diagnostics: Diagnostics) -> Token:
    """The text of a child; empty, at the place of the element, if absent."""
    child = element.child(name)
    if child is None:
        end = (0, element.line, element.column + len(element.name) + 1)
        return Token("", diagnostics.path, element.line, element.column, (end,))
    return text_of(child, diagnostics.path).strip()


def _audit(element: Element, diagnostics: Diagnostics) -> AuditSetting | None:
    """The setting of a subcategory of IPsec, by the number that audit.csv of the GPO has (MS-GPAC 2.2.1.3.1)."""
    texts = (text_of(part, diagnostics.path).strip().text.casefold() for part in element.walk() if part.is_leaf)
    name = next((SUBCATEGORIES[text] for text in texts if text in SUBCATEGORIES), None)
    return None if name is None else of_number(name, _part(element, "Setting", diagnostics), diagnostics)


FORMATS = (
    Format(
        name="policy-rules",
        title="rules of Policy Analyzer (.PolicyRules), as in security baselines",
        recognise=recognise,
        parse=parse,
        how_to_export="GPO2PolicyRules.exe DIR baseline.PolicyRules, or Documentation of a security baseline",
        can_express="the same as registry-pol and security-template, of all the GPOs that it was made from, and what of"
        " IPsec is audited",
        cannot_express="which GPO a value is of where two set it",
    ),
)
