"""Phases in the rows and columns of forms, and two of them on one line."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.peer import Peer
from ipseclint.source import bytes_source

ROWS = (
    ("1", "Encryption", "AES-256"),
    ("1", "Hash", "SHA-256"),
    ("1", "DH Group", "14"),
    ("1", "Lifetime", "28800"),
    ("2", "Encryption", "AES-128"),
    ("2", "Hash", "SHA1"),
    ("2", "PFS", "Group 19"),
    ("2", "Lifetime", "3600"),
)


def text(row: str, head: str = "") -> str:
    """A form with one row for each value."""
    return f"{head}\n" + "".join(row.format(phase=phase, name=name, value=value) + "\n" for phase, name, value in ROWS)


FORMS = {
    "text": text("Phase {phase} {name}: {value}", "VPN questionnaire\n"),
    "text, phase behind": text("{name} (Phase {phase}) = {value}"),
    "list": text("- IKE Phase {phase} {name}: {value}"),
    "csv": text("Phase {phase} {name},{value}", "Parameter,Value"),
    "csv of sections": text("Phase {phase},{name},{value}", "Section,Parameter,Value"),
    "quoted": text('"Phase {phase}";"{name}";"{value}"'),
    "markdown": text("| **Phase {phase} {name}** | {value} |", "| Parameter | Value |\n|---|---|"),
    "both ends": text("| Phase {phase} {name} | {value} | {value} |", "| | Ours | Yours |"),
    "tabulators": text("Phase {phase} {name}\t{value}"),
    "columns": (
        "| Parameter | Phase 1 (IKE) | Phase 2 (IPsec) |\n|:--|---|---|\n| Encryption | AES-256 | AES-128 |\n"
        "| Hash | SHA-256 | SHA1 |\n| DH group / PFS | 14 | Group 19 |\n| Lifetime | 28800 | 3600 |\n"
    ),
    "columns of csv": (
        "Parameter,Phase 1,Phase 2\nEncryption,AES-256,AES-128\nHash,SHA-256,SHA1\nDH Group,14,\nPFS,-,19\n"
        "Lifetime,28800,3600\n"
    ),
    "merged cells": (
        "Phase 1;Encryption;AES-256\n;Hash;SHA-256\n;DH Group;14\n;Lifetime;28800\nPhase 2;Encryption;AES-128\n"
        ";Hash;SHA1\n;PFS;19\n;Lifetime;3600\n"
    ),
    "merged cells, tabulators": (
        "Phase 1\tEncryption\tAES-256\n\tHash\tSHA-256\n\tDH Group\t14\n\tLifetime\t28800\n"
        "Phase 2\tEncryption\tAES-128\n\tHash\tSHA1\n\tPFS\t19\n\tLifetime\t3600\n"
    ),
}


def read(form: str, name: str = "form.txt") -> Parsed:
    """What is read of a form."""
    source = bytes_source(name, form.encode())
    format_ = recognise(source)
    assert format_ is not None
    return format_.parse(source)


def suites(peer: Peer) -> list[tuple[object, ...]]:
    """The proposals of both phases."""
    return [
        (offer.encryption, offer.integrity, offer.groups)
        for offer in (*(peer.main_mode or ()), *(peer.quick_mode or ()))
    ]


WHOLE = [(("AES-256",), ("SHA-256",), ("DH14",)), (("AES-128",), ("SHA-1",), ("DH19",))]


@cases("form", list(FORMS))
def test_a_form_tells_two_phases(form: str) -> None:
    parsed = read(FORMS[form], "form.csv" if "csv" in form else "form.md")
    (peer,) = parsed.policy.peers
    assert suites(peer) == WHOLE
    assert [each and each.known for each in (peer.main_mode_seconds, peer.quick_mode_seconds)] == [28_800, 3600]
    assert (parsed.problems, parsed.unread) == ((), ())


@cases(
    "line",
    [
        "Phase 1: AES256-SHA256-DH14 / Phase 2: AES128-SHA1 PFS19",
        "Phase 1: AES256-SHA256-DH14, Phase 2: AES128-SHA1-DH19",
        "- IKE Phase 1: AES256/SHA256/DH14 and IPsec Phase 2: AES128/SHA1/PFS group 19",
        "Phase 1: AES256, SHA256, DH14. Phase 2: AES128, SHA1, PFS: 19",
        "| Phase 1: AES256, SHA256, DH14 | Phase 2: AES128, SHA1, PFS 19 |"[2:-2],
    ],
)
def test_two_phases_on_one_line_are_two(line: str) -> None:
    parsed = read(f"The partner says:\n{line}\n")
    (peer,) = parsed.policy.peers
    assert suites(peer) == WHOLE
    assert peer.main_mode is not None
    assert (peer.main_mode[0].span.line, peer.quick_mode and peer.quick_mode[0].span.column) == (
        2,
        line.index("AES128") + 1,
    )
    assert parsed.problems == ()


def test_the_version_stands_in_a_row_without_a_phase() -> None:
    for row in ("IKE version: IKEv2", "| IKE version | IKEv2 | IKEv2 |"):
        (peer,) = read(f"{row}\n{FORMS['text']}").policy.peers
        assert peer.key_modules is not None
        assert [str(each) for each in peer.key_modules.known or ()] == ["IKEv2"]


def test_what_both_ends_have_otherwise_is_not_guessed() -> None:
    parsed = read(FORMS["csv"].replace("Phase 1 Encryption,AES-256", "Phase 1 Encryption,AES-256,AES-128"), "form.csv")
    (problem,) = parsed.problems
    assert (problem.span.line, problem.message) == (
        2,
        "several values in a row of a phase: keep the column of the end that is meant",
    )
    assert parsed.policy.peers == ()


def test_a_sentence_with_a_phase_and_commas_is_no_row_of_one() -> None:
    parsed = read("# For Phase 1, this gateway takes groups 2, 14, 16\n" + FORMS["csv"], "form.csv")
    assert parsed.problems == ()
    assert [suites(peer) for peer in parsed.policy.peers] == [WHOLE]


def test_a_row_with_an_unknown_name_is_counted_behind_one_that_is_known() -> None:
    parsed = read(f"{FORMS['text']}Phase 1 rekey margin: 540\nPhase 2 Pre-shared key: Five-red-plums\n")
    assert [word.strip("`") for word, _ in parsed.unread] == ["Pre-shared key", "rekey margin"]
    assert "Five-red" not in str(check_text(f"{FORMS['text']}Phase 1 Pre-shared key: Five-red-plums\n", "a.txt"))


def test_an_authentication_by_a_key_is_no_hash() -> None:
    (peer,) = read(f"Phase 1 Authentication: Pre-shared key\n{FORMS['text']}").policy.peers
    assert suites(peer) == WHOLE
    assert peer.own is not None


def test_a_value_that_is_told_again_begins_another_gateway() -> None:
    assert [suites(peer) for peer in read(FORMS["csv"] * 2, "form.csv").policy.peers] == [WHOLE, WHOLE]


@cases(
    "document",
    [
        "| Task | Phase 1 | Phase 2 |\n|---|---|---|\n| Encryption | planned | open |\n| Hash | - | - |\n",
        "Phase 1,Rollout of encryption,done\nPhase 2,Version,2\n",
        "Phase 1 budget: 20000\nPhase 2 budget: 30000\n",
    ],
)
def test_a_plan_with_phases_is_no_gateway(document: str) -> None:
    assert recognise(bytes_source("plan.md", document.encode())) is None
