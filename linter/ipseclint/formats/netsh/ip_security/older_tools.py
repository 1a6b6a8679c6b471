"""`ipseccmd` of Windows XP and `ipsecpol` of Windows 2000: commands that write rules that block or permit.

Each command is translated to equivalent commands of `netsh ipsec static`. Source: Microsoft's article on blocking
protocols and ports by IPsec (KB 813878), which explains `-w REG`, `-p`, `-r`, `-f`, `-n BLOCK`, `-x`, `-y` and `-o`;
that `+` is a filter for both directions, and `-n PASS`, is from public scripts. Neither says whether the default
response rule is active: it is taken as off. Everything else the tools can do (negotiation, dynamic policy, a directory)
is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.ip_security.filters import PROTOCOLS
from ipseclint.formats.netsh.words import whole_words
from ipseclint.late import late

_ACTIONS = {"block": "block", "pass": "permit"}
_SIDE = r"(?:\*|0|\d{1,3}(?:\.(?:\d{1,3}|\*)){3})(?:/\d{1,3}(?:\.\d{1,3}){3})?"
_FILTER = late(
    rf"(?P<source>{_SIDE})(?::(?P<source_port>\d{{0,5}}))?(?P<sign>[=+])"
    rf"(?P<target>{_SIDE})(?::(?P<port>\d{{0,5}})(?::(?P<protocol>[A-Za-z]{{0,6}}|\d{{1,3}}))?)?"
)
_WITH_VALUE = frozenset({"-w", "-p", "-r", "-f", "-n"})
_ALONE = frozenset({"-x", "-y", "-o"})
_PROTOCOLS = frozenset({*PROTOCOLS, ""})


class Written(NamedTuple):
    """What one command writes to the local store: a policy, a rule of it, its filters, and what is done with it."""

    policy: Token
    rule: Token | None
    filters: tuple[tuple[Token, re.Match[str]], ...]
    action: Token | None
    switches: frozenset[str]


def written(words: tuple[Token, ...]) -> Written | None:
    """What a command writes, given the words behind the tool's name; None if part of it is not read."""
    values: dict[str, list[Token]] = {}
    switches: set[str] = set()
    key = ""
    for word in whole_words(words):
        text = word.text.casefold()
        if not word.quoted and text in _WITH_VALUE:
            if text in values:
                return None
            key = text
            values[key] = []
        elif not word.quoted and text in _ALONE:
            switches.add(text)
            key = ""
        elif key and (key == "-f" or not values[key]):
            values[key].append(word)
        else:
            return None
    return _checked(values, frozenset(switches))


def _checked(values: dict[str, list[Token]], switches: frozenset[str]) -> Written | None:
    store, policy = values.get("-w", []), values.get("-p", [])
    if not all(values.values()) or not policy or [word.text.casefold() for word in store] != ["reg"]:
        return None
    if re.search(r":\d*\Z", policy[0].text):
        return None  # the name is followed by an interval
    rule, action = values.get("-r", [None])[0], values.get("-n", [None])[0]
    filters = [(word, _FILTER.fullmatch(word.text)) for word in values.get("-f", [])]
    known = tuple((word, match) for word, match in filters if match is not None and _is_protocol(match["protocol"]))
    if len(known) != len(filters) or bool(rule) != bool(filters) or bool(rule) != bool(action):
        return None
    if rule is None and not switches:
        return None
    if action is not None and action.text.casefold() not in _ACTIONS:
        return None
    return Written(policy[0], rule, known, action, switches)


def _is_protocol(text: str | None) -> bool:
    return text is None or text.isdigit() or text.casefold() in _PROTOCOLS


def static_commands(command: Command, number: int, policies: frozenset[str]) -> Iterator[Command]:
    """The equivalent commands of `netsh ipsec static`.

    `number` distinguishes the commands of a script; `policies` are the folded names of existing ones.
    """
    change = written(command.words)
    if change is None:
        return
    has_policy = change.policy.text.casefold() in policies
    words = _Words(command)
    policy = ("name", change.policy.text, change.policy)
    if "-o" in change.switches:
        if has_policy:
            yield words.command("delete", "policy", policy)
        return
    if not has_policy:
        yield words.command("add", "policy", policy, ("activatedefaultrule", "no", change.policy))
    if change.rule is not None and change.action is not None:
        filter_list = f"{change.rule.text} ({number})"
        yield words.command("add", "filterlist", ("name", filter_list, change.rule))
        for word, match in change.filters:
            yield words.command("add", "filter", *_filter_tags(filter_list, word, match))
        action = (
            ("name", filter_list, change.rule),
            ("action", _ACTIONS[change.action.text.casefold()], change.action),
        )
        yield words.command("add", "filteraction", *action)
        yield words.command(
            "add",
            "rule",
            ("name", change.rule.text, change.rule),
            ("policy", change.policy.text, change.policy),
            ("filterlist", filter_list, change.rule),
            ("filteraction", filter_list, change.rule),
        )
    for switch, assign in (("-x", "yes"), ("-y", "no")):
        if switch in change.switches:
            yield words.command("set", "policy", policy, ("assign", assign, change.policy))


class _Words:
    """Builds netsh commands whose words have the places of the original ones."""

    def __init__(self, command: Command) -> None:
        self._command = command

    def command(self, verb: str, kind: str, *tags: tuple[str, str, Token]) -> Command:
        first = self._command.words[0]
        words = [replace(first, text=verb), replace(first, text=kind)]
        for tag, value, place in tags:
            bare = replace(place, quoted=False)
            words += [replace(bare, text=tag), replace(bare, text="="), replace(place, text=value, quoted=True)]
        return Command("ipsec static", tuple(words), self._command.line, self._command.process)


def _filter_tags(filter_list: str, word: Token, match: re.Match[str]) -> Iterator[tuple[str, str, Token]]:
    """The tags of a filter."""
    yield "filterlist", filter_list, word
    for side, short in (("source", "src"), ("target", "dst")):
        address, _, mask = match[side].partition("/")
        place = word.part(match.start(side), match.end(side))
        if address == "*":
            yield f"{short}addr", "any", place
            continue
        yield f"{short}addr", "me" if address == "0" else address.replace("*", "0"), place
        if address != "0" and (mask or "*" in address):
            yield f"{short}mask", mask or _mask_of(address), place
    if match["protocol"]:
        yield "protocol", match["protocol"], word.part(match.start("protocol"), match.end("protocol"))
    for group, tag in (("source_port", "srcport"), ("port", "dstport")):
        if match[group]:
            yield tag, match[group], word.part(match.start(group), match.end(group))
    yield "mirrored", "yes" if match["sign"] == "+" else "no", word.part(match.start("sign"), match.end("sign"))


def _mask_of(address: str) -> str:
    """The mask of an address whose last numbers are wildcards."""
    octets = address.split(".")
    return str(IPv4Address(".".join("0" if octet == "*" else "255" for octet in octets)))
