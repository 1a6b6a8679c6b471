"""Configurations of several files: what one includes or names, in a folder and in an archive, and what is not there."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cases import cases
from tests.formats.kit.test_x509 import certificate, name

from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import read_inputs
from ipseclint.formats.peers.included import certificate_names, lies_at
from ipseclint.model.peer import Peer

MAIN = "child-defaults {\n  esp_proposals = aes256gcm16-ecp384\n}\ninclude conf.d/*.conf\n"
OFFICE = (
    "connections {\n  office {\n    version = 2\n    local {\n      auth = pubkey\n      certs = gateway.pem\n    }\n"
    "    remote {\n      auth = pubkey\n      cacerts = authority.pem\n    }\n    children {\n"
    "      net : child-defaults {\n      }\n    }\n  }\n}\n"
)
AUTHORITY = certificate(name(("550403", 0x13, b"Example Root")))


def pem(der: bytes) -> bytes:
    """A certificate as text."""
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


FILES = {
    "swanctl.conf": MAIN.encode(),
    "conf.d/office.conf": OFFICE.encode(),
    "x509ca/authority.pem": pem(AUTHORITY),
}


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    """A folder with files."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def read(path: Path) -> tuple[list[Peer], list[str]]:
    """The peers behind a path, and the problems."""
    inputs = read_inputs(candidates([str(path)]))
    return (
        [peer for each in inputs for peer in each.parsed.policy.peers],
        [problem.message for each in inputs for problem in each.parsed.problems],
    )


@pytest.mark.parametrize("form", ["file", "folder", "archive"])
def test_what_a_configuration_includes_is_part_of_it(form: str, tmp_path: Path) -> None:
    path = lay(tmp_path / "swanctl", FILES)
    if form == "file":
        path /= "swanctl.conf"
    if form == "archive":
        path = tmp_path / "swanctl.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file, data in FILES.items():
                archive.writestr(f"etc/swanctl/{file}", data)
    peers, problems = read(path)
    (peer,) = peers
    assert problems == []
    assert (peer.name, peer.span.line) == ("office", 2)
    assert peer.span.path.endswith("conf.d/office.conf")
    assert peer.quick_mode is not None
    assert peer.quick_mode[0].groups == ("DH20",)
    assert peer.accepted is not None
    assert peer.accepted[0].authorities == ("CN=Example Root",)


def test_an_included_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = lay(tmp_path, {"swanctl.conf": MAIN.replace("conf.d", "/etc/swanctl/other.d").encode() + OFFICE.encode()})
    peers, problems = read(path)
    assert [peer.name for peer in peers] == ["office"]
    assert problems == ["an included file is not part of this input"]


def test_a_path_from_the_root_is_taken_by_its_end(tmp_path: Path) -> None:
    files = {"swanctl.conf": b"include /etc/swanctl/conf.d/*.conf\n" + MAIN.split("include", maxsplit=1)[0].encode()}
    peers, problems = read(lay(tmp_path, {**FILES, **files}))
    assert ([peer.name for peer in peers], problems) == (["office"], [])


def test_files_that_include_each_other_are_read_once(tmp_path: Path) -> None:
    files = {
        f"conf.d/{name}.conf": f"include *.conf\nconnections {{\n  {name} {{\n    proposals = default\n  }}\n}}\n"
        for name in "abcdef"
    }
    lay(tmp_path, {"swanctl.conf": b"include conf.d/*.conf\n", **{path: text.encode() for path, text in files.items()}})
    peers, problems = read(tmp_path / "swanctl.conf")
    assert {peer.name for peer in peers} == set("abcdef")
    assert problems == []


def test_sections_of_ipsec_conf_take_over_from_an_included_file(tmp_path: Path) -> None:
    office = (
        b"conn office\n  keyexchange=ikev2\n  also=base\n  left=10.2.0.7\n  right=10.1.0.5\n  leftcert=gateway.pem\n"
    )
    base = b"conn base\n  ike=aes256-sha384-ecp384!\n  authby=pubkey\n"
    lay(tmp_path, {"ipsec.conf": office + b"include ipsec.d/*.conf\n", "ipsec.d/base.conf": base})
    lay(tmp_path, {"ipsec.d/certs/gateway.pem": pem(AUTHORITY)})
    (peer,), problems = read(tmp_path)
    assert problems == []
    assert peer.main_mode is not None
    assert peer.main_mode[0].span.path.endswith("ipsec.d/base.conf")
    assert peer.own is not None
    assert peer.own[0].authorities == ("CN=Issuer",)


def test_keys_in_an_included_file_are_not_shown(cli: Callable[..., Any], tmp_path: Path) -> None:
    key = "k7Jq-Example-0001"
    secret = f'secrets {{\n  ike-1 {{\n    secret = "{key}"\n  }}\n}}\nconnections {{\n  {key} {{ version = 9 }}\n}}\n'
    lay(tmp_path, {"swanctl.conf": b"include conf.d/*.conf\n", "conf.d/keys.conf": secret.encode()})
    for command in ("check", "inspect"):
        result = cli(command, tmp_path / "swanctl.conf")
        assert key not in result.out + result.err


@cases(
    ("path", "tail", "lies"),
    [
        ("a/conf.d/x.conf", "conf.d/*.conf", True),
        ("a/conf.d/y/x.conf", "conf.d/*.conf", False),
        ("b/conf.d/x.conf", "conf.d/*.conf", False),
        ("a/x.conf", "*.conf", True),
        ("a/main.conf", "*.conf", False),
        ("a/x.conf", "./x.conf", True),
        ("a\\conf.d\\x.conf", "conf.d/*.conf", True),
    ],
)
def test_a_pattern_points_into_the_folder_of_its_file(path: str, tail: str, *, lies: bool) -> None:
    assert lies_at(path, "a/main.conf", tail) is lies


def test_of_two_files_that_include_each_other_one_stays(tmp_path: Path) -> None:
    connection = "connections {{\n  {} {{\n    proposals = default\n  }}\n}}\n"
    files = {
        "s.conf": f"include t.conf\n{connection.format('s')}".encode(),
        "t.conf": f"include s.conf\n{connection.format('t')}".encode(),
    }
    peers, _ = read(lay(tmp_path / "folder", files))
    assert {peer.name for peer in peers} == {"s", "t"}
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        for file, data in files.items():
            archive.writestr(file, data)
    peers, _ = read(tmp_path / "both.zip")
    assert {peer.name for peer in peers} == {"s", "t"}


@pytest.mark.parametrize("name", ["swanctl.conf", "swanctl.txt", "conf.d/office.txt"])
def test_an_archive_says_of_each_file_what_its_folder_says(name: str, tmp_path: Path) -> None:
    other = "conf.d/office.conf" if name.startswith("conf.d") else "swanctl.conf"
    files = {(name if path == other else path): data for path, data in FILES.items()}
    folder = lay(tmp_path / "swanctl", files)
    with zipfile.ZipFile(tmp_path / "swanctl.zip", "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)

    def told(path: Path) -> list[tuple[str, list[str], list[str], list[str]]]:
        return sorted(
            (
                Path(each.source.path).relative_to(path).as_posix(),
                [Path(member.path).relative_to(path).as_posix() for member in each.source.members],
                [peer.name for peer in each.parsed.policy.peers],
                [problem.message for problem in each.parsed.problems],
            )
            for each in read_inputs(candidates([str(path)]))
        )

    in_folder = told(folder)
    assert name in {path for own, members, *_ in in_folder for path in (own, *members)}
    assert told(tmp_path / "swanctl.zip") == in_folder


@cases(
    ("words", "names"),
    [
        ("gateway.pem", ["gateway.pem"]),
        ('a.pem, "b c.pem"', ["a.pem", "b c.pem"]),
        ("%smartcard:50", []),
        ("a.pem,, %smartcard, ", ["a.pem"]),
    ],
)
def test_a_certificate_on_a_token_is_no_file(words: str, names: list[str]) -> None:
    assert certificate_names(words) == names


@cases(
    ("path", "lies"),
    [("conf.d/x.conf", True), ("conf.d\\x.conf", True), ("main.conf", False), ("/conf.d/x.conf", False)],
)
def test_a_pattern_of_a_file_that_is_named_without_a_folder_points_beside_it(path: str, *, lies: bool) -> None:
    assert lies_at(path, "main.conf", "conf.d/*.conf") is lies
