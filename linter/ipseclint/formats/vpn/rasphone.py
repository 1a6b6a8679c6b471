"""The phone book of VPN connections, `rasphone.pbk`."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token, lines_of, token_at
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.vpn.suite import suite_sets
from ipseclint.model.policy import MainModeCryptoSet, Policy, QuickModeCryptoSet
from ipseclint.source import Source, Span
from ipseclint.vocabulary import vpn

_ENTRY = re.compile(r"\s*\[([^\r\n]*)\]\s*\Z")
_MARKS = re.compile(r"^[ \t]*(?:PBVersion|NumCustomPolicy|DialParamsUID)[ \t]*=", re.IGNORECASE | re.MULTILINE)
_POLICY_BYTES = 4 * len(vpn.FIELDS)
_DIGITS = 8
_COUNT, _POLICIES = "numcustompolicy", "customipsecpolicies"
_SECRETS = ("presharedkey",)


@dataclass(slots=True)
class _Entry:
    """One connection: its name and those of its values that matter."""

    name: Token
    values: dict[str, Token] = field(default_factory=dict)


def recognise(source: Source) -> bool:
    """Whether it begins with an entry and has values that only phone books have."""
    text = source.head_text.lstrip()
    return text.startswith("[") and _MARKS.search(text) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The custom IPsec policies of all connections."""
    main: list[MainModeCryptoSet] = []
    quick: list[QuickModeCryptoSet] = []
    for entry in _entries(text, diagnostics.path):
        for name in _SECRETS:
            if name in entry.values and entry.values[name].text:
                diagnostics.secrets.append(entry.values[name].span)
        sets = _sets(entry, diagnostics)
        if sets is not None:
            main.append(sets[0])
            quick.append(sets[1])
    policy = Policy(main_mode_crypto_sets=tuple(main), quick_mode_crypto_sets=tuple(quick))
    return Parsed(policy=policy, problems=diagnostics.listed(), secrets=tuple(diagnostics.secrets))


def _entries(text: str, path: str) -> list[_Entry]:
    entries: list[_Entry] = []
    for line in lines_of(text, path):
        match = _ENTRY.match(line.text)
        if match is not None:
            entries.append(_Entry(line.part(match.start(1), match.end(1))))
            continue
        name, value = line.cut("=")
        if entries and value is not None and name.word in (_COUNT, _POLICIES, *_SECRETS):
            entries[-1].values.setdefault(name.word, value)
    return entries


def _sets(entry: _Entry, diagnostics: Diagnostics) -> tuple[MainModeCryptoSet, QuickModeCryptoSet] | None:
    """The sets of a connection; None if it has no policy of its own, or one that is not understood."""
    count, policies = entry.values.get(_COUNT), entry.values.get(_POLICIES)
    if count is None or count.text == "0":
        return None
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
    suite = {
        name: _number(value, policies, index)
        for index, (name, value) in enumerate(zip(vpn.FIELDS, values, strict=True))
    }
    return suite_sets(entry.name.text, entry.name.span, suite, diagnostics, numbers=True)


def _number(value: int, policies: Token, index: int) -> Token:
    """One number of a policy as decimal text that stands where its eight digits do."""
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
        can_express="the custom IPsec policy of each VPN connection",
        cannot_express="what Windows offers where there is no custom policy; lifetimes; certificates",
    ),
)
