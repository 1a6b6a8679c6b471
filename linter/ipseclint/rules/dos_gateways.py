"""Rules about where the denial-of-service protection of IPsec runs, and what it lets through."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, RuleMode
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.scope import secured_rules
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule


@rule(
    "DP004",
    "dosp-blocks-used-key-module",
    basis=Basis.DOCUMENTED,
    leads_to=(13930, 13805, 13813),
    cause=Cause.NEVER_FINISHES,
)
def dosp_blocks_used_key_module(machine: Machine, _options: Options) -> Iterator[Hit]:
    """The DoS protection blocks every keying module with which a rule negotiates.

    Why: Only AuthIP passes by default; IKEv1 and IKEv2 are blocked unless they are enabled. A rule that
    negotiates with a blocked module only never gets an answer through the gateway. Rules are those of the same
    machine: give the exports of the hosts behind the gateway together with its own.

    Seen as: 13930 ERROR_IPSEC_DOSP_KEYMOD_NOT_ALLOWED at the gateway; 13805 and 13813 at the peers.

    Bad: IKEv2 tunnels behind a DoS protection with its defaults

    Good: `Set-NetIPsecDospSetting -Name Edge -EnabledKeyingModules AuthIP,IkeV2`

    Fix: Enable the module that the rules use.

    Waive: When the rule is for peers that are not reached through this gateway.
    """
    used = dict(_used_modules(machine)) if machine.policy.dos_protection else {}
    for protection in machine.policy.dos_protection:
        allowed = protection.key_modules.known if protection.key_modules is not None else None
        if protection.key_modules is None or allowed is None:
            continue
        blocked = [modules for modules in used if not modules & allowed]
        if blocked:
            needed = frozenset[KeyModule]().union(*blocked)
            names = ", ".join(sorted(needed))
            yield Hit(
                subject=protection,
                span=protection.key_modules.span,
                message=f"{', '.join(sorted(allowed)) or 'no keying module'} may pass; "
                f"{names}, which rules use, may not",
                value=names,
                related=tuple(used[modules] for modules in blocked),
                fix=Fix((Assign(protection, "key_modules", allowed | needed),)),
            )


def _used_modules(machine: Machine) -> Iterator[tuple[frozenset[KeyModule], tuple[str, Span]]]:
    """The key modules of negotiating rules, with their places, the first of equal ones last."""
    for secured_rule in reversed(list(secured_rules(machine))):
        modules = secured_rule.key_modules.known
        if modules:
            yield modules, (f'rule "{secured_rule.name}"', secured_rule.key_modules.span)
    # Windows compiles one rule into a context for each of its modules: together they are one choice.
    contexts = [crypto_set for crypto_set in machine.policy.quick_mode_crypto_sets if crypto_set.dialect is Dialect.WFP]
    compiled = [context.key_module for context in contexts if context.key_module is not None and not context.builtin]
    modules = frozenset(each.known for each in compiled if each.known is not None)
    if modules:
        yield modules, ("the compiled policy", compiled[0].span)


@rule("DP006", "dosp-interfaces-missing-or-equal", basis=Basis.DOCUMENTED)
def dosp_interfaces_missing_or_equal(machine: Machine, _options: Options) -> Iterator[Hit]:
    """The DoS protection lacks a public or an internal interface, or has one on both sides.

    Why: The protection watches what goes from public to internal interfaces, so at least one of each is needed.
    An interface on both sides has no inside.

    Seen as: No protection, or drop events for all traffic of the gateway.

    Bad: `New-NetIPsecDospSetting -Name Edge -PublicInterfaceAliases Internet`

    Good: `New-NetIPsecDospSetting -Name Edge -PublicInterfaceAliases Internet -PrivateInterfaceAliases Campus`

    Fix: Name the interfaces of both sides.

    Waive: Never: it does not work.
    """
    for protection in machine.policy.dos_protection:
        sides = {"public": protection.public_interfaces, "internal": protection.internal_interfaces}
        if all(side is None for side in sides.values()):
            continue
        missing = [name for name, side in sides.items() if side is None or side.known == ()]
        public, internal = (side.known or () if side is not None else () for side in sides.values())
        both = [name for name in public if name.casefold() in {other.casefold() for other in internal}]
        place = next((side.span for side in sides.values() if side is not None), protection.span)
        if missing:
            yield Hit(
                subject=protection,
                span=place,
                message=f"DoS protection has no {' and no '.join(missing)} interface; it needs one of each",
                value=f"missing {' '.join(missing)}",
                fix=Fix(note="Name the interfaces of both sides."),
            )
        elif both:
            yield Hit(
                subject=protection,
                span=place,
                message=f"{', '.join(both)}: both public and internal to DoS protection; an interface is on one side",
                value=", ".join(both),
                fix=Fix(note="Leave each interface on one side only."),
            )


@rule("DP007", "dosp-on-ipsec-gateway", basis=Basis.DOCUMENTED, leads_to=(13811, 13812), cause=Cause.NEVER_FINISHES)
def dosp_on_ipsec_gateway(machine: Machine, _options: Options) -> Iterator[Hit]:
    """The host with the DoS protection is itself the end of IPsec tunnels.

    Why: Traffic of tunnels that end on the host bypasses the protection: a flood of negotiations reaches the
    keying service as if there were none. The protection has to stand on a machine of its own before the gateway.

    Seen as: 13811 ERROR_IPSEC_IKE_QUEUE_DROP_MM and 13812 on the gateway that was thought protected.

    Bad: DoS protection and tunnel rules on one server

    Good: DoS protection on the router before the server with the tunnels

    Fix: Move the protection to a machine before the gateway.

    Waive: When the tunnels are for management of the host alone.
    """
    tunnel = next(_tunnels(machine), None)
    if tunnel is None:
        return
    name, place = tunnel
    for protection in machine.policy.dos_protection:
        yield Hit(
            subject=protection,
            span=protection.span,
            message=f'tunnels end here too ("{name}"), and their traffic bypasses the protection',
            value=name,
            related=((f'tunnel "{name}"', place),),
            fix=Fix(note="Move the protection to a machine before the gateway."),
        )


def _tunnels(machine: Machine) -> Iterator[tuple[str, Span]]:
    """The names and places of objects that make tunnels: rules, and contexts of WFP."""
    for secured_rule in secured_rules(machine):
        if secured_rule.mode.known is RuleMode.TUNNEL:
            yield secured_rule.name, secured_rule.span
    for crypto in machine.policy.quick_mode_crypto_sets:
        if crypto.tunnel is not None:
            yield crypto.name, crypto.span
