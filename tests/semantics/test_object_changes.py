"""Which objects changed, and in what: each kind of change says exactly that."""

from __future__ import annotations

from pathlib import Path

from ipseclint import read
from ipseclint.formats.netsh import script
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy, QuickModeCryptoSet
from ipseclint.semantics.field_changes import FieldChange
from ipseclint.semantics.object_changes import Change, ObjectChange, object_changes
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Cipher
from tests.made_objects import quick_mode_proposal, quick_mode_set, rule, said, to


def machine(*lines: str) -> Machine:
    text = "".join(f"netsh {line}\n" for line in lines)
    return Machine(name="policy.cmd", policy=script.parse(bytes_source("policy.cmd", text.encode())).policy)


def consec(name: str, peer: str, more: str = "auth1=computerkerb") -> str:
    return f'advfirewall consec add rule name="{name}" endpoint1=any endpoint2={peer} action=requireinrequireout {more}'


def said_of(*changes: ObjectChange) -> list[tuple[str, str, str]]:
    return [(each.change.value, each.kind, each.name) for each in changes]


def changed(old: Machine, new: Machine) -> tuple[ObjectChange, ...]:
    return object_changes(old, new).changes


ONE, TWO = consec("One", "10.1.0.0/16"), consec("Two", "10.2.0.0/16")


def test_the_same_objects_in_another_order_are_no_change() -> None:
    assert changed(machine(ONE, TWO), machine(TWO, ONE)) == ()


def test_a_rename_is_a_rename() -> None:
    (change,) = changed(machine(ONE, TWO), machine(TWO, ONE.replace("One", "First")))
    assert said_of(change) == [("renamed", "connection_security_rule", "First")]
    assert change.fields == (FieldChange("name", "One", "First"),)


def test_two_rules_that_change_their_names_with_each_other_are_renamed() -> None:
    swapped = (ONE.replace("One", "Two"), TWO.replace("Two", "One"))
    assert said_of(*changed(machine(ONE, TWO), machine(*swapped))) == [
        ("renamed", "connection_security_rule", "Two"),
        ("renamed", "connection_security_rule", "One"),
    ]


def test_of_two_sets_that_are_not_there_the_names_are_told() -> None:
    old, new = (
        Machine(name="m", policy=Policy(connection_security_rules=(rule(name="R", quick_mode_crypto=to(target)),)))
        for target in ("{X1}", "{X2}")
    )
    (change,) = changed(old, new)
    assert [(each.old, each.new) for each in change.fields] == [("{X1}", "{X2}")]


def test_a_field_says_what_it_was_and_what_it_is() -> None:
    (change,) = changed(machine(ONE, TWO), machine(ONE, TWO.replace("10.2.0.0/16", "10.2.0.0/15")))
    assert said_of(change) == [("changed", "connection_security_rule", "Two")]
    assert change.fields == (FieldChange("endpoint2", "10.2.0.0/16", "10.2.0.0/15"),)


def test_rules_come_and_go_with_what_was_written_on_them() -> None:
    assert said_of(*changed(machine(ONE), machine(ONE, TWO))) == [("added", "connection_security_rule", "Two")]
    assert said_of(*changed(machine(ONE, TWO), machine(TWO))) == [("removed", "connection_security_rule", "One")]


def test_what_was_written_on_a_rule_changes_as_the_set_of_that_rule() -> None:
    (change,) = changed(machine(ONE), machine(consec("One", "10.1.0.0/16", "auth1=computerntlm")))
    assert said_of(change) == [("changed", "authentication_set", "One")]
    assert change.fields == (FieldChange("methods", "computer-kerberos", "computer-ntlm"),)
    assert change.used_by == ("One",)


def test_a_rule_that_leaves_the_default_set_says_so() -> None:
    (change,) = changed(machine(ONE), machine(f"{ONE} qmsecmethods=esp:sha256-aes256"))
    assert said_of(change) == [("changed", "connection_security_rule", "One")]
    (quick,) = change.fields
    assert quick.name == "quick mode crypto"
    assert quick.new == "ESP AES-256 SHA-256 60 min 100000 KB"


def shared(cipher: Cipher, name: str = "Shared") -> Machine:
    crypto = quick_mode_set(name, id="{S}", proposals=(quick_mode_proposal(encryption=said(cipher)),))
    assert isinstance(crypto, QuickModeCryptoSet)
    rules = tuple(rule(name=f"R{number}", quick_mode_crypto=to("{S}")) for number in range(30))
    return Machine(name="m", policy=Policy(quick_mode_crypto_sets=(crypto,), connection_security_rules=rules))


def test_a_shared_set_is_one_change_that_names_its_rules() -> None:
    (change,) = changed(shared(Cipher.AES_256), shared(Cipher.TRIPLE_DES))
    assert said_of(change) == [("changed", "quick_mode_crypto_set", "Shared")]
    assert len(change.used_by) == 30
    assert [each.name for each in change.fields] == ["proposals"]


def test_a_shared_set_that_is_renamed_changes_no_rule() -> None:
    (change,) = changed(shared(Cipher.AES_256), shared(Cipher.AES_256, "Common"))
    assert (change.change, change.fields) == (Change.RENAMED, (FieldChange("name", "Shared", "Common"),))
    assert change.used_by == ()


def test_a_default_set_that_is_written_is_compared_with_what_windows_has() -> None:
    written = "advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256"
    (change,) = changed(machine(ONE), machine(ONE, written))
    assert said_of(change) == [("changed", "main_mode_crypto_set", "default main-mode crypto set")]
    assert [each.name for each in change.fields] == ["proposals"]
    assert change.used_by == ("One",)


def test_filters_of_a_list_are_named_that_came_and_went() -> None:
    def listed(*peers: str) -> Machine:
        return machine(
            "ipsec static add filterlist name=L",
            *(f"ipsec static add filter filterlist=L srcaddr=me dstaddr={peer}" for peer in peers),
        )

    peers = [f"10.0.0.{number}" for number in range(1, 20)]
    (change,) = changed(listed(*peers), listed(*peers[1:], "10.0.9.9"))
    assert said_of(change) == [("changed", "filter_list", "L")]
    assert change.fields == (
        FieldChange("filters", "without me to 10.0.9.9 mirrored", "without me to 10.0.0.1 mirrored"),
    )


def test_settings_that_one_format_cannot_say_are_no_change_of_another() -> None:
    settings = "advfirewall set global ipsec saidletimemin 10"
    old, new = machine(ONE, settings), machine(ONE)
    assert said_of(*object_changes(old, new).changes) == [("changed", "global_settings", "global settings")]
    assert object_changes(old, new, same_format=False).changes == ()


def test_a_certificate_of_which_one_format_says_more_is_no_change_of_another(tmp_path: Path) -> None:
    authority = "C=US, O=Corp, CN=Root"
    texts = {
        "old.cmd": 'netsh advfirewall consec add rule name="R" endpoint1=any endpoint2=10.1.0.0/16 '
        f'action=requireinrequireout auth1=computercert auth1ca="{authority}"\n',
        "new.ps1": f"$a = New-NetIPsecAuthProposal -Machine -Cert -Authority '{authority}' -AuthorityType Root\n"
        "$s = New-NetIPsecPhase1AuthSet -DisplayName R -Proposal $a\n"
        "New-NetIPsecRule -DisplayName R -InboundSecurity Require -OutboundSecurity Require "
        "-RemoteAddress 10.1.0.0/16 -Phase1AuthSet $s.Name\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    ends = [read(tmp_path / name) for name in texts]
    assert object_changes(*ends, same_format=False).changes == ()
    (tmp_path / "new.ps1").write_text(texts["new.ps1"].replace("CN=Root", "CN=Other"))
    (change,) = object_changes(ends[0], read(tmp_path / "new.ps1"), same_format=False).changes
    assert [field.name for field in change.fields] == ["methods"]


def test_sets_of_one_id_belong_to_their_stores_in_whatever_order() -> None:
    sets = [
        quick_mode_set("Shared", id="{S}", store=store, proposals=(quick_mode_proposal(encryption=said(cipher)),))
        for store, cipher in (("example\\A", Cipher.AES_128), ("example\\B", Cipher.AES_256))
    ]
    one, other = (Machine(name="m", policy=Policy(quick_mode_crypto_sets=tuple(each))) for each in (sets, sets[::-1]))
    assert changed(one, other) == ()


def test_a_store_that_ends_with_its_process_is_no_object_of_the_machine() -> None:
    assert changed(machine(ONE), machine(r"advfirewall set store gpo=corp.example\Servers", ONE)) == ()
