"""Lists of properties as PowerShell prints them (`Format-List`): a name, a colon and a value on each line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import LEFT_OUT, Token, joined, lines_of
from ipseclint.formats.kit.user_stores import told_by_store
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.pasted.closings import CLOSING
from ipseclint.formats.powershell.authentication import KEY_PROPERTY, hide_key
from ipseclint.formats.powershell.contents import CIM_CLASSES
from ipseclint.formats.powershell.decode import decode
from ipseclint.formats.powershell.instance import MAX_INSTANCES, TOO_MANY, Instance, Node, class_of
from ipseclint.formats.transcript.families import LineStarts
from ipseclint.formats.transcript.parting_lines import may_be_cut
from ipseclint.late import late
from ipseclint.source import Source, Span, lines_of_text
from ipseclint.vocabulary.services import NAMES

_PROPERTY = late(r"[ \t]{0,24}([A-Za-z][A-Za-z0-9]*)(?:\((?:s|KB|Kbps)\))?[ ]*:(?: |$)", re.MULTILINE)
_OURS = late(
    r"^[ \t]{0,24}(?:IPsecRuleName|InboundSecurity|ForceDiffieHellman|PerfectForwardSecrecyGroup"
    r"|CipherTransformConstants|CertValidationLevel|EnabledKeyingModules|MainModeCryptoSet|SALifeTime|TunnelType"
    r"|UserAuthProtocolAccepted|ResponderAuthenticationMethod|EnhancedKeyUsageList|LocalFirstId|HashAlgorithm"
    r"|EncapsulationMode|TransportLayerFilterName|MaxSessions|KeyExchange|ESPHash"
    r"|MMSALifeTime(?:Seconds)?"
    r"|Thumbprint|IPsecOffloadV2Enabled|AhEnabled|AhSupported|EspEnabled|EspSupported"
    r"|CanPauseAndContinue|StartType|StartMode|IPAssignmentMethod|ProfileXML|AllowLocalIPsecRules)"
    r"(?:\((?:s|KB|Kbps)\))?[ ]*:"
    r"|^[ \t]{0,24}CimClass[ ]*: ?[^\r\n]{0,80}MSFT_Net(?:IKE|ConSec|MainMode|QuickMode|SA|IPsec|SecuritySetting)",
    re.MULTILINE,
)
_NAME_OF_SERVICE = rf"[ \t]{{0,24}}(?:Service)?Name[ ]*: ?(?:{NAMES})[ \t]*$"
_STATE = r"[ \t]{0,24}Status[ ]*: ?(?:Running|Stopped|Paused|\w{4,8}Pending)[ \t]*$"
_STATE_OF_SERVICE = late(
    rf"^{_NAME_OF_SERVICE}(?=(?:\n[^\n]+){{0,40}}?\n{_STATE})|^{_STATE}(?=(?:\n[^\n]+){{0,40}}?\n{_NAME_OF_SERVICE})",
    re.MULTILINE | re.IGNORECASE,
)
"""A service of which nothing is said but its state."""
_OF_SITE = r"[ \t]{0,24}Destination[ ]*:[^\r\n]*"
_STATE_OF_SITE = r"[ \t]{0,24}(?:ConnectionState|AdminStatus)[ ]*:[^\r\n]*"
_SITE = late(
    rf"^{_OF_SITE}(?=(?:\n[^\n]+){{0,60}}?\n{_STATE_OF_SITE})|^{_STATE_OF_SITE}(?=(?:\n[^\n]+){{0,60}}?\n{_OF_SITE})",
    re.MULTILINE,
)
"""An interface to another site of which lifetimes and suite are not shown."""
_STREAM = late(r"[ \t]{0,24}(?:WARNING|VERBOSE|DEBUG|WARNUNG|AVERTISSEMENT|ADVERTENCIA)[ ]?: ")
"""What PowerShell prints between objects, of which it is no part."""
_STREAMS = late(rf"(?:{_STREAM.pattern}[^\r\n]*\r?\n\s{{0,100}})+")
_BEHIND_PROSE = late(
    r"(?:\A|\n)[ \t]*\n(?=[ \t]{0,24}(?:Name|DisplayName|ServerAddress|IPsecRuleName|TunnelType|Subject)[ ]{2,30}: )"
)
"""How a list begins behind prose in which somebody tells of it: its columns line up."""
_COLUMN = "  : "
_ALIGNED = late(r"^[ \t]{0,24}[A-Za-z][A-Za-z0-9]*[ ]+:(?: |$)", re.MULTILINE)
_WORD = r"(?:[^\W\d_][^\W\d_A-Z]{0,20}(?:['\u2019-][^\W\d_A-Z]{1,20}){0,2}|[A-Z]{2,5}|IKEv2|L2TP)"
_SAID = late(
    rf"{_WORD}(?:,?[ ]{_WORD}){{1,20}}[.,:!?]|{_WORD}(?:,?[ ]{_WORD}){{4,20}}|{_WORD}[.,!]|{CLOSING}"
    rf"|{_WORD}(?:[ ]{_WORD}){{0,6}}[ ]\([\w .,/-]{{1,40}}\):"
    r"|(?=[^:\n]*[/.(])[^:=|{}<>]{2,80}:|(?:[^\s:]{1,30}[ ]){0,4}(?:/[\w.-]{1,40}){2,8}"
)
"""A sentence, the beginning of one that ends in a colon, a line of one, how a mail ends, or the path of what stands
below: words, as no property has them.
"""
_MAX_CONTINUED_LINES = 500
"""How many lines one value may go on over (reasoned: an address list of that length is printed in braces)."""

_WITHOUT_VALUES = frozenset({"ciminstanceproperties", "cimsystemproperties", "extensions"})
"""What `Format-List *` says of the object itself, the names of the members above, and the types of a certificate's
extensions: it cuts these short at every one, and none of them is a value."""
_COMMENT = late(r"(?:^|(?<=\S)[ ]{2,60})#[ ]+\S")
"""How somebody explains a value behind it, who shows a list to others."""
_CUT_SHORT = late(r"(?:\.\.\.|\u2026)\}?$")


def recognise(source: Source) -> bool:
    """Whether it is such a list with properties of objects that concern IPsec."""
    text = source.head_text.lstrip("\ufeff\r\n \t")
    if streams := _STREAMS.match(text):
        text = text[streams.end() :].lstrip("\r\n \t")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    text = text[_length_of_prose(text) :]
    if _PROPERTY.match(text) is None:
        return False
    return any(sign.search(text) is not None for sign in (_OURS, _STATE_OF_SERVICE, _SITE))


def _length_of_prose(text: str) -> int:
    """The length of the prose before the first list, in text whose lines end in LF; 0 if there is none."""
    begin = _BEHIND_PROSE.search(text) if _COLUMN in text else None
    if begin is None or _ALIGNED.search(text, 0, begin.start()) or _OURS.search(text, 0, begin.start()):
        return 0
    return 0 if may_be_cut(text, f"\n{text}", LineStarts(text.split("\n"))) else begin.end()


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The listed objects; their filter objects may follow them."""
    return told_by_store(decode(_instances(text, diagnostics), diagnostics), text)


def _instances(text: str, diagnostics: Diagnostics) -> Iterator[Instance]:
    """The objects, with the class of those that state one of IPsec."""
    for item in _listed(text, diagnostics):
        said = item.text("CimClass")
        if said is not None and class_of(said.text).startswith(CIM_CLASSES):
            item.class_name = class_of(said.text)
        yield item


def _listed(text: str, diagnostics: Diagnostics) -> Iterator[Instance]:
    item: Instance | None = None
    name = ""
    count = 0
    blank, spaced, margin = False, True, 0
    part = ""
    plain = "\n".join(lines_of_text(text))
    prose = plain.count("\n", 0, _length_of_prose(plain))
    for line in lines_of(text, diagnostics.path):
        if line.line <= prose or _STREAM.match(line.text):
            continue
        match = _PROPERTY.match(line.text)
        indent = len(line.text) - len(line.text.lstrip())
        if item is not None and part and (not line.text.strip() or indent > margin):
            part = _certificate_goes_on(item, name, part, line.strip())
            continue
        part = ""
        margin = indent if match is not None and (item is None or blank) else margin
        match = match if indent == margin else None
        if not line.text.strip():
            blank = True
        elif match is not None:
            if item is not None and _is_of_next(match[1].casefold(), item, is_parted=blank, is_spaced=spaced):
                yield item
                item = None
            # Some pages show a list with a blank line behind each property: all of it is one object.
            spaced = item is None or (spaced and blank)
            blank = False
            if item is None:
                count += 1
                if count > MAX_INSTANCES:
                    diagnostics.refused(TOO_MANY, line.span)
                    return
                item = Instance("", Span(diagnostics.path, line.line, indent + 1, len(match[1])))
            name = match[1].casefold()
            value = line.part(match.end()).strip()
            part = value.text if value.text == _SUBJECT else ""
            _set(item, name, None if part else _value(name, value, diagnostics), value.span, diagnostics)
        elif item is not None and indent > margin and not blank:
            _go_on(item, name, line.strip(), diagnostics)
        elif indent >= margin and not (blank and _SAID.fullmatch(line.text.strip())):
            # Behind a blank line, somebody may tell what the next list is.
            _note_strange(line.strip(), diagnostics)
    if item is not None:
        yield item


def _is_of_next(name: str, item: Instance, *, is_parted: bool, is_spaced: bool) -> bool:
    """Whether a property begins the next object: behind a blank line, or as the one that the last began with, too."""
    if is_parted and not is_spaced:
        return True
    return name in item.properties and (is_parted or next(iter(item.properties)) == name)


def _set(item: Instance, name: str, value: Node, span: Span, diagnostics: Diagnostics) -> None:
    """Set a property of an object, which has each once."""
    if name in item.properties:
        diagnostics.not_understood(f"{quoted(name)} is said of one object twice: of which it is, is not known", span)
    else:
        item.properties[name] = value


def _note_strange(line: Token, diagnostics: Diagnostics) -> None:
    if LEFT_OUT.fullmatch(line.text) is not None:
        diagnostics.cut_short(line.span)
    else:
        diagnostics.not_understood("neither a property nor its continuation", line.span)


_SUBJECT = "[Subject]"
_PART_OF_CERTIFICATE = late(r"\[[A-Z][A-Za-z ]{2,30}\]")
"""How a certificate is printed where it is the value of a property: its parts one below another, each below its name.
The example of Undo-AzKeyVaultCertificateRemoval shows one whole.
"""


def _certificate_goes_on(item: Instance, name: str, part: str, line: Token) -> str:
    """Take the subject of a certificate as the value; gives the part that the next line belongs to."""
    if _PART_OF_CERTIFICATE.fullmatch(line.text):
        return line.text
    if part == _SUBJECT and line.text and item.properties.get(name) is None:
        item.properties[name] = line
    return part


def _go_on(item: Instance, name: str, more: Token, diagnostics: Diagnostics) -> None:
    """Append the continuation line of a long value."""
    before = item.properties.get(name)
    if isinstance(before, Token) and len(before.breaks) > _MAX_CONTINUED_LINES:
        return
    if isinstance(before, Token) and len(before.breaks) == _MAX_CONTINUED_LINES:
        item.properties[name] = joined((before, more))
        diagnostics.refused(f"a value over more than {_MAX_CONTINUED_LINES} lines: the rest was not read", more.span)
    elif isinstance(before, Token):
        whole = joined((before, more))
        item.properties[name] = _value(name, whole, diagnostics) if whole.text.startswith("{") else whole
        if name == KEY_PROPERTY.casefold():
            hide_key(more, diagnostics)
    else:
        if before is None:
            item.properties.pop(name, None)  # it is not empty: what it is stands below, and is not read
        diagnostics.not_understood("a list that goes on over several lines: export it another way", more.span)


def _value(name: str, value: Token, diagnostics: Diagnostics) -> Node:
    if value.text and name == KEY_PROPERTY.casefold():
        hide_key(value, diagnostics)
    elif (comment := _COMMENT.search(value.text)) is not None:
        value = value.part(0, comment.start())
    if not value.text or value.text == "{}":
        return None
    if value.text.startswith("{") and value.text.endswith("}") and not _is_identity(value.text):
        if _CUT_SHORT.search(value.text) and name not in _WITHOUT_VALUES:
            diagnostics.not_understood(
                "a list that PowerShell cut short: set $FormatEnumerationLimit to -1", value.span
            )
        return [part for part in value.part(1, len(value.text) - 1).split(",") if part.text]
    return value


def _is_identity(text: str) -> bool:
    return re.fullmatch(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}", text) is not None


FORMATS = (
    Format(
        name="powershell-list",
        title="lists of the NetSecurity cmdlets (Format-List)",
        recognise=recognise,
        parse=parse,
        how_to_export="Get-NetIPsecRule | Format-List * > rules.txt (better: powershell-json, which holds all parts)",
        can_express="rules, how firmly they protect, which sets they name; settings",
        cannot_express="addresses and ports, unless the filter objects are listed too; the proposals of sets",
    ),
)
