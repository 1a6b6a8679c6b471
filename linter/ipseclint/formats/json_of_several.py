"""A document of JSON that holds objects of several formats: each of them is read by its own.

A collector writes rules, services and events into one array, or one below another into one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec.structs import replace

from ipseclint.formats.parsed import Format, Parsed, joined
from ipseclint.source import Source


def together(forms: Sequence[Format]) -> Format:
    """The format of a document that holds objects of several: it is called by the first."""
    first, *others = forms
    return replace(first, parse=partial(_parse, [form.parse for form in forms])) if others else first


def _parse(readers: Iterable[Callable[[Source], Parsed]], source: Source) -> Parsed:
    """What all readers find; what more than one of them says of the document is said once."""
    parts = [read(source) for read in readers]
    whole = joined(parts)
    policy = parts[0].policy if all(part.policy.is_empty for part in parts) else whole.policy
    return replace(whole, policy=policy, problems=tuple(dict.fromkeys(whole.problems)))
