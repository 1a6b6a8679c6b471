"""An input with more keys than are kept is refused whole, and none of its lines is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint import check_paths, secrets
from ipseclint.finding import ProblemCode
from ipseclint.report import InputStatus
from ipseclint.reporters import RenderOptions, format_names, reporter

KEY = "Zq7vK2mX9pL4sT1w"
ADD = "netsh advfirewall consec add rule endpoint1=any endpoint2=any action=requestinrequestout auth1=computerpsk"
VPN = "Add-VpnConnection -ServerAddress 192.0.2.1 -TunnelType L2tp"


def lines_of(suffix: str, count: int) -> str:
    """An input of some lines with a key each."""
    numbers = range(count)
    match suffix:
        case ".secrets":
            return "".join(f': PSK "{KEY}{number}"\n' for number in numbers)
        case ".cmd":
            return "".join(f'{ADD} name=R{number} auth1psk="{KEY}{number}"\n' for number in numbers)
        case _:
            return "".join(f'{VPN} -Name "V{number}" -L2tpPsk "{KEY}{number}"\n' for number in numbers)


@pytest.fixture(autouse=True)
def four_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "MAX_KEY_PLACES", 4)


@pytest.mark.parametrize("suffix", [".secrets", ".cmd", ".ps1"])
@pytest.mark.parametrize("is_alone", [True, False])
def test_of_an_input_with_more_keys_nothing_is_read_or_shown(tmp_path: Path, suffix: str, is_alone: bool) -> None:
    many, few = tmp_path / f"many{suffix}", tmp_path / f"few{suffix}"
    many.write_text(lines_of(suffix, 5))
    few.write_text(lines_of(suffix, 4))
    report = check_paths([many] if is_alone else [few, many])
    refused = report.inputs[-1]
    assert (refused.path, refused.status) == (str(many), InputStatus.UNREADABLE)
    (problem,) = [problem for problem in report.problems if problem.span.path == str(many)]
    assert (problem.code, problem.span.line, problem.snippet) == (ProblemCode.REFUSED, 5, None)
    assert problem.message == "it holds more than 4 keys; nothing was read"
    assert all(input_.status is InputStatus.UNDERSTOOD for input_ in report.inputs[:-1])
    for name in format_names():
        assert KEY not in reporter(name)(report, RenderOptions())


def test_keys_of_a_file_that_a_script_runs_count_as_its_own_and_no_line_of_either_is_shown(tmp_path: Path) -> None:
    (tmp_path / "rules.cmd").write_text(lines_of(".cmd", 5))
    (tmp_path / "all.cmd").write_text("netsh advfirewall set global saidletimemin 5\ncall rules.cmd\n")
    report = check_paths([tmp_path / "all.cmd", tmp_path / "rules.cmd"])
    assert {(problem.code, problem.span.path, problem.span.line, problem.snippet) for problem in report.problems} == {
        (ProblemCode.REFUSED, str(tmp_path / "rules.cmd"), 5, None)
    }
