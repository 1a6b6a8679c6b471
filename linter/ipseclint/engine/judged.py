"""Objects that were read and that no rule of the run examines: kinds of objects, registry values and services."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import CodeType, FunctionType

from msgspec import Struct

from ipseclint.engine.rulesets.ruleset import Ruleset
from ipseclint.model.kinds import KIND_OF
from ipseclint.model.policy import Policy
from ipseclint.report import Input, NotJudged
from ipseclint.rule import LooksAt, Rule
from ipseclint.semantics.defaults import NEGOTIATE_DH2048
from ipseclint.vocabulary.registry_keys import VPN_CLIENT

POLICY_KINDS = frozenset(
    {"ipsec_policy", "filter_list", "filter_action", "connection_security_rule", "main_mode_rule", "wfp_filter"}
)
"""Kinds of objects that negotiate, or exempt."""
_SETS = frozenset({"main_mode_crypto_set", "quick_mode_crypto_set", "authentication_set"})
_LOOKS_AT: Mapping[LooksAt, frozenset[str]] = {
    LooksAt.RULES: POLICY_KINDS | _SETS | {"global_settings"},
    LooksAt.SETS: _SETS,
    LooksAt.PARTS: POLICY_KINDS | _SETS,
    LooksAt.CONNECTION_SECURITY: _SETS | {"connection_security_rule", "main_mode_rule"},
    LooksAt.SETTINGS: frozenset({"global_settings"}),
    LooksAt.EVIDENCE: frozenset({"event", "counter", "security_association"}),
}
_BY_NAME = frozenset({"registry_value", "service"})
"""Kinds whose objects rules examine only if their options name them."""
_PEERS = frozenset({"peer", "peer_key"})
"""Kinds that describe the other end, which the rules over two ends compare with a policy."""
_APART = frozenset(
    {
        "dos_protection",
        "firewall_rule",
        "audit_setting",
        "vpn_connection",
        "vpn_server",
        "vpn_interface",
        "refused_command",
        "lost_store",
        "stray_value",
        "empty_store",
        "windows_host",
        "network_adapter",
        "certificate",
    }
)
"""Kinds of independent objects: a rule examines one if its code reads its field of the policy."""
_NOT_OF_POLICY = {
    "event": ("event", "events"),
    "counter": ("counter", "counters"),
    "security_association": ("security association", "security associations"),
}


class Named(Struct, frozen=True):
    """The things in an input that rules examine by name: paths of registry values with their places, and services.

    `absent` are the paths of those that it says are not there.
    """

    path: str
    registry: tuple[tuple[str, str], ...] = ()
    absent: frozenset[str] = frozenset()
    services: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: str, policy: Policy) -> Named:
        """Those of an input."""
        registry = tuple((value.path, value.data.span.path) for value in policy.registry)
        absent = frozenset(value.path for value in policy.registry if value.data.value is None)
        return cls(path, registry, absent, tuple(service.name for service in policy.services))


def not_judged(
    read: Sequence[tuple[Input, Named]], rules: Iterable[tuple[Rule, Ruleset]], compared: Container[str] = ()
) -> Iterator[NotJudged]:
    """What no rule examines: objects by kind, each registry value, each service; not peers in a `compared` file."""
    running = list(rules)
    present = {kind for input_, _ in read for kind in input_.objects}
    judged = frozenset[str]()
    for rule, _ in running:
        judged |= kinds_of(rule, present & (_APART - judged))  # one rule is enough: to tell takes all that it calls
    yield from _kinds_not_judged((input_ for input_, _ in read), judged, compared)
    if any(named.registry or named.services for _, named in read):
        of_rules = [_words(ruleset.settings(rule).options.values()) for rule, ruleset in running]
        if "vpn_connection" in judged & present:  # it decides what a connection without a suite offers
            of_rules.append(frozenset({NEGOTIATE_DH2048, VPN_CLIENT.casefold()}))
        yield from _names_not_judged((named for _, named in read), of_rules)


def _kinds_not_judged(
    inputs: Iterable[Input], judged: Collection[str], compared: Container[str]
) -> Iterator[NotJudged]:
    """The number of objects of each kind that no rule examines."""
    counts: dict[str, int] = {}
    first: dict[str, str] = {}
    for input_ in inputs:
        for kind, number in input_.objects.items():
            if kind in _PEERS and input_.path in compared:
                continue
            if kind not in judged and kind not in _BY_NAME and (kind in KIND_OF or kind in _NOT_OF_POLICY):
                counts[kind] = counts.get(kind, 0) + number
                first.setdefault(kind, input_.path)
    for kind, number in counts.items():
        one, many = KIND_OF[kind].counted if kind in KIND_OF else _NOT_OF_POLICY[kind]
        yield NotJudged(kind=kind, name=f"{number} {one if number == 1 else many}", path=first[kind])


def _names_not_judged(inputs: Iterable[Named], of_rules: Iterable[frozenset[str]]) -> Iterator[NotJudged]:
    """The registry values and services that no rule's options name."""
    by_word: dict[str, list[frozenset[str]]] = {}
    for words in of_rules:
        for word in words:
            by_word.setdefault(word, []).append(words)
    for named in inputs:
        for path, place in named.registry:
            key, _, value = path.rpartition("\\")
            is_state = value.casefold() == "start" and key.rpartition("\\")[2] in named.services
            if not is_state and not any(_name_key(words, key) for words in by_word.get(value.casefold(), ())):
                shown = f"{path} (not there)" if path in named.absent else path
                yield NotJudged(kind="registry_value", name=shown, path=place)
        for service in named.services:
            if service.casefold() not in by_word:
                yield NotJudged(kind="service", name=service, path=named.path)


def _words(values: Iterable[object]) -> frozenset[str]:
    """The words in the options of a rule, in lower case."""
    return frozenset(word.casefold() for value in values for word in _strings(value))


def _name_key(words: Collection[str], key: str) -> bool:
    """Whether words, which name a value, also name the end of its key, or no key: Windows ignores the value
    elsewhere."""
    parts = key.casefold().split("\\")
    ends = ("\\".join(parts[first:]) for first in range(len(parts)))
    return any(end in words for end in ends) or not any("\\" in word for word in words)


def kinds_of(rule: Rule, apart: Iterable[str] = _APART) -> frozenset[str]:
    """The kinds of objects that a rule examines; of independent kinds only those in `apart`."""
    names = _names_of(rule) if apart else ()
    own = {kind for kind in apart if KIND_OF[kind].field in names}
    return _kinds_looked_at(rule.looks_at).union(own)


@cache
def _kinds_looked_at(looks_at: LooksAt) -> frozenset[str]:
    return frozenset[str]().union(*(kinds for flag, kinds in _LOOKS_AT.items() if flag in looks_at))


@cache
def _names_of(rule: Rule) -> frozenset[str]:
    return frozenset(_names(rule.check, set()))


def _names(function: object, seen: set[object]) -> Iterator[str]:
    """The names used by a rule's function and by the functions of its module that it calls."""
    if not isinstance(function, FunctionType) or function in seen:
        return
    seen.add(function)
    codes: list[CodeType] = [function.__code__]
    for code in codes:
        codes += [part for part in code.co_consts if isinstance(part, CodeType)]
        yield from code.co_names
        for name in code.co_names:
            called = function.__globals__.get(name)
            if getattr(called, "__module__", None) == function.__module__:
                yield from _names(called, seen)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from (word for word in value if isinstance(word, str))
