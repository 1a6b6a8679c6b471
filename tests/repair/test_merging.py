"""Repairs under findings of one value are one: pasted one after the other, none brings back what another repaired."""

from __future__ import annotations

from itertools import permutations

from ipseclint.engine.apply_rules import run_rules
from ipseclint.finding import Finding
from ipseclint.formats.netsh.script import parse
from ipseclint.model.change import Assign, Fix, Remove
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect
from ipseclint.model.site import Site
from ipseclint.repair.merging import merged, sharing_values
from ipseclint.source import bytes_source
from tests.cases import cases
from tests.made_objects import main_mode_set
from tests.repair.policies import machine, plans

RULE = (
    'netsh advfirewall consec add rule name="Site 01" endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequestout '
    "auth1=computerkerb"
)
SCRIPT = (
    "netsh advfirewall set global mainmode mmkeylifetime 5min,1sess",
    f"{RULE} qmsecmethods=esp:sha1-3des+15min+20480kb",
)
LEGACY = (
    'netsh ipsec static add policy name=B mmpfs=yes qmpermm=1 mmlifetime=5 mmsecmethods="3DES-MD5-1" assign=yes',
    "netsh ipsec static add filterlist name=L",
    "netsh ipsec static add filter filterlist=L srcaddr=10.1.0.0 srcmask=16 dstaddr=10.2.0.0 dstmask=16 protocol=any",
    'netsh ipsec static add filteraction name=A action=negotiate qmsecmethods="ESP[DES,MD5]:20480k/300s"',
    "netsh ipsec static add rule name=R policy=B filterlist=L filteraction=A kerberos=yes",
)


def findings(one: Machine) -> list[Finding]:
    return [each for each in run_rules([one], plans(), one.site) if isinstance(each, Finding)]


def pasted(*lines: str) -> Machine:
    text = "\r\n".join(lines) + "\r\n"
    return Machine(name="policy.cmd", policy=parse(bytes_source("policy.cmd", text.encode())).policy)


@cases("script", [SCRIPT, LEGACY], ids=["advfirewall", "ipsec"])
def test_pasted_in_any_order_the_lines_hold(script: tuple[str, ...]) -> None:
    found = findings(machine(*script))
    commands = list(dict.fromkeys(each.fix.netsh for each in found if each.fix and each.fix.netsh))
    repaired = {each.code for each in found if each.fix and each.fix.netsh}
    assert len(repaired) >= 5
    left = set()
    for order in list(permutations(commands))[:24]:
        after = findings(pasted(*script, *(line for command in order for line in command.splitlines())))
        assert not repaired & {each.code for each in after}
        left.add(tuple(each.fingerprint for each in after))
    assert len(left) == 1


def test_each_finding_says_what_its_lines_repair_too() -> None:
    found = {each.code: each.fix for each in findings(machine(*SCRIPT))}
    first, second = found["QD001"], found["QD002"]
    assert first is not None
    assert second is not None
    assert first.netsh == second.netsh == "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess"
    assert "QD002" in first.also
    assert "QD001" in second.also
    lifetime = found["QD004"]
    assert lifetime is not None
    assert lifetime.netsh == (
        'netsh advfirewall consec set rule name="Site 01" new qmsecmethods=esp:sha256-aes256+60min+20480kb'
    )
    assert lifetime.risky
    assert lifetime.options == ""  # `ipseclint fix` makes the part that this finding asks for without an option
    assert lifetime.peers == ("Every peer must offer in quick mode ESP AES-256+SHA-256.",)


def test_what_lowers_protection_is_merged_into_nothing() -> None:
    rule = "netsh advfirewall consec add rule name=I endpoint1=any endpoint2=any action=requireinrequireout"
    site = Site(domain_controllers=("10.0.0.10",))
    found = {each.code: each.fix for each in findings(machine(f"{rule} auth1=computerkerb", site=site))}
    fix = found["EX001"]
    assert fix is not None
    assert (fix.protection, fix.options, fix.caution) == ("lowers", " --allow-lowering", "lowers protection")
    assert "10.0.0.10" in (fix.why or "")
    assert "in the clear then" in (fix.advice or "")


@cases(
    ("fields", "shared"),
    [
        ((("S", "lifetime_seconds"), ("S", "lifetime_seconds")), {0, 1}),
        # One argument of netsh states both.
        ((("S", "lifetime_seconds"), ("S", "quick_mode_limit")), {0, 1}),
        ((("S", "lifetime_seconds"), ("S", "force_dh")), set()),
        ((("S", "lifetime_seconds"), ("T", "lifetime_seconds")), set()),
        ((("S", "force_dh"), ("T", "force_dh"), ("T", "force_dh")), {1, 2}),
        ((("S", None), ("S", None)), set()),
    ],
)
def test_fixes_of_one_value_of_one_object_share_it(
    fields: tuple[tuple[str, str | None], ...], shared: set[int]
) -> None:
    sets = {name: main_mode_set(name) for name in "ST"}
    fixes = [Fix((Remove(sets[name]) if field is None else Assign(sets[name], field, 1),)) for name, field in fields]
    assert sharing_values(fixes) == shared


@cases(
    ("fields", "shared"),
    [
        (("proposals", "proposals"), {0, 1}),
        (("proposals", "key_module"), set()),
        (("key_module", "retransmit_duration_seconds"), set()),
        (("key_module", "lifetime_seconds", "key_module"), {0, 2}),
    ],
)
@cases("dialect", [Dialect.VPN, Dialect.WFP])
def test_fields_for_which_netsh_has_no_word_are_each_a_value(
    fields: tuple[str, ...], shared: set[int], dialect: Dialect
) -> None:
    crypto = main_mode_set("M", dialect=dialect)
    assert sharing_values([Fix((Assign(crypto, field, None),)) for field in fields]) == shared


def test_nothing_is_merged_where_no_repairs_share_a_value() -> None:
    assert merged([], machine(), lambda _machine, _codes: ()) == {}
