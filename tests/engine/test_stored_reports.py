"""What a run makes of some inputs is as stored, part by part, but for the words of the rules.

After a change that is meant, `python -m tests.engine.test_stored_reports` stores it anew: read the difference.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ipseclint import check_paths
from ipseclint.engine.findings import actions
from ipseclint.engine.keys.redaction import redacted
from ipseclint.finding import Finding
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions, reporter
from tests import ROOT
from tests.test_stored_constants import on_one_line

EXPECTED = ROOT / "tests" / "data" / "reports.txt"
DAY = date(2026, 11, 1)
RUNS = ("demo", "docs", "incident")
RULE = "netsh advfirewall consec add rule name={} endpoint1={} endpoint2={} action=requireinrequestout "
FILES = {
    "two/a.cmd": RULE.format("A", "10.1.0.0/16", "10.2.0.0/16") + "auth1=computerkerb qmsecmethods=esp:md5-des\n",
    "two/b.cmd": RULE.format("B", "10.2.0.0/16", "10.1.0.0/16") + "auth1=computercert auth1ca=CN=Root\n",
    "two/key.cmd": RULE.format("K", "any", "10.9.0.0/16") + 'auth1=computerpsk auth1psk="Zaubertrank-7"\n',
    "two/key2.cmd": RULE.format("K", "any", "10.9.0.0/16") + 'auth1=computerpsk auth1psk="Zaubertrank-7"\n',
    "equal.cmd": (RULE.format("E", "10.0.0.0/8", "10.9.0.0/16") + "auth1=computerkerb qmsecmethods=esp:md5-des\n") * 3,
    "many.cmd": "".join(
        RULE.format(f"M{number}", "10.0.0.0/8", f"10.{number}.0.0/16") + "qmsecmethods=esp:md5-des\n"
        for number in range(3)
    ),
    "partly.cmd": RULE.format("P", "any", "any") + "frob=1\nnetsh advfirewall set global mainmode mmkeylifetime 5min\n",
    "long.cmd": "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n",
    "nothing.cmd": "echo no policy\n",
    "run/main.ps1": ". $PSScriptRoot/part.ps1\n",
    "run/part.ps1": "New-NetIPsecRule -DisplayName P -RemoteAddress 10.2.0.0/16 -InboundSecurity Require\n",
    "broken.toml": 'id = "broken"\nversion = "1"\ntitle = "B"\nextends = "default"\n[[custom]]\ncode = "ORG002"\n'
    'name = "n"\nseverity = "error"\nobject = "main_mode_crypto_set"\nwhen = "object.lifetime_seconds > object.name"\n'
    'message = "m"\nsummary = "S."\n',
    "old.toml": '[[waiver]]\nrule = "QD001"\npath = "two/*.cmd"\nreason = "r"\nexpires = 2020-01-01\n'
    '[[waiver]]\nrule = "CR002"\nreason = "of nothing"\n'
    '[[waiver]]\nrule = "CR001"\nsubject = "A"\nreason = "agreed"\nowner = "o"\nticket = "T-1"\n',
    "config.toml": 'severity = {CR001 = "info"}\nignore = ["QD025"]\n[[overrides]]\npaths = ["two/b.cmd"]\n'
    'ignore = ["CR001"]\n[[overrides]]\npaths = ["two/"]\nseverity = {QD002 = "error"}\n',
}
FEW = ("QD001", "QD002", "QD004", "CR001", "CR002", "CR005", "AU028", "FL008", "FL001", "EX001", "QD036")
CASES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "a demo": (("demo/policies",), {"config": "demo/ipseclint.toml"}),
    "details": (("docs/host", "two/a.cmd"), {"select": FEW, "details": True}),
    "evidence": (("incident",), {"select": FEW}),
    "one machine": (("two",), {"select": FEW, "machine": "M"}),
    "two ends": (("two",), {"select": FEW, "details": True, "digests": True}),
    "a shard": (("two",), {"select": FEW, "shard": "1/2"}),
    "equal ones": (("equal.cmd",), {"select": FEW, "details": True, "script_repairs": True}),
    "many": (("many.cmd",), {"select": ("CR001", "CR003"), "details": True}),
    "own rules": (
        ("docs/policies", "partly.cmd", "long.cmd"),
        {"rulesets": "docs/ours.toml", "select": ("ORG001", "CR002")},
    ),
    "a rule that fails": (("docs/policies",), {"rulesets": "broken.toml", "select": ("ORG002", "QD001")}),
    "waived": (("two",), {"select": FEW, "waivers": "old.toml"}),
    "configured": (("two", "nothing.cmd"), {"config": "config.toml", "select": FEW}),
    "partly": (("partly.cmd", "nothing.cmd", "demo/ipseclint.toml"), {"select": ("QD001", "CR001")}),
    "since": (("two/a.cmd", "long.cmd"), {"select": ("CR001", "CR003", "QD001"), "since": "earlier.json"}),
    "a site": (("docs/policies",), {"config": "docs/site.toml", "select": FEW}),
    "any files": (("nothing.cmd", "two/a.cmd"), {"select": FEW, "any_files": True, "objects": True}),
    "nothing": (("nothing.cmd", "gone.cmd"), {"select": FEW}),
    "ours": (("two/a.cmd", "demo/ipseclint.toml"), {"select": FEW}),
    "run by another": (("run",), {"select": FEW}),
    "two rulesets": (("two/a.cmd",), {"rulesets": ("default", "nist-sp800-77r1"), "select": FEW}),
    "a standard": (("docs/policies",), {"rulesets": "bsi-tr-02102-3"}),
}
SHARED = ("two ends", "a demo", "evidence", "waived", "a rule that fails", "configured", "partly", "since")
"""What is stored too as it is without the names of the site."""
WORDS = ("message", "citations", "snippet", "summary", "fingerprint", "detail", "words", "note", "notes", "why")
"""What others say and store, the rules above all."""
ASIDE = {"version", "rules_known", "rules", "key_mark"}


def brief(value: object) -> object:
    """A value as JSON, without words and without what is not said."""
    match value:
        case Finding() | msgspec.Struct():
            said = {name: brief(getattr(value, name)) for name in value.__struct_fields__ if name not in WORDS}
            return {name: each for name, each in said.items() if each not in (None, [], {}, "", False)}
        case bytes():
            return "bytes"
        case dict():
            return {str(name): brief(each) for name, each in value.items()}
        case str() | int() | float() | None:
            return value
        case date():
            return str(value)
    return [brief(each) for each in value]  # type: ignore[attr-defined]


def parts(report: Report) -> Iterator[str]:
    for name in report.__struct_fields__:
        said = getattr(report, name)
        if name in ASIDE or not said:
            continue
        for each in said if not isinstance(said, msgspec.Struct | str) else [said]:
            yield on_one_line(f"{name}: {json.dumps(brief(each), ensure_ascii=False)}")


def lay(folder: Path) -> None:
    for name in RUNS:
        shutil.copytree(ROOT / "fixtures" / "runs" / name, folder / name, ignore=shutil.ignore_patterns("expected"))
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)


def answers() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        lay(folder)
        patch.chdir(folder)
        earlier = check_paths(("two/a.cmd", "many.cmd"), select=("CR001",), isolated=True)
        Path("earlier.json").write_text("".join(reporter("json")(earlier, RenderOptions())))
        for title, (paths, options) in CASES.items():
            yield f"# {title}"
            patch.setattr(actions, "MAX_OBJECTS", 5 if title == "many" else 150)
            report = check_paths(paths, as_of=DAY, isolated="config" not in options, **options)
            yield from parts(report)
            if title in SHARED:
                shared, meanings = redacted(report)
                yield from (f"redacted {part}" for part in parts(shared))
                yield from (f"{word} is {text}" for word, text in meanings.items())


def test_what_a_run_makes_of_inputs_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
