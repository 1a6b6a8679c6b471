"""The task of a run: the rules, the facts of the site, and what the report shall hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.checked import Work
from ipseclint.engine.findings.settling import Terms
from ipseclint.engine.machines import current_day
from ipseclint.engine.shards import Shard
from ipseclint.finding import Finding
from ipseclint.model.site import NO_FACTS, Site
from ipseclint.report import Settings

if TYPE_CHECKING:
    from ipseclint.engine.configuration.waiver_files import Entry
    from ipseclint.engine.findings.baseline import Baseline


class Job(Struct, frozen=True):
    """The task of a run.

    Inputs: `machine` joins all under one name, `any_files` leaves those without policy out of the report, `shard` takes
    a part, without the rules that need all of them, and an input that takes longer than `input_timeout_seconds` is
    given up.

    Findings: `adjust` changes each as the configuration wants it for its path, or drops it by giving None; without it
    all stay. `not_run` are rules, by code and name, that the arguments or missing facts of the site keep from running.
    `since` are the findings of an earlier report, at `since_path`. `today` decides which waivers and certificates have
    expired, and which updates there were.

    Beyond findings, `details` asks for what some reporters show, all objects and the policy as a picture; `objects` for
    the objects alone, `digests` for what a later comparison of machines needs, `script_repairs` for repairs in the text
    of scripts. `settings` is what the report says of all this.

    The work is done by `jobs` processes, 0 for as many as help, or by the Dask cluster of `scheduler`; `cache` is a
    folder with the results of earlier runs.
    """

    plans: tuple[Plan, ...]
    site: Site = NO_FACTS
    adjust: Callable[[Finding], Finding | None] | None = None
    machine: str | None = None
    waivers: tuple[Entry, ...] = ()
    waiver_file: str = ""
    today: datetime.date = field(default_factory=current_day)
    baseline: Baseline | None = None
    since: Baseline | None = None
    since_path: str = ""
    not_run: frozenset[str] = frozenset()
    details: bool = False
    objects: bool = False
    digests: bool = False
    script_repairs: bool = False
    jobs: int = 1
    cache: Path | None = None
    scheduler: str | None = None
    input_timeout_seconds: float | None = None
    any_files: bool = False
    shard: Shard | None = None
    settings: Settings = field(default_factory=Settings)

    def work(self, inputs: int) -> Work:
        """The work on each input; if all inputs are one machine, none is checked by itself."""
        return Work(
            self.plans,
            self.site,
            self.today,
            alone=self.machine is None,
            digests=self.digests or (self.shard is None and (inputs > 1 or bool(self.site.peer))),
            objects=self.details or self.objects,
            whole=self.details or self.script_repairs,
            isolated=self.settings.isolated,
        )

    @property
    def terms(self) -> Terms:
        """The terms by which findings are settled."""
        return Terms(
            self.adjust,
            self.waivers,
            self.waiver_file,
            self.today,
            self.baseline,
            self.since,
            self.since_path,
            whole=self.shard is None and not self.any_files,
            not_run=self.not_run,
        )
