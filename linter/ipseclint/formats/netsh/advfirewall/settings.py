"""The replay of `netsh advfirewall set`: the store that commands are for, global and profile settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ipseclint.formats.kit.diagnostics import Diagnostics
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
from ipseclint.formats.netsh.tags import listing, unique_prefix
from ipseclint.model.policy import Profile

PROFILES: dict[str, tuple[Profile, ...]] = {
    "allprofiles": tuple(Profile),
    "domainprofile": (Profile.DOMAIN,),
    "privateprofile": (Profile.PRIVATE,),
    "publicprofile": (Profile.PUBLIC,),
    "currentprofile": (),
}
"""The words for profiles that `set` takes; which one is current, no script tells."""

_PROFILE_PARAMETERS = ("state", "firewallpolicy", "settings", "logging")

_NOT_CONFIGURED = "notconfigured"


@dataclass(slots=True)
class _Store:
    parameters: dict[str, Token] = field(default_factory=dict)
    merge: dict[Profile, Token] = field(default_factory=dict)


class ScriptedSettings:
    """Carries out `set store`, `set global` and `set …profile`. `store` is None for the local one."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.store: str | None = None
        self._diagnostics = diagnostics
        self._stores: dict[str | None, _Store] = {}

    def apply(self, verb: Token, words: Sequence[Token]) -> None:
        """Carry out one command, given its words after `set`."""
        target = self._one_of(words, 0, ("store", "global", *PROFILES), verb)
        if target == "store":
            self._set_store(words[1:], verb)
        elif target == "global":
            self._set_global(words[1:], verb)
        elif target is not None:
            self._set_profile(PROFILES[target], words[1:], verb)

    def reset(self) -> None:
        """Return the current store to what it is without configuration."""
        self._stores.pop(self.store, None)

    def add_to(self, parts: PolicyParts) -> None:
        """Add the settings of every store to a policy."""
        for name, store in self._stores.items():
            settings = global_settings(store.parameters, store.merge, self._diagnostics, store=name)
            crypto = default_main_mode(store.parameters, self._diagnostics, store=name)
            if settings is not None:
                parts.globals.append(settings)
            if crypto is not None:
                parts.main_mode.append(crypto)

    def _set_store(self, words: Sequence[Token], verb: Token) -> None:
        text = "".join(word.text for word in words)
        if text.casefold() == "local":
            self.store = None
        elif text.casefold().startswith("gpo=") and len(text) > len("gpo="):
            self.store = text[len("gpo=") :]
        else:
            self._diagnostics.malformed(
                "a store is `local` or `gpo=…`; what follows is read as if for this one", verb.span
            )
            self.store = text or None

    def _set_global(self, words: Sequence[Token], verb: Token) -> None:
        groups = {"ipsec": (*IPSEC_PARAMETERS, *AUTHORIZATION_PARAMETERS), "mainmode": MAIN_MODE_PARAMETERS}
        group = self._one_of(words, 0, (*groups, *STATEFUL_PARAMETERS), verb)
        if group not in groups:
            return
        if group == "mainmode" and len(words) == 2 and words[1].text.casefold() == _NOT_CONFIGURED:
            for main_mode_parameter in MAIN_MODE_PARAMETERS:
                self._current.parameters.pop(main_mode_parameter, None)
            return
        parameter = self._one_of(words, 1, groups[group], verb)
        if parameter is None or parameter in AUTHORIZATION_PARAMETERS:
            return
        value = self._value(words[2:], words[1])
        if value is None:
            return
        if value.word == _NOT_CONFIGURED:
            self._current.parameters.pop(parameter, None)
        else:
            self._current.parameters[parameter] = value

    def _set_profile(self, profiles: tuple[Profile, ...], words: Sequence[Token], verb: Token) -> None:
        parameter = self._one_of(words, 0, _PROFILE_PARAMETERS, verb)
        if parameter == "state" and len(words) == 2 and words[1].text.casefold() in {"off", _NOT_CONFIGURED}:
            message = "the state of a profile's firewall is not read: what it does to the rules here is not known"
            self._diagnostics.not_understood(message, words[1].span)
        if parameter != "settings" or len(words) < 2:
            return
        if not words[1].text or not "localconsecrules".startswith(words[1].text.casefold()) or len(words[1].text) < 6:
            return
        value = self._value(words[2:], words[1])
        if value is None:
            return
        if not profiles:
            self._diagnostics.not_understood("which profile is current is not known", verb.span)
        for profile in profiles:
            if value.word == _NOT_CONFIGURED:
                self._current.merge.pop(profile, None)
            else:
                self._current.merge[profile] = value

    def _value(self, words: Sequence[Token], name: Token) -> Token | None:
        """The one value of a parameter; Microsoft's own example has a blank behind a comma of a list."""
        if not words:
            self._diagnostics.malformed(f"`{name.text}` without a value", name.span)
            return None
        count = 1
        while count < len(words) and words[count - 1].text.endswith(","):
            count += 1
        for extra in words[count:]:
            self._diagnostics.malformed("more than one value", extra.span)
        return joined(words[:count])

    def _one_of(self, words: Sequence[Token], index: int, names: Sequence[str], verb: Token) -> str | None:
        """The name that a word abbreviates; None, after noting it, if it is none or missing."""
        if index >= len(words):
            self._diagnostics.malformed(f"missing here: {listing(names)}", (words[-1] if words else verb).span)
            return None
        matches = unique_prefix(words[index].text, names)
        if len(matches) != 1:
            self._diagnostics.malformed(f"not one of {listing(names)}", words[index].span)
            return None
        return matches[0]

    @property
    def _current(self) -> _Store:
        return self._stores.setdefault(self.store, _Store())
