"""Certificates as certutil lists them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tests.cases import cases

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
    assert (vpn.names.span.line, vpn.names.span.length) == (39, 15)
    assert days(vpn) == (date(2026, 3, 14), date(2027, 3, 14))
    assert vpn.has_private_key is not None
    assert vpn.has_private_key.known is True


def test_one_name_beside_the_subject_is_its_only_name(fixtures: Path) -> None:
    text = (fixtures / "formats" / "certutil-store" / "verbose.txt").read_text()
    (vpn,) = parsed("".join(line for line in text.splitlines(keepends=True) if "vpn2" not in line)).policy.certificates
    assert vpn.names is not None
    assert vpn.names.known == ("vpn.example.org",)


def test_certificates_of_other_stores_are_not_the_machine_s_own(fixtures: Path) -> None:
    assert [each.name for each in of_fixture(fixtures, "other-store.txt")] == ["CN=server1.example.org"]


def test_certificates_between_prompts(fixtures: Path) -> None:
    brief = (fixtures / "formats" / "certutil-store" / "brief.txt").read_text()
    text = f"C:\\>certutil -store my\n{brief}\nC:\\>netsh ipsec static add policy name=p\n"
    result = parsed(text)
    assert len(result.policy.certificates) == 2
    assert len(result.policy.policies) == 1


@cases(
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


@cases("written", ["01/02/2026 10:00", "31.02.2026 10:00", "today", "99/99/2026"])
def test_a_date_that_cannot_be_told_is_a_problem(written: str) -> None:
    head = "================ Certificate 0 ================\nCert Hash(sha1): 00\n"
    result = parsed(f"{head} NotAfter: {written}\n")
    assert [problem.message for problem in result.problems] == [f"unknown date in `NotAfter` `{written}`"]


HASH = "0f1e2d3c4b5a69788796a5b4c3d2e1f001122334"
FRENCH = (
    'my "Personnel"\n================ Certificat 0 ================\nNum\ufffdro de s\ufffdrie\ufffd: 61\n'
    "\ufffdmetteur: CN=Example CA\n NotBefore\ufffd: 03/04/2026 01:00\n NotAfter\ufffd: 05/06/2027 01:00\n"
    "Objet: CN=vpn.example.org\nIl ne s'agit pas d'un certificat racine\n"
    f"Hach. cert. (sha1)\ufffd: {HASH}\n  Conteneur de cl\ufffd\ufffd= x\nCertUtil: -store OK.\n"
)
CHINESE = (
    "================ \u8bc1\u4e66 0 ================\n\u5e8f\u5217\u53f7: 01\n\u9881\u53d1\u8005: CN=Example CA\n"
    " NotBefore: 2026/4/3 1:00\n NotAfter: 2027-06-05 01:00\n\u4f7f\u7528\u8005: CN=vpn.example.org\n"
    f"\u8bc1\u4e66\u54c8\u5e0c(sha1)\uff1a{' '.join(HASH[i : i + 2] for i in range(0, 40, 2))}\n"
)


@cases(("text", "key"), [(FRENCH, True), (CHINESE, None)])
def test_a_list_in_another_language_is_read_by_the_order_of_its_lines(text: str, key: bool | None) -> None:
    result = parsed(text)
    (vpn,) = result.policy.certificates
    assert (vpn.name, vpn.id, result.problems) == ("CN=vpn.example.org", HASH.upper(), ())
    assert days(vpn) == (date(2026, 4, 3), date(2027, 6, 5))
    assert vpn.issuer is not None
    assert vpn.issuer.known == "CN=Example CA"
    assert (vpn.has_private_key.known if vpn.has_private_key else None) is key


def test_a_list_in_german(fixtures: Path) -> None:
    (vpn,) = of_fixture(fixtures, "german.txt")
    assert (vpn.name, days(vpn)) == ("CN=vpn.example.org", (date(2024, 1, 1), date(2025, 1, 1)))


def test_what_follows_a_subject_that_is_empty_is_not_taken_for_it() -> None:
    (nameless,) = parsed(CHINESE.replace(" CN=vpn.example.org", "") + "CertUtil: -store OK\n").policy.certificates
    assert nameless.name == "certificate"


def test_a_whole_list_in_another_language_is_said_to_be_unread() -> None:
    head = "================ Zertifikat 0 ================\nX509-Zertifikat:\nVersion: 3\nSeriennummer: 61\n"
    result = parsed(f"{head}Zertifikathash(sha1): {HASH}\n")
    (problem,) = result.problems
    assert problem.message.startswith("a listing with -v is read in English alone")
    assert [certificate.issuer for certificate in result.policy.certificates] == [None]


GERMAN_END = "CertUtil: -store-Befehl wurde erfolgreich ausgef\u00fchrt.\n"
SHOWN = (
    "Rule Name:  R\nEnabled:  Yes\nEndpoint1:  Any\nEndpoint2:  Any\nMode:  Transport\nAction:  RequestInRequestOut\n"
)


@cases("end", ["", GERMAN_END, "CertUtil: -store OK\n", "CertUtil\u00a0: -store OK\n"])
@cases("between", ["", "\n", 'Root "Trusted Root Certification Authorities"\n'])
def test_listings_one_after_another_are_one_text(end: str, between: str) -> None:
    listing = CHINESE + end
    source = bytes_source("c.txt", (listing + between + listing).encode())
    form = recognise(source)
    assert form is not None
    assert form.name == ("transcript" if "\u00a0" in end else "certutil-store")  # blanks that break no line are marks
    assert len(form.parse(source).policy.certificates) == (2 if "Root" not in between else 1)


@cases("end", [GERMAN_END, "CertUtil: -store OK\n", "CertUtil\u00a0: -store OK\n"])
@cases("times", [1, 3])
def test_what_follows_a_listing_is_parted_from_it(end: str, times: int) -> None:
    policy = parsed((CHINESE + end) * times + "\n" + SHOWN).policy
    assert [rule.name for rule in policy.connection_security_rules] == ["R"]
    assert len(policy.certificates) == times


ENDED = 'my "{}"\nCertUtil: -store{}\n'


@cases(
    ("text", "of_user"),
    [
        (ENDED.format("Personal", " command completed successfully."), False),
        (
            ENDED.format("Personnel", " La commande s\u2019est termin\u00e9e correctement.").replace("l:", "l\u00a0:"),
            False,
        ),
        (
            ENDED.format(
                "\u500b\u4eba",
                " \u30b3\u30de\u30f3\u30c9\u306f\u6b63\u5e38\u306b\u5b8c\u4e86\u3057\u307e\u3057\u305f\u3002",
            ),
            False,
        ),
        ('C:\\>certutil -v -store My\nMy "Personal"\n\nCertUtil: -store command completed successfully.\n', False),
        ("C:\\>certutil -store -user my\n" + ENDED.format("Personal", " command completed successfully."), True),
    ],
)
def test_a_store_without_certificates_is_empty(text: str, of_user: bool) -> None:
    for written in (text, text.replace("\n", "\r\n"), f"{text}\nC:\\>ver\n"):
        result = parsed(written)
        assert [each.of_user for each in result.policy.empty_stores] == [of_user]
        assert not result.problems


@cases("text", ['my "Personal"\n', ENDED.format("x", " ok").replace("my", "root"), "CertUtil: -store ok\n"])
def test_what_does_not_end_or_is_no_store_of_its_own_shows_nothing(text: str) -> None:
    assert recognise(bytes_source("c.txt", text.encode())) is None


def test_a_store_that_could_not_be_listed_is_said() -> None:
    result = parsed(ENDED.format("Personal", " command FAILED: 0x80070005 (WIN32: 5 ERROR_ACCESS_DENIED)"))
    assert result.policy.is_empty
    assert [problem.message for problem in result.problems] == [
        "certutil failed: which certificates the store holds is not known"
    ]


@cases("name", ["german.txt", "brief.txt", "verbose.txt"])
@cases("margin", ["    ", "\t", "  "])
def test_a_list_with_a_margin_is_read_as_without(fixtures: Path, name: str, margin: str) -> None:
    text = (fixtures / "formats" / "certutil-store" / name).read_text(encoding="utf-8")
    moved = parsed("".join(f"{margin}{line}" for line in text.splitlines(keepends=True)))
    told = [
        (
            each.name,
            each.id,
            days(each) if each.not_before else None,
            each.has_private_key and each.has_private_key.known,
        )
        for each in parsed(text).policy.certificates
    ]
    assert told == [
        (
            each.name,
            each.id,
            days(each) if each.not_before else None,
            each.has_private_key and each.has_private_key.known,
        )
        for each in moved.policy.certificates
    ]


@cases(("old", "new"), [("\n", "\n\n"), ("  ", "\u00a0 "), ("    ", "\u00a0\u00a0\u00a0\u00a0")])
def test_a_list_with_extensions_that_a_page_spaced_out(fixtures: Path, old: str, new: str) -> None:
    text = (fixtures / "formats" / "certutil-store" / "verbose.txt").read_text()
    (plain,), (spaced,) = (parsed(each).policy.certificates for each in (text, text.replace(old, new)))

    def told(certificate: Certificate) -> list[object]:
        values = (certificate.issuer, certificate.ekus, certificate.names, certificate.has_private_key)
        return [certificate.name, *(each and each.known for each in values), *days(certificate)]

    assert told(spaced) == told(plain)


@cases("name", ["german.txt", "brief.txt", "verbose.txt"])
def test_a_list_that_lost_its_indentation_is_read_as_with_it(fixtures: Path, name: str) -> None:
    text = (fixtures / "formats" / "certutil-store" / name).read_text(encoding="utf-8")
    whole, flat = (parsed(each).policy.certificates for each in (text, re.sub(r"(?m)^[ \t]+", "", text)))

    def told(certificate: Certificate) -> list[object]:
        dates = (certificate.not_before, certificate.not_after)
        values = (certificate.issuer, certificate.ekus, certificate.names, certificate.has_private_key, *dates)
        return [certificate.name, *(each and each.known for each in values)]

    assert [*map(told, whole)] == [*map(told, flat)]


@cases("said", ["Missing stored keyset", "Encryption test FAILED", "  Missing stored keyset  "])
def test_a_key_that_certutil_cannot_use_is_not_taken_to_be_there(fixtures: Path, said: str) -> None:
    text = (fixtures / "formats" / "certutil-store" / "verbose.txt").read_text("utf-8")
    result = parsed(text.replace("Encryption test passed", said))
    assert [each.has_private_key for each in result.policy.certificates] == [None]
    assert [each.message.partition(":")[0] for each in result.problems] == ["certutil cannot use the private key"]
