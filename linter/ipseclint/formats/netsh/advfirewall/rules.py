"""Conversion of the tags of one rule, from `add rule` or `show rule`, to objects of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import Struct, field

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import (
    DEFAULT_KEY_MODULES,
    FIRST_AUTHENTICATION_ID,
    MAIN_MODE_ID,
    QUICK_MODE_ID,
)
from ipseclint.formats.kit.set_builder import Head
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.crypto import DEFAULT_WORD, main_mode_set, quick_mode_set
from ipseclint.formats.netsh.advfirewall.words import ACTIONS, INTERFACE_TYPES, MODES, PROFILES, RULE_TYPES, YES_NO
from ipseclint.formats.netsh.tags import listing
from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthenticationMethod,
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    InterfaceType,
    MainModeRule,
    PolicyObject,
    Profile,
    Reference,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import ANY_ADDRESS, Addresses, Ports, parse_address
from ipseclint.model.setting import Setting, default
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.protocols import PROTOCOL_NUMBERS, PROTOCOLS
from ipseclint.vocabulary.rows import folded, readings

T = TypeVar("T")

Tags = Mapping[str, Token]

_ANYWHERE: Addresses = (ANY_ADDRESS,)
_ADDRESS_WORDS = folded(readings(AddressKeyword, lambda keyword: keyword.row.netsh))
_LEGACY_WORDS = folded(readings(AddressKeyword, lambda keyword: keyword.row.netsh_ipsec)).keys() - _ADDRESS_WORDS
"""Words of `netsh ipsec` alone. Those of later versions of the firewall, as `Internet`, are not in the help, and not
known to be refused."""
_PROTOCOL_WORDS = tuple(row.netsh for row in PROTOCOLS if row.netsh is not None)
_OTHER_PROTOCOL_WORDS = PROTOCOL_NUMBERS.keys() - set(_PROTOCOL_WORDS)
_WITHOUT_CAPSULE = "authnoencap:"
_WITH_INTEGRITY = ("ah:", "esp:")
_NO_GROUP = frozenset({"none", DEFAULT_WORD})
_EVERY_INTERFACE: frozenset[InterfaceType] = frozenset()  # one for all rules: Python makes another at each call


class RuleText(Struct, frozen=True):
    """One rule as text: its place, its tags in the words of `add rule`, and its methods, read already.

    `set_name` is the name of its inline sets: the rule's name, made unique. `of_command`: netsh has yet to take it.
    """

    span: Span
    tags: Tags
    set_name: str
    methods: Mapping[AuthPhase, tuple[AuthenticationMethod, ...]] = field(default_factory=dict)
    store: str | None = None
    of_command: bool = False


class PrintedRule(Struct, frozen=True):
    """A printed rule: its objects, of which the rule is the first, and the main mode that is in effect with it.

    The values of this stand so many lines `below` their places.
    """

    made: tuple[PolicyObject, ...]
    effective: Mapping[str, Token]
    below: int = 0


def connection_rule(text: RuleText, diagnostics: Diagnostics) -> tuple[PolicyObject, ...]:
    """A connection security rule and its inline sets."""
    tags, span = text.tags, text.span
    sets: list[PolicyObject] = []
    inbound, outbound, action = _security(tags["action"], diagnostics)
    negotiates = action.known is RuleAction.NEGOTIATE
    made = ConnectionSecurityRule(
        name=tags["name"].text,
        span=span,
        dialect=Dialect.WFAS,
        description=_text(tags, "description"),
        enabled=_flag(tags, "enable", span, diagnostics, absent=True),
        profiles=_profiles(tags, span, diagnostics),
        mode=_word(MODES, tags, "mode", span, diagnostics, RuleMode.TRANSPORT),
        action=action,
        inbound=inbound,
        outbound=outbound,
        endpoint1=read.addresses_of_list(tags["endpoint1"], diagnostics),
        endpoint2=read.addresses_of_list(tags["endpoint2"], diagnostics),
        protocol=_protocol(tags, span, diagnostics),
        port1=_ports(tags, "port1", span, diagnostics),
        port2=_ports(tags, "port2", span, diagnostics),
        interface_types=_interface_types(tags, span, diagnostics),
        key_modules=default(DEFAULT_KEY_MODULES, span),
        first_authentication=_authentication(text, AuthPhase.FIRST, sets, may_default=negotiates),
        second_authentication=_authentication(text, AuthPhase.SECOND, sets, may_default=False),
        quick_mode_crypto=_quick_mode(text, sets, diagnostics, may_default=negotiates),
        local_tunnel_endpoint=_tunnel_endpoint(tags, "localtunnelendpoint", diagnostics),
        remote_tunnel_endpoint=_tunnel_endpoint(tags, "remotetunnelendpoint", diagnostics),
        bypass_if_secured=_optional_flag(tags, "exemptipsecprotectedconnections", diagnostics),
        require_authorization=_optional_flag(tags, "applyauthz", diagnostics),
        store=text.store,
    )
    _check_type(tags, diagnostics)
    if text.of_command:
        _note_unfit(tags, diagnostics)
    return made, *sets


def main_mode_rule(text: RuleText, diagnostics: Diagnostics) -> tuple[PolicyObject, ...]:
    """A main-mode rule and its inline sets."""
    tags, span = text.tags, text.span
    sets: list[PolicyObject] = []
    made = MainModeRule(
        name=tags["name"].text,
        span=span,
        dialect=Dialect.WFAS,
        description=_text(tags, "description"),
        enabled=_flag(tags, "enable", span, diagnostics, absent=True),
        profiles=_profiles(tags, span, diagnostics),
        endpoint1=_endpoint(tags, "endpoint1", span, diagnostics),
        endpoint2=_endpoint(tags, "endpoint2", span, diagnostics),
        main_mode_crypto=_main_mode(text, sets, diagnostics),
        first_authentication=_authentication(text, AuthPhase.FIRST, sets, may_default=True),
        store=text.store,
    )
    _check_type(tags, diagnostics)
    if text.of_command:
        _note_unfit(tags, diagnostics)
    return made, *sets


def inline_sets(text: RuleText, diagnostics: Diagnostics, *, of_main_mode: bool) -> tuple[PolicyObject, ...]:
    """The inline sets alone, of a rule of which only these tags are known.

    Without its methods a set is left out: those that the rule had before stay, and are not known.
    """
    sets: list[PolicyObject] = []
    for phase in (AuthPhase.FIRST,) if of_main_mode else AuthPhase:
        _authentication(text, phase, sets, may_default=False)
    if of_main_mode and "mmsecmethods" in text.tags:
        _main_mode(text, sets, diagnostics)
    elif "qmsecmethods" in text.tags:
        _quick_mode(text, sets, diagnostics, may_default=False)
    return tuple(sets)


def _main_mode(text: RuleText, sets: list[PolicyObject], diagnostics: Diagnostics) -> Reference:
    tags, span = text.tags, text.span
    methods, lifetime, forced = (tags.get(tag) for tag in ("mmsecmethods", "mmkeylifetime", "mmforcedh"))
    given = [each for each in (methods, lifetime, forced) if each is not None]
    place = given[0].span if given else span
    if not given or (given == [methods] and given[0].word == DEFAULT_WORD):
        return Reference(target=MAIN_MODE_ID, span=place)
    head = Head(text.set_name, place, store=text.store)
    sets.append(main_mode_set(head, methods, lifetime, forced, diagnostics))
    return Reference(target=text.set_name, span=place)


def _quick_mode(
    text: RuleText, sets: list[PolicyObject], diagnostics: Diagnostics, *, may_default: bool
) -> Reference | None:
    methods, pfs = text.tags.get("qmsecmethods"), text.tags.get("qmpfs")
    given = [each for each in (methods, pfs) if each is not None]
    if not given:
        return Reference(target=QUICK_MODE_ID, span=text.span) if may_default else None
    place = given[0].span
    if all(each.word == DEFAULT_WORD for each in given):
        return Reference(target=QUICK_MODE_ID, span=place)
    sets.append(quick_mode_set(Head(text.set_name, place, store=text.store), methods, pfs, diagnostics))
    return Reference(target=text.set_name, span=place)


def _authentication(
    text: RuleText, phase: AuthPhase, sets: list[PolicyObject], *, may_default: bool
) -> Reference | None:
    methods = text.methods.get(phase)
    if methods is None:
        # "Using defaults": a rule that names no method gets the default first authentication set.
        return Reference(target=FIRST_AUTHENTICATION_ID, span=text.span) if may_default else None
    place = methods[0].span if methods else text.span
    sets.append(
        AuthenticationSet(
            name=text.set_name,
            span=place,
            dialect=Dialect.WFAS,
            phase=phase,
            methods=methods,
            inline=True,
            store=text.store,
        )
    )
    return Reference(target=text.set_name, span=place)


def _security(
    value: Token, diagnostics: Diagnostics
) -> tuple[Setting[Security], Setting[Security], Setting[RuleAction]]:
    both = ACTIONS.get(value.word)
    if both is None:
        nothing = read.unknown(value, "action", diagnostics)
        return Setting(nothing, value.span), Setting(nothing, value.span), Setting(nothing, value.span)
    inbound, outbound = both
    action = RuleAction.EXEMPT if both == (Security.NONE, Security.NONE) else RuleAction.NEGOTIATE
    place = value.span
    return Setting(inbound, place), Setting(outbound, place), Setting(action, place)


def _profiles(tags: Tags, span: Span, diagnostics: Diagnostics) -> Setting[frozenset[Profile]]:
    value = tags.get("profile")
    return default(ALL_PROFILES, span) if value is None else read.words_of_list(value, PROFILES, "profile", diagnostics)


def _interface_types(tags: Tags, span: Span, diagnostics: Diagnostics) -> Setting[frozenset[InterfaceType]]:
    value = tags.get("interfacetype")
    if value is None:
        return default(_EVERY_INTERFACE, span)
    return read.words_of_list(value, INTERFACE_TYPES, "interface type", diagnostics)


def _endpoint(tags: Tags, tag: str, span: Span, diagnostics: Diagnostics) -> Setting[Addresses]:
    value = tags.get(tag)
    return default(_ANYWHERE, span) if value is None else read.addresses_of_list(value, diagnostics)


def _ports(tags: Tags, tag: str, span: Span, diagnostics: Diagnostics) -> Setting[Ports]:
    value = tags.get(tag)
    return default((), span) if value is None else read.ports_of_list(value, diagnostics)


def _protocol(tags: Tags, span: Span, diagnostics: Diagnostics) -> Setting[int | None]:
    value = tags.get("protocol")
    return default(None, span) if value is None else read.protocol(value, diagnostics)


def _tunnel_endpoint(tags: Tags, tag: str, diagnostics: Diagnostics) -> Setting[Addresses] | None:
    value = tags.get(tag)
    return None if value is None else read.addresses_of_list(value, diagnostics)


def _flag(tags: Tags, tag: str, span: Span, diagnostics: Diagnostics, *, absent: bool) -> Setting[bool]:
    return _word(YES_NO, tags, tag, span, diagnostics, absent)


def _optional_flag(tags: Tags, tag: str, diagnostics: Diagnostics) -> Setting[bool] | None:
    value = tags.get(tag)
    return None if value is None else read.word(value, YES_NO, f"value of `{tag}`", diagnostics)


def _word(table: Mapping[str, T], tags: Tags, tag: str, span: Span, diagnostics: Diagnostics, absent: T) -> Setting[T]:
    value = tags.get(tag)
    return default(absent, span) if value is None else read.word(value, table, f"value of `{tag}`", diagnostics)


def _text(tags: Tags, tag: str) -> str | None:
    value = tags.get(tag)
    return value.text if value is not None and value.text else None


def _check_type(tags: Tags, diagnostics: Diagnostics) -> None:
    # Whether a rule outlives a restart changes nothing about what it does.
    if "type" in tags:
        read.word(tags["type"], RULE_TYPES, "value of `type`", diagnostics)


def meaning(tag: str, value: Token | None, diagnostics: Diagnostics) -> object:
    """The value of a selecting tag in a comparable form; None for a tag that a rule does not have."""
    nowhere = Span("", 0, 0)
    tags = {} if value is None else {tag: value}
    setting: Setting[Any]
    if tag == "profile":
        setting = _profiles(tags, nowhere, diagnostics)
    elif tag in {"dir", "program", "service"}:
        return "any" if value is None else value.word
    elif tag in {"endpoint1", "endpoint2", "localip", "remoteip"}:
        setting = _endpoint(tags, tag, nowhere, diagnostics)
    elif tag in {"port1", "port2", "localport", "remoteport"}:
        setting = _ports(tags, tag, nowhere, diagnostics)
    elif tag == "protocol":
        setting = _protocol(tags, nowhere, diagnostics)
    else:
        setting = _word(RULE_TYPES, tags, tag, nowhere, diagnostics, "static")
    return setting.value


def _note_unfit(tags: Tags, diagnostics: Diagnostics) -> None:
    """Note what netsh refuses in a command although rules from elsewhere have such values.

    Source: the built-in help of `consec add rule` and its remarks, also on the page `netsh advfirewall` (2025).
    """
    for tag in ("endpoint1", "endpoint2"):
        if (value := tags.get(tag)) is not None:
            note_words(value, diagnostics)
    if (protocol := tags.get("protocol")) is not None:
        note_protocol(protocol, diagnostics)
    for tag in ("localtunnelendpoint", "remotetunnelendpoint"):
        if (value := tags.get(tag)) is not None:
            _note_network(value, diagnostics)
    for tag, value in tags.items():
        if tag.startswith("auth") and tag.endswith("ca") and not value.text.strip():
            diagnostics.malformed(f"`{tag}` without the name of an authority", value.span)
    authorized = tags.get("applyauthz")
    if authorized is not None and authorized.word == "yes" and _is_transport(tags.get("mode")):
        diagnostics.malformed("`applyauthz` is for `mode=tunnel` only", authorized.span)
    if (methods := tags.get("qmsecmethods")) is not None and _WITHOUT_CAPSULE in methods.text.casefold():
        _note_alone(methods, diagnostics)
        if (group := tags.get("qmpfs")) is not None and group.word not in _NO_GROUP:
            diagnostics.malformed("`qmpfs` does not go with `authnoencap`", group.span)


def note_protocol(value: Token, diagnostics: Diagnostics) -> None:
    """Note a word for a protocol that other tools have and `netsh advfirewall` has not."""
    if value.word in _OTHER_PROTOCOL_WORDS:
        form = f"{listing(_PROTOCOL_WORDS)} or a number"
        diagnostics.unknown_value(f"{quoted(value.text)} is not one of {form}", value.span)


def note_words(value: Token, diagnostics: Diagnostics) -> None:
    """Note words for addresses in a list that `netsh ipsec` has and `netsh advfirewall` has not."""
    if _LEGACY_WORDS.isdisjoint(value.text.casefold().split(",")):
        return
    for item in value.split(","):
        if item.word in _LEGACY_WORDS:
            words = listing(_ADDRESS_WORDS)
            diagnostics.unknown_value(f"{quoted(item.text)} is neither an address nor one of {words}", item.span)


def tunnel_endpoint(value: Token, diagnostics: Diagnostics) -> Setting[Addresses]:
    """The endpoint of a tunnel in a command, which takes no network."""
    _note_network(value, diagnostics)
    return read.addresses_of_list(value, diagnostics)


def _note_network(value: Token, diagnostics: Diagnostics) -> None:
    address = parse_address(value.text)
    if address is not None and not address.is_any and (address.keyword is not None or address.first != address.last):
        diagnostics.unknown_value(f"{quoted(value.text)} is not `any` or one address, as an endpoint is", value.span)


def _is_transport(mode: Token | None) -> bool:
    return mode is None or MODES.get(mode.word) is RuleMode.TRANSPORT


def _note_alone(methods: Token, diagnostics: Diagnostics) -> None:
    if not any(item.startswith(_WITH_INTEGRITY) for item in methods.word.split(",")):
        diagnostics.malformed("`authnoencap` needs a proposal of `ah` or `esp` beside it", methods.span)
