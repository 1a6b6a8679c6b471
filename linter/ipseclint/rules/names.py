"""Rules about names of rules that Windows does not accept, and names of registry values that it does not read."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Concern, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, MainModeRule, RegistryValue
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.registry import CONTROL_SET, number, registry_subject
from ipseclint.words import slip_of

_SERVICES = "services\\"
_OF_POLICIES = "policies\\"
_POLICIES = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion"
"""The key above the policies of security options."""


class IllegalName(Options):
    """Words, in lower case, that a rule's name must not be, and characters that it must not hold."""

    words: frozenset[str]
    characters: frozenset[str]


@rule(
    "RF010", "illegal-name", basis=Basis.DOCUMENTED, options=IllegalName, looks_at=LooksAt.PARTS, concern=Concern.FAIL
)
def illegal_name(machine: Machine, options: IllegalName) -> Iterator[Hit]:
    """A rule has no name, or one that Windows forbids.

    Why: `all` stands for every rule in netsh, and the vertical bar separates the fields of a stored rule: Windows
    rejects a rule with such a name, or with none, with a parsing error. The rule is not in force.

    Seen as: An error message of the tool; a rule that came by group policy is ignored.

    Bad: `netsh advfirewall consec add rule name=all ...`

    Good: `netsh advfirewall consec add rule name="All servers" ...`

    Fix: Give the rule another name.

    Waive: Never: Windows does not accept the rule.
    """
    policy = machine.policy
    rules: tuple[ConnectionSecurityRule | MainModeRule, ...] = (
        *policy.connection_security_rules,
        *policy.main_mode_rules,
    )
    for named in rules:
        if named.dialect is not Dialect.WFAS or named.name.casefold() in policy.names_given:
            continue
        illegal = next((mark for mark in sorted(options.characters) if mark in named.name), None)
        # A reader that finds no name shows the id instead, which Windows makes up; who writes both may write the same.
        if not named.name.strip() or (named.name == named.id and named.name.startswith("{")):
            why = "a rule without a name"
        elif named.name.strip().casefold() in options.words:
            why = f'a rule named "{named.name}", which stands for every rule'
        elif illegal is not None:
            why = f'a rule with "{illegal}" in its name, which separates the fields of a stored rule'
        else:
            continue
        yield Hit(
            subject=named,
            span=named.span,
            message=f"{why}; Windows rejects it",
            value=named.name,
            fix=Fix(note="Give the rule another name."),
        )


class Place(Options):
    """A value that Windows reads, and the key, below the control set, that holds it."""

    name: str
    key: str


class Names(Options):
    """The names of values that rules examine under keys; `retired`: Windows no longer reads them."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    retired: bool = False


class Places(Options):
    """The values of single keys, those of several keys, and the similarity by which a misspelt name is recognised.

    `others`, in lower case, are correct names that look similar.
    """

    places: tuple[Place, ...]
    names: tuple[Names, ...]
    others: frozenset[str]
    alike: float


@rule(
    "RF023",
    "registry-value-without-effect",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13868,),
    options=Places,
    concern=Concern.FAIL,
)
def registry_value_without_effect(machine: Machine, options: Places) -> Iterator[Hit]:
    r"""A value of IPsec or of VPN stands where Windows does not look for it, is misspelt, or is text and no number.

    Why: Instructions for VPN errors name a value and a key, and Windows takes a value of that name under that key
    alone: under another key, or with a letter missing, it is stored and does nothing. The usual case is
    AssumeUDPEncapsulationContextOnSendRule, whose key was Services\IPSec up to Windows XP and Server 2003, and is
    Services\PolicyAgent since Vista (KB 926179). Each of these values is a DWORD; `reg add` without `/t` writes text.
    A path that ends with the name of the value makes a key of that name, and sets the default value of this key.
    Of the values that other rules look at, misspelt names are told. That nothing reads a value elsewhere, or as text,
    is our reasoning.

    Seen as: The error, such as 809 or 13868, stays after the value was set and the computer restarted.

    Bad: `"AssumeUDPEncapsulationContextOnSendRule"=dword:00000002` under Services\IPSec, or `="2"`

    Good: the same as a DWORD under Services\PolicyAgent

    Fix: Set the value under its key as a DWORD, delete the other, and restart the computer.

    Waive: On Windows XP or Server 2003, for their key.
    """
    stored = {_place(value): value for value in machine.policy.registry if value.data.value is not None}
    for (key, name), value in stored.items():
        meant = next((each for each in options.places if each.name.casefold() == (name or _last(key))), None)
        if value.data.known is None:
            continue
        if meant is None:
            misspelt = _misspelt(key, name, options)
            if misspelt is not None and (key, misspelt[0].name.casefold()) not in stored:
                yield _as_misspelt(value, misspelt[0], is_retired=misspelt[1])
        elif (meant.key.casefold(), meant.name.casefold()) not in stored:
            yield _elsewhere(value, key, meant) if name else _as_key(value, meant)
        elif value.is_text and key == meant.key.casefold():
            yield _as_text(value, meant)


def _elsewhere(value: RegistryValue, key: str, meant: Place) -> Hit:
    written = value.path.rpartition("\\")[0]
    return Hit(
        subject=registry_subject(value),
        span=value.data.span,
        message=f"{meant.name} stands under {written[-len(key) :]}, where Windows does not read it; its key is "
        f"{meant.key}",
        value=value.path,
        fix=Fix(note=f"{_set(value, meant)}, delete the other value, and restart the computer."),
    )


def _as_key(value: RegistryValue, meant: Place) -> Hit:
    return Hit(
        subject=Subject(kind="registry_value", name=meant.name, id=value.path),
        span=value.data.span,
        message=f"{meant.name} is made a key here, whose default value is set; Windows reads a value of this name "
        f"under {meant.key}",
        value=value.path,
        fix=Fix(note=f"{_set(value, meant)}, delete the key of that name, and restart the computer."),
    )


def _as_misspelt(value: RegistryValue, meant: Place, *, is_retired: bool) -> Hit:
    subject = registry_subject(value)
    instead = f"{meant.name} may be meant, and has no effect any more" if is_retired else f"use {meant.name}"
    what_to_do = f"{_set(value, meant)}, delete the other value, and restart the computer."
    return Hit(
        subject=subject,
        span=value.data.span,
        message=f"{subject.name} is not a name that Windows reads; {instead}",
        value=value.path,
        fix=Fix(note="Delete the value." if is_retired else what_to_do),
    )


def _as_text(value: RegistryValue, meant: Place) -> Hit:
    return Hit(
        subject=registry_subject(value),
        span=value.data.span,
        message=f"{meant.name} is stored as text, and Windows takes a number (REG_DWORD)",
        value=value.path,
        fix=Fix(note=f"{_set(value, meant)}, and restart the computer."),
    )


def _set(value: RegistryValue, meant: Place) -> str:
    """The command that sets the number of a value in its right place."""
    key = f"{CONTROL_SET if meant.key.casefold().startswith(_SERVICES) else _POLICIES}\\{meant.key}"
    return f"Run `reg add {key} /v {meant.name} /t REG_DWORD /d {number(value) or 0} /f`"


def _place(value: RegistryValue) -> tuple[str, str]:
    """The key of a value from `services` or the policies on, and its name, folded."""
    key, _, name = value.path.casefold().rpartition("\\")
    begin = max(key.find(_SERVICES), key.find(_OF_POLICIES), 0)
    return key[begin:], name


def _last(key: str) -> str:
    return key.rpartition("\\")[2]


def _misspelt(key: str, name: str, options: Places) -> tuple[Place, bool] | None:
    """The value whose name a name under a key nearly is, if it belongs there, and whether it is retired."""
    if name in options.others:
        return None
    there = [(each, False) for each in options.places if each.key.casefold() == key]
    for group in options.names:
        for own_key in (each for each in group.keys if each.casefold() == key):
            there += ((Place(name=right, key=own_key), group.retired) for right in group.names)
    if any(place.name.casefold() == name for place, _ in there):
        return None
    return next((each for each in there if _is_alike(name, each[0].name.casefold(), options)), None)


def _is_alike(name: str, right: str, options: Places) -> bool:
    if slip_of(name, (right,)) is not None:
        return True
    from difflib import SequenceMatcher

    return SequenceMatcher(None, name, right).ratio() >= options.alike
