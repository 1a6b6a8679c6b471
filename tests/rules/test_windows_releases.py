"""What the release of Windows changes in the findings on one text, and that it changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint import check_paths
from ipseclint.vocabulary.windows_defaults import WindowsDefault, windows_defaults
from ipseclint.vocabulary.windows_releases import RELEASES, WindowsRelease, release_called

TEXT = """netsh advfirewall set global ipsec saidletimemin 5
netsh advfirewall consec add rule name=Web endpoint1=any endpoint2=any action=requireinrequireout \
auth1=computercert auth1ca="CN=Corp Root"
netsh advfirewall consec add rule name=Old endpoint1=any endpoint2=10.2.0.0/16 action=requireinrequestout \
auth1=computerntlm
netsh advfirewall consec add rule name=Kerberos endpoint1=any endpoint2=10.3.0.0/16 action=requireinrequestout
""".replace("\\\n", "")
OLD = "Windows Server 2019"


def said(tmp_path: Path, windows: str) -> set[tuple[str, str, str]]:
    """Code, rule or set, and message of each finding where all hosts are of a release."""
    (tmp_path / "ipseclint.toml").write_text(f'[site]\nwindows = ["{windows}"]\nall_peers_support_authip = true\n')
    (tmp_path / "p.cmd").write_text(TEXT)
    findings = check_paths(tmp_path / "p.cmd", config=tmp_path / "ipseclint.toml").findings
    return {(finding.code, finding.subject.name, finding.message) for finding in findings}


@pytest.mark.parametrize(
    ("windows", "gone", "new"),
    [
        ("Windows Server 2016", set(), set()),
        ("Windows Server 2022", set(), set()),
        ("Windows Server 2008 R2", set(), set()),
        ("Windows Server 2008", set(), {"EX003"}),
        ("Windows Server 2025", {"QD017", "CR036", "AU014"}, {"CR036", "AU014"}),
        ("Windows 11 24H2", {"QD017", "CR036", "AU014"}, {"CR036", "AU014"}),
    ],
)
def test_a_release_changes_what_its_defaults_change(
    windows: str, gone: set[str], new: set[str], tmp_path: Path
) -> None:
    before, after = said(tmp_path, OLD), said(tmp_path, windows)
    assert {code for code, _, _ in before - after} == gone
    assert {code for code, _, _ in after - before} == new


def test_server_2025_says_what_is_different_there(tmp_path: Path) -> None:
    new = said(tmp_path, "Windows Server 2025") - said(tmp_path, OLD)
    ntlm, group = sorted(message for _, _, message in new)
    assert ntlm == (
        "first authentication takes NTLM (Server 2025 has no NTLMv1 and deprecates NTLMv2); use Kerberos or a "
        "certificate"
    )
    assert group == (
        'rule "Web" negotiates with Windows\' own main-mode proposals, which offer DH2 alone: with IKEv1 and IKEv2 '
        "every key comes from it; configure a main-mode set"
    )


def test_dhcp_is_not_exempt_by_default_before_windows_7(tmp_path: Path) -> None:
    (message,) = {message for code, _, message in said(tmp_path, "Windows Server 2008") if code == "EX003"}
    start = "DHCP is not among the default exemptions (neighbordiscovery)"
    assert message == f'{start}, and rule "Web" requires IPsec for it'


OF_ROW = {
    ("key modules of a rule", "Windows 11 24H2"): {"CR036", "QD017"},
    ("exempt protocols", "Windows Vista"): {"EX003"},
}
"""What a row of the table changes in the findings on the text; a row that is not here changes nothing in it."""

OF_FACT = {"AU014": 26_100}
"""Rules whose words change from a build on by another fact than a default: NTLMv1 is gone."""


def _holds(row: WindowsDefault, release: WindowsRelease) -> bool:
    first, last = release_called(row.from_release), release_called(row.to_release)
    assert first is not None, row.from_release
    return first.build <= release.build and (last is None or release.build <= last.build)


@pytest.mark.drawn(2)
@pytest.mark.parametrize(
    "release", [release for release in RELEASES if release.name != OLD], ids=lambda each: each.name
)
def test_each_release_differs_from_2019_exactly_where_the_table_says(release: WindowsRelease, tmp_path: Path) -> None:
    """Every release against every row: what changes is what rows that hold there alone, or not there, account for."""
    old = release_called(OLD)
    assert old is not None
    changed = [row for row in windows_defaults() if _holds(row, release) != _holds(row, old)]
    expected = {code for row in changed for code in OF_ROW.get((row.item, row.from_release), set())}
    expected |= {code for code, build in OF_FACT.items() if release.build >= build}
    differing = {code for code, _, _ in said(tmp_path, OLD) ^ said(tmp_path, release.name)}
    assert differing == expected
