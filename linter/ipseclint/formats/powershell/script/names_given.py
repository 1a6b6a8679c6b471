"""Names of objects that a script is given when it runs: what stands for each, the same for the same value."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import astuple

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.token import OpenToken, token_at
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.script.grammar import Syntax
from ipseclint.formats.powershell.script.unsaid import is_given
from ipseclint.formats.powershell.script.values import Thing, Unknown, Value

_NAMES = ("name", "instanceid", "displayname")
_REFERENCES = ("phase1authset", "phase2authset", "quickmodecryptoset", "mainmodecryptoset")
_GROUP = "rulegroup"


class NamesGiven:
    """What stands for the names of one script that it is given when it runs.

    Where the same is written and another value is meant, it is another name.
    """

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._texts: dict[tuple[object, ...], str] = {}
        self._written: Counter[str] = Counter()

    @property
    def folded(self) -> frozenset[str]:
        """All that stand for a name, in lower case."""
        return frozenset(map(str.casefold, self._texts.values()))

    def put(self, thing: Thing, instance: Instance) -> None:
        """Call an object of a script, and those that it refers to, by what stands for their names."""
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
