"""A ruleset: which rules run, their severities and numbers, and the source of each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import field
from msgspec.structs import replace
from pydantic import ValidationError

from ipseclint.engine.configuration.toml_files import explain
from ipseclint.engine.rulesets.options import OptionsError, options_of
from ipseclint.engine.rulesets.shipped import RulesetError, available_rulesets, read_ruleset, shipped
from ipseclint.finding import Severity
from ipseclint.model.values import Frozen, model_of
from ipseclint.rule import Options, Rule
from ipseclint.rules import PluginError, all_rules, in_order, plugins, rule_called
from ipseclint.source import is_file
from ipseclint.words import nearest

if TYPE_CHECKING:
    from ipseclint.engine.rulesets.custom_rules import CustomRule


class Citation(Frozen, forbid_unknown_fields=True):
    """A document that rules refer to; `seen` tells how far its text was read for this project."""

    title: str
    url: str
    seen: str


class RuleSettings(Frozen, dict=True, forbid_unknown_fields=True):
    """What a ruleset says about one rule. `own_reasoning`: it rests on no source, and that is meant."""

    severity: Severity
    enabled: bool = True
    cite: tuple[str, ...] = ()
    own_reasoning: bool = False
    unverified: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def as_options(self, kind: type[Options]) -> Options:
        """The validated options, made on first use."""
        if kind not in self._made:
            self._made[kind] = options_of(self.options, kind)
        return self._made[kind]

    @cached_property
    def _made(self) -> dict[type[Options], Options]:
        return {}


class Ruleset(Frozen, dict=True, forbid_unknown_fields=True):
    """A validated ruleset: every rule has its settings, every option its value; `custom` are its own rules, as written.

    `standard`: it holds a policy to a document for others, and reports end with its clauses."""

    id: str
    version: str
    title: str
    standard: bool = False
    sources: dict[str, Citation]
    rules: dict[str, RuleSettings]
    custom: tuple[dict[str, Any], ...] = ()

    @cached_property
    def label(self) -> str:
        """The id and version, as reports name it."""
        return f"{self.id}@{self.version}"

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The same, as the findings name it that this ruleset alone has: one value for all of them."""
        return (self.label,)

    @cached_property
    def own_rules(self) -> tuple[CustomRule, ...]:
        """The rules that it defines itself. Raises ValueError for an invalid one."""
        if not self.custom:
            return ()
        from ipseclint.engine.rulesets.custom_rules import custom_rules  # with models that few rulesets need

        return custom_rules(self.custom)

    @cached_property
    def known(self) -> tuple[Rule, ...]:
        """Every rule that this ruleset covers: built in, of plugins, and its own. Raises RulesetError."""
        try:
            return in_order([*all_rules(), *self._made_of_own()]) if self.custom else all_rules()
        except (PluginError, ValueError) as error:
            raise RulesetError(f"{self.id}: {error}") from error

    def _made_of_own(self) -> tuple[Rule, ...]:
        from ipseclint.engine.rulesets.custom_rules import make_rule

        return tuple(map(make_rule, self.own_rules))

    @cached_property
    def _own_settings(self) -> dict[str, RuleSettings]:
        """The settings that custom rules and plugins bring along; those of a ruleset take precedence."""
        plugged = {code: settings for plugin in plugins() for code, settings in plugin.settings.items()}
        custom = {
            custom.code: RuleSettings(severity=custom.severity, enabled=custom.enabled, cite=custom.cite)
            for custom in self.own_rules
        }
        return {code: options_of(settings, RuleSettings) for code, settings in plugged.items()} | custom

    def settings(self, rule: Rule) -> RuleSettings:
        """The settings of a rule. Raises RulesetError if there are none."""
        rule_settings = self.rules.get(rule.code) or self._own_settings.get(rule.code)
        if rule_settings is None:
            raise RulesetError(f"{self.label}: no settings for {rule.code}")
        return rule_settings

    @cached_property
    def enabled(self) -> frozenset[str]:
        """The codes of the rules that are on. Raises RulesetError for a rule without settings."""
        return frozenset(rule.code for rule in self.known if self.settings(rule).enabled)

    def options(self, rule: Rule) -> Options:
        """The validated options of a rule."""
        return self.settings(rule).as_options(rule.options)

    def find(self, word: str) -> Rule | None:
        """The rule with this code or name, without regard to case."""
        wanted = word.casefold()
        if (built_in := rule_called(wanted)) is not None:
            return built_in
        return next(
            (known_rule for known_rule in self.known if wanted in {known_rule.code.casefold(), known_rule.name}), None
        )


def load_ruleset(name: str) -> Ruleset:
    """The ruleset of that name, or in that file; `name@version` requires the version. Raises RulesetError."""
    bare, at, version = name.partition("@")
    if at and bare in available_rulesets():
        ruleset = load_ruleset(bare)
        if ruleset.version != version:
            raise RulesetError(f"ruleset {bare} is at version {ruleset.version}, not at {version}")
        return ruleset
    if name in available_rulesets():
        return replace(_shipped_ruleset(name))  # which rules there are is asked anew
    path = Path(name)
    try:
        is_there = is_file(path)
    except OSError:  # a name that is too long
        is_there = False
    if not is_there:
        shipped = available_rulesets()
        hint = nearest(name, shipped) or f": it is neither a file nor one of {', '.join(shipped)}"
        raise RulesetError(f"no ruleset {name!r}{hint}")
    return ruleset_from(read_ruleset(path), str(path))


def ruleset_from(data: Mapping[str, Any], where: str) -> Ruleset:
    """The ruleset in parsed TOML, every key of it validated. Raises RulesetError."""
    ruleset = _ruleset(_laid_over_base(data, where), where)
    try:
        ruleset.own_rules  # noqa: B018 - it is checked as it is made
    except ValueError as error:
        raise RulesetError(f"{where}: {error}") from error
    by_code = {each.code: each for each in ruleset.known}
    for code, settings in ruleset.rules.items():
        rule = by_code.get(code)
        if rule is None:
            raise RulesetError(f"{where}: rules.{code}: unknown rule{nearest(code, by_code)}")
        try:
            options_of(settings.options, rule.options)
        except OptionsError as error:
            raise RulesetError(f"{where}: rules.{code}.options: {error}") from error
    for rule in ruleset.known:
        for key in ruleset.settings(rule).cite:
            if key.partition(" ")[0] not in ruleset.sources:
                raise RulesetError(f"{where}: {rule.code}: cite: no source {key.partition(' ')[0]!r}")
    return ruleset


@cache
def _shipped_ruleset(name: str) -> Ruleset:
    """One of the program's own rulesets, which is validated by tests, not at every start."""
    data = shipped(name)
    if "extends" in data:
        data = _laid_over_base(data, name)
    return _ruleset(data, name)


def _ruleset(data: Mapping[str, Any], where: str) -> Ruleset:
    try:
        return options_of(data, Ruleset)
    except OptionsError as error:
        raise RulesetError(f"{where}: {error}") from error


def _laid_over_base(data: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    from ipseclint.engine.rulesets.layers import laid_over_base

    try:
        return laid_over_base(data, where)
    except ValidationError as error:
        raise RulesetError(f"{where}: {explain(error, model_of(Ruleset))}") from None
