"""A repair worked into the words of a script: each field's word at its place, and what is no word for another."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.model.change import Edit
from ipseclint.model.policy import Dialect
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.repair.script.literals import with_literals
from ipseclint.source import Span, bytes_source
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from tests.cases import cases
from tests.made_objects import main_mode_proposal, main_mode_set, quick_mode_proposal, quick_mode_set, said

SCRIPT = "New-Thing -A one -B 'two' -C $three\nNew-Thing -D four\n"
ONE, TWO, THREE, FOUR = (
    Span("a.ps1", 1, SCRIPT.index("one") + 1, 3),
    Span("a.ps1", 1, SCRIPT.index("two") + 1, 3),
    Span("a.ps1", 1, SCRIPT.index("$three") + 1, 6),
    Span("a.ps1", 2, 14, 4),
)


def worked(edits: list[Edit], *commands: str) -> str | None:
    changed = with_literals(bytes_source("a.ps1", SCRIPT.encode()), [(edits, commands)])
    return None if changed is None else changed.read_text()


def of_main(before: dict[str, Any], after: dict[str, Any], dialect: Dialect = Dialect.WFAS) -> Edit:
    return Edit(main_mode_set(dialect=dialect, **before), main_mode_set(dialect=dialect, **after), tuple(after))


def of_quick(before: dict[str, Any], after: dict[str, Any], dialect: Dialect = Dialect.WFAS) -> Edit:
    return Edit(quick_mode_set(dialect=dialect, **before), quick_mode_set(dialect=dialect, **after), tuple(after))


MINUTES = of_main({"lifetime_seconds": Setting(300, ONE)}, {"lifetime_seconds": Setting(28_800, ONE)})


@cases(
    ("command", "expected"),
    [
        ("Set-X -MaxMinutes 480", SCRIPT.replace("one", "480")),
        ("Set-X -MaxMinutes 480 -Y 1", SCRIPT.replace("one", "480")),
        ("Set-X -MaxMinutes $m", SCRIPT.replace("one", "$m")),
        ("Set-X -MaxSessions 480", None),
        ("Set-X -MaxMinutes '480'", None),
        ("Set-X -MaxMinutes 480,1", None),
    ],
)
def test_the_word_of_a_field_is_that_of_its_parameter(command: str, expected: str | None) -> None:
    assert worked([MINUTES], command) == expected


@cases(
    ("field", "parameter"),
    [("lifetime_seconds", "MaxMinutes"), ("quick_mode_limit", "MaxSessions"), ("force_dh", "ForceDiffieHellman")],
)
def test_each_field_of_main_mode_has_its_parameter(field: str, parameter: str) -> None:
    values = (True, False) if field == "force_dh" else (1, 2)
    edit = of_main({field: Setting(values[0], ONE)}, {field: Setting(values[1], ONE)})
    assert worked([edit], f"Set-X -{parameter} new -Other x") == SCRIPT.replace("one", "new")


@cases(
    ("field", "parameter", "old", "new"),
    [
        ("encryption", "Encryption", Cipher.DES, Cipher.AES_256),
        ("esp_integrity", "ESPHash", Integrity.MD5, Integrity.SHA256),
        ("ah_integrity", "AHHash", Integrity.MD5, Integrity.SHA256),
        ("lifetime_kilobytes", "MaxKiloBytes", 1, 2),
        ("lifetime_seconds", "MaxMinutes", 60, 3600),
    ],
)
def test_each_field_of_a_proposal_has_its_parameter(field: str, parameter: str, old: Any, new: Any) -> None:
    def sets(value: Any) -> dict[str, Any]:
        other = quick_mode_proposal()
        return {"proposals": (other, quick_mode_proposal(**{field: Setting(value, FOUR)}))}

    command = (
        f"Set-X -P (New-NetIPsecQuickModeCryptoProposal -{parameter} no), (New-NetIPsecXProposal -{parameter} new)"
    )
    assert worked([of_quick(sets(old), sets(new))], command) == SCRIPT.replace("four", "new")
    assert worked([of_quick(sets(old), sets(new))], command.partition(",")[0]) is None


def test_several_words_of_a_line_are_each_at_their_place() -> None:
    edits = [
        of_main({"lifetime_seconds": Setting(1, ONE)}, {"lifetime_seconds": Setting(2, ONE)}),
        of_main({"quick_mode_limit": Setting(1, TWO)}, {"quick_mode_limit": Setting(2, TWO)}),
        of_quick({"pfs_group": Setting(DhGroup.GROUP_2, THREE)}, {"pfs_group": Setting(DhGroup.ECP_384, THREE)}),
    ]
    commands = ("Set-X -MaxMinutes longer", "Set-X -MaxSessions 9", "Set-X -PerfectForwardSecrecyGroup DH20")
    assert worked(edits, *commands) == (SCRIPT.replace("one", "longer").replace("two", "9").replace("$three", "DH20"))
    assert worked(edits, *commands[:2]) is None


TWO_PROPOSALS = (main_mode_proposal(), main_mode_proposal(Cipher.AES_128))


@cases(
    "edit",
    [
        # What is left to Windows, or comes or goes, has no word.
        of_main({"lifetime_seconds": default(300, ONE)}, {"lifetime_seconds": said(2)}),
        Edit(None, main_mode_set()),
        Edit(main_mode_set(), None),
        of_main({"proposals": TWO_PROPOSALS[:1]}, {"proposals": TWO_PROPOSALS}),
        # A place that holds no single word.
        of_main({"lifetime_seconds": Setting(1, Span("a.ps1", 1, 1, 9))}, {"lifetime_seconds": said(2)}),
    ],
)
@cases("command", ["Set-X -MaxMinutes 1 -P (New-NetIPsecXProposal -Encryption a)"])
def test_what_is_not_one_word_for_another_is_not_worked_in(edit: Edit, command: str) -> None:
    assert worked([edit], command) is None
    assert worked([edit, MINUTES], command, command) is None


VPN = Dialect.VPN


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        (
            of_main({"lifetime_seconds": Setting(1, ONE)}, {"lifetime_seconds": Setting(2, ONE)}, VPN),
            "2",
        ),
        (
            of_quick({"pfs_group": Setting(DhGroup.NONE, ONE)}, {"pfs_group": Setting(DhGroup.ECP_384, ONE)}, VPN),
            "ECP384",
        ),
        (
            of_quick({"pfs_group": Setting(DhGroup.NONE, ONE)}, {"pfs_group": Setting(Unknown("x"), ONE)}, VPN),
            None,
        ),
        (of_quick({"pfs_group": default(DhGroup.NONE, ONE)}, {"pfs_group": said(DhGroup.ECP_384)}, VPN), None),
        (of_main({"proposals": TWO_PROPOSALS}, {"proposals": TWO_PROPOSALS[:1]}, VPN), None),
        (Edit(None, main_mode_set(dialect=VPN)), None),
    ],
)
def test_of_a_vpn_the_suite_has_the_words(edit: Edit, word: str | None) -> None:
    assert worked([edit]) == (None if word is None else SCRIPT.replace("one", word))
    other = of_main({"lifetime_seconds": Setting(1, TWO)}, {"lifetime_seconds": Setting(9, TWO)}, VPN)
    assert worked([edit, other]) == (None if word is None else SCRIPT.replace("one", word).replace("two", "9"))


@pytest.mark.parametrize(
    ("is_main", "field", "old", "new", "word"),
    [
        (True, "encryption", Cipher.DES, Cipher.AES_256, "AES256"),
        (True, "integrity", Integrity.MD5, Integrity.SHA256, "SHA256"),
        (True, "dh_group", DhGroup.GROUP_1, DhGroup.GROUP_14, "Group14"),
        (False, "encryption", Cipher.DES, Cipher.AES_GCM_256, "GCMAES256"),
        (False, "esp_integrity", Integrity.MD5, Integrity.SHA256, "SHA256128"),
        (False, "lifetime_seconds", 60, 3600, "3600"),
    ],
)
def test_each_part_of_a_suite_has_its_word(is_main: bool, field: str, old: Any, new: Any, word: str) -> None:
    def sets(value: Any) -> dict[str, Any]:
        setting = Setting(value, FOUR)
        made = (
            main_mode_proposal().model_copy(update={field: setting})
            if is_main
            else quick_mode_proposal(**{field: setting})
        )
        return {"proposals": (made,)}

    edit = (of_main if is_main else of_quick)(sets(old), sets(new), VPN)
    assert worked([edit]) == SCRIPT.replace("four", word)


@cases("dialect", [Dialect.WFAS, Dialect.VPN])
def test_what_is_added_or_removed_is_no_word_of_the_script(dialect: Dialect) -> None:
    crypto = main_mode_set(dialect=dialect)
    for edit in (Edit(None, crypto, ("lifetime_seconds",)), Edit(crypto, None, ("lifetime_seconds",))):
        assert worked([edit], "Set-X -MaxMinutes 480") is None
        assert worked([edit, MINUTES], "Set-X -MaxMinutes 480") is None
