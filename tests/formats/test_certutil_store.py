"""Certificates as certutil lists them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Certificate
from ipseclint.source import bytes_source


def parsed(text: str) -> Parsed:
    source = bytes_source("c.txt", text.encode())
    format_ = recognise(source)
    assert format_ is not None
    return format_.parse(source)


def of_fixture(fixtures: Path, name: str) -> tuple[Certificate, ...]:
    result = parsed((fixtures / "formats" / "certutil-store" / name).read_text())
    assert result.problems == ()
    return result.policy.certificates


def days(certificate: Certificate) -> tuple[date | None, date | None]:
    assert certificate.not_before is not None
    assert certificate.not_after is not None
    return certificate.not_before.known, certificate.not_after.known


def test_a_brief_list(fixtures: Path) -> None:
    vpn, old = of_fixture(fixtures, "brief.txt")
    assert (vpn.name, vpn.id) == ("CN=vpn.example.org", "0F1E2D3C4B5A69788796A5B4C3D2E1F001122334")
    assert old.id == "AABBCCDDEEFF00112233445566778899AABBCCDD"
    assert days(vpn) == (date(2026, 3, 14), date(2027, 3, 14))
    assert days(old) == (date(2020, 4, 2), date(2024, 4, 2))
    assert [each.has_private_key.known for each in (vpn, old) if each.has_private_key] == [True, False]
    assert vpn.issuer is not None
    assert vpn.issuer.known == "CN=Example Issuing CA, DC=corp, DC=example"
    assert (vpn.ekus, vpn.names) == (None, None)


def test_a_list_with_extensions(fixtures: Path) -> None:
    (vpn,) = of_fixture(fixtures, "verbose.txt")
    assert vpn.issuer is not None
    assert vpn.issuer.known == "CN=Example Issuing CA, DC=corp, DC=example"
    assert vpn.ekus is not None
    assert vpn.ekus.known == ("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.8.2.2")
    assert vpn.names is not None
    assert vpn.names.known == ("vpn.example.org", "vpn2.example.org")
    assert days(vpn) == (date(2026, 3, 14), date(2027, 3, 14))
    assert vpn.has_private_key is not None
    assert vpn.has_private_key.known is True


def test_certificates_of_other_stores_are_not_the_machine_s_own(fixtures: Path) -> None:
    assert [each.name for each in of_fixture(fixtures, "other-store.txt")] == ["CN=server1.example.org"]


def test_certificates_between_prompts(fixtures: Path) -> None:
    brief = (fixtures / "formats" / "certutil-store" / "brief.txt").read_text()
    text = f"C:\\>certutil -store my\n{brief}\nC:\\>netsh ipsec static add policy name=p\n"
    result = parsed(text)
    assert len(result.policy.certificates) == 2
    assert len(result.policy.policies) == 1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("25/02/2026 10:00", "01/03/2027 10:00", (date(2026, 2, 25), date(2027, 3, 1))),
        ("02/25/2026 10:00", "03/01/2027 10:00", (date(2026, 2, 25), date(2027, 3, 1))),
        ("2/1/2026 10:00 AM", "3/1/2027 10:00 AM", (date(2026, 2, 1), date(2027, 3, 1))),
        ("2026-02-01", "2027-03-01", (date(2026, 2, 1), date(2027, 3, 1))),
    ],
)
def test_dates_of_several_countries(before: str, after: str, expected: tuple[date, date]) -> None:
    head = "================ Certificate 0 ================\nCert Hash(sha1): 00\n"
    result = parsed(f"{head} NotBefore: {before}\n NotAfter: {after}\n")
    assert result.problems == ()
    assert days(result.policy.certificates[0]) == expected


@pytest.mark.parametrize("written", ["01/02/2026 10:00", "31.02.2026 10:00", "today", "99/99/2026"])
def test_a_date_that_cannot_be_told_is_a_problem(written: str) -> None:
    head = "================ Certificate 0 ================\nCert Hash(sha1): 00\n"
    result = parsed(f"{head} NotAfter: {written}\n")
    assert [problem.message for problem in result.problems] == [f"unknown date in `NotAfter` `{written}`"]
