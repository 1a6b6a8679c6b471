"""The arguments of a run: what the caller passes, completed by the configuration."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.engine.apply_rules import Plan, missing_needs
from ipseclint.engine.configuration.config import Config, Loaded, find_config, load_config
from ipseclint.engine.configuration.intents import intent_plan
from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.findings.waivers import find_waivers
from ipseclint.engine.job import Job
from ipseclint.engine.keys.gate import hidden, hidden_from
from ipseclint.engine.machines import current_day
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import adjustment, codes, selected
from ipseclint.engine.rulesets.shipped import RulesetError
from ipseclint.engine.shards import Shard, parse_shard
from ipseclint.finding import Severity
from ipseclint.late import late_names
from ipseclint.report import OverrideUsed, Settings
from ipseclint.rule import Rule
from ipseclint.source import is_file

if TYPE_CHECKING:
    from ipseclint.engine.configuration.waiver_files import Entry, load_waivers
    from ipseclint.engine.findings.baseline import load_baseline
    from ipseclint.engine.findings.since import load_report
else:
    (load_baseline,) = late_names("ipseclint.engine.findings.baseline", "load_baseline")
    (load_report,) = late_names("ipseclint.engine.findings.since", "load_report")
    (load_waivers,) = late_names("ipseclint.engine.configuration.waiver_files", "load_waivers")


class CheckArguments(Struct, frozen=True):
    """The arguments of a run as the caller gives them. None or empty: the configuration decides.

    `details`, `objects`, `digests`, `jobs`, `any_files`, `input_timeout_seconds`, `cache` are as in Job; `shard` is
    `I/N`. `isolated`: only what is named counts, nothing is searched for. `as_of`: the day of judgement, None for
    today.
    """

    rulesets: Sequence[str] = ()
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    machine: str | None = None
    waivers: Path | None = None
    baseline: Path | None = None
    since: Path | None = None
    details: bool = False
    objects: bool = False
    digests: bool = False
    script_repairs: bool = False
    cache: Path | None = None
    scheduler: str | None = None
    jobs: int = 1
    isolated: bool = False
    any_files: bool = False
    shard: str | None = None
    input_timeout_seconds: float | None = None
    as_of: datetime.date | None = None


def configuration(config: Path | None, *, isolated: bool = False) -> Loaded:
    """The configuration of this run: the file given, or unless `isolated` the nearest. Raises ConfigError."""
    if config is not None and not is_file(config):
        raise ConfigError(f"{config}: {'it is a folder' if config.is_dir() else 'it does not exist'}")
    return load_config(config or (None if isolated else find_config(Path.cwd())))


def job_for(arguments: CheckArguments, loaded: Loaded) -> Job:
    """The run that the arguments and the configuration describe. Raises ConfigError."""
    try:
        return _job(arguments, loaded)
    except ConfigError as error:
        files = (loaded.config.waivers, loaded.config.baseline, *loaded.config.ruleset)
        raise ConfigError(hidden_from(str(error), filter(None, files))) from None  # it may hold a key


def _job(arguments: CheckArguments, loaded: Loaded) -> Job:
    config = loaded.config
    shard = _shard(arguments)
    plans, known = _plans(arguments, config)
    # A narrower selection in the arguments must not make the file's own settings look dead.
    narrowed = arguments.select or arguments.ignore or arguments.rulesets
    running = known if narrowed else [rule for plan in plans for rule in plan.rules]
    ran = {rule.code for plan in plans for rule in plan.rules if not missing_needs(rule, config.site)}
    silent = [rule for rule in running if rule.code not in ran]
    waivers, waiver_file = _waivers(arguments, loaded, known)
    baseline = _baseline_file(arguments, loaded)
    return Job(
        plans=plans,
        site=config.site,
        adjust=adjustment(config.severity, config.overrides, running, known),
        machine=arguments.machine,
        waivers=waivers,
        waiver_file=waiver_file,
        today=arguments.as_of or current_day(),
        baseline=load_baseline(baseline) if baseline else None,
        since=load_report(arguments.since) if arguments.since else None,
        since_path=_beside_us(arguments.since) or "",
        not_run=frozenset(word for rule in silent for word in (rule.code.casefold(), rule.name)),
        settings=_settings(arguments, loaded, waiver_file, baseline, shard),
        details=arguments.details,
        objects=arguments.objects,
        digests=arguments.digests,
        script_repairs=arguments.script_repairs,
        cache=arguments.cache,
        scheduler=arguments.scheduler,
        jobs=arguments.jobs,
        input_timeout_seconds=arguments.input_timeout_seconds,
        any_files=arguments.any_files,
        shard=shard,
    )


def _shard(arguments: CheckArguments) -> Shard | None:
    shard = parse_shard(arguments.shard) if arguments.shard is not None else None
    if shard and (arguments.machine or arguments.since):
        option = "machine" if arguments.machine else "since"
        raise ConfigError(f"shard {shard}: --{option} is about all inputs together, of which a shard holds a part")
    return shard


def _chosen(arguments: CheckArguments, config: Config) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The selected and the ignored words, by the arguments and the configuration."""
    return tuple(arguments.select or config.select or ()), (*arguments.ignore, *config.ignore)


def _plans(arguments: CheckArguments, config: Config) -> tuple[tuple[Plan, ...], list[Rule]]:
    """The rules to run, and all rules that can be named."""
    select, ignore = _chosen(arguments, config)
    try:
        rulesets = [load_ruleset(name) for name in dict.fromkeys(arguments.rulesets or config.ruleset)]
        intents = intent_plan(config.intent, rulesets[0])
        plans = tuple(Plan(ruleset, selected(ruleset, select, ignore, intents.rules)) for ruleset in rulesets)
        known = [*{rule.code: rule for ruleset in rulesets for rule in ruleset.known}.values(), *intents.rules]
    except RulesetError as error:
        raise ConfigError(str(error)) from error
    meant = {rule.code for rule in intents.rules} - codes(ignore, known)
    if config.intent and meant and (not select or meant & codes(select, known)):
        plans = (*plans, intents)
    if not any(plan.rules for plan in plans):
        labels = ", ".join(ruleset.label for ruleset in rulesets)
        raise ConfigError(f"no rule is left of {labels} after what is selected and ignored: nothing would be checked")
    return plans, known


def _settings(
    arguments: CheckArguments, loaded: Loaded, waiver_file: str, baseline: Path | None, shard: Shard | None
) -> Settings:
    """The settings of the run, for its report."""
    config = loaded.config
    select, ignore = _chosen(arguments, config)
    return Settings(
        configuration=_beside_us(loaded.path),
        isolated=arguments.isolated,
        rulesets=tuple(arguments.rulesets or config.ruleset),
        waivers=waiver_file or None,
        baseline=_beside_us(baseline),
        select=select,
        ignore=ignore,
        severity=_words(config.severity),
        overrides=tuple(
            OverrideUsed(paths=_shown(override.paths), ignore=override.ignore, severity=_words(override.severity))
            for override in config.overrides
        ),
        exclude=_shown(config.exclude),
        fail_on=config.fail_on,
        shard=str(shard) if shard else None,
        as_of=arguments.as_of.isoformat() if arguments.as_of else None,
    )


def _shown(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(hidden, patterns))


def _words(severities: Mapping[str, Severity]) -> dict[str, str]:
    return {word: severity.value for word, severity in severities.items()}


def _waivers(arguments: CheckArguments, loaded: Loaded, rules: Sequence[Rule]) -> tuple[tuple[Entry, ...], str]:
    path = arguments.waivers
    if path is None and loaded.config.waivers is not None:
        path = loaded.beside(loaded.config.waivers)
    if path is None and not arguments.isolated:
        path = find_waivers(loaded.path.parent if loaded.path else Path())
    if path is None:
        return (), ""
    known = frozenset(word for rule in rules for word in (rule.code.casefold(), rule.name))
    unwaivable = frozenset(word for rule in rules if not rule.waivable for word in (rule.code.casefold(), rule.name))
    return load_waivers(path, unwaivable, known), _beside_us(path) or ""


def _baseline_file(arguments: CheckArguments, loaded: Loaded) -> Path | None:
    if arguments.baseline is None and loaded.config.baseline is not None:
        return loaded.beside(loaded.config.baseline)
    return arguments.baseline


def _beside_us(path: Path | None) -> str | None:
    """A path for a report: relative to the working folder, whose own place it does not reveal."""
    if path is None:
        return None
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()
