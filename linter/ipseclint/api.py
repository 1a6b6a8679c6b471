"""The public API: check policies, or read one, from Python. The command line is built on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from ipseclint.engine.arguments import CheckArguments, configuration, job_for
from ipseclint.engine.configuration.config import Loaded
from ipseclint.engine.inputs.paths import Candidate, candidates
from ipseclint.engine.inputs.remote import shown
from ipseclint.engine.keys.gate import joined
from ipseclint.engine.machines import ReadInput, make_machine, read_inputs, shortfall
from ipseclint.engine.run import Progress, check
from ipseclint.engine.workers import MAX_TIMEOUT_SECONDS
from ipseclint.finding import Problem
from ipseclint.model.machine import Machine
from ipseclint.report import Report
from ipseclint.source import bytes_source

AnyPath = str | Path


class InputError(Exception):
    """An input that was understood only in part, so that any answer about it would be a guess; `problems` say what is
    missing."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class NoPolicyError(InputError):
    """An input without IPsec policy."""


def check_paths(
    paths: AnyPath | Iterable[AnyPath],
    *,
    config: AnyPath | Loaded | None = None,
    rulesets: str | Sequence[str] = (),
    select: str | Sequence[str] = (),
    ignore: str | Sequence[str] = (),
    waivers: AnyPath | None = None,
    baseline: AnyPath | None = None,
    since: AnyPath | None = None,
    machine: str | None = None,
    isolated: bool = False,
    any_files: bool = False,
    details: bool = False,
    objects: bool = False,
    digests: bool = False,
    script_repairs: bool = False,
    jobs: int = 1,
    cache: AnyPath | None = None,
    scheduler: str | None = None,
    remote: bool = False,
    input_timeout_seconds: float | None = None,
    shard: str | None = None,
    as_of: date | None = None,
    stdin_name: str = "<stdin>",
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """The report on files, folders (walked in order), patterns, and `-` for standard input.

    A fault of an input is a problem in the report, never an exception. `config` is a configuration file; without one
    the nearest `ipseclint.toml` of the working folder is used, as on the command line. `rulesets`, `select`, `waivers`
    and `baseline` replace what the configuration says, unless they are empty, `ignore` is added to it; a single word
    stands for a list of one. `machine` joins all inputs into one machine of that name. `isolated` looks for no
    configuration and no waivers: only what is named counts, as for a gate over folders that others write. `since` is an
    earlier JSON report to compare with. `any_files` skips files that hold nothing about IPsec. `details` also fills
    what HTML and JUnit show beyond findings, `objects` the objects alone, `digests` what a later comparison of the
    machines needs, `script_repairs` the repairs in the text of scripts. `jobs` is the number of processes, 0 for as
    many as help. `shard`, such as `2/8`, checks that part of the inputs, without the rules that compare machines.
    `scheduler` is the address of a Dask scheduler, or `local:N`, whose workers do the work. `remote` allows URLs as
    paths, such as `s3://bucket/exports`, which fsspec fetches. `cache` is a folder that keeps the results of unchanged
    inputs. `as_of` is the day on which certificates, waivers and updates are judged, today by default. An input that
    takes longer than `input_timeout_seconds` is a problem. `progress` is called with the number of inputs done and the
    number of all.

    Raises ConfigError for a configuration, ruleset, waiver file or baseline that cannot be used, ClusterError for a
    cluster that cannot be used, TypeError for a path that is neither str nor Path, ValueError for `jobs` below 0 or a
    timeout that is not above 0.
    """
    if jobs < 0:
        raise ValueError(f"jobs is {jobs}; it is a number of processes, or 0 for as many as help")
    if input_timeout_seconds is not None and not 0 < input_timeout_seconds <= MAX_TIMEOUT_SECONDS:
        raise ValueError(f"the input timeout is {input_timeout_seconds} s; it is above 0, to {MAX_TIMEOUT_SECONDS}")
    listed = _listed(paths)
    loaded = _loaded(config, isolated=isolated)
    arguments = CheckArguments(
        rulesets=_words(rulesets),
        select=_words(select),
        ignore=_words(ignore),
        machine=machine,
        waivers=_path(waivers),
        baseline=_path(baseline),
        since=_path(since),
        isolated=isolated,
        any_files=any_files,
        details=details,
        objects=objects,
        digests=digests,
        script_repairs=script_repairs,
        cache=_path(cache),
        scheduler=scheduler,
        jobs=jobs,
        input_timeout_seconds=input_timeout_seconds,
        shard=shard,
        as_of=as_of,
    )
    job = job_for(arguments, loaded)
    every = candidates(listed, stdin_name, loaded.config.exclude, any_files=any_files, remote=remote)
    return check(every, job, progress)


def check_text(
    text: str | bytes,
    name: str = "<text>",
    *,
    config: AnyPath | Loaded | None = None,
    rulesets: str | Sequence[str] = (),
    select: str | Sequence[str] = (),
    ignore: str | Sequence[str] = (),
) -> Report:
    """The report on an export in memory, text or bytes, which the report calls `name`. The other arguments are as for
    `check_paths`."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    job = job_for(
        CheckArguments(rulesets=_words(rulesets), select=_words(select), ignore=_words(ignore)), _loaded(config)
    )
    return check([Candidate(bytes_source(name, data), named=True)], job)


def read(
    path: AnyPath | Iterable[AnyPath],
    *,
    name: str | None = None,
    config: AnyPath | Loaded | None = None,
    partial: bool = False,
) -> Machine:
    """The machine that a file, several files or a folder describe; its `policy` is in the normalised model.

    The machine is called `name`, by default by its first path. `config` gives the facts of the site. Raises
    NoPolicyError where there is no policy, InputError where some of it was not understood (unless `partial`),
    ConfigError, and TypeError for a path that is neither str nor Path.
    """
    listed = _listed(path)
    site = _loaded(config).config.site
    inputs = read_whole(listed, partial=partial)
    return make_machine(name or listed[0], inputs, site)


def read_whole(paths: Iterable[str], *, partial: bool = False) -> list[ReadInput]:
    """The inputs behind paths, read and parsed. Raises InputError and NoPolicyError as `read` does."""
    listed = list(paths)
    inputs = read_inputs(candidates(listed))
    problems = tuple(problem for input_ in inputs for problem in input_.parsed.problems)
    for input_ in inputs:
        why = shortfall(input_.input, input_.parsed.problems)
        if why is not None and not partial:
            raise InputError(why, problems)
    if all(each.parsed.is_empty for each in inputs):
        raise NoPolicyError(
            joined(each.keys for each in inputs).hidden(f"{', '.join(map(shown, listed))}: no IPsec policy"), problems
        )
    return inputs


def _listed(paths: AnyPath | Iterable[AnyPath]) -> list[str]:
    """The paths as text; a single one stands for a list of one. Raises TypeError for another type, such as bytes."""
    listed = [paths] if isinstance(paths, str | Path | bytes) else list(paths)
    for path in listed:
        if not isinstance(path, str | Path):
            raise TypeError(f"a path is a str or a Path, not {type(path).__name__}")
    return [str(path) for path in listed]


def _words(words: str | Sequence[str]) -> Sequence[str]:
    return (words,) if isinstance(words, str) else words


def _loaded(config: AnyPath | Loaded | None, *, isolated: bool = False) -> Loaded:
    return config if isinstance(config, Loaded) else configuration(_path(config), isolated=isolated)


def _path(path: AnyPath | None) -> Path | None:
    return None if path is None else Path(path)
