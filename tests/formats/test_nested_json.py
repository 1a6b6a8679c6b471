"""JSON within other JSON: what a service or a tool wraps around an export hides nothing of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import ReadInput, read_inputs
from ipseclint.engine.unread.signs import export_in_a_text
from ipseclint.finding import ProblemCode
from ipseclint.report import InputStatus
from ipseclint.source import bytes_source, file_source

EXPORTS = [
    ROOT / "fixtures" / "formats" / name
    for name in (
        "powershell-json/policy.json",
        "cloud-gateway/aws-describe.json",
        "cloud-gateway/azure-connection.json",
        "collected-registry/osqueryi.json",
        "collected-registry/powershell.json",
        "intune-json/endpoint-protection.json",
        "intune-json/settings-catalogue.json",
        "event-json/get-winevent.json",
        "event-json/vpn-client.json",
    )
]
AROUND: dict[str, Callable[[Any], object]] = {
    "an answer": lambda export: {"host": "a", "id": 7, "data": export},
    "a list": lambda export: [{"id": 1, "name": "x", "items": [export]}],
    "deep": lambda export: {"a": {"b": [[{"key": "x", "c": export}]]}},
}
of_exports = pytest.mark.parametrize("export", EXPORTS, ids=lambda path: f"{path.parent.name}/{path.stem}")


def read(path: Path) -> ReadInput:
    (result,) = read_inputs(candidates([str(path)]))
    return result


def said(path: Path) -> tuple[object, ...]:
    parsed = read(path).parsed
    names = sorted(f"{each.kind} {each.name}" for each in parsed.policy.objects())
    services = [(each.name, each.start and each.start.value) for each in parsed.policy.services]
    events = [(each.event_id, each.codes) for each in parsed.events]
    return names, services, events, [problem.message for problem in parsed.problems]


@of_exports
@pytest.mark.parametrize("around", AROUND)
def test_an_export_within_other_objects_is_read_as_if_it_stood_alone(export: Path, around: str, tmp_path: Path) -> None:
    wrapped = tmp_path / export.name
    wrapped.write_text(json.dumps(AROUND[around](json.loads(export.read_text("utf-8-sig")))))
    assert said(wrapped) == said(export)


@of_exports
def test_an_export_that_is_a_text_in_json_is_said(export: Path, tmp_path: Path) -> None:
    wrapped = tmp_path / "answer.json"
    wrapped.write_text(
        json.dumps({"host": "a", "rc": 0, "stdout": json.dumps(json.loads(export.read_text("utf-8-sig")))})
    )
    result = read(wrapped)
    assert result.input.status is InputStatus.PARTIAL
    assert [problem.code for problem in result.parsed.problems] == [ProblemCode.NOT_UNDERSTOOD]


@pytest.mark.parametrize(
    "name",
    [
        "powershell-clixml/policy.xml",
        "powershell-xml/policy.xml",
    ],
)
def test_another_export_that_is_a_text_in_json_is_said(name: str, tmp_path: Path) -> None:
    result = _read_in_json(name, tmp_path)
    assert (result.input.status, result.parsed.policy.is_empty) == (InputStatus.PARTIAL, True)


@pytest.mark.parametrize("name", ["advfirewall-show/main-mode-rule.txt", "reg-query/store.txt"])
def test_an_output_that_is_a_text_in_json_is_read(name: str, tmp_path: Path) -> None:
    result = _read_in_json(name, tmp_path)
    assert (result.input.status, result.parsed.policy.is_empty) == (InputStatus.UNDERSTOOD, False)


def _read_in_json(name: str, tmp_path: Path) -> ReadInput:
    export = file_source(ROOT / "fixtures" / "formats" / name, name).read_text()
    (tmp_path / "answer.json").write_text(json.dumps({"host": "a", "stdout": export}))
    return read(tmp_path / "answer.json")


def test_texts_in_json_that_are_no_export_are_of_no_concern() -> None:
    texts = {"name": "a\nb", "message": "An error.\r\nLocal: 10.0.0.1", "scripts": '{"test": "x"}', "page": "<p>x</p>"}
    assert export_in_a_text(bytes_source("package.json", json.dumps(texts).encode())) is None


@cases("others", [0, 19, 20, 300])
def test_an_export_is_said_however_many_texts_stand_before_it(others: int) -> None:
    export = file_source(ROOT / "fixtures" / "formats" / "reg-query" / "store.txt", "store.txt").read_text()
    texts = [*(f"answer {number}\nof a machine" for number in range(others)), export]
    answer = json.dumps({"answers": texts}, indent=0).encode()
    sign = export_in_a_text(bytes_source("answer.json", answer))
    assert sign is not None
    assert (sign.is_suspicious, sign.line) == (True, others + 3)
