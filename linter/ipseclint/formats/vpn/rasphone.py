"""The phone book of VPN connections, `rasphone.pbk`."""

from __future__ import annotations

import re
import struct

from msgspec import Struct, field

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.token import LEFT_OUT, Token, lines_of, token_at
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.vpn_parts import vpn_parts
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.vpn import PHONE_BOOK
from ipseclint.late import late
from ipseclint.model.policy import VpnConnection
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Source, Span
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.remote_access import (
    AUTHENTICATION_BITS,
    ENCRYPTION_NUMBERS,
    STRATEGY_NUMBERS,
    VpnAuthentication,
)
from ipseclint.vocabulary.rows import names

_ENTRY = late(r"\s*\[([^\r\n]*)\]\s*\Z")
_CUT_ENTRY = late(r"\s*+(?:\[([^\[\]=\r\n]*+)|([^\[\]=\r\n]*+)\])\s*+\Z")
"""The name of a connection that lacks one of its brackets."""
_MARKS = late(
    r"^[ \t]*(?:PBVersion|NumCustomPolicy|CustomIPSecPolicies|DialParamsUID|VpnStrategy)[ \t]*=",
    re.IGNORECASE | re.MULTILINE,
)
_POLICY_BYTES = 4 * len(vpn.FIELDS)
_DIGITS = 8
_COUNT, _POLICIES = "numcustompolicy", "customipsecpolicies"
_KEY = "presharedkey"
_VPN_TYPE = "2"  # MS-RRASM 2.2.2.2: Type
READ = frozenset(
    {_COUNT, _POLICIES, _KEY, "type", "guid", "phonenumber", "vpnstrategy", "authrestrictions", "ipsecflags"}
    | {"ipprioritizeremote", "devicetunnel", "alwaysoncapable", "disableikenameekucheck", "dataencryption"}
    | {"disable_ikev2_fragmentation", "idledisconnectseconds", "networkoutagetime"}
)
"""The values that are read, folded."""

OF_NO_CONCERN = names(
    "authtypeotp authenticateserver autologon autotiggercapable bindmsnetclient cachecredentials callbackmode "
    "customauthkey customdialdll customdialfunc customrasdialdll device dialmode dialparamsuid "
    "disableclassbaseddefaultroute disabledefaultdnssuffixes disablemobility encoding excludedprotocols "
    "forcesecurecompartment globaldevicesettings highdatetime ipaddress ipassign ipdns2address ipdnsaddress ipdnsflags "
    "ipdnssuffix ipheadercompression ipinterfacemetric ipnbtflags ipnameassign ipwins2address ipwinsaddress "
    "ipv6address ipv6assign ipv6dns2address ipv6dnsaddress ipv6interfaceid ipv6interfacemetric ipv6nameassign "
    "ipv6prefix ipv6prefixlength ipv6prioritizeremote lastselectedphone lcpextensions lowdatetime media netcomponents "
    "negotiatemultilinkalways numappids numclassicappids numdnssearchsuffixes numeku numnrptrules numroutes numservers "
    "numtrustednetworks overridepref pbversion port powershellcreatedprofile preferredbps preferredcompression "
    "preferreddevice preferredhwflow preferredmdmprotocol preferredport preferredprotocol preferredspeaker "
    "prerequisiteentry prerequisitepbk previewdomain previewphonenumber previewuserpw promotealternates provisiontype "
    "provisioningauthority proxyflags proxysettingsmodified redialattempts redialonlinkfailure redialseconds "
    "sharemsfileprint sharedphonenumbers showdialingprogress showmonitoriconintaskbar skipdoubledialdialog "
    "swcompression tcpwindowsize trynextalternateonfail useflags usemachinerootcert userascredentials ms_msclient "
    "ms_server areacode countrycode countryid usedialingrules comment"
)
"""Values that phone books of Windows 10 and 11 have, and that say nothing of IPsec; `autotiggercapable` is Windows'."""


class _Entry(Struct):
    """One connection: its name and those of its values that are read."""

    name: Token
    values: dict[str, Token] = field(default_factory=dict)


def recognise(source: Source) -> bool:
    """Whether it begins with an entry, perhaps damaged, and has values that only phone books have."""
    text = source.head_text.lstrip()
    return PHONE_BOOK.match(text) is not None and _MARKS.search(text) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The VPN connections with their custom IPsec policies."""
    parts = PolicyParts()
    for entry in _entries(text, diagnostics):
        key = entry.values.get(_KEY)
        if key is not None and key.text:
            diagnostics.secrets.append(key.span)
        if _is_vpn(entry, diagnostics):
            suite = _suite(entry, diagnostics)
            owner = _connection(entry, suite, diagnostics)
            parts.add_vpn(vpn_parts(owner, suite or {}, key if key and key.text else None, diagnostics, numbers=True))
    return diagnostics.parsed(parts.policy())


def _is_vpn(entry: _Entry, diagnostics: Diagnostics) -> bool:
    kind = entry.values.get("type")
    if kind is not None and not kind.text.isdigit():
        diagnostics.malformed(f"{quoted(kind.text)} is not a type of connection; {_VPN_TYPE} is a VPN", kind.span)
    return kind is None or kind.text == _VPN_TYPE


def _entries(text: str, diagnostics: Diagnostics) -> list[_Entry]:
    entries: list[_Entry] = []
    is_nameless = False
    for line in lines_of(text, diagnostics.path):
        if LEFT_OUT.fullmatch(line.text.strip()) is not None:
            diagnostics.cut_short(line.strip().span)
            continue
        match = _ENTRY.match(line.text)
        if match is None and (match := _CUT_ENTRY.match(line.text)) is not None:
            diagnostics.malformed("the name of a connection lacks a bracket", line.strip().span)
        if match is not None:
            entries.append(_Entry(line.part(*match.span(match.lastindex or 1))))
            continue
        name, value = line.cut("=")
        if value is not None and not (entries or is_nameless):
            is_nameless = True
            message = "a value before the name of any connection: up to the first name in brackets nothing is read"
            diagnostics.malformed(message, line.strip().span)
        if line.text.strip() and (value is None or len(name.text.split()) > 1):
            diagnostics.not_understood("a line that does not belong in a phone book", line.strip().span)
        elif entries and value is not None and name.word in READ:
            entries[-1].values.setdefault(name.word, value)
        elif value is not None and name.word not in OF_NO_CONCERN:
            note_unread(name.text, name.span, READ, diagnostics, kind="value")
    return entries


def _connection(entry: _Entry, suite: dict[str, Token] | None, diagnostics: Diagnostics) -> VpnConnection:
    """An entry as a connection. `suite` None: it has one that was not understood."""
    values, span = entry.values, entry.name.span
    identity, count, phone = values.get("guid"), values.get(_COUNT), values.get("phonenumber")
    restrictions = values.get("authrestrictions")
    strategy, flags = values.get("vpnstrategy"), values.get("ipsecflags")
    level = values.get("dataencryption")
    return VpnConnection(
        name=entry.name.text,
        id=identity.text if identity is not None and identity.text else None,
        span=span,
        servers=Setting((phone.text,), phone.span) if phone is not None and phone.text else None,
        strategy=None if strategy is None else read.word(strategy, STRATEGY_NUMBERS, "VPN strategy", diagnostics),
        custom_policy=None if count is None or suite is None else Setting(bool(suite), count.span),
        authentication=_by_key(flags) or (None if restrictions is None else _methods(restrictions, diagnostics)),
        l2tp_authentication=_of_l2tp(flags),
        split_tunneling=_flag(values.get("ipprioritizeremote"), diagnostics, on="0"),
        device_tunnel=_flag(values.get("devicetunnel"), diagnostics),
        always_on=_flag(values.get("alwaysoncapable"), diagnostics),
        checks_server_name=_flag(values.get("disableikenameekucheck"), diagnostics, on="0"),
        fragmentation=_flag(values.get("disable_ikev2_fragmentation"), diagnostics, on="0"),
        encryption_level=None
        if level is None
        else read.word(level, ENCRYPTION_NUMBERS, "encryption level", diagnostics),
        idle_disconnect_seconds=_seconds(values.get("idledisconnectseconds"), diagnostics),
        network_outage_seconds=_seconds(values.get("networkoutagetime"), diagnostics),
    )


def _methods(restrictions: Token, diagnostics: Diagnostics) -> Setting[tuple[VpnAuthentication, ...]]:
    bits = read.number(restrictions, "`AuthRestrictions`", diagnostics)
    if bits.known is None:
        return Setting(Unknown(restrictions.text), restrictions.span)
    return Setting(tuple(method for bit, method in AUTHENTICATION_BITS.items() if bits.known & bit), restrictions.span)


def _of_l2tp(flags: Token | None) -> Setting[VpnAuthentication] | None:
    """The authentication for L2TP: IpSecFlags 1 is a preshared key, 0 none (MS-RRASM 2.2.2.2.76)."""
    if flags is None or flags.text != "1":
        return None
    return Setting(VpnAuthentication.PRESHARED_KEY, flags.span)


def _by_key(flags: Token | None) -> Setting[tuple[VpnAuthentication, ...]] | None:
    """The authentication for IKEv2: IpSecFlags 2 is a preshared key for the peer (MS-RRASM 2.2.2.2.76)."""
    if flags is None or flags.text != "2":
        return None
    return Setting((VpnAuthentication.PRESHARED_KEY,), flags.span)


def _flag(value: Token | None, diagnostics: Diagnostics, on: str = "1") -> Setting[bool] | None:
    if value is None or not value.text:
        return None
    known = read.number(value, "flag", diagnostics).known
    return Setting(Unknown(value.text) if known is None else value.text == on, value.span)


def _seconds(value: Token | None, diagnostics: Diagnostics) -> Setting[int] | None:
    return None if value is None or not value.text else read.number(value, "number of seconds", diagnostics)


def _suite(entry: _Entry, diagnostics: Diagnostics) -> dict[str, Token] | None:
    """The six parts of a connection's custom policy, empty if it has none, None if it is not understood."""
    count, policies = entry.values.get(_COUNT), entry.values.get(_POLICIES)
    if count is None and policies is not None and policies.text:
        diagnostics.malformed("`CustomIPSecPolicies` without `NumCustomPolicy`", policies.span)
        return None
    if count is None or count.text == "0":
        return {}
    if policies is None:
        diagnostics.malformed("`NumCustomPolicy` without `CustomIPSecPolicies`", count.span)
        return None
    if count.text != "1" or len(policies.text) != 2 * _POLICY_BYTES:
        message = f"{quoted(count.text)} custom policies in {len(policies.text) // 2} bytes; one in 24 is known"
        diagnostics.not_understood(message, policies.span)
        return None
    try:
        values = struct.unpack(f"<{len(vpn.FIELDS)}I", bytes.fromhex(policies.text))
    except ValueError:
        diagnostics.malformed("`CustomIPSecPolicies` holds something else than hexadecimal digits", policies.span)
        return None
    return {
        name: _number(value, policies, index)
        for index, (name, value) in enumerate(zip(vpn.FIELDS, values, strict=True))
    }


def _number(value: int, policies: Token, index: int) -> Token:
    """One number of a policy as decimal text, at the place of its eight hexadecimal digits."""
    place = Span(policies.path, policies.line, policies.column + _DIGITS * index, _DIGITS)
    return token_at(str(value), place)


FORMATS = (
    Format(
        name="vpn-phone-book",
        title="phone book of VPN connections (rasphone.pbk)",
        recognise=recognise,
        parse=parse,
        how_to_export=r"copy %APPDATA%\Microsoft\Network\Connections\Pbk\rasphone.pbk, "
        r"or %ProgramData%\Microsoft\Network\Connections\Pbk\rasphone.pbk for all users",
        can_express="VPN connections: protocols, authentication, custom IPsec policy",
        cannot_express="what Windows offers where there is no custom policy; lifetimes; certificates",
    ),
)
