"""The rules, one module a topic. Adding a rule is writing one: nothing here lists them."""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

from ipseclint.rule import Plugin, Rule

ENTRY_POINTS = "ipseclint.rules"
"""The group of entry points by which an installed package adds rules: each is a Plugin."""


class PluginError(Exception):
    """A package of rules that cannot be used; the message names it and says why."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, built in and of installed plugins, by code. Raises ValueError on a code or name used twice."""
    own = [value for name in _module_names() for value in vars(_module(name)).values() if isinstance(value, Rule)]
    added = [rule for plugin in plugins() for rule in plugin.rules]
    return in_order([*own, *added])


def rule_called(word: str) -> Rule | None:
    """The built-in rule with this code or name, in lower case. Only modules that contain the word are loaded."""
    quoted = f'"{word}"'.encode("utf-8", "surrogatepass")
    folder = os.path.dirname(__file__)  # noqa: PTH120 - a Path for each of many modules takes longer than to read it
    for name in _module_names():
        with contextlib.suppress(OSError), open(os.path.join(folder, f"{name}.py"), "rb") as source:  # noqa: PTH118, PTH123
            if quoted not in source.read().lower():
                continue
        rules = (value for value in vars(_module(name)).values() if isinstance(value, Rule))
        called = next((rule for rule in rules if word in {rule.code.casefold(), rule.name}), None)
        if called is not None:
            return called
    return None


@cache
def plugins() -> tuple[Plugin, ...]:
    """The installed packages of rules. Raises PluginError for one that does not load."""
    if not may_have_plugins():
        return ()
    from importlib.metadata import entry_points

    installed = []
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
        try:
            plugin = entry.load()
        except Exception as error:
            raise PluginError(f"the rules of {entry.name} ({entry.value}) do not load: {error}") from error
        if not isinstance(plugin, Plugin):
            raise PluginError(f"the rules of {entry.name} ({entry.value}) are not an ipseclint.rule.Plugin")
        installed.append(plugin)
    return tuple(installed)


def may_have_plugins() -> bool:
    """Whether an installed package may add rules: asking properly takes as long as reading a small policy."""
    own = f"[{ENTRY_POINTS}]".encode()
    for place in map(Path, sys.path):
        if place.is_file():  # an archive
            return True
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            if any(own in _entry_points_of(entry.path) for entry in entries if entry.name.endswith("-info")):
                return True
    return False


def _entry_points_of(package: str) -> bytes:
    name = f"{package}/entry_points.txt"
    return Path(name).read_bytes() if os.access(name, os.R_OK) else b""  # most have none


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules by code. Raises ValueError when two different ones share a code or a name."""
    by_key: dict[str, Rule] = {}
    for rule in rules:
        for key in (rule.code, rule.name):
            if by_key.setdefault(key, rule) is not rule:
                raise ValueError(f"two rules are called {key}")
    return tuple(sorted({rule.code: rule for rule in by_key.values()}.values(), key=lambda rule: rule.code))


def _module_names() -> list[str]:
    return [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}")
