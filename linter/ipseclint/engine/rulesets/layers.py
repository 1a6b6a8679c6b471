"""A ruleset laid over the one that it extends: rules and their options are merged key by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ipseclint.engine.rulesets.shipped import RulesetError, available_rulesets, shipped
from ipseclint.finding import Cause
from ipseclint.rules import all_rules
from ipseclint.words import nearest


class _LayerRule(BaseModel):
    """The settings of one rule in a file, as far as merging needs them."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    options: dict[str, Any] = Field(default_factory=dict)


class _Layer(BaseModel):
    """The content of a file, as far as merging it with its base needs it."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    extends: str | None = None
    only: tuple[str, ...] | None = None
    only_causes: tuple[str, ...] | None = Field(default=None, alias="only-causes")
    rules: dict[str, _LayerRule] = Field(default_factory=dict)
    sources: dict[str, Any] = Field(default_factory=dict)


def laid_over_base(data: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The data merged over that of the ruleset it extends; rules and their options are merged key by key.

    Raises ValidationError where the data is not a ruleset, RulesetError for words that choose nothing.
    """
    _Layer.model_validate(data)
    own = dict(data)
    base_name = own.pop("extends", None)
    if base_name is None:
        return own
    if base_name not in available_rulesets():
        raise RulesetError(f"{where}: extends: no ruleset {base_name!r}{nearest(str(base_name), available_rulesets())}")
    base = laid_over_base(shipped(base_name), base_name)
    only, causes = own.pop("only", None), own.pop("only-causes", None)
    rules = {code: dict(settings) for code, settings in base.get("rules", {}).items()}
    if only is not None or causes is not None:
        kept = _chosen(only or (), causes or (), where)
        for code, settings in rules.items():
            settings["enabled"] = code in kept
    for code, settings in own.get("rules", {}).items():
        before = rules.get(code, {})
        options = {**before.get("options", {}), **settings.get("options", {})}
        rules[code] = {
            "enabled": True,
            **{k: v for k, v in before.items() if k != "enabled"},
            **settings,
            "options": options,
        }
    return {**base, **own, "rules": rules, "sources": {**base.get("sources", {}), **own.get("sources", {})}}


def _chosen(words: Sequence[str], causes: Sequence[str], where: str) -> set[str]:
    """The codes of the rules that a ruleset keeps: by code or family, or by the cause of their findings."""
    known = all_rules()
    for key, given, possible in (
        ("only", words, {word for rule in known for word in (rule.code, rule.family)}),
        ("only-causes", causes, set(Cause)),
    ):
        for word in given:
            if word not in possible:
                raise RulesetError(f"{where}: {key}: {word!r} chooses no rule{nearest(word, possible)}")
    return {rule.code for rule in known if {rule.code, rule.family} & {*words} or rule.cause in causes}
