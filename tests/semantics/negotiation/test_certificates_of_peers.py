"""Certificates that configurations of strongSwan name, in a folder with them: of which key, for which days."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.negotiate import answers
from ipseclint.model.site import Site
from ipseclint.semantics.negotiation.stage import Stage
from ipseclint.semantics.negotiation.table import Row, Side
from ipseclint.semantics.negotiation.verdict import Verdict
from tests.formats.kit.test_x509 import P256, P384, RSA, certificate, days, name
from tests.formats.peers.test_included import lay, pem

SWANCTL = (
    "connections {{\n  x {{\n    version = {version}\n    proposals = aes256-sha256-modp2048\n"
    "    local {{\n      auth = pubkey\n      certs = gateway.pem\n    }}\n"
    "    remote {{\n      auth = pubkey\n      cacerts = authority.pem\n    }}\n"
    "    children {{\n      c {{\n        esp_proposals = aes256-sha256\n      }}\n    }}\n  }}\n}}\n"
)
ISSUER = certificate(name(("550403", 0x13, b"Issuer")))
SUBJECT = name(("550403", 0x13, b"Gateway"))
DAY = date(2026, 3, 1)
GOOD = ("250101", "270101")


def rows(folder: Path, version: int, *ends: tuple[tuple[str, ...], tuple[str, str]]) -> list[Row]:
    """The answers about two ends, each with the key and the days of its certificate."""
    machines = []
    for place, (key, valid) in zip("ab", ends, strict=True):
        files = {
            "swanctl.conf": SWANCTL.format(version=version).encode(),
            "x509ca/authority.pem": pem(ISSUER),
            "x509/gateway.pem": pem(certificate(SUBJECT, days=days(*valid), key=key)),
        }
        read = read_inputs(candidates([str(lay(folder / place, files))]))
        machines.append(make_machine(place, read, Site(), DAY))
    return [row for row in answers(*machines) if row.initiator is Side.A]


@pytest.mark.parametrize(
    ("version", "mine", "theirs", "expected"),
    [
        (1, RSA, RSA, Verdict.SECURED),
        (1, RSA, P256, Verdict.FAILS),
        (1, P256, P384, Verdict.FAILS),
        (2, RSA, P256, Verdict.SECURED),
    ],
)
def test_ikev1_has_one_type_of_key_for_both_ends(
    version: int, mine: tuple[str, ...], theirs: tuple[str, ...], expected: Verdict, tmp_path: Path
) -> None:
    (row,) = rows(tmp_path, version, (mine, GOOD), (theirs, GOOD))
    stage = Stage.AUTHENTICATION if expected is Verdict.FAILS else None
    assert (row.outcome.verdict, row.outcome.stage) == (expected, stage)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("valid", [("230101", "240101"), ("260401", "300101")])
def test_a_certificate_is_valid_on_its_days_only(version: int, valid: tuple[str, str], tmp_path: Path) -> None:
    (row,) = rows(tmp_path, version, (RSA, GOOD), (RSA, valid))
    assert (row.outcome.verdict, row.outcome.stage) == (Verdict.FAILS, Stage.AUTHENTICATION)
    assert [advice and advice.words for advice in row.advice] == [None, "Renew the certificate."]
    (difference,) = row.differences
    assert (difference.name, difference.a) == ("certificate's days", "judged on 2026-03-01")
    seen = "AUTHENTICATION_FAILED" if version == 2 else "INVALID_CERTIFICATE, or no answer"
    assert [str(sight) for sight in row.sights] == [seen, seen]


def laid(folder: Path) -> tuple[str, str]:
    """Two ends, of which b's certificate is valid in 2026 alone."""
    paths = []
    for place, valid in (("a", ("250101", "400101")), ("b", ("260101", "261231"))):
        files = {
            "swanctl.conf": SWANCTL.format(version=2).encode(),
            "x509ca/authority.pem": pem(ISSUER),
            "x509/gateway.pem": pem(certificate(SUBJECT, days=days(*valid), key=RSA)),
        }
        paths.append(str(lay(folder / place, files)))
    return paths[0], paths[1]


@pytest.mark.parametrize(("day", "code"), [("2026-06-01", 0), ("2027-06-01", 1), ("2025-12-31", 1)])
def test_negotiate_judges_certificates_for_the_day_it_is_given(
    day: str, code: int, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    assert cli("negotiate", *laid(tmp_path), "--as-of", day).code == code


@pytest.mark.parametrize(("day", "code"), [("2026-06-01", 0), ("2027-06-01", 1)])
def test_diff_judges_certificates_for_the_day_it_is_given(
    day: str, code: int, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    """The new certificate is valid in 2026 alone, the old one longer."""
    peer, new = laid(tmp_path / "now")
    old = lay(
        tmp_path / "old",
        {
            "swanctl.conf": SWANCTL.format(version=2).encode(),
            "x509ca/authority.pem": pem(ISSUER),
            "x509/gateway.pem": pem(certificate(SUBJECT, days=days("250101", "400101"), key=RSA)),
        },
    )
    ran = cli("diff", old, new, "--peers", peer, "--as-of", day, "-o", "json")
    assert ran.code == code
    assert [pair["after"] for pair in json.loads(ran.out)["pairs"]] == ["fails"] * (2 * code)
