"""A repair of a connection's suite is one that the server of the run takes."""

from __future__ import annotations

from pathlib import Path

from ipseclint.api import check_paths
from tests.rules.reported_vpn_faults import SMALLER, connection, server, suite

WEAK = suite("SHA196", "DES3", "DES3", "SHA1", "PFS2", "Group2")


def fixes(folder: Path, **of_server: object) -> dict[str, str]:
    """The repair of each finding on a weak connection, by its rule: the command, or the note."""
    client = folder / "client.json"
    client.write_text(connection(IPSecCustomPolicy=WEAK))
    paths = [client]
    if of_server:
        paths.append(folder / "server.json")
        paths[-1].write_text(server(**of_server))
    report = check_paths(paths)
    own = [finding for finding in report.findings if finding.span.path.endswith("client.json")]
    return {
        finding.code: finding.fix.powershell or finding.fix.note or ""
        for finding in own
        if finding.fix is not None and finding.code in {"CR002", "CR004", "CR005"}
    }


def test_where_the_server_is_in_the_run_its_suite_is_proposed(tmp_path: Path) -> None:
    found = fixes(tmp_path, **SMALLER)
    assert set(found) == {"CR002", "CR004", "CR005"}
    assert all("-DHGroup ECP256" in text and text.endswith("it is the server's suite.") for text in found.values())


def test_without_it_the_strongest_is_proposed(tmp_path: Path) -> None:
    assert "-DHGroup ECP384" in fixes(tmp_path)["CR005"]


def test_a_weak_suite_of_the_server_is_not_proposed(tmp_path: Path) -> None:
    weak = suite("SHA196", "AES128", "AES128", "SHA256", "PFS2", "Group2")
    assert "-DHGroup ECP384" in fixes(tmp_path, **weak)["CR005"]
