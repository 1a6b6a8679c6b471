"""The DoS protection of IPsec in WFP (IPSEC_DOSP_OPTIONS0)."""

from __future__ import annotations

from collections.abc import Mapping

from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.wfp.context import Context
from ipseclint.formats.wfp.values import ElementReader, flag, flags, is_network, optional
from ipseclint.model.policy import Dialect, DosProtection
from ipseclint.model.setting import Setting
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.cim import DOS_PROTECTION_CODE_POINTS, DOS_PROTECTION_NUMBERS
from ipseclint.vocabulary.wfp_words import DOS_PROTECTION_FLAGS


def _elements(properties: Mapping[str, str]) -> dict[str, str]:
    """The fields by WFP element names, which are the CIM properties with a lower-case first letter."""
    return {name[0].lower() + name[1:]: field for field, name in properties.items()}


_NUMBERS = _elements(DOS_PROTECTION_NUMBERS)
_CODE_POINTS = _elements(DOS_PROTECTION_CODE_POINTS)
_NETWORKS = ("publicV6AddrMask", "internalV6AddrMask")
_OTHER_ELEMENTS = {"flags", "publicIFLuids", "internalIFLuids", *_NETWORKS}


def dos_protection(reader: ElementReader, context: Context) -> DosProtection:
    """The DoS protection in a context."""
    options = context.policy
    reader.check_children(options, _NUMBERS.keys() | _CODE_POINTS.keys() | _OTHER_ELEMENTS)
    for name in _NETWORKS:
        network = options.child(name)
        if network is not None and not is_network(network.child_text("addr"), network.child_text("prefixLength")):
            reader.not_understood(network, f"<{name}> is no network of IPv6")
    code_points = {
        name: number
        for element, name in _CODE_POINTS.items()
        if (number := optional(reader, options, element, decimal)) is not None
    }
    numbers = {name: optional(reader, options, element, decimal) for element, name in _NUMBERS.items()}
    return DosProtection(
        name=context.name,
        id=context.key,
        span=context.span,
        dialect=Dialect.WFP,
        dscp=code_points,
        key_modules=_key_modules(reader, options),
        public_interfaces=_interfaces(reader, options, "publicIFLuids"),
        internal_interfaces=_interfaces(reader, options, "internalIFLuids"),
        **numbers,
    )


def _key_modules(reader: ElementReader, options: Element) -> Setting[frozenset[KeyModule]]:
    """The allowed key modules: IKEv1 and IKEv2 each by a flag, AuthIP unless a flag forbids it."""
    words = flags(reader, options, DOS_PROTECTION_FLAGS)
    modules = set()
    if "IPSEC_DOSP_FLAG_ENABLE_IKEV1" in words:
        modules.add(KeyModule.IKEV1)
    if "IPSEC_DOSP_FLAG_ENABLE_IKEV2" in words:
        modules.add(KeyModule.IKEV2)
    if "IPSEC_DOSP_FLAG_DISABLE_AUTHIP" not in words:
        modules.add(KeyModule.AUTHIP)
    return Setting(frozenset(modules), flag(reader, options, "", is_set=False).span)


def _interfaces(reader: ElementReader, options: Element, name: str) -> Setting[tuple[str, ...]] | None:
    element = options.child(name)
    if element is None:
        return None
    return Setting(tuple(each.text.strip() for each in reader.items_of(element)), reader.span(element))
