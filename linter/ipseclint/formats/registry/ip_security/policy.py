"""Conversion of the stored objects of IP Security Policies to the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.registry.ip_security.blob import Blob, BlobError
from ipseclint.formats.registry.ip_security.filters import read_filters
from ipseclint.formats.registry.ip_security.made import MISSING, main_mode_set, quick_mode_set, security
from ipseclint.formats.registry.ip_security.main_mode import check_head, read_main_mode
from ipseclint.formats.registry.ip_security.negotiation import read_quick_mode
from ipseclint.formats.registry.ip_security.objects import (
    FILTER,
    MAIN_MODE,
    NEGOTIATION,
    POLICY,
    RULE,
    StoredObject,
)
from ipseclint.formats.registry.ip_security.rules import Nfa, read_nfa
from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    FilterList,
    IpsecPolicy,
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
    Reference,
    RuleAction,
    RuleMode,
)
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary.algorithms import KeyModule

T = TypeVar("T")

_POLICY_TYPE = "{22202163-4F4C-11D1-863B-00A0248D3021}"
_POLLING_SECONDS = 10_800
_ACTIONS = {
    "{3f91a819-7647-11d1-864d-d46a00000000}": (RuleAction.BLOCK, False),
    "{8a171dd2-77e3-11d1-8659-a04f00000000}": (RuleAction.EXEMPT, False),
    "{8a171dd3-77e3-11d1-8659-a04f00000000}": (RuleAction.NEGOTIATE, False),
    "{3f91a81a-7647-11d1-864d-d46a00000000}": (RuleAction.NEGOTIATE, True),
}
"""Actions by id: what is done, and whether clear text is let in first."""

_DEFAULT_RESPONSE = "{62f49e13-6c37-11d1-864c-14a300000000}"


def build_policy(
    objects: Iterable[StoredObject], active: Iterable[Reference] | None, diagnostics: Diagnostics
) -> Policy:
    """All objects as one policy. `active` are the assigned policies, None if the input cannot tell."""
    return _Builder(list(objects), active, diagnostics).policy()


class _Builder:
    """Makes the objects of the model class by class; references use names, or ids if a name is not unique."""

    def __init__(
        self, objects: list[StoredObject], active: Iterable[Reference] | None, diagnostics: Diagnostics
    ) -> None:
        self._diagnostics = diagnostics
        self._objects = {each.key: each for each in objects}
        self._active = None if active is None else {each.target: each for each in active}
        self._actions: dict[str, FilterAction] = {}
        self._names = Counter((each.kind, each.called.casefold()) for each in objects)

    def policy(self) -> Policy:
        """The policy."""
        quick_modes: list[QuickModeCryptoSet] = []
        for negotiation in self._of(NEGOTIATION):
            action, quick_mode = self._negotiation(negotiation)
            self._actions[negotiation.key] = action
            if action.action.known not in {RuleAction.EXEMPT, RuleAction.BLOCK}:
                quick_modes.append(quick_mode)
        policies = [self._ipsec_policy(each) for each in self._of(POLICY)]
        rules, authentication = self._rules()
        return Policy(
            policies=tuple(each for each, _ in policies),
            main_mode_crypto_sets=tuple(each for _, each in policies if each is not None),
            filter_lists=tuple(self._filter_list(each) for each in self._of(FILTER)),
            filter_actions=tuple(self._actions.values()),
            quick_mode_crypto_sets=tuple(quick_modes),
            authentication_sets=tuple(authentication),
            connection_security_rules=tuple(rules),
        )

    def _of(self, kind: str) -> list[StoredObject]:
        return [stored_object for stored_object in self._objects.values() if stored_object.kind == kind]

    def _read(self, stored: StoredObject, read: Callable[[Blob, Diagnostics], T]) -> T | None:
        """The data of an object; None, noted, if they are missing or incomplete."""
        if stored.data is None:
            self._diagnostics.malformed(f"{quoted(stored.called)} has no `ipsecData`", stored.span)
            return None
        try:
            return read(stored.data, self._diagnostics)
        except BlobError as error:
            self._diagnostics.malformed(
                f"`ipsecData` of {quoted(stored.called)}: {error}; the rest is not read", error.span
            )
            return None

    def _ipsec_policy(self, stored: StoredObject) -> tuple[IpsecPolicy, MainModeCryptoSet | None]:
        span = stored.span
        polling = self._read(stored, _polling_interval)
        target = next(iter(stored.targets("ipsecISAKMPReference")), None)
        holder = None if target is None else self._objects.get(target.target)
        main_mode = None
        if holder is None or holder.kind != MAIN_MODE:
            place = span if target is None else target.span
            self._diagnostics.contradictory(f"the main mode that {quoted(stored.called)} refers to is not here", place)
        else:
            main_mode = self._read(holder, read_main_mode)
        missing: Setting[int] = Setting(MISSING, span)
        policy = IpsecPolicy(
            name=stored.called,
            id=stored.id,
            span=span,
            description=stored.description,
            assigned=self._assigned(stored),
            polling_interval_seconds=polling or missing,
            master_pfs=main_mode.master_pfs if main_mode else Setting(MISSING, span),
            activate_default_rule=self._default_response(stored),
        )
        return policy, None if holder is None else main_mode_set(stored, holder, main_mode)

    def _assigned(self, stored: StoredObject) -> Setting[bool]:
        if self._active is None:
            return Setting(Unknown("not in this input"), stored.span)
        assignment = self._active.get(stored.key)
        return default(False, stored.span) if assignment is None else Setting(True, assignment.span)

    def _default_response(self, policy: StoredObject) -> Setting[bool]:
        for reference in policy.targets("ipsecNFAReference"):
            rule = self._objects.get(reference.target)
            nfa = None if rule is None or not self._is_default_response(rule) else self._read_quietly(rule)
            if nfa is not None:
                return nfa.active
        return default(False, policy.span)

    def _read_quietly(self, rule: StoredObject) -> Nfa | None:
        """A rule that is read again; its problems were noted the first time."""
        if rule.data is None:
            return None
        try:
            return read_nfa(Blob(rule.data.data, rule.data.places), Diagnostics(rule.span.path))
        except BlobError:
            return None

    def _is_default_response(self, rule: StoredObject) -> bool:
        targets = rule.targets("ipsecNegotiationPolicyReference")
        negotiation = self._objects.get(targets[0].target) if targets else None
        type_ = None if negotiation is None else negotiation.type
        return type_ is not None and type_.text.strip().casefold() == _DEFAULT_RESPONSE

    def _negotiation(self, stored: StoredObject) -> tuple[FilterAction, QuickModeCryptoSet]:
        span = stored.span
        quick_mode = self._read(stored, read_quick_mode)
        word = "" if stored.action is None else stored.action.text.strip()
        place = span if stored.action is None else stored.action.span
        known = _ACTIONS.get(word.casefold())
        if known is None:
            self._diagnostics.not_understood(f"unknown action {quoted(word)}", place)
        action: Setting[RuleAction] = Setting(known[0] if known else Unknown(word), place)
        inpass: Setting[bool] = Setting(known[1] if known else Unknown(word), place)
        filter_action = FilterAction(
            name=stored.called,
            id=stored.id,
            span=span,
            action=action,
            accept_unsecured_inbound=inpass,
            allow_unsecured_fallback=quick_mode.soft if quick_mode else Setting(MISSING, span),
        )
        return filter_action, quick_mode_set(stored, quick_mode)

    def _filter_list(self, stored: StoredObject) -> FilterList:
        filters = self._read(stored, read_filters) or ()
        return FilterList(name=stored.called, id=stored.id, span=stored.span, filters=filters)

    def _rules(self) -> tuple[list[ConnectionSecurityRule], list[AuthenticationSet]]:
        owners = {
            each.target: (policy, each) for policy in self._of(POLICY) for each in policy.targets("ipsecNFAReference")
        }
        rules: list[ConnectionSecurityRule] = []
        authentication: list[AuthenticationSet] = []
        for target, (policy, reference) in owners.items():
            if target not in self._objects:
                message = f"{quoted(policy.called)} refers to the rule {quoted(target)}, which is not here"
                self._diagnostics.contradictory(message, reference.span)
        for stored in self._of(RULE):
            nfa = self._read(stored, read_nfa)
            owner = owners.get(stored.key)
            name = _rule_name(stored, owner[0] if owner else None, is_default=self._is_default_response(stored))
            authentication.append(
                AuthenticationSet(
                    name=name,
                    id=f"{name}/{stored.id}",
                    span=stored.span,
                    dialect=Dialect.IP_SECURITY_POLICY,
                    phase=AuthPhase.FIRST,
                    methods=nfa.methods if nfa else (),
                    inline=True,
                )
            )
            filters: list[Reference | None] = [*stored.targets("ipsecFilterReference")]
            rules += [self._rule(stored, name, owner, nfa, filter_) for filter_ in filters or [None]]
        return rules, authentication

    def _rule(
        self,
        stored: StoredObject,
        name: str,
        owner: tuple[StoredObject, Reference] | None,
        nfa: Nfa | None,
        filters: Reference | None,
    ) -> ConnectionSecurityRule:
        span = stored.span
        target = next(iter(stored.targets("ipsecNegotiationPolicyReference")), None)
        action = None if target is None else self._actions.get(target.target)
        is_default = self._is_default_response(stored)
        secured = security(action, stored, is_default=is_default)
        return ConnectionSecurityRule(
            name=name,
            id=stored.id,
            span=span,
            dialect=Dialect.IP_SECURITY_POLICY,
            description=stored.description,
            enabled=nfa.active if nfa else Setting(MISSING, span),
            profiles=default(ALL_PROFILES, span),
            mode=Setting(RuleMode.TUNNEL, nfa.tunnel.span) if nfa and nfa.tunnel else default(RuleMode.TRANSPORT, span),
            action=secured.action,
            inbound=secured.inbound,
            outbound=secured.outbound,
            endpoint1=default((), span),
            endpoint2=default((), span),
            protocol=default(None, span),
            port1=default((), span),
            port2=default((), span),
            interface_types=nfa.interfaces if nfa else Setting(MISSING, span),
            key_modules=default(frozenset({KeyModule.IKEV1}), span),
            first_authentication=Reference(target=f"{name}/{stored.id}", span=span),
            quick_mode_crypto=self._named(target) if is_default else None,
            filter_list=self._named(filters),
            filter_action=None if is_default else self._named(target),
            policy=Reference(target=owner[0].called, span=owner[1].span) if owner else None,
            remote_tunnel_endpoint=nfa.tunnel if nfa else None,
        )

    def _named(self, reference: Reference | None) -> Reference | None:
        """A reference by its target's name, or by its id if others of the class have that name."""
        referred = None if reference is None else self._objects.get(reference.target)
        if reference is None or referred is None:
            return reference
        alone = self._names[referred.kind, referred.called.casefold()] == 1
        return reference.model_copy(update={"target": referred.called if alone else referred.id})


def _polling_interval(blob: Blob, diagnostics: Diagnostics) -> Setting[int]:
    check_head(blob, _POLICY_TYPE, 4, diagnostics)
    span = blob.span(20, 4) if len(blob.data) > 20 else blob.span(0)
    number = blob.number()
    return Setting(number, span) if number else default(_POLLING_SECONDS, span)


def _rule_name(stored: StoredObject, policy: StoredObject | None, *, is_default: bool) -> str:
    if is_default and policy is not None:
        return f"{policy.called}: default response"
    return stored.called
