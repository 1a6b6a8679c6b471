"""Values of the package cannot be changed after they are made: findings, policies, results are shared by all."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator

import pydantic
from msgspec import Struct

import ipseclint

WORK = {
    "engine.rulesets.layers._Layer",
    "engine.rulesets.layers._LayerRule",
    "repair.alike.Alike",
    "repair.commands.vpn._Todo",
    "repair.impact._Judging",
    "repair.merging._Group",
    "repair.plan._Work",
    "semantics.nearby_filters._Side",
    "semantics.object_changes._Comparison",
    "semantics.packets.array_lookup.Survey",
    "semantics.packets.changes.Changes",
    "semantics.packets.coverage._Work",
    "semantics.packets.lookup.NeighbourSearch",
    "semantics.packets.budget.Budget",
    "semantics.protection.Comparison",
    "semantics.stand_ins._Kind",
}
"""What one search or reading keeps for itself while it is at work."""


def classes() -> Iterator[type]:
    """Every class that a module of the package defines, but for the readers: they build what they read."""
    for info in pkgutil.walk_packages(ipseclint.__path__, "ipseclint."):
        if info.name != "ipseclint.__main__" and not info.name.startswith("ipseclint.formats."):
            members = vars(importlib.import_module(info.name)).values()
            yield from (each for each in members if isinstance(each, type) and each.__module__ == info.name)


def is_frozen(kind: type) -> bool:
    if issubclass(kind, Struct):
        return kind.__struct_config__.frozen
    if issubclass(kind, pydantic.BaseModel):
        return bool(kind.model_config.get("frozen"))
    return not dataclasses.is_dataclass(kind) or bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]


def test_values_are_frozen() -> None:
    kinds = list(classes())
    assert len(kinds) > 400
    assert {f"{kind.__module__}.{kind.__qualname__}" for kind in kinds if not is_frozen(kind)} == {
        f"ipseclint.{name}" for name in WORK
    }
