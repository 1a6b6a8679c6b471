"""Values of commands that a script fills in when it runs: each is unknown, and the rest of its command holds."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import covered, messages, replay

from ipseclint import api
from ipseclint.formats.kit.read import WHEN_RUN
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN, WHAT_IS_NOT_KNOWN
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script.format import FORMATS as POWERSHELL
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import bytes_source

CONSEC = "netsh advfirewall consec add rule name=Lab endpoint1=any endpoint2=10.7.0.0/16 action=requireinrequireout"
STATIC = """netsh ipsec static add policy name=P
netsh ipsec static add filterlist name=F
netsh ipsec static add filter filterlist=F srcaddr=me dstaddr=10.7.0.9
netsh ipsec static add filteraction name=A action=negotiate
"""


def in_powershell(text: str) -> Parsed:
    return POWERSHELL[0].parse(bytes_source("policy.ps1", f"$it = Import-Csv hosts.csv\n{text}".encode()))


def values(parsed: Parsed, kind: str, field: str) -> list[object]:
    settings = [getattr(each, field) for each in getattr(parsed.policy, kind)]
    return [each.value if isinstance(each, Setting) else each for each in settings]


@cases("key", ["%PSK%", '"%PSK%"', "%1", "!PSK!", "pre-%PSK%", '"%~2"'])
def test_a_key_that_is_filled_in_is_unknown_in_its_method_alone(key: str) -> None:
    parsed = replay(f"setlocal enabledelayedexpansion\n{CONSEC} auth1=computerpsk auth1psk={key}\n")
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]
    assert values(parsed, "connection_security_rules", "name") == ["Lab"]
    (method,) = parsed.policy.authentication_sets[0].methods
    assert method.preshared_key is not None
    assert method.preshared_key.value == WHEN_RUN


@cases("key", ["$k", '"$k"', '"$($it.Key)"', '"${env:PSK}"', "$it.Key"])
def test_a_key_of_which_powershell_alone_knows_is_unknown_in_its_method_alone(key: str) -> None:
    for parsed in (
        in_powershell(f"$k = $it.Key\n{CONSEC} auth1=computerpsk auth1psk={key}\n"),
        replay(f"{CONSEC} auth1=computerpsk auth1psk={key}\n", "policy.ps1"),
    ):
        assert messages(parsed) == [VALUE_IS_NOT_KNOWN]
        (method,) = parsed.policy.authentication_sets[0].methods
        assert method.preshared_key is not None
        assert method.preshared_key.value == WHEN_RUN


@cases(
    ("command", "kind", "field"),
    [
        ("advfirewall consec add rule name=R endpoint1=any endpoint2={} action=noauthentication",
         "connection_security_rules", "endpoint2"),
        ("advfirewall mainmode add rule name=R profile={} auth1=computerkerb", "main_mode_rules", "profiles"),
        ("advfirewall set global ipsec saidletimemin {}", "global_settings", "sa_idle_seconds"),
        ("ipsec static add policy name=P assign={}", "policies", "assigned"),
        ("ipsec static add policy name=P mmlifetime={}", "main_mode_crypto_sets", "lifetime_seconds"),
        ("ipsec static add filteraction name=A action={}", "filter_actions", "action"),
        ("ipsec static add filteraction name=A soft={}", "filter_actions", "allow_unsecured_fallback"),
        ("ipsec dynamic add mmpolicy name=M qmpermm={}", "main_mode_crypto_sets", "quick_mode_limit"),
        ("ipsec dynamic add qmpolicy name=Q pfsgroup={}", "quick_mode_crypto_sets", "pfs_group"),
        ("ipsec dynamic add rule srcaddr=any dstaddr={} mmpolicy=M", "connection_security_rules", "endpoint2"),
        ("ipsec dynamic add rule srcaddr=any dstaddr=me mmpolicy=M dstport={}", "connection_security_rules", "port2"),
        ("ipsec dynamic set config property=ipsecexempt value={}", "global_settings", "legacy_exempt_level"),
    ],
)  # fmt: skip
def test_a_value_that_is_filled_in_is_unknown_in_its_field_alone(command: str, kind: str, field: str) -> None:
    for variable, parsed in (
        ("%X%", replay(f"netsh {command.format('%X%')}\n")),
        ("$it", in_powershell(f"netsh {command.format('$it')}\n")),
    ):
        assert messages(parsed) == [VALUE_IS_NOT_KNOWN], variable
        assert values(parsed, kind, field) == [Unknown(variable)]


def test_the_place_of_a_value_that_is_filled_in_is_the_variable() -> None:
    text = f'{CONSEC} auth1=computercert auth1ca="CN=%CA%, O=x" qmsecmethods=esp:sha256-%ENC%\n'
    assert [covered(text, problem.span) for problem in replay(text).problems] == ["%CA%", "%ENC%"]


def test_a_change_of_what_is_named_makes_one_value_unknown() -> None:
    parsed = replay(f"{CONSEC} auth1=computerkerb\nnetsh advfirewall consec set rule name=Lab new endpoint2=%NET%\n")
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]
    assert values(parsed, "connection_security_rules", "endpoint2") == [Unknown("%NET%")]


@cases(
    "command",
    [
        "advfirewall consec set rule name=%N% new endpoint2=any",
        "advfirewall consec delete rule name=%N%",
        "ipsec static set policy name=%N% assign=y",
        "ipsec static set rule name=R policy=%N% activate=no",
        "ipsec static set store location=%N%",
        "ipsec dynamic set config property=%N% value=1",
        "advfirewall consec add rule name=B endpoint1=any endpoint2=any action=noauthentication %MORE%",
        "advfirewall consec add rule name=B endpoint1=any endpoint2=any %TAG%=noauthentication",
    ],
)
def test_where_it_tells_what_is_changed_the_command_is_not_carried_out(command: str) -> None:
    parsed = replay(f"{CONSEC} auth1=computerkerb\nnetsh {command}\n")
    assert messages(parsed) == [WHAT_IS_NOT_KNOWN]
    assert values(parsed, "connection_security_rules", "name") == ["Lab"]


def test_a_store_of_which_the_name_is_filled_in_is_lost_with_its_process_too() -> None:
    parsed = replay(f"netsh advfirewall set store gpo=%GPO%\n{CONSEC} auth1=computerkerb\n")
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]
    assert [(lost.store, lost.count) for lost in parsed.policy.lost_stores] == [("%GPO%", 1)]


def test_a_filter_that_is_filled_in_leaves_its_list() -> None:
    parsed = replay("netsh ipsec static add filter filterlist=F srcaddr=me dstaddr=10.7.0.0 dstmask=%M%\n")
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]
    assert values(parsed, "filter_lists", "name") == ["F"]
    assert values(parsed, "filter_lists", "filters") == [()]
    assert len(parsed.policy.open_ends) == 1


def test_a_service_whose_start_is_filled_in_has_an_unknown_one() -> None:
    parsed = replay("@echo off\nsc config PolicyAgent start= %HOW%\n")
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]
    assert values(parsed, "services", "start") == [Unknown("%HOW%")]


@cases(("tag", "name"), [("filteraction", "%A%"), ("policy", "%P%")])
def test_a_name_that_is_filled_in_may_be_any(tag: str, name: str) -> None:
    rule = {"name": "R", "policy": "P", "filterlist": "F", "filteraction": "A"} | {tag: name}
    parsed = replay(STATIC + "netsh ipsec static add rule " + " ".join(f"{key}={text}" for key, text in rule.items()))
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]
    assert name.casefold() in parsed.policy.names_not_followed


@cases("tag", ["psk=%PSK%", 'rootca="%CA%"', "activate=%ON%", "tunnel=%END%"])
def test_another_value_that_is_filled_in_leaves_the_names_of_its_command_certain(tag: str) -> None:
    parsed = replay(f"{STATIC}netsh ipsec static add rule name=R policy=P filterlist=F filteraction=Gone {tag}\n")
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]
    assert (parsed.policy.names_not_followed, parsed.policy.open_ends) == ((), ())
    assert values(parsed, "connection_security_rules", "name") == ["R"]


def test_a_value_of_a_rule_of_the_firewall_that_bears_on_nothing_is_no_problem() -> None:
    rule = (
        "netsh advfirewall firewall add rule name=%N% dir=in action=allow protocol=tcp localport=%PORT% remoteip=%NET%"
    )
    assert messages(replay(f"{CONSEC} auth1=computerkerb\n{rule}\n")) == []
    (secured,) = replay(f"{CONSEC} auth1=computerkerb\n{rule} security=%HOW%\n").policy.firewall_rules
    assert secured.security is not None
    assert secured.security.value == Unknown("%HOW%")


def test_a_value_of_a_rule_of_the_firewall_that_blocks_is_told() -> None:
    rule = "netsh advfirewall firewall add rule name=B dir=in action=block protocol=udp localport=%PORT%"
    assert messages(replay(f"{rule}\n")) == [VALUE_IS_NOT_KNOWN]


def test_a_command_of_too_many_values_that_are_filled_in_is_not_carried_out() -> None:
    parsed = replay(f"{CONSEC} auth1=computerkerb\nnetsh ipsec static add policy {'name=%N% ' * 3_000}\n")
    assert messages(parsed) == [WHAT_IS_NOT_KNOWN]
    assert parsed.policy.policies == ()


@cases("before", ["", "netsh ipsec static add filterlist name=F\n"])
def test_a_filter_of_which_a_value_is_not_known_leaves_no_list_empty(before: str) -> None:
    script = f"netsh ipsec static add policy name=P\n{before}netsh ipsec static add filteraction name=A action=block\n"
    script += "netsh ipsec static add filter filterlist=F srcaddr=%1 dstaddr=me\n"
    report = api.check_text(
        script + "netsh ipsec static add rule name=R policy=P filterlist=F filteraction=A\n", "policy.cmd"
    )
    assert [finding.rule for finding in report.findings] == []


@cases(
    "command",
    [
        "ipsec static add filter filterlist=F ...",
        "ipsec static add filter filterlist=F srcaddr=me dstaddr=...",
        "ipsec static add filter filterlist=F \u2026",
        "advfirewall consec add rule name=X endpoint1=any endpoint2=any [...]",
        'advfirewall consec set rule name=X new "..."',
        "advfirewall set global mainmode mmsecmethods ...",
    ],
)
def test_a_command_that_a_document_cuts_short_is_not_read_and_not_refused(command: str) -> None:
    parsed = replay(f"{STATIC}netsh {command}\n")
    assert messages(parsed) == ["what is left out here is not known: nothing of this command is read"]
    assert parsed.policy.refused_commands == ()


def test_what_only_looks_may_be_cut_short() -> None:
    assert messages(replay(f"{STATIC}netsh ipsec static show policy ...\n")) == []


def test_what_is_called_dots_is_read() -> None:
    parsed = replay(
        "netsh advfirewall consec add rule name=... endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout "
        'description="..."\nnetsh ipsec static add filterlist name="..."\n'
    )
    assert messages(parsed) == []
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["..."]
    assert [each.name for each in parsed.policy.filter_lists] == ["..."]


@cases(
    ("script", "is_put_in"),
    [
        ("set N=x\nnetsh ipsec static add filterlist name=!N!\n", False),
        ("for %%i in (1 2) do (\nset N=%%i\nnetsh ipsec static add filterlist name=!N!\n)\n", False),
        ("setlocal enabledelayedexpansion\nset /p N=?\nnetsh ipsec static add filterlist name=!N!\n", True),
        ('cmd /v:on /c "set N=x& netsh ipsec static add filterlist name=!N!"\n', True),
    ],
)
def test_exclamation_marks_stay_as_they_are_where_no_script_asks_for_more(script: str, is_put_in: bool) -> None:
    (message,) = messages(replay(script))
    assert message.startswith("a variable is put in here" if is_put_in else "cmd.exe puts in no variable here")
