"""Authentication methods in `show rule`: the methods on one line, each authority on lines of its own."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.authentication import NUMBERS, authentication_methods, certificate_method
from ipseclint.formats.netsh.advfirewall.output import Block
from ipseclint.model.policy import AuthenticationMethod, AuthPhase
from ipseclint.vocabulary.authentication import CERTIFICATE_METHODS

_OPTIONS = {
    "caname": "ca",
    "certmapping": "certmapping",
    "excludecaname": "excludecaname",
    "certtype": "catype",
    "healthcert": "health",
}
"""What follows `auth1` or `auth2` in the labels of one authority, and the option it stands for."""


def shown_methods(block: Block, diagnostics: Diagnostics) -> dict[AuthPhase, tuple[AuthenticationMethod, ...]]:
    """The methods of each phase that the block names."""
    return {
        phase: _methods(block, phase, f"auth{digit}", diagnostics)
        for phase, digit in NUMBERS.items()
        if f"auth{digit}" in block.entries
    }


def _methods(block: Block, phase: AuthPhase, prefix: str, diagnostics: Diagnostics) -> tuple[AuthenticationMethod, ...]:
    own = {tag: block.entries[tag][0].value for tag in (prefix, f"{prefix}psk") if tag in block.entries}
    if own[prefix].word == "none":
        return ()
    methods = authentication_methods(own, phase, diagnostics)
    authorities = _authorities(block, prefix)
    places = [index for index, method in enumerate(methods) if method.method.known in CERTIFICATE_METHODS]
    if not authorities:
        return methods
    if len(places) == 1:
        # One method, however many authorities it accepts.
        index = places[0]
        accepted = tuple(
            _with(methods[index], phase, authority_option, diagnostics) for authority_option in authorities
        )
        return (*methods[:index], *accepted, *methods[index + 1 :])
    if len(places) != len(authorities):
        diagnostics.not_understood(
            f"{len(authorities)} authorities for {len(places)} certificate methods: not printed which belongs to which",
            authorities[0]["ca"].span,
        )
        return methods
    changed = list(methods)
    for index, authority in zip(places, authorities, strict=True):
        changed[index] = _with(methods[index], phase, authority, diagnostics)
    return tuple(changed)


def _with(
    method: AuthenticationMethod, phase: AuthPhase, authority: dict[str, Token], diagnostics: Diagnostics
) -> AuthenticationMethod:
    signing = method.signing.known if method.signing else None
    if signing is None:
        return method
    return certificate_method(method.method, signing, phase, authority["ca"].span, authority, diagnostics)


def _authorities(block: Block, prefix: str) -> list[dict[str, Token]]:
    """The options of each authority, in order: the n-th value of a label belongs to the n-th name."""
    names = block.entries.get(f"{prefix}caname", [])
    authorities: list[dict[str, Token]] = []
    for index in range(len(names)):
        authority = {
            option: entries[index].value
            for label, option in _OPTIONS.items()
            if index < len(entries := block.entries.get(prefix + label, []))
        }
        authorities.append(authority)
    return authorities
