"""A ruleset: which rules run, how severe they are, their numbers, and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ipseclint.engine.compiled import compiled
from ipseclint.engine.custom_rules import CustomRule, CustomRuleError, make_rule
from ipseclint.engine.options import OptionsError, options_of
from ipseclint.engine.toml_files import ConfigError, explain, read_toml
from ipseclint.finding import Cause, Severity
from ipseclint.model.values import Validated
from ipseclint.report import Standing
from ipseclint.rule import Options, Rule
from ipseclint.rules import PluginError, all_rules, in_order, plugins, rule_called
from ipseclint.source import is_file
from ipseclint.words import nearest


class RulesetError(Exception):
    """A ruleset that cannot be used; the message says which key is wrong and what is expected."""


class Citation(Validated):
    """A document that rules refer to; `seen` tells how far its text was read for this project."""

    title: str
    url: str
    seen: str


class RuleSettings(Validated):
    """What a ruleset says about one rule. `own_reasoning`: it rests on no source, and that is meant."""

    severity: Severity
    enabled: bool = True
    cite: tuple[str, ...] = ()
    own_reasoning: bool = False
    unverified: bool = False
    options: dict[str, Any] = Field(default_factory=dict)


class Clause(NamedTuple):
    """One clause of a document with the rule that checks it; `section` is empty where no clause is known."""

    clause: str
    rule: str
    name: str
    severity: Severity
    standing: Standing
    section: str = ""


class Ruleset(Validated):
    """A validated ruleset: every rule has its settings, every option its value; `custom` are rules of its own.

    `standard`: it holds a policy to a document for others, and reports end with its clauses."""

    id: str
    version: str
    title: str
    standard: bool = False
    sources: dict[str, Citation]
    rules: dict[str, RuleSettings]
    custom: tuple[CustomRule, ...] = ()

    @property
    def label(self) -> str:
        """The id and version, as reports name it."""
        return f"{self.id}@{self.version}"

    @cached_property
    def known(self) -> tuple[Rule, ...]:
        """Every rule that this ruleset speaks of: built in, of plugins, and its own. Raises RulesetError."""
        try:
            own = [make_rule(each) for each in self.custom]
            return in_order([*all_rules(), *own]) if own else all_rules()
        except (CustomRuleError, PluginError, ValueError) as error:
            raise RulesetError(f"{self.id}: {error}") from error

    @cached_property
    def _own_settings(self) -> dict[str, RuleSettings]:
        """What custom rules and plugins say of themselves; a ruleset's word goes before it."""
        plugged = {code: settings for plugin in plugins() for code, settings in plugin.settings.items()}
        custom = {
            each.code: {"severity": each.severity, "enabled": each.enabled, "cite": each.cite} for each in self.custom
        }
        return {code: RuleSettings.model_validate(settings) for code, settings in (plugged | custom).items()}

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
        """The validated options of a rule, made when they are first asked for."""
        if rule.code not in self._options:
            self._options[rule.code] = options_of(self.settings(rule).options, rule.options)
        return self._options[rule.code]

    @cached_property
    def _options(self) -> dict[str, Options]:
        return {}

    def clauses(self) -> tuple[Clause, ...]:
        """What each rule that is on goes back to, by document and clause; `own reasoning` where it is to none."""
        rows = []
        for rule in self.known:
            settings = self.settings(rule)
            about = (rule.code, rule.name, settings.severity)
            for key in settings.cite if settings.enabled else ():
                name, _, section = key.partition(" ")
                source = self.sources.get(name)
                words = key if source is None else f"{source.title}{f', {section}' if section else ''}"
                rows.append(Clause(words, *about, _standing(source, settings), section))
            if settings.enabled and not settings.cite:
                rows.append(Clause("own reasoning", *about, Standing.UNVERIFIED))
        return tuple(sorted(rows))

    def find(self, word: str) -> Rule | None:
        """The rule with this code or name, without regard to case."""
        wanted = word.casefold()
        if (built_in := rule_called(wanted)) is not None:
            return built_in
        return next(
            (known_rule for known_rule in self.known if wanted in {known_rule.code.casefold(), known_rule.name}), None
        )


def _standing(source: Citation | None, settings: RuleSettings) -> Standing:
    """How far a clause was read: what `seen` says of its document begins with that word."""
    if source is None or settings.unverified:
        return Standing.UNVERIFIED
    if source.seen == "read":
        return Standing.READ
    return Standing.QUOTED if source.seen.startswith("quoted:") else Standing.UNVERIFIED


def rulesets_folder() -> Path:
    """Where the rulesets lie: inside the installed package, or in the checkout of an editable install."""
    packaged = Path(__file__).parents[1] / "_rulesets"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "rulesets"


def available_rulesets() -> tuple[str, ...]:
    """The names of the rulesets that come with the program."""
    return tuple(sorted(path.stem for path in rulesets_folder().glob("*.toml")))


def load_ruleset(name: str) -> Ruleset:
    """The ruleset of that name, or in that file; `name@version` insists on the version. Raises RulesetError."""
    bare, at, version = name.partition("@")
    if at and bare in available_rulesets():
        ruleset = load_ruleset(bare)
        if ruleset.version != version:
            raise RulesetError(f"ruleset {bare} is at version {ruleset.version}, not at {version}")
        return ruleset
    if name in available_rulesets():
        return copy(_shipped_ruleset(name))  # which rules there are is asked anew
    path = Path(name)
    try:
        is_there = is_file(path)
    except OSError:  # a name that is too long
        is_there = False
    if not is_there:
        shipped = available_rulesets()
        hint = nearest(name, shipped) or f": it is neither a file nor one of {', '.join(shipped)}"
        raise RulesetError(f"no ruleset {name!r}{hint}")
    return ruleset_from(_read(path), str(path))


def ruleset_from(data: Mapping[str, Any], where: str) -> Ruleset:
    """The ruleset that a parsed TOML file describes, every key of it checked. Raises RulesetError."""
    ruleset = _ruleset(data, where)
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
    """One of the program's own rulesets; its tests have checked it, not every start."""
    return _ruleset(_shipped(name), name)


def _ruleset(data: Mapping[str, Any], where: str) -> Ruleset:
    try:
        return Ruleset.model_validate(_with_base(data, where))
    except ValidationError as error:
        raise RulesetError(f"{where}: {explain(error, Ruleset)}") from error


class _LayerRule(BaseModel):
    """What a file says of one rule, as far as laying it over another needs to know."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    options: dict[str, Any] = Field(default_factory=dict)


class _Layer(BaseModel):
    """What a file says, as far as laying it over the ruleset that it extends needs to know."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    extends: str | None = None
    only: tuple[str, ...] | None = None
    only_causes: tuple[str, ...] | None = Field(default=None, alias="only-causes")
    rules: dict[str, _LayerRule] = Field(default_factory=dict)
    sources: dict[str, Any] = Field(default_factory=dict)


def _with_base(data: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The data merged over that of the ruleset it extends; rules and their options are merged key by key.

    Raises ValidationError where the data is not a ruleset.
    """
    _Layer.model_validate(data)
    own = dict(data)
    base_name = own.pop("extends", None)
    if base_name is None:
        return own
    if base_name not in available_rulesets():
        raise RulesetError(f"{where}: extends: no ruleset {base_name!r}{nearest(str(base_name), available_rulesets())}")
    base = _with_base(_shipped(base_name), base_name)
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
    """The codes of the rules that a ruleset keeps: by code or family, or by the cause that their findings have."""
    known = all_rules()
    for key, given, possible in (
        ("only", words, {word for rule in known for word in (rule.code, rule.family)}),
        ("only-causes", causes, set(Cause)),
    ):
        for word in given:
            if word not in possible:
                raise RulesetError(f"{where}: {key}: {word!r} chooses no rule{nearest(word, possible)}")
    return {rule.code for rule in known if {rule.code, rule.family} & {*words} or rule.cause in causes}


@cache
def _shipped(name: str) -> Mapping[str, Any]:
    """What the file of one of the program's own rulesets says."""
    return compiled(rulesets_folder() / f"{name}.toml", _read)


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except ConfigError as error:
        raise RulesetError(str(error)) from error
