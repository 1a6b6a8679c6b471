"""Proposals compared and repaired."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.model.policy import (
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.meaning import without_places
from ipseclint.semantics.proposals import exceeds, purpose, raised, repaired, strength, without_ah, words
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from tests.cases import cases

PLACE = Span("p", 1, 1)


def main(*proposals: tuple[str, str, str], dialect: Dialect = Dialect.WFAS) -> MainModeCryptoSet:
    return MainModeCryptoSet(
        name="M",
        span=PLACE,
        dialect=dialect,
        proposals=tuple(
            MainModeProposal(
                span=PLACE,
                encryption=Setting(Cipher(cipher), PLACE),
                integrity=Setting(Integrity(integrity), PLACE),
                dh_group=Setting(DhGroup(group), PLACE),
            )
            for cipher, integrity, group in proposals
        ),
        lifetime_seconds=Setting(28_800, PLACE),
        quick_mode_limit=Setting(0, PLACE),
        force_dh=Setting(value=False, span=PLACE),
    )


def proposal(encapsulation: str, ah: str, esp: str, cipher: str) -> QuickModeProposal:
    return QuickModeProposal(
        span=PLACE,
        encapsulation=Setting(Encapsulation(encapsulation), PLACE),
        ah_integrity=Setting(Integrity(ah), PLACE),
        esp_integrity=Setting(Integrity(esp), PLACE),
        encryption=Setting(Cipher(cipher), PLACE),
        lifetime_seconds=Setting(3600, PLACE),
        lifetime_kilobytes=Setting(100_000, PLACE),
    )


def quick(*proposals: tuple[str, str, str, str], dialect: Dialect = Dialect.WFAS) -> QuickModeCryptoSet:
    return QuickModeCryptoSet(
        name="Q",
        span=PLACE,
        dialect=dialect,
        proposals=tuple(proposal(*each) for each in proposals),
        pfs_group=Setting(DhGroup.NONE, PLACE),
    )


@cases(
    ("before", "after"),
    [
        ([("3DES", "MD5", "DH1")], ["AES-256+SHA-256+DH20"]),
        ([("AES-128", "SHA-1", "DH2"), ("3DES", "SHA-1", "DH2")], ["AES-256+SHA-256+DH20", "AES-128+SHA-256+DH20"]),
        ([("AES-256", "SHA-384", "DH14"), ("AES-256", "SHA-384", "DH19")], ["AES-256+SHA-384+DH19"]),
        ([("AES-GCM-128", "AES-GMAC-128", "DH24")], ["AES-128+SHA-256+DH20"]),
        ([("none", "none", "none")], ["AES-256+SHA-256+DH20"]),
        ([("AES-256", "SHA-256", "DH14")], ["AES-256+SHA-256+DH14"]),
    ],
)
def test_a_main_mode_set_is_repaired(before: list[tuple[str, str, str]], after: list[str]) -> None:
    assert [words(each) for each in repaired(main(*before))] == after


def test_only_the_group_of_a_legacy_set_can_be_repaired() -> None:
    before = main(("DES", "MD5", "DH1"), ("3DES", "SHA-1", "DH2"), dialect=Dialect.IP_SECURITY_POLICY)
    assert [words(each) for each in repaired(before)] == ["3DES+SHA-1+DH14", "DES+MD5+DH14"]


def test_a_set_of_wfp_keeps_its_groups_apart() -> None:
    before = main(("AES-256", "SHA-256", "DH14"), ("AES-256", "SHA-256", "DH20"), dialect=Dialect.WFP)
    assert [words(each) for each in repaired(before)] == ["AES-256+SHA-256+DH20", "AES-256+SHA-256+DH14"]


@cases(
    ("before", "after"),
    [
        (("ESP", "none", "MD5", "3DES"), "ESP AES-256+SHA-256"),
        (("ESP", "none", "none", "AES-128"), "ESP AES-128+SHA-256"),
        (("ESP", "none", "SHA-256", "AES-GCM-128"), "ESP AES-GCM-128+AES-GMAC-128"),
        (("ESP", "none", "AES-GMAC-256", "AES-256"), "ESP AES-256+SHA-256"),
        (("ESP", "none", "AES-GMAC-256", "none"), "ESP none+AES-GMAC-256"),
        (("ESP", "none", "SHA-384", "AES-256"), "ESP AES-256+SHA-256"),
        (("AH", "SHA-1", "none", "none"), "AH SHA-256"),
        (("AH+ESP", "SHA-256", "SHA-1", "AES-128"), "ESP AES-128+SHA-256"),
        (("AH+ESP", "SHA-256", "none", "AES-128"), "ESP AES-128+SHA-256"),
        (("auth-no-encap", "none", "SHA-256", "none"), "auth-no-encap SHA-256"),
    ],
)
def test_a_quick_mode_proposal_is_repaired(before: tuple[str, str, str, str], after: str) -> None:
    assert [words(each) for each in repaired(quick(before))] == [after]


def test_each_purpose_keeps_its_place_in_the_list() -> None:
    before = quick(
        ("ESP", "none", "SHA-256", "none"),
        ("ESP", "none", "SHA-256", "AES-128"),
        ("AH", "SHA-256", "none", "none"),
        ("ESP", "none", "SHA-256", "AES-256"),
    )
    after = ["ESP none+SHA-256", "ESP AES-256+SHA-256", "AH SHA-256", "ESP AES-128+SHA-256"]
    assert [words(each) for each in repaired(before)] == after


def test_esp_takes_the_place_of_what_a_nat_or_a_tunnel_refuses() -> None:
    before = quick(
        ("AH", "SHA-256", "none", "none"),
        ("auth-no-encap", "none", "AES-GMAC-128", "none"),
        ("ESP", "none", "SHA-256", "none"),
    )
    assert [words(each) for each in without_ah(before)] == ["ESP none+SHA-256", "ESP none+AES-GMAC-128"]


def test_a_profile_takes_integrity_to_gmac_and_its_cipher_with_it() -> None:
    before = quick(("ESP", "none", "SHA-256", "AES-128"), ("ESP", "none", "SHA-256", "none"))
    after = raised(before, {Cipher.AES_128: Cipher.AES_256}, {Integrity.SHA256: Integrity.AES_GMAC_256})
    assert [words(each) for each in after] == ["ESP AES-GCM-256+AES-GMAC-256", "ESP none+AES-GMAC-256"]


def test_what_is_not_understood_stays_as_it_is() -> None:
    before = main(("3DES", "SHA-1", "DH2"))
    odd = before.proposals[0].model_copy(update={"integrity": Setting(Unknown("sha999"), PLACE)})
    before = before.model_copy(update={"proposals": (*before.proposals, odd)})
    after = repaired(before)
    assert strength(odd) is None
    assert [words(each) for each in after] == ["AES-256+SHA-256+DH20", "AES-256+?+DH20"]


KINDS = st.tuples(
    st.sampled_from([each for each in Encapsulation if each is not Encapsulation.AH_AND_ESP]),
    st.sampled_from([Integrity.NONE, Integrity.SHA1, Integrity.SHA256]),
    st.sampled_from([Integrity.NONE, Integrity.MD5, Integrity.SHA256, Integrity.AES_GMAC_128]),
    st.sampled_from(list(Cipher)),
)


@given(st.lists(KINDS, min_size=1, max_size=12))
def test_a_repaired_set_has_each_proposal_once_and_no_weaker_one_first(kinds: list[tuple[str, str, str, str]]) -> None:
    after = repaired(quick(*kinds))
    assert len({without_places(each) for each in after}) == len(after)
    for place, early in enumerate(after):
        for late in after[place + 1 :]:
            weak, strong = strength(early), strength(late)
            assert weak is not None
            assert strong is not None
            assert purpose(early) != purpose(late) or not exceeds(strong, weak)
    once_more = quick().model_copy(update={"proposals": after})
    assert repaired(once_more) == after
