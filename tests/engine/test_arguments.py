"""What a caller says of a run goes before what the configuration says, and is told in its settings."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.arguments import CheckArguments, configuration, job_for
from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.shards import Shard
from ipseclint.finding import Severity
from tests.engine.findings.test_since import found

CONFIG = """\
ruleset = ["default"]
select = ["QD001", "CR"]
ignore = ["CR002"]
exclude = ["old/"]
fail-on = "warning"
waivers = "known.toml"
[severity]
QD001 = "info"
[[overrides]]
paths = ["lab/*"]
ignore = ["QD001"]
[overrides.severity]
CR001 = "error"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder, with a configuration and waivers in the one above."""
    (tmp_path / "ipseclint.toml").write_text(CONFIG)
    (tmp_path / "known.toml").write_text('[[waiver]]\nrule = "QD001"\nreason = "r"\n')
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    return tmp_path


def job_of(**said: Any) -> Any:
    return job_for(CheckArguments(**said), configuration(None))


def codes(job: Any) -> set[str]:
    return {rule.code for plan in job.plans for rule in plan.rules}


def test_without_arguments_the_configuration_decides(desk: Path) -> None:
    job = job_of()
    assert {"QD001", "CR001"} <= codes(job)
    assert {code[:2] for code in codes(job)} == {"QD", "CR"}
    assert "CR002" not in codes(job)
    settings = job.settings
    assert (settings.configuration, settings.waivers, job.waiver_file) == (
        *["../ipseclint.toml"],
        *["../known.toml"] * 2,
    )
    assert (settings.rulesets, settings.select, settings.ignore) == (("default",), ("QD001", "CR"), ("CR002",))
    assert (settings.severity, settings.exclude, settings.fail_on) == ({"QD001": "info"}, ("old/",), "warning")
    (override,) = settings.overrides
    assert (override.paths, override.ignore, override.severity) == (("lab/*",), ("QD001",), {"CR001": "error"})
    assert (settings.baseline, settings.shard, settings.as_of, settings.isolated) == (None, None, None, False)
    assert (job.baseline, job.since, job.since_path, job.shard, len(job.waivers)) == (None, None, "", None, 1)
    assert job.adjust is not None
    adjusted = job.adjust(found("f"))
    assert adjusted is not None
    assert adjusted.severity is Severity.INFO


def test_arguments_go_before_the_configuration(desk: Path) -> None:
    Path("own.toml").write_text('[[waiver]]\nrule = "CR001"\nreason = "r"\n')
    job = job_of(
        select=["QD"],
        ignore=["QD002"],
        waivers=Path("own.toml"),
        shard="2/3",
        as_of=datetime.date(2026, 2, 3),
        jobs=4,
        input_timeout_seconds=7.0,
        details=True,
        digests=True,
        any_files=True,
        scheduler="tcp://x:1",
    )
    assert {code[:2] for code in codes(job)} == {"QD"}
    assert "QD002" not in codes(job)
    assert (job.settings.select, job.settings.ignore) == (("QD",), ("QD002", "CR002"))
    assert (job.settings.waivers, [entry.rule for entry in job.waivers]) == ("own.toml", ["CR001"])
    assert (job.shard, job.settings.shard) == (Shard(2, 3), "2/3")
    assert (job.today, job.settings.as_of) == (datetime.date(2026, 2, 3), "2026-02-03")
    assert (job.jobs, job.input_timeout_seconds, job.scheduler) == (4, 7.0, "tcp://x:1")
    assert (job.details, job.objects, job.digests, job.script_repairs, job.any_files) == (
        True,
        False,
        True,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"shard": "1/2", "machine": "m"}, "shard 1/2: --machine is about all inputs together"),
        ({"shard": "1/2", "since": Path("r.json")}, "shard 1/2: --since is about all inputs together"),
        ({"rulesets": ["nothing"]}, "nothing"),
        ({"select": ["QD777"]}, "QD777"),
        ({"select": ["QD001"], "ignore": ["QD001"]}, "no rule is left of default@"),
    ],
)
def test_what_cannot_be_run_is_refused(desk: Path, said: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        job_of(**said)
    assert message in str(caught.value)


def test_what_is_isolated_looks_for_nothing(desk: Path) -> None:
    Path("ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "QD001"\nreason = "r"\n')
    loaded = configuration(None, isolated=True)
    assert loaded.path is None
    for isolated, waivers in ((True, 0), (False, 1)):
        job = job_for(CheckArguments(isolated=isolated), loaded)
        assert (len(job.waivers), job.settings.isolated, job.settings.configuration) == (waivers, isolated, None)
    assert configuration(desk / "ipseclint.toml", isolated=True).path == desk / "ipseclint.toml"


@pytest.mark.parametrize(("name", "words"), [("none.toml", "it does not exist"), (".", "it is a folder")])
def test_a_configuration_that_is_no_file_is_refused(desk: Path, name: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configuration(Path(name))
    assert str(caught.value) == f"{name}: {words}"
