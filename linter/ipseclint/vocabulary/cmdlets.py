"""The cmdlets that set IPsec policy: parameters, aliases, positions, parameter sets, and the words of enumerations.

`cmdlets.txt` has them as Microsoft's reference of Windows Server 2025 lists them (windows-powershell-docs of
MicrosoftDocs, docset/winserver2025-ps: NetSecurity, VpnClient, RemoteAccess), and `GPOSession` of the cmdlets of rules
of the firewall, which those of 2016 and 2019 list beside `PolicyStore` and later ones leave out. A line with a cmdlet
names its parameter sets, the default one with `*`; the lines below have its parameters, each as

    Name:kind<,sets@position=Alias

`kind` is `switch`, `flag`, `text`, `number`, `object`, their plurals, or the words of an enumeration with `|` between
them and `[]` behind; those of algorithms and groups are named by a table and the field of its rows that has them,
`{groups.powershell}`. `<` tells that it is taken from the property of its name of what is piped in. `sets` has a letter
for each parameter set, `a` for the first, in upper case where the parameter is mandatory; `+` means mandatory in every
set, nothing optional in every set.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from ipseclint.late import late
from ipseclint.vocabulary import table_text
from ipseclint.vocabulary.rows import names, writings
from ipseclint.words import slip_of


class Parameter(NamedTuple):
    """One parameter. `words` are those of its enumeration; `sets` the letters of its sets, empty for all of them.

    `required` has the letters of the sets in which it is mandatory, `+` where it always is.
    """

    name: str
    kind: str
    words: tuple[str, ...]
    sets: str
    required: str
    position: int | None
    is_property: bool
    """Whether it is bound from the property of its name of a piped object."""

    @property
    def is_switch(self) -> bool:
        """Whether it takes no value of its own."""
        return self.kind == "switch"


class Cmdlet(NamedTuple):
    """A cmdlet: its documented name, its sets by letter, its parameters, and the names that find them.

    `mandatory` has the names of the mandatory parameters by the letter of the set; under "" those of all sets.
    """

    name: str
    sets: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    names: Mapping[str, Parameter]
    mandatory: Mapping[str, tuple[str, ...]]


_OF_ALL = (
    "WhatIf:switch=wi Confirm:switch=cf Verbose:switch=vb Debug:switch=db ErrorAction:text=ea WarningAction:text=wa "
    "InformationAction:text=infa ErrorVariable:text=ev WarningVariable:text=wv InformationVariable:text=iv "
    "OutVariable:text=ov OutBuffer:number=ob PipelineVariable:text=pv"
)
"""The parameters of every cmdlet (about_CommonParameters)."""
_COMMON = f"CimSession:objects=Session ThrottleLimit:number AsJob:switch {_OF_ALL}"
"""The parameters of every cmdlet of these modules, which are CIM cmdlets."""

_PARAMETER = late(r"(\w+):([^,@=<]+)(<?)(?:,([^@=]*))?(?:@(\d+))?((?:=\w+)*)")


_WITHOUT_ROW = frozenset(
    {
        "find-netipsecrule", "get-netipsecmainmodesa", "get-netipsecquickmodesa", "remove-netipsecmainmodesa",
        "remove-netipsecquickmodesa", "show-netipsecrule", "sync-netipsecrule", "update-netipsecrule",
    }
)  # fmt: skip
"""Cmdlets of the same modules that set no policy, folded."""


_SERVICE = "name servicename sn displayname dn inputobject include exclude force passthru computername cn"
_KEYS = "path literalpath pspath lp force filter include exclude credential usetransaction usetx"
_ITEM_TAKEN_OUT = f"{_KEYS} name psproperty"
_ITEM = f"{_ITEM_TAKEN_OUT} value"
_GPO = "name displayname guid id key fullkeypath valuename domain domainname server dc"
_OTHERS = {
    "set-service": names(
        f"{_SERVICE} credential description startuptype startmode sm st starttype status securitydescriptorsddl sd"
    ),
    **dict.fromkeys(("stop-service", "start-service", "restart-service"), names(f"{_SERVICE} nowait")),
    **dict.fromkeys(("suspend-service", "resume-service"), names(_SERVICE)),
    "new-itemproperty": names(f"{_ITEM} propertytype type"),
    "set-itemproperty": names(f"{_ITEM} propertytype type inputobject passthru"),
    "remove-itemproperty": names(_ITEM_TAKEN_OUT),
    "remove-item": names(f"{_KEYS} recurse stream"),
    "set-gpregistryvalue": names(f"{_GPO} value type additive disable valueprefix"),
    "set-gpprefregistryvalue": names(f"{_GPO} value type disable context action order"),
    "remove-gpregistryvalue": names(_GPO),
    "remove-gpprefregistryvalue": names(f"{_GPO} context order"),
}
"""The parameters, folded, of cmdlets that change services and the registry, also in GPOs.

They are of Microsoft.PowerShell.Management and GroupPolicy. `PSProperty` is an alias of `Name` by the .NET reference
of NewItemPropertyCommand and SetItemPropertyCommand.
"""
IMPORTS = ("import-certificate", "import-pfxcertificate")
"""Cmdlets that put a certificate into a store."""
OTHER_NAMES = (*_OTHERS, *IMPORTS)
"""Cmdlets beside the modules that are read, folded."""
OF_EVERY_CMDLET = names("progressaction proga") | {
    name.casefold() for word in _OF_ALL.split() for name in re.sub(r":\w+", "", word).split("=")
}
"""The parameters of every cmdlet, folded, with their aliases; `ProgressAction` came with PowerShell 7.4."""
OF_WHAT_IF = names("whatif wi confirm cf")
"""Those of them that a function has only with `SupportsShouldProcess` (about_Functions_CmdletBindingAttribute)."""


_SWITCHES_OF_OTHERS = names(
    "force passthru nowait whatif wi confirm cf verbose vb debug db additive disable recurse usetransaction usetx"
)
_SERVICE_POSITIONS = (names("name servicename sn displayname dn inputobject"),)
_ITEM_POSITIONS = (names("path literalpath pspath lp"), names("name psproperty inputobject"))
_POSITIONS_OF_OTHERS = {
    **dict.fromkeys((each for each in _OTHERS if each.endswith("-service")), _SERVICE_POSITIONS),
    "new-itemproperty": _ITEM_POSITIONS,
    "set-itemproperty": (*_ITEM_POSITIONS, names("value inputobject")),
}
"""For each position of a parameter, those that fill it or leave it out, folded, by their pages
(Microsoft.PowerShell.Management); pages of GroupPolicy do not list all positions."""


def takes_no_more(cmdlet: str, switch: str, given: Collection[str]) -> bool:
    """Whether one of the cmdlets outside the modules has no parameter for a value that stands behind a switch.

    All names are folded, those of parameters may be abbreviated.
    """
    positions = _POSITIONS_OF_OTHERS.get(cmdlet)
    if positions is None or parameter_of(cmdlet, switch) not in _SWITCHES_OF_OTHERS:
        return False
    filled = {parameter_of(cmdlet, each) for each in given}
    return all(filled & set(position) for position in positions)


def owes_value(cmdlet: str, parameter: str) -> bool:
    """Whether a parameter, which may be abbreviated, of one of the cmdlets outside the modules takes a value."""
    known = parameter_of(cmdlet, parameter) if cmdlet in _OTHERS else None
    return known is not None and known not in _SWITCHES_OF_OTHERS


def has_parameter(cmdlet: str, parameter: str) -> bool:
    """Whether one of the cmdlets outside the modules has a parameter, which may be abbreviated; true for any other
    cmdlet."""
    return cmdlet not in _OTHERS or parameter_of(cmdlet, parameter) is not None


def parameter_of(cmdlet: str, written: str) -> str | None:
    """The parameter, folded, of one of the cmdlets outside the modules that a name means, whole or abbreviated."""
    known = (*_OTHERS[cmdlet], *OF_EVERY_CMDLET)
    folded = written.casefold()
    return folded if folded in known else next((each for each in known if each.startswith(folded)), None)


_OTHER_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2212"), "-")
"""Characters that look like a hyphen and are none to PowerShell, which has four dashes (language specification,
2.2.3)."""


def is_no_cmdlet(name: str) -> bool:
    """Whether a name looks like one of these cmdlets, or differs by one letter in the noun, and does not exist in
    Windows."""
    folded = name.casefold()
    if folded in _WITHOUT_ROW or folded in _texts():
        return False
    if (plain := folded.translate(_OTHER_HYPHENS)) != folded:
        return plain in _texts() and not plain.startswith("get-")
    if "-" not in folded:  # PowerShell takes typographic dashes for one
        return folded.isascii() and slip_of(folded, _texts()) is not None
    verb, _, noun = folded.partition("-")
    if noun in _nouns():
        return verb != "get" and slip_of(folded, _texts()) is not None  # which is one letter off `set`
    return "-netipsec" in folded or slip_of(noun, _nouns()) is not None


def lacks_hyphen(verb: str, noun: str) -> bool:
    """Whether two words, the first folded, are the name of a cmdlet that sets policy, without its hyphen."""
    name = f"{verb}-{noun.casefold()}"
    return verb != "get" and name in _texts()


def cmdlet(name: str) -> Cmdlet | None:
    """The cmdlet of a name, in whatever case; None if it is none of these."""
    folded = name.casefold()
    text = _texts().get(_FORMER.get(folded, folded))
    return None if text is None else _parsed(text)


_FORMER = {
    "set-vpnserveripsecconfiguration": "set-vpnserverconfiguration",
    "get-vpnserveripsecconfiguration": "get-vpnserverconfiguration",
}
"""Former names of cmdlets, which scripts still use, as does the page of Get-VpnServerConfiguration."""


@cache
def _texts() -> Mapping[str, str]:
    text = table_text("cmdlets.txt")
    return {block.partition("\n")[0].partition(" ")[0].casefold(): block for block in re.split(r"\n(?=\S)", text)}


@cache
def _nouns() -> frozenset[str]:
    """The nouns of the cmdlets, folded, without short ones, which other modules have too."""
    nouns = (name.partition("-")[2] for name in _texts())
    return frozenset(noun for noun in nouns if len(noun) >= _MIN_NOUN_LETTERS)


_MIN_NOUN_LETTERS = 8


@cache
def _words(enumeration: str) -> tuple[str, ...]:
    """The words of an enumeration, which stand in it, or in a field of the rows of a table."""
    if enumeration[0] != "{":
        return tuple(enumeration.split("|"))
    from ipseclint.vocabulary import encryption, groups, integrity

    tables = {"groups": groups.DhGroup, "encryption": encryption.Cipher, "integrity": integrity.Integrity}
    table, _, field = enumeration.strip("{}").partition(".")
    return tuple(writings(tables[table], attrgetter(f"row.{field}")).values())


@cache
def _parsed(text: str) -> Cmdlet:
    head, _, body = text.partition("\n")
    name, *sets = head.split()
    letters = {chr(ord("a") + index): set_.rstrip("*") for index, set_ in enumerate(sets)}
    parameters: dict[str, Parameter] = {}
    names: dict[str, Parameter] = {}
    for word in f"{body} {_COMMON}".split():
        match = _PARAMETER.fullmatch(word)
        if match is None:
            raise ValueError(f"cmdlets.txt: {word}")
        kind = match[2]
        words: tuple[str, ...] = ()
        if "|" in kind or kind[-1] in "]}":
            kind, words = ("words" if kind.endswith("[]") else "word"), _words(kind.removesuffix("[]"))
        given = match[4] or ""
        parameter = Parameter(
            name=match[1],
            kind=kind,
            words=words,
            sets="".join(each.lower() for each in given if each.isalpha()),
            required="+" if "+" in given else "".join(each.lower() for each in given if each.isupper()),
            position=int(match[5]) if match[5] else None,
            is_property=bool(match[3]),
        )
        parameters[parameter.name] = parameter
        for spelling in (parameter.name, *match[6].split("=")[1:]):
            names.setdefault(spelling.casefold(), parameter)
    mandatory = {
        letter: tuple(each.name for each in parameters.values() if set(each.required) & {"+", letter})
        for letter in ("", *letters)
    }
    return Cmdlet(name, letters, parameters, names, mandatory)
