"""Crypto sets from their parts: words, defaults, what is missing, what is unknown."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.set_builder import Head, Parts, SetBuilder, Words
from ipseclint.formats.kit.token import Token
from ipseclint.model.policy import Dialect
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule

HERE = Span("a.json", 1, 1)
WORDS = Words(
    encryption={"aes": Cipher.AES_128},
    integrity={"sha": Integrity.SHA1},
    dh_group={"two": DhGroup.GROUP_2},
    quick_mode_encryption={"gcm": Cipher.AES_GCM_128},
    quick_mode_integrity={"gmac": Integrity.AES_GMAC_128},
    pfs_group={"pfs2": DhGroup.GROUP_2},
    encapsulation={"esp": Encapsulation.ESP, "alone": Encapsulation.AUTH_NO_ENCAP},
    flags={"true": True},
)


def parts(**texts: str) -> Parts:
    return {name: Token(text, "a.json", 2, 3) for name, text in texts.items()}


def builder() -> SetBuilder:
    return SetBuilder(WORDS, Diagnostics("a.json"))


def messages(made: SetBuilder) -> list[str]:
    return [each.message for each in made.diagnostics.problems]


def test_a_main_mode_proposal_has_its_three_parts() -> None:
    made = builder()
    proposal = made.main_mode_proposal(HERE, parts(encryption="AES", integrity="SHA", dh_group="two"))
    assert proposal.encryption == Setting(Cipher.AES_128, Span("a.json", 2, 3, 3))
    assert proposal.integrity.value is Integrity.SHA1
    assert proposal.dh_group.value is DhGroup.GROUP_2
    assert messages(made) == []


@cases(
    ("name", "title"),
    [("encryption", "encryption"), ("integrity", "integrity"), ("dh_group", "Diffie-Hellman group")],
)
def test_a_main_mode_proposal_without_one_of_them_is_malformed(name: str, title: str) -> None:
    made = builder()
    given = {"encryption": "aes", "integrity": "sha", "dh_group": "two"}
    del given[name]
    proposal = made.main_mode_proposal(HERE, parts(**given))
    assert getattr(proposal, name) == Setting(Unknown(""), HERE)
    assert messages(made) == [f"a proposal without its {title}"]


def test_quick_mode_has_words_of_its_own() -> None:
    made = builder()
    proposal = made.quick_mode_proposal(HERE, parts(encapsulation="esp", encryption="aes", esp_integrity="sha"))
    assert (proposal.encryption.value, proposal.esp_integrity.value) == (Unknown("aes"), Unknown("sha"))
    assert sorted(messages(made)) == ["unknown ESP integrity `sha`", "unknown encryption `aes`"]


def test_what_a_quick_mode_proposal_leaves_out_is_windows_default() -> None:
    made = builder()
    proposal = made.quick_mode_proposal(HERE, parts(encapsulation="esp"))
    assert proposal.ah_integrity == default(Integrity.NONE, HERE)
    assert proposal.esp_integrity == default(Integrity.NONE, HERE)
    assert proposal.encryption == default(Cipher.NONE, HERE)
    assert proposal.lifetime_seconds == default(builtin.QUICK_MODE_LIFETIME_SECONDS, HERE)
    assert proposal.lifetime_kilobytes == default(builtin.QUICK_MODE_LIFETIME_KILOBYTES, HERE)
    assert messages(made) == []


def test_a_quick_mode_proposal_needs_its_encapsulation() -> None:
    made = builder()
    assert made.quick_mode_proposal(HERE, {}).encapsulation == Setting(Unknown(""), HERE)
    assert messages(made) == ["a proposal without its encapsulation"]


@cases("part", ["ah_integrity", "esp_integrity"])
def test_the_one_hash_without_encapsulation_stands_where_esp_has_its_own(part: str) -> None:
    proposal = builder().quick_mode_proposal(HERE, parts(encapsulation="alone", **{part: "gmac"}))
    assert (proposal.esp_integrity.value, proposal.ah_integrity.value) == (Integrity.AES_GMAC_128, Integrity.NONE)


def test_lifetimes_are_written_in_minutes() -> None:
    made = builder()
    proposal = made.quick_mode_proposal(
        HERE, parts(encapsulation="esp", lifetime_seconds="60", lifetime_kilobytes="100000")
    )
    assert (proposal.lifetime_seconds.value, proposal.lifetime_kilobytes.value) == (3600, 100000)
    crypto = made.main_mode_set(Head("S", HERE), parts(lifetime_seconds="8h", quick_mode_limit="5"), ())
    assert (crypto.lifetime_seconds.value, crypto.quick_mode_limit.value) == (Unknown("8h"), 5)
    assert messages(made) == ["unknown lifetime in minutes `8h`"]


def test_a_part_that_its_reader_understood_is_taken_as_it_is() -> None:
    seconds = Setting(90, Span("a.json", 9, 9, 2))
    crypto = builder().main_mode_set(Head("S", HERE), {"lifetime_seconds": seconds, "force_dh": None}, ())
    assert crypto.lifetime_seconds is seconds
    assert crypto.force_dh == default(builtin.MAIN_MODE_FORCE_DH, HERE)


def test_the_head_says_what_a_set_is_called_and_where_it_comes_from() -> None:
    module = default(KeyModule.IKEV2, HERE)
    head = Head("S", HERE, "{1}", Dialect.VPN, module, is_default=True, builtin=True, store="GPO")
    made = builder()
    for crypto in (made.main_mode_set(head, parts(force_dh="TRUE"), ()), made.quick_mode_set(head, {}, ())):
        assert (crypto.name, crypto.id, crypto.dialect, crypto.key_module) == ("S", "{1}", Dialect.VPN, module)
        assert (crypto.is_default, crypto.builtin, crypto.store) == (True, True, "GPO")


def test_the_group_of_forward_secrecy_is_windows_default_where_none_is_written() -> None:
    made = builder()
    assert made.quick_mode_set(Head("S", HERE), {}, ()).pfs_group == default(builtin.QUICK_MODE_PFS_GROUP, HERE)
    assert made.quick_mode_set(Head("S", HERE), parts(pfs_group="PFS2"), ()).pfs_group.value is DhGroup.GROUP_2
    assert made.quick_mode_set(Head("S", HERE), parts(pfs_group="two"), ()).pfs_group.value == Unknown("two")
    assert messages(made) == ["unknown group for perfect forward secrecy `two`"]
