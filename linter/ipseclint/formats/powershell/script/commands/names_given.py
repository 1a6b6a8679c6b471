"""Object names that are supplied when a script runs: a placeholder for each, the same for the same value."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import astuple

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.token import OpenToken, token_at
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.unsaid import is_given
from ipseclint.formats.powershell.script.values.value import Thing, Unknown, Value

_NAMES = ("name", "instanceid", "displayname")
_REFERENCES = ("phase1authset", "phase2authset", "quickmodecryptoset", "mainmodecryptoset")
_GROUP = "rulegroup"


class NamesGiven:
    """The placeholders for such names of one script.

    The same source text gets another placeholder if it means another value.
    """

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._texts: dict[tuple[object, ...], str] = {}
        self._written: Counter[str] = Counter()

    @property
    def folded(self) -> frozenset[str]:
        """All placeholders, folded."""
        return frozenset(map(str.casefold, self._texts.values()))

    def put(self, thing: Thing, instance: Instance) -> None:
        """Set the placeholders in an object, for its own name and the names it refers to."""
        properties = {**thing.properties, "instanceid": thing.properties.get("name")}
        for key in (*_NAMES, *_REFERENCES):
            value = properties.get(key)
            if key in instance.properties and value is not None and isinstance(value.data, Unknown) and is_given(value):
                text = self._texts.get(value.data.identity) or self._new(value.data, value)
                span = self._syntax.span(value.start, value.end)
                instance.properties[key] = OpenToken(*astuple(token_at(text, span)))
        if (group := thing.properties.get("group")) is not None and is_given(group):
            del instance.properties[_GROUP]

    def _new(self, name: Unknown, value: Value) -> str:
        text = f"named by {quoted(self._syntax.text[value.start : value.end])}"
        number = self._written[text] = self._written[text] + 1
        text = text if number == 1 else f"{text} ({number})"
        self._texts[name.identity] = text
        return text
