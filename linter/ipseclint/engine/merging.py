"""The merge of many shards' stores into one, with the findings of the rules that compare machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipseclint.engine.apply_rules import Plan, run_fleet_rules
from ipseclint.engine.arguments import CheckArguments, configuration, job_for
from ipseclint.engine.checked import crashes_of, findings_of
from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.findings.settling import Settling
from ipseclint.engine.fleet import attach
from ipseclint.engine.gpos import with_gpos
from ipseclint.engine.job import Job
from ipseclint.engine.keys.gate import Keys
from ipseclint.engine.shards import FLEET_KEY, shard_lines
from ipseclint.packing import PackingError, packed, unpacked
from ipseclint.report import WHOLE_FLEET
from ipseclint.reporters.store import (
    TABLES,
    StoreError,
    bounded,
    confined,
    connect,
    finding_row,
    insert,
    make_tables,
    save,
)
from ipseclint.semantics.digest import MAX_DIGEST_BYTES, Digest, Fleet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def merge(places: Sequence[Path], kind: str, new: Path) -> tuple[str, ...]:
    """Merge the stores of shards, and run the rules that compare machines on all of them; the notes to show.

    Raises StoreError, OSError. Two stores with an input in common are no shards of one run, and are refused, as are
    those of runs with different configurations.
    """
    database = connect()
    import duckdb

    try:
        bounded(database, new)
        confined(database, (*places, new.parent))
        make_tables(database)
        runs = 0
        for place in places:
            attach(database, "part", place)
            _refuse_common_inputs(database, place)
            for table in TABLES:
                database.execute(f"INSERT INTO memory.{table} SELECT * REPLACE (run + {runs} AS run) FROM part.{table}")  # noqa: S608 - our own names
            database.execute("DETACH part")
            (runs,) = database.execute("SELECT max(run) FROM memory.runs").fetchone() or (runs,)
        # What a waiver's file has wrong, each shard has said.
        database.execute(
            "DELETE FROM memory.findings WHERE rowid NOT IN (SELECT min(rowid) FROM memory.findings GROUP BY "
            "CASE WHEN code LIKE 'WV%' THEN fingerprint ELSE rowid::VARCHAR END)"
        )
        said = [*shard_lines([row[0] for row in database.execute("SELECT shard FROM memory.runs").fetchall()])]
        said += _compare_machines(database)
        save(database, kind, new)
        return tuple(said)
    except duckdb.Error as error:
        raise StoreError(str(error)) from error
    finally:
        database.close()


_SHARED = ("configuration", "rulesets", "waivers", "baseline", "select", "ignore", "severity", "overrides", "as_of")
"""Settings that must be equal in all shards of one run."""


def _compare_machines(database: DuckDBPyConnection) -> Iterator[str]:
    """Run the rules over several machines on the digests of all shards, as one run would; the notes to show."""
    rows = database.execute("SELECT shard, settings, key_mark FROM memory.runs ORDER BY run").fetchall()
    if any(shard is None for shard, *_ in rows):
        yield "rules that compare machines were not run: not all of the stores are of shards"
        return
    used = [{name: value for name, value in json.loads(text).items() if name in _SHARED} for _, text, _ in rows]
    if any(each != used[0] for each in used):
        raise StoreError("the shards were configured differently: they are not shards of one run")
    job = _job(used[0])
    can_compare_keys = len({mark for *_, mark in rows}) == 1
    digests: list[Digest] = []
    runs: dict[str, int] = {}
    gpos: dict[str, bytes] = {}
    of_all = "SELECT run, digest FROM memory.digests ORDER BY place, run"
    answer = database.execute(of_all)
    while row := answer.fetchone():
        try:
            digest, stores = unpacked(row[1], MAX_DIGEST_BYTES)
        except (PackingError, TypeError, ValueError) as error:
            raise StoreError(f"a digest is damaged: {error}") from error
        if not isinstance(digest, Digest) or not isinstance(stores, dict):
            raise StoreError("a digest is damaged: it is another value")
        digests.append(digest)
        runs |= dict.fromkeys(digest.paths, row[0])
        if stores:
            gpos |= dict.fromkeys(stores, packed(stores))
    fleet = Fleet(digests, job.site)
    plans = job.plans if can_compare_keys else tuple(map(_without_keys, job.plans))
    try:
        outcomes = list(run_fleet_rules(fleet, plans)) if fleet.has_pairs else []
    except PackingError as error:
        raise StoreError(f"a digest is damaged: {error}") from error
    findings = [
        placed
        for finding in findings_of(outcomes)
        for placed in with_gpos([finding], unpacked(gpos[finding.span.path]) if finding.span.path in gpos else {})
    ]
    settling = Settling(job.terms, Keys())
    chunk = settling.chunk(None, findings)
    of_fleet = chunk.findings() if chunk is not None else ()
    insert(database, "findings", (finding_row(finding, runs.get(finding.span.path, 1)) for finding in of_fleet))
    database.execute(_COUNT_AGAIN)
    database.execute(f"DELETE FROM memory.notes WHERE kind = 'not checked' AND text LIKE '%{WHOLE_FLEET}%'")  # noqa: S608 - our own words
    for crash in crashes_of(outcomes):
        yield f"{crash.title}: {crash.where} failed ({crash.error}); the store is incomplete"
    if not can_compare_keys and len(fleet) > 1:
        codes = ", ".join(KEY_RULES)
        text = f"{codes}: preshared keys of shards are compared only where all have the same {FLEET_KEY}"
        insert(database, "notes", [(1, "not checked", text)])
        yield f"not checked: {text}"


def _without_keys(plan: Plan) -> Plan:
    return Plan(plan.ruleset, tuple(rule for rule in plan.rules if rule.code not in KEY_RULES))


KEY_RULES = ("AU028", "AU031")
"""Rules that compare the preshared keys of two machines."""
_COUNT_AGAIN = """
UPDATE memory.machines AS m SET
    errors = (SELECT count(*) FROM memory.findings f WHERE f.machine = m.machine AND counts AND severity = 'error'),
    warnings = (SELECT count(*) FROM memory.findings f WHERE f.machine = m.machine AND counts AND severity = 'warning'),
    infos = (SELECT count(*) FROM memory.findings f WHERE f.machine = m.machine AND counts AND severity = 'info')
WHERE machine IN (SELECT machine FROM memory.findings)
"""


def _job(used: Mapping[str, Any]) -> Job:
    """The job of the run behind these shards, as far as it decides findings: rules, site, waivers, and baseline."""
    path = Path(used["configuration"]) if used["configuration"] else None
    arguments = CheckArguments(
        rulesets=used["rulesets"],
        select=used["select"],
        ignore=used["ignore"],
        waivers=Path(used["waivers"]) if used["waivers"] else None,
        baseline=Path(used["baseline"]) if used["baseline"] else None,
        isolated=True,
        as_of=date.fromisoformat(used["as_of"]) if used.get("as_of") else None,
    )
    try:
        return job_for(arguments, configuration(path, isolated=True))
    except ConfigError as error:
        raise StoreError(f"the shards were configured by what is not here: {error}") from error


def _refuse_common_inputs(database: DuckDBPyConnection, place: Path) -> None:
    common = database.execute(
        "SELECT path FROM memory.inputs INTERSECT SELECT path FROM part.inputs ORDER BY path LIMIT 1"
    ).fetchone()
    if common:
        raise StoreError(f"{place}: the input {common[0]} is in another of the stores: they are not shards of one run")
