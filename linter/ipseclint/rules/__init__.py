"""The rules, one module a topic. Adding a rule is writing one: nothing here lists them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from ipseclint.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of every module in this package, by code. Raises ValueError on a code or name used twice."""
    found: dict[str, Rule] = {}
    for module in _modules():
        for value in vars(module).values():
            if not isinstance(value, Rule):
                continue
            for key in (value.code, value.name):
                if key in found and found[key] is not value:
                    raise ValueError(f"two rules are called {key}")
                found[key] = value
    return tuple(sorted({each.code: each for each in found.values()}.values(), key=lambda each: each.code))


def find_rule(word: str) -> Rule | None:
    """The rule with this code or name, without regard to case."""
    wanted = word.casefold()
    return next((each for each in all_rules() if wanted in {each.code.casefold(), each.name}), None)


def _modules() -> list[ModuleType]:
    return [
        importlib.import_module(f"{__name__}.{info.name}")
        for info in pkgutil.iter_modules(__path__)
        if not info.name.startswith("_")
    ]
