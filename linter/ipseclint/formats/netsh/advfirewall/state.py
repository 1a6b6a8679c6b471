"""State of a replay: the script's rules, by name, and the settings of each store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.netsh.advfirewall.global_settings import (
    AUTHORIZATION_PARAMETERS,
    IPSEC_PARAMETERS,
    MAIN_MODE_PARAMETERS,
    STATEFUL_PARAMETERS,
    default_main_mode,
    global_settings,
)
from ipseclint.formats.netsh.advfirewall.words import LOCAL_RULES, NOT_CONFIGURED, is_sddl
from ipseclint.formats.netsh.tags import listing, unique_prefix
from ipseclint.model.policy import PolicyObject, Profile
from ipseclint.source import Span
from ipseclint.vocabulary.ipsec_tools import FIREWALL_STATE_UNREAD

PROFILES: dict[str, tuple[Profile, ...]] = {
    "allprofiles": tuple(Profile),
    "domainprofile": (Profile.DOMAIN,),
    "privateprofile": (Profile.PRIVATE,),
    "publicprofile": (Profile.PUBLIC,),
    "currentprofile": (),
}
"""The words for profiles that `set` takes; which one is current, no script tells."""

_STATEFUL_VALUES = ("enable", "disable", NOT_CONFIGURED)


_TARGETS = ("store", "global", *PROFILES)
ALL = "all"
"""The name that stands for every rule."""
Key = tuple[str, str | None, str]


class _Store(Struct):
    parameters: dict[str, Token] = field(default_factory=dict)
    merge: dict[Profile, Token] = field(default_factory=dict)


class ScriptedSettings:
    """Carries out `set store`, `set global` and `set …profile`. `store` is None for the local one."""

    def __init__(self) -> None:
        self.store: str | None = None
        self._stores: dict[str | None, _Store] = {}

    def apply(self, verb: Token, words: Sequence[Token], diagnostics: Diagnostics) -> None:
        """Carry out one command, given its words after `set`; what netsh refuses is malformed, and changes nothing."""
        target = _one_of(words, 0, _TARGETS, verb, diagnostics)
        if target == "store":
            self._set_store(words[1:], verb, diagnostics)
        elif target == "global":
            self._set_global(words[1:], verb, diagnostics)
        elif target is not None:
            self._set_profile(PROFILES[target], words[1:], verb, diagnostics)

    def reset(self) -> None:
        """Reset the current store."""
        self._stores.pop(self.store, None)

    def add_to(self, parts: PolicyParts, diagnostics: Diagnostics) -> None:
        """Add the settings of every store to a policy."""
        for name, store in self._stores.items():
            _add(store, name, parts, diagnostics)

    def _set_store(self, words: Sequence[Token], verb: Token, diagnostics: Diagnostics) -> None:
        text = "".join(word.text for word in words)
        if (rest := _behind_store(words)) is not None:
            diagnostics.malformed("a store with a blank in its name needs quotation marks", rest.span)
            return
        if text.casefold() == "local":
            self.store = None
        elif text.casefold().startswith("gpo=") and len(text) > len("gpo="):
            self.store = text[len("gpo=") :]
        else:
            diagnostics.malformed("a store is `local` or `gpo=…`", (words[0] if words else verb).span)

    def _set_global(self, words: Sequence[Token], verb: Token, diagnostics: Diagnostics) -> None:
        groups = {"ipsec": (*IPSEC_PARAMETERS, *AUTHORIZATION_PARAMETERS), "mainmode": MAIN_MODE_PARAMETERS}
        group = _one_of(words, 0, (*groups, *STATEFUL_PARAMETERS), verb, diagnostics)
        if group in STATEFUL_PARAMETERS:
            stateful = _value(words[1:], words[0], diagnostics)
            if stateful is not None and stateful.word not in _STATEFUL_VALUES:
                diagnostics.malformed(f"not one of {listing(_STATEFUL_VALUES)}", stateful.span)
        if group not in groups:
            return
        if group == "mainmode" and len(words) == 2 and words[1].text.casefold() == NOT_CONFIGURED:
            for main_mode_parameter in MAIN_MODE_PARAMETERS:
                self._current.parameters.pop(main_mode_parameter, None)
            return
        parameter = _one_of(words, 1, groups[group], verb, diagnostics)
        value = None if parameter is None else _value(words[2:], words[1], diagnostics)
        if parameter is None or value is None:
            return
        if parameter in AUTHORIZATION_PARAMETERS:
            if value.word not in {"none", NOT_CONFIGURED} and not is_sddl(value.text):
                diagnostics.unknown_value(f"{quoted(value.text)} is neither `none` nor an SDDL string", value.span)
            diagnostics.not_read(parameter)
            return
        if value.word == NOT_CONFIGURED:
            self._current.parameters.pop(parameter, None)
        elif _fits(_Store({parameter: value}), diagnostics):
            self._current.parameters[parameter] = value

    def _set_profile(
        self, profiles: tuple[Profile, ...], words: Sequence[Token], verb: Token, diagnostics: Diagnostics
    ) -> None:
        from ipseclint.formats.netsh.advfirewall.profile_parameters import GROUPS, PARAMETERS, is_taken

        name = _one_of(words, 0, PARAMETERS, verb, diagnostics)
        if name in GROUPS:
            name = _one_of(words, 1, GROUPS[name], verb, diagnostics)
            words = words[1:]
        value = None if name is None else _value(words[1:], words[0], diagnostics)
        if name is None or value is None or not is_taken(name, value, diagnostics):
            return
        if name == "state" and value.word in {"off", NOT_CONFIGURED}:
            diagnostics.not_understood(FIREWALL_STATE_UNREAD, value.span)
        if name != LOCAL_RULES:
            return
        if value.word != NOT_CONFIGURED and not _fits(_Store(merge=dict.fromkeys(Profile, value)), diagnostics):
            return
        if not profiles:
            diagnostics.not_understood("which profile is current is not known", verb.span)
        for profile in profiles:
            if value.word == NOT_CONFIGURED:
                self._current.merge.pop(profile, None)
            else:
                self._current.merge[profile] = value

    @property
    def _current(self) -> _Store:
        return self._stores.setdefault(self.store, _Store())


def _behind_store(words: Sequence[Token]) -> Token | None:
    """The first word behind the name of a store, which may have quotation marks in its midst; a blank around the `=`
    parts none from it."""
    value = next((at for at, word in enumerate(words) if word.text == "="), -1) + 1
    for before, word in pairwise(words[value:]):
        line, column = before.end
        if (line, column + before.quoted + word.quoted) != (word.line, word.column):
            return word
    return None


def chooses_store(words: Sequence[Token]) -> bool:
    """Whether the words after `set` choose a store."""
    return bool(words) and unique_prefix(words[0].text, _TARGETS) == ("store",)


def _add(store: _Store, name: str | None, parts: PolicyParts, diagnostics: Diagnostics) -> None:
    settings = global_settings(store.parameters, store.merge, diagnostics, store=name)
    crypto = default_main_mode(store.parameters, diagnostics, store=name)
    if settings is not None:
        parts.globals.append(settings)
    if crypto is not None:
        parts.main_mode.append(crypto)


def _fits(store: _Store, diagnostics: Diagnostics) -> bool:
    """Whether netsh accepts values; a refusal is noted."""
    noted = diagnostics.count
    _add(store, None, PolicyParts(), diagnostics)
    return diagnostics.count == noted


def _value(words: Sequence[Token], name: Token, diagnostics: Diagnostics) -> Token | None:
    """The single value of a parameter; Microsoft's own example has a blank behind a comma of a list."""
    if not words:
        diagnostics.malformed(f"`{name.text}` without a value", name.span)
        return None
    count = 1
    while count < len(words) and words[count - 1].text.endswith(","):
        count += 1
    if count < len(words):
        diagnostics.malformed("more than one value", words[count].span)
        return None
    return joined(words[:count])


def _one_of(
    words: Sequence[Token], index: int, names: Sequence[str], verb: Token, diagnostics: Diagnostics
) -> str | None:
    """The name that a word abbreviates; None, noted, if it is none or missing."""
    if index >= len(words):
        diagnostics.malformed(f"missing here: {listing(names)}", (words[-1] if words else verb).span)
        return None
    matches = unique_prefix(words[index].text, names)
    if len(matches) != 1:
        diagnostics.malformed(f"not one of {listing(names)}", words[index].span)
        return None
    return matches[0]


class ScriptedRule(Struct, eq=False):
    """A rule in its present state; `context` is `advfirewall consec`, `mainmode` or `firewall`.

    `made` are the objects of its tags, under its own name. `tags_when_asked` reads the tags of a rule that was cast
    from a mould.
    """

    context: str
    store: str | None
    span: Span
    name: str
    tags_when_asked: Callable[[], dict[str, Token]]
    made: tuple[PolicyObject, ...]

    @property
    def tags(self) -> dict[str, Token]:
        """Its tags, as written."""
        return self.tags_when_asked()

    @property
    def key(self) -> Key:
        """Its lookup key; names are case-insensitive."""
        return (self.context, self.store, self.name.casefold())


class RuleBook:
    """Rules in the order created. Names need not be unique."""

    def __init__(self) -> None:
        self._rules: dict[ScriptedRule, None] = {}
        self._by_key: dict[Key, dict[ScriptedRule, None]] | None = None  # until a rule is looked for

    def __iter__(self) -> Iterator[ScriptedRule]:
        return iter(self._rules)

    def add(self, rule: ScriptedRule) -> None:
        """Append a rule."""
        self._rules[rule] = None
        if self._by_key is not None:
            _put(rule, self._by_key)

    def remove(self, rule: ScriptedRule) -> None:
        """Remove a rule."""
        del self._rules[rule]
        if self._by_key is not None:
            del self._by_key[rule.key][rule]

    def change(self, rule: ScriptedRule, tags: dict[str, Token], made: tuple[PolicyObject, ...]) -> None:
        """Replace the tags of a rule, in its place."""
        if self._by_key is not None:
            del self._by_key[rule.key][rule]
        rule.name, rule.tags_when_asked, rule.made = tags["name"].text, lambda: tags, made
        if self._by_key is not None:
            _put(rule, self._by_key)

    def named(self, context: str, store: str | None, name: str) -> list[ScriptedRule]:
        """The rules with a name in a context and store; all of them for `all`."""
        if name.casefold() == ALL:
            return [rule for rule in self._rules if (rule.context, rule.store) == (context, store)]
        if self._by_key is None:
            self._by_key = {}
            for rule in self._rules:
                _put(rule, self._by_key)
        return list(self._by_key.get((context, store, name.casefold()), ()))

    def clear(self, store: str | None) -> None:
        """Remove all rules of a store."""
        for rule in [each for each in self._rules if each.store == store]:
            self.remove(rule)


def _put(rule: ScriptedRule, by_key: dict[Key, dict[ScriptedRule, None]]) -> None:
    by_key.setdefault(rule.key, {})[rule] = None
