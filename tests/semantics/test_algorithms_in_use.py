"""Where a set names which algorithm: each place of each kind of set, and none that only a default fills."""

from __future__ import annotations

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, Policy
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics import algorithms_in_use as module
from ipseclint.semantics.algorithms_in_use import Use
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from tests.cases import cases
from tests.made_objects import SPAN, left, main_mode_proposal, main_mode_set, quick_mode_proposal, quick_mode_set, said

MAIN = main_mode_set(
    proposals=(
        main_mode_proposal(Cipher.DES, Integrity.MD5, DhGroup.GROUP_1),
        main_mode_proposal().model_copy(
            update={
                "encryption": left(Cipher.AES_128),
                "integrity": left(Integrity.SHA1),
                "dh_group": Setting(Unknown("group 99"), SPAN),
            }
        ),
        main_mode_proposal(Cipher.AES_256, Integrity.SHA384, DhGroup.ECP_256),
    )
)
QUICK = quick_mode_set(
    pfs_group=said(DhGroup.GROUP_2),
    proposals=(
        quick_mode_proposal(encryption=said(Cipher.AES_GCM_256), ah_integrity=said(Integrity.SHA1)),
        quick_mode_proposal(
            encryption=left(Cipher.TRIPLE_DES),
            ah_integrity=left(Integrity.NONE),
            esp_integrity=Setting(Unknown("sha9"), SPAN),
        ),
    ),
)
OWN_GROUPS = quick_mode_set(
    pfs_group=said(DhGroup.GROUP_2),
    proposals=(quick_mode_proposal(), quick_mode_proposal(pfs_group=said(DhGroup.ECP_384))),
)


def told(uses: list[Use]) -> list[tuple[str, int | None]]:  # type: ignore[type-arg]
    assert all(use.span == SPAN for use in uses)
    return [(use.algorithm.value, use.proposal) for use in uses]


def test_every_place_that_names_an_algorithm_is_told_in_order() -> None:
    assert told(module.cipher_uses(MAIN)) == [("DES", 0), ("AES-256", 2)]
    assert told(module.integrity_uses(MAIN)) == [("MD5", 0), ("SHA-384", 2)]
    assert told(module.group_uses(MAIN)) == [("DH1", 0), ("DH19", 2)]
    assert told(module.cipher_uses(QUICK)) == [("AES-GCM-256", 0)]
    assert told(module.integrity_uses(QUICK)) == [("SHA-1", 0), ("SHA-256", 0)]
    assert told(module.group_uses(QUICK)) == [("DH2", None)]
    assert told(module.group_uses(OWN_GROUPS)) == [("DH20", 1)]
    assert told(module.group_uses(quick_mode_set(pfs_group=left(DhGroup.NONE)))) == []
    assert [module.integrity_is_known(each) for each in (MAIN, QUICK, OWN_GROUPS)] == [True, False, True]
    assert [module.mode_of(each) for each in (MAIN, QUICK)] == ["main-mode", "quick-mode"]


@cases(
    ("word", "names"),
    [
        (Cipher.DES, ["main"]),
        (Integrity.MD5, ["main"]),
        (DhGroup.GROUP_1, ["main"]),
        (Cipher.AES_GCM_256, ["quick"]),
        (Integrity.SHA1, ["main", "quick"]),
        (Encapsulation.ESP, ["quick", "own groups"]),
        (DhGroup.GROUP_2, ["quick", "own groups"]),
        (DhGroup.ECP_384, ["own groups"]),
        (DhGroup.GROUP_24, []),
    ],
)
def test_sets_are_found_by_each_word_that_they_hold(word: module.Word, names: list[str]) -> None:
    policy = Policy(
        main_mode_crypto_sets=(MAIN.model_copy(update={"name": "main"}),),
        quick_mode_crypto_sets=(
            QUICK.model_copy(update={"name": "quick"}),
            OWN_GROUPS.model_copy(update={"name": "own groups"}),
            QUICK.model_copy(update={"name": "of Windows", "builtin": True}),
        ),
    )
    found = module.sets_naming(Machine(name="m", policy=policy), [word])
    assert [each.name for each in found] == names


def test_a_proposal_is_written_if_any_of_its_four_parts_is() -> None:
    absent = {
        "encapsulation": left(Encapsulation.ESP),
        "encryption": left(Cipher.AES_128),
        "esp_integrity": left(Integrity.SHA1),
        "ah_integrity": left(Integrity.NONE),
    }
    silent = quick_mode_proposal(**absent, pfs_group=said(DhGroup.ECP_384))
    written = tuple(silent.model_copy(update={name: said(each.value)}) for name, each in absent.items())
    assert module.written_proposals(quick_mode_set(proposals=(silent, *written))) == list(written)


def test_sets_that_every_windows_has_were_made_by_nobody() -> None:
    sets = [
        main_mode_set("A"),
        main_mode_set("B", builtin=True),
        quick_mode_set("C", builtin=True),
        quick_mode_set("D"),
    ]
    policy = Policy(main_mode_crypto_sets=tuple(sets[:2]), quick_mode_crypto_sets=tuple(sets[2:]))
    assert [each.name for each in module.user_defined_crypto_sets(policy)] == ["A", "D"]
    assert [each.name for each in module.written_quick_mode_sets(policy)] == ["D"]


def test_what_takes_the_place_of_an_algorithm_is_what_its_tool_can_say() -> None:
    modern = (
        {"DES": "AES-256", "3DES": "AES-256"},
        {"MD5": "SHA-256", "SHA-1": "SHA-256"},
        {"DH1": "DH20", "DH2": "DH20", "DH24": "DH20"},
    )
    legacy: tuple[dict[str, str], ...] = ({}, {}, {"DH1": "DH14", "DH2": "DH14"})
    assert {
        dialect: tuple(
            {old.value: new.value for old, new in table.items()}  # type: ignore[attr-defined]
            for table in (successors.ciphers, successors.integrity, successors.groups)
        )
        for dialect, successors in module.SUCCESSORS.items()
    } == {
        Dialect.WFAS: modern,
        Dialect.WFP: modern,
        Dialect.VPN: modern,
        Dialect.IP_SECURITY_POLICY: legacy,
        Dialect.DYNAMIC: legacy,
    }
