"""The errors of a failed VPN connection: those of Remote Access, and those of IKE where a VPN shows them.

Names and numbers are those of raserror.h and winerror.h. Texts and causes are in our own words, from Microsoft's
articles and from public reports; `sources` name them, and a cause without one is reasoned. Of the errors of Remote
Access without causes here, the name and the sentence are those of Microsoft's list.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from msgspec import Struct

from ipseclint.late import late
from ipseclint.vocabulary import table_text


class RasCause(Struct, frozen=True):
    """One cause of an error, how to tell it from the others, the rules that detect it, and its sources.

    Without `sources` it is reasoned. `updates` are those of Windows that are the cause, by number, and `repaired_by`
    those that end it.
    """

    cause: str
    tell: str
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    updates: tuple[str, ...] = ()
    repaired_by: tuple[str, ...] = ()


class RasError(Struct, frozen=True):
    """One error of a VPN connection: its text, its causes in the order to check them, what to collect.

    `sources` are those of the text, then those of the causes. `phrase` is the part of Windows' sentence that only this
    error has; None where that is not known.
    """

    code: int
    name: str
    says: str
    causes: tuple[RasCause, ...]
    collect: tuple[str, ...]
    sources: tuple[str, ...]
    phrase: str | None = None


class RasEvent(Struct, frozen=True):
    """An event of a VPN connection: its number, its provider, its meaning."""

    number: int
    source: str
    says: str


@cache
def ras_errors() -> dict[int, RasError]:
    """Every error by its number; an HRESULT is the negative number that Windows prints."""
    listed = {code: RasError(code, name, text, (), (), ("RASCODES",)) for code, (name, text) in _listed().items()}
    rows = ((_number(key), row) for key, row in _tables().items() if key != "events")
    return listed | {code: _error(code, row) for code, row in rows}


def causes_of(code: int) -> tuple[RasCause, ...]:
    """The causes of an error, in the order to check them."""
    known = ras_errors().get(code)
    return known.causes if known else ()


_MAX_CAUSES = 5
"""So many causes are named where an error is met; `ipseclint explain` has all of them (reasoned)."""


def causes_in_words(code: int) -> str | None:
    """The causes of an error at a VPN connection in the order to check them, and where more is told; None if none is
    known."""
    causes = causes_of(code)
    if not causes:
        return None
    if len(causes) == 1:
        return f"A known cause at a VPN connection: {causes[0].cause}. `ipseclint explain {code}` says how to tell it."
    listed = "; ".join(f"{number}. {each.cause}" for number, each in enumerate(causes[:_MAX_CAUSES], 1))
    more = f"has {len(causes) - _MAX_CAUSES} more, and " if len(causes) > _MAX_CAUSES else ""
    return (
        f"Known causes at a VPN connection, in the order to check them: {listed}. `ipseclint explain {code}` {more}"
        "says how to tell which it is."
    )


NAMES_UPDATE = "the input names "
"""How it is told that an update of Windows stands in an input."""


def update_named(code: int, text: str) -> str | None:
    """That a text names an update of Windows that causes an error, and none that ends it; None if it does not."""
    for cause in causes_of(code):
        named = next((each for each in cause.updates if each in text), None)
        if named is not None and not any(each in text for each in cause.repaired_by):
            return f"{NAMES_UPDATE}{named}, which is known to cause this"
    return None


def cause_by_update(code: int, told: Iterable[str | None]) -> str:
    """The cause of an error whose update was told to stand in an input; empty if none was."""
    named = next((each for each in told if each is not None and each.startswith(NAMES_UPDATE)), "")
    return next((cause.cause for cause in causes_of(code) if any(each in named for each in cause.updates)), "")


def rules_of(code: int) -> tuple[str, ...]:
    """The rules that detect causes of an error, in that order."""
    return tuple(dict.fromkeys(rule for cause in causes_of(code) for rule in cause.rules))


def ras_error_named(name: str) -> RasError | None:
    """The error that has this name, as raserror.h and winerror.h write it."""
    return next((error for error in ras_errors().values() if error.name == name), None)


@cache
def ras_events() -> dict[int, RasEvent]:
    """The events by number."""
    return {int(number): RasEvent(int(number), **row) for number, row in _tables()["events"].items()}


_CLAUSE = late(r"[^.:;(]*[^.:;( ]")
_ARTICLES = frozenset({"A", "An", "The"})
"""What begins a sentence and no name: it is small within another."""


def event_in_short(number: int, provider: str = "") -> str | None:
    """What an event of VPN connections says, without what to do about it; None if that is not known of its provider."""
    event = ras_events().get(number)
    clause = _CLAUSE.match(event.says) if event is not None and event.source.startswith(provider) else None
    if clause is None:
        return None
    first, blank, rest = clause[0].partition(" ")
    return f"{first.lower() if first in _ARTICLES else first}{blank}{rest}"


L2TP_ERRORS = frozenset(range(786, 794))
"""Errors of the IPsec under L2TP alone: ERROR_OAKLEY_NO_CERT to ERROR_OAKLEY_ERROR of raserror.h."""


_STATE = "remote-access error "


def state_of(code: int) -> str:
    """The words in which an event stores an error of Remote Access; `of_state` reads them."""
    return f"{_STATE}{code}"


def of_state(state: str | None) -> int | None:
    """The error of Remote Access stored in an event, as `remote-access error 809`."""
    if state is None or not state.startswith(_STATE):  # as a hundred thousand events do not
        return None
    match = re.fullmatch(r"(-?\d{1,10})", state[len(_STATE) :])
    return None if match is None else int(match[1])


def shown(code: int) -> str:
    """The number of an error for people: an HRESULT, which is negative, also in hexadecimal."""
    return f"{code} (0x{code % 2**32:08X})" if code < 0 else str(code)


def _number(key: str) -> int:
    """The number of a table's key; an HRESULT, which is hexadecimal, as it is printed."""
    return int(key, 16) - 2**32 if key.startswith("0x") else int(key)


@cache
def _listed() -> dict[int, tuple[str, str]]:
    """Every error of raserror.h: its name, and its sentence in Microsoft's list."""
    text = table_text("ras_error_texts.csv")
    return {int(row["code"]): (row["name"], row["text"]) for row in csv.DictReader(text.splitlines())}


@cache
def _tables() -> dict[str, Any]:
    import tomllib

    return tomllib.loads(table_text("ras_errors.toml"))


def _error(code: int, row: dict[str, Any]) -> RasError:
    causes = tuple(
        RasCause(
            cause["cause"],
            cause["tell"],
            *(tuple(cause.get(each, ())) for each in ("rules", "sources", "updates", "repaired_by")),
        )
        for cause in row.get("causes", ())
    )
    sources = dict.fromkeys((*row["sources"], *(key for cause in causes for key in cause.sources)))
    return RasError(
        code, row["name"], row["says"], causes, tuple(row.get("collect", ())), tuple(sources), row.get("phrase")
    )
