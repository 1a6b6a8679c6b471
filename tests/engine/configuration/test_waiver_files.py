"""A waiver as text, and the file that it is put into."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.configuration.waiver_files import load_waivers, waiver_text, with_waivers
from ipseclint.finding import Finding
from tests.repair.policies import found, machine

MADE = '[[waiver]]\nrule = "CR001"\nreason = "x"\n'


def finding(name: str = 'R "1"') -> Finding:
    weak = "netsh advfirewall set global mainmode mmsecmethods dhgroup2:3des-sha1"
    first = found(machine(weak))[0][0]
    subject = first.subject.model_copy(update={"name": name})
    return first.model_copy(update={"subject": subject, "fingerprint": "f1", "code": "CR001"})


def test_a_waiver_says_what_is_known_of_it() -> None:
    told = tomllib.loads(waiver_text(finding(), "agreed", "Ops", "T-1", "2030-01-02"))["waiver"][0]
    assert list(told) == ["rule", "subject", "fingerprint", "reason", "owner", "ticket", "expires"]
    assert {name: str(value) for name, value in told.items()} == {
        "rule": "CR001",
        "subject": 'R "1"',
        "fingerprint": "f1",
        "reason": "agreed",
        "owner": "Ops",
        "ticket": "T-1",
        "expires": "2030-01-02",
    }
    assert waiver_text(finding("half \ud800"), "x", None, None, None) == (
        '[[waiver]]\nrule = "CR001"\nfingerprint = "f1"\nreason = "x"\n'
    )
    assert "subject" in waiver_text(finding("\ud7ff\ue000"), "x", None, None, None)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (None, f"{MADE}\n{MADE}"),
        (b"", f"{MADE}\n{MADE}"),
        (MADE.encode(), f"{MADE}\n{MADE}\n{MADE}"),
        (MADE.rstrip("\n").encode(), f"{MADE}\n{MADE}\n{MADE}"),
        (f"{MADE}\n".encode(), f"{MADE}\n{MADE}\n{MADE}"),
        (MADE.replace("\n", "\r\n").encode(), f"{MADE}\n{MADE}\n{MADE}".replace("\n", "\r\n")),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "mark of utf-16-le", "mark of utf-16-be"])
def test_entries_are_put_at_the_end_in_the_encoding_of_the_file(
    there: bytes | None, expected: str, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "waivers.toml"
    mark = "\ufeff" if encoding.startswith("mark") else ""
    codec = encoding.removeprefix("mark of ")
    if there is not None:
        path.write_bytes(f"{mark}{there.decode()}".encode(codec))
    if not there and encoding != "utf-8":
        mark, codec = (mark, codec) if there is not None and mark else ("", "utf-8")
    assert with_waivers(path, [MADE, MADE]) == f"{mark}{expected}".encode(codec)


def test_what_holds_no_waivers_is_not_added_to(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text("[other]\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        with_waivers(path, [MADE])


def test_a_waiver_of_a_rule_that_is_not_there_names_what_may_be_meant(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(MADE + MADE.replace("CR001", "CR0O1"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"waiver 2: unknown rule 'CR0O1'; did you mean cr001\?"):
        load_waivers(path, frozenset(), frozenset({"cr001", "a-name"}))
    with pytest.raises(ConfigError, match="waiver 1: CR001 cannot be waived"):
        load_waivers(path, frozenset({"cr001"}), frozenset({"cr001"}))
