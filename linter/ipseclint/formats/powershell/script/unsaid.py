"""Unknown values of a script's objects of which nothing was reported yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.run_files import HERE
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import (
    MAY_NOT_BE_THERE,
    REFUSED,
    SET_ELSEWHERE,
    TO_FILL_IN,
    UNDECIDED,
    Table,
    Thing,
    Unknown,
    Value,
)
from ipseclint.late import late
from ipseclint.source import Span
from ipseclint.words import plural

_SUITE = "ipseccustompolicy"
"""The property with the suite of a VPN connection, of whose values the reader says each that is not known."""
_ASIDE = frozenset({"description", "platform", "dnssuffix", _SUITE})
"""Properties without bearing on negotiation, or on the name by which an object is found."""
_CERTIFICATES = frozenset(
    {"certificate", "certificateadvertised", "machinecertificateissuerfilter", "rootcertificatenametoaccept"}
)
"""Properties for a certificate from a store of the machine, which no script contains."""
_KEYS = frozenset({"presharedkey", "l2tppsk", "sharedsecret", "password", "username"})
"""Properties that hold a secret, or belong to one: a good script does not contain it."""
_ASKS_FOR_IPSEC = frozenset({"authentication", "encryption", "overrideblockrules"})
"""Properties by which a firewall rule concerns IPsec."""


_NOT_NEEDED = frozenset(
    {
        "serveraddress", "destination", "remembercredential", "usewinlogoncredential", "eapconfigxmlstream",
        "customconfiguration", "pluginapplicationid", "routingdomain", "radiusattributeclass", "eapmethod",
    }
)  # fmt: skip
"""Properties of VPN connections and interfaces that say nothing of how IPsec is negotiated, or where the peer is."""
_OF_USERS = frozenset({"eapconfigxmlstream"})
"""Properties that say how users authenticate, of which IKE sees nothing: `New-EapConfiguration` makes their values."""
_NAMES = frozenset({"name", "displayname", "group"})
"""Properties that say what an object is called: what a repair needs, and no rule."""
_VARIABLE = late(r"\$(?:\w{1,20}:)?\w{1,100}|\$\{[^}${\n]{1,100}+\}")
_GIVEN = late(
    r"the parameter `|`\$args`|`\$[^`]{1,100}`, left to|a variable of the environment"
    rf"|what `(?:import-csv|get-content|convertfrom-\w+)` gives|{TO_FILL_IN}",
    re.IGNORECASE,
)
"""Reasons why a value is unknown that is supplied at run time."""


_NOT_KNOWN = "unknown "
"""How a problem about an unknown value begins."""
_Start = tuple[str, int, int]
_Cause = tuple[int | str, ...]
_NOT_SAID = _ASIDE | _KEYS | _CERTIFICATES


def note_given(things: Iterable[Thing], syntax: Syntax, diagnostics: Diagnostics) -> set[_Start]:
    """Count values supplied at run time that no rule needs, instead of reporting a problem for each; their places."""
    first_lines: dict[str, int] = {}
    places: set[_Start] = set()
    of_names: set[_Start] = set()
    for thing in things:
        for name in sorted(thing.properties.keys() & _not_needed(thing)):
            for item in flat(thing.properties[name]):
                span = syntax.span(item.start, item.end)
                place = _start(span)
                is_aside = is_given(item) or (name in _OF_USERS and item.is_unknown)
                if is_aside and place not in places | of_names:
                    (of_names if name in _NAMES else places).add(place)
                    variable = _VARIABLE.search(syntax.text, item.start, item.end)
                    written = "a value" if variable is None else quoted(variable[0])
                    diagnostics.given[f"{written}, line {first_lines.setdefault(written, span.line)}"] += 1
    diagnostics.problems = [each for each in diagnostics.problems if _start(each.span) not in places]
    return places | of_names


def _not_needed(thing: Thing) -> frozenset[str]:
    if thing.kind == "netfirewallrule" and not _ASKS_FOR_IPSEC & thing.properties.keys():
        return frozenset()
    return _NOT_NEEDED | _NAMES if thing.kind.startswith("vpn") else _NAMES


def is_given(value: Value) -> bool:
    """Whether a value is supplied at run time: by the caller, an answer to a prompt, or a file."""
    return isinstance(value.data, Unknown) and (value.data.is_answer or _GIVEN.match(value.data.why) is not None)


def note_unsaid(things: Iterable[Thing], said: set[_Start], syntax: Syntax, diagnostics: Diagnostics) -> None:
    """Say once of each value that is not known that it is not, and of one that the script is given, by whom."""
    told = {_start(problem.span) for problem in diagnostics.problems}
    reasons: dict[_Start, str] = {}
    causes: dict[_Start, _Cause] = {}
    shown: dict[_Start, tuple[str, str]] = {}
    elsewhere: dict[_Start, str] = {}
    for thing, name, value in _unknown_in(things):
        if quoted(name) in diagnostics.unread:  # what it is makes no difference
            continue
        span = syntax.span(value.start, value.end)
        place = _start(span)
        if _is_set_elsewhere(value):
            elsewhere[place] = (
                "" if place in said else f"{quoted(syntax.text[value.start : value.end])}, line {span.line}"
            )
            continue
        written = syntax.text[value.start : value.end]
        read = syntax.token(value).text
        named = written if written and value.is_unknown else read
        reasons.setdefault(place, _reason(value, named))
        shown.setdefault(place, (quoted(read), quoted(named)))
        if (cause := _cause(value, thing, name)) is not None:
            causes.setdefault(place, cause)
        if place not in told | said:
            told.add(place)
            reasons[place] = _reason(value, written)
            diagnostics.not_understood(f"{_NOT_KNOWN}value of `{name}`: {quoted(written)}", span)
    kept: list[Problem] = []
    by_cause: dict[_Cause, list[Problem]] = {}
    for problem in diagnostics.problems:
        place = _start(problem.span)
        if not problem.message.startswith(_NOT_KNOWN) or place not in reasons:
            kept += [] if problem.message.startswith(_NOT_KNOWN) and place in elsewhere else [problem]
            continue
        message = problem.message.replace(*shown[place]) + reasons[place]
        by_cause.setdefault(causes.get(place, (*place, message)), []).append(
            problem.model_copy(update={"message": message})
        )
    diagnostics.problems = [*kept, *(_first_of(problems) for problems in by_cause.values())]
    diagnostics.given.update(filter(None, elsewhere.values()))


def _cause(value: Value, thing: Thing, name: str) -> _Cause | None:
    """What is the same of values that one cause leaves unknown: what they are made of, if it is given when the script
    runs, or the list that they are in. None of others."""
    roots = value.data.roots if isinstance(value.data, Unknown) else ()
    if roots and roots[0].why in {MAY_NOT_BE_THERE, UNDECIDED}:
        return id(thing), name
    are_given = bool(roots) and all(root.why != TO_FILL_IN and is_given(value._replace(data=root)) for root in roots)
    return tuple(id(root) for root in roots) if are_given else None


def _first_of(problems: Sequence[Problem]) -> Problem:
    """The first of the problems with one cause, which says in how many more places it is one."""
    first, *more = dict.fromkeys(sorted(problems, key=lambda problem: _start(problem.span)))
    if not more:
        return first
    hang = f"{plural(len(more), 'more value')} {'hangs' if len(more) == 1 else 'hang'} on it"
    return first.model_copy(update={"message": f"{first.message}; {hang}"})


def _is_set_elsewhere(value: Value) -> bool:
    """Whether it hangs on nothing but variables of a script that is not read, of which that is said once."""
    roots = value.data.roots if isinstance(value.data, Unknown) else ()
    return bool(roots) and all(root.why.endswith(SET_ELSEWHERE) for root in roots)


def _reason(value: Value, shown: str) -> str:
    """The end of a message about an unknown value: why it is unknown. A source at run time goes first."""
    roots = value.data.roots if isinstance(value.data, Unknown) else ()
    given = next((root for root in roots if is_given(value._replace(data=root))), None)
    if given is not None:
        return f", known only when the script runs: {given.why}"
    if not roots or roots[0].is_error or roots[0].why in {"", shown, f"`{shown}`"}:
        return ""
    by_whom = roots[0].why.removeprefix(f"`{shown}`")  # which is quoted before this
    if by_whom != roots[0].why:
        return by_whom
    return f"; {'it is' if roots[0] is value.data else 'not known:'} {roots[0].why}"


def _start(span: Span) -> _Start:
    return span.path, span.line, span.column


def _unknown_in(things: Iterable[Thing]) -> Iterator[tuple[Thing, str, Value]]:
    """The unknown values, nested ones included, each with its object and the folded name of its property."""
    for thing in things:
        if thing.kind == "netfirewallrule" and not _ASKS_FOR_IPSEC & thing.properties.keys():
            continue
        for name, value in thing.properties.items():
            if name == _SUITE and isinstance(value.data, Table):
                yield from ((thing, part, each) for part, each in value.data.values.items() if each.is_unknown)
            is_plain = isinstance(value.data, str) and (name in _EXPANDED or not _of_machine(value.data))
            if is_plain or name in _NOT_SAID:
                continue
            for item in flat(value):
                if isinstance(item.data, Thing) and name == "proposal":
                    yield from _unknown_in((item.data,))
                elif _is_open(item):
                    yield thing, name, item


def _of_machine(text: str) -> bool:
    """Whether a text contains a folder that may differ on another machine."""
    return HERE in text or ("%" in text and any(folder in text for folder in _FOLDERS))


_EXPANDED = frozenset({"program"})
"""Properties in which Windows itself puts the folders that variables stand for (New-NetFirewallRule, `-Program`)."""
_FOLDERS = ("%windir%", "%SystemRoot%")


def _is_open(item: Value) -> bool:
    """Whether a value is unknown, or contains such a folder."""
    if isinstance(item.data, str):
        return _of_machine(item.data)
    return isinstance(item.data, Unknown) and item.data is not REFUSED
