"""The published JSON schemas describe what the commands print: every key of it, and nothing that is not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ipseclint.version import PAGES
from tests import ROOT

pytestmark = pytest.mark.drawn(4)

SCHEMAS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "docs" / "schemas").glob("*.json")
}
RUNS = ROOT / "fixtures" / "runs"
FIRST, ISOLATED = RUNS / "first" / "policy.cmd", RUNS / "domain-isolation" / "policy.cmd"

PRINTED: dict[str, Sequence[Sequence[str | Path]]] = {
    "report-1": [
        (RUNS / "demo",),
        (RUNS / "incident",),
        (RUNS / "nothing.cmd",),
        (ROOT / "fixtures" / "formats" / "gpo-backup",),
        (FIRST, "--since", "before.json", "--redact", "--as-of", "2028-01-01", "--ruleset", "cnsa-2.0"),
        (FIRST, "--config", "site.toml", "--shard", "1/1", "--baseline", "baseline.json", "--waivers", "waivers.toml"),
    ],
    "negotiation-1": [
        ("negotiate", FIRST, ISOLATED),
        ("negotiate", FIRST, "azure-gateway"),
        ("negotiate", ROOT / "fixtures" / "twins"),
        ("negotiate", FIRST, ROOT / "fixtures" / "formats" / "vpn-profile-xml"),
    ],
    "diff-1": [
        ("diff", ISOLATED, FIRST),
        ("diff", FIRST, FIRST),
        ("diff", ISOLATED, FIRST, "--backup", FIRST, "--backup", RUNS),
        ("diff", FIRST, RUNS / "incident"),
        ("diff", ISOLATED, FIRST, "--peers", RUNS / "first", "--config", "site.toml"),
    ],
    "explanation-1": [("explain", word) for word in ("QD001", "13811", "4653", "809", "IN003", "defaults")],
    "rules-1": [("rules", "--all")],
    "load-1": [
        ("load", FIRST, "--peers", "400"),
        ("load", FIRST, "--peers", "40000", "--scenario", "boot", "--seeds", "1", "-q"),
        ("load", FIRST, ISOLATED, "--peers", "40"),
        ("load", "--arrival-rate", "0.9", "--service-rate", "1", "--workers", "1", "--patience", "5"),
        ("load", "--calibrate", RUNS / "incident", "--allow-partial"),
    ],
}
SITE = """
fail-on = "never"
exclude = ["old/"]
severity = { QD002 = "info" }
overrides = [{ paths = ["lab/"], ignore = ["QD004"], severity = { QD006 = "error" } }]
[site]
peers = 40
domain_controllers = ["10.0.0.10"]
[[intent]]
name = "Protected"
must = "required"
peers = ["10.77.0.0/16"]
"""
WAIVERS = '[[waiver]]\nrule = "QD001"\nreason = "a test"\nowner = "anna"\nticket = "T-1"\nexpires = 2099-01-01\n'


def strict(schema: Any) -> Any:
    """The same schema, by which a key that it does not describe is wrong."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        closed.setdefault("additionalProperties", False)
    return closed


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    (tmp_path / "waivers.toml").write_text(WAIVERS, encoding="utf-8")
    (tmp_path / "before.json").write_text(cli(ISOLATED, "-o", "json").out, encoding="utf-8")
    assert cli("baseline", "create", ISOLATED, "--file", "baseline.json").code == 0
    return tmp_path


@pytest.mark.drawn(2)
@pytest.mark.parametrize(("name", "number"), [(name, at) for name, runs in PRINTED.items() for at in range(len(runs))])
def test_what_is_printed_is_what_the_schema_says(name: str, number: int, desk: Path, cli: Callable[..., Any]) -> None:
    import jsonschema

    ran = cli(*PRINTED[name][number], "-o", "json")
    jsonschema.validate(json.loads(ran.out), strict(SCHEMAS[name]))


def test_a_comparison_of_stores_is_what_its_schema_says(desk: Path, cli: Callable[..., Any]) -> None:
    import jsonschema

    for number, paths in enumerate(((FIRST,), (FIRST, ISOLATED))):
        cli(*paths, "--config", "site.toml", "-q", "-o", f"duckdb:store{number}")
    schema = strict(SCHEMAS["fleet-comparison-1"])
    bodies = [
        json.loads(cli("fleet", "compare", *stores, "-o", "json").out)
        for stores in (("store0", "store1"), ("store1", "store0"), ("store0", "store0"))
    ]
    for body in bodies:
        jsonschema.validate(body, schema)
    assert [bool(body["machines_new"]) for body in bodies] == [True, False, False]
    assert [any(rule["new"] for rule in body["rules"]) for body in bodies] == [True, False, False]
    assert all(body["causes"] for body in bodies)


def test_every_schema_is_tried_and_has_its_address() -> None:
    import jsonschema

    assert SCHEMAS.keys() == PRINTED.keys() | {"fleet-comparison-1"}
    for name, schema in SCHEMAS.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"{PAGES}/schemas/{name}.json"
        assert schema["title"] == f"ipseclint.{name.replace('-1', '/1')}"


def test_a_key_that_the_schema_does_not_know_is_seen() -> None:
    import jsonschema

    body = {"schema": "ipseclint.explanation/1", "asked": "x", "explanations": []}
    jsonschema.validate(body, strict(SCHEMAS["explanation-1"]))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**body, "more": 1}, strict(SCHEMAS["explanation-1"]))


@pytest.mark.parametrize("name", ["report-1", "negotiation-1", "diff-1", "explanation-1", "load-1"])
def test_a_document_names_its_schema(name: str, desk: Path, cli: Callable[..., Any]) -> None:
    assert json.loads(cli(*PRINTED[name][0], "-o", "json").out)["schema"] == SCHEMAS[name]["title"]
