"""Filter objects, which hold the addresses, ports and interfaces of rules, by InstanceID."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.values import ports
from ipseclint.formats.powershell.words import INTERFACE_TYPES
from ipseclint.model.policy import InterfaceType
from ipseclint.model.selectors import ANY_ADDRESS, Addresses, Ports
from ipseclint.model.setting import Setting, Unknown, default

CMDLETS = {
    "msft_netaddressfilter": "Get-NetFirewallAddressFilter",
    "msft_netprotocolportfilter": "Get-NetFirewallPortFilter",
    "msft_netinterfacefilter": "Get-NetFirewallInterfaceFilter",
    "msft_netinterfacetypefilter": "Get-NetFirewallInterfaceTypeFilter",
}
"""The class of each kind of filter object, folded, and the cmdlet that gives it."""


class Filters(Struct):
    """All filter objects of one input, by class and folded InstanceID."""

    found: dict[tuple[str, str], Instance] = field(default_factory=dict)

    def add(self, item: Instance) -> None:
        """Add a filter object; the first with an id counts."""
        key = item.text("InstanceID")
        if key is not None:
            self.found.setdefault((item.class_name, key.text.casefold()), item)

    def of(self, rule: Instance) -> RuleFilters:
        """The filter objects of a rule."""
        if rule.filters:
            own: dict[str, Instance | None] = {filter_.class_name: filter_ for filter_ in rule.filters}
            return RuleFilters(rule, {name: own.get(name) for name in CMDLETS})
        key = rule.text("InstanceID", "IPsecRuleName", "Name", "ID")
        folded = "" if key is None else key.text.casefold()
        return RuleFilters(rule, {name: self.found.get((name, folded)) for name in CMDLETS})


class RuleFilters(Struct, frozen=True):
    """The filter objects of one rule, by class; None where the input has none."""

    rule: Instance
    by_class: dict[str, Instance | None]

    def note_missing(self, classes: Iterable[str], diagnostics: Diagnostics) -> None:
        """Note the filter classes that the input lacks."""
        missing = [CMDLETS[class_] for class_ in classes if self.by_class[class_] is None]
        if missing:
            message = f"a rule without its filter objects: pipe it to {', '.join(missing)}, too"
            diagnostics.not_understood(message, self.rule.span)

    def endpoint(self, *names: str, diagnostics: Diagnostics) -> Setting[Addresses]:
        """The addresses of one side."""
        filter_ = self.by_class["msft_netaddressfilter"]
        if filter_ is None:
            return Setting(Unknown("no address filter"), self.rule.span)
        given = read.addresses(filter_.texts(*names), diagnostics)
        return given or filter_.left_out(diagnostics, *names) or default((ANY_ADDRESS,), filter_.span)

    def protocol(self, diagnostics: Diagnostics) -> Setting[int | None]:
        """The IP protocol; None is any."""
        filter_ = self.by_class["msft_netprotocolportfilter"]
        if filter_ is None:
            return Setting(Unknown("no port filter"), self.rule.span)
        value = filter_.text("Protocol")
        if value is not None:
            return read.protocol(value, diagnostics)
        return filter_.left_out(diagnostics, "Protocol") or default(None, filter_.span)

    def ports(self, name: str, diagnostics: Diagnostics) -> Setting[Ports]:
        """The ports of one side; empty is any."""
        filter_ = self.by_class["msft_netprotocolportfilter"]
        if filter_ is None:
            return Setting(Unknown("no port filter"), self.rule.span)
        given = ports(filter_, name, diagnostics)
        return given or filter_.left_out(diagnostics, name) or default((), filter_.span)

    def interface_types(self, diagnostics: Diagnostics) -> Setting[frozenset[InterfaceType]]:
        """The interface types; empty is any. Only names are read: their numbers are documented in two ways."""
        filter_ = self.by_class["msft_netinterfacetypefilter"]
        if filter_ is None:
            return Setting(Unknown("no interface type filter"), self.rule.span)
        kinds = read.flags(filter_.texts("InterfaceType"), {}, INTERFACE_TYPES, "interface type", diagnostics)
        return kinds or filter_.left_out(diagnostics, "InterfaceType") or default(frozenset(), filter_.span)

    def note_interfaces(self, diagnostics: Diagnostics) -> None:
        """Note that the rule applies to some interfaces only."""
        filter_ = self.by_class["msft_netinterfacefilter"]
        aliases: list[Token] = [] if filter_ is None else filter_.texts("InterfaceAlias", "InterfaceDescription")
        if any(each.word != "any" for each in aliases):
            message = "the rule holds on some network interfaces only, which is not modelled"
            diagnostics.not_understood(message, aliases[0].span)
