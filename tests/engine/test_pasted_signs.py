"""What people hold and no format reads is named, with what to run instead where that is known; never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint import api
from ipseclint.engine.unread.signs import sign_of
from ipseclint.source import bytes_source
from tests.cases import cases

PHONE_BOOK = (
    '$p = "$env:appdata\\rasphone.pbk"\n'
    "(Get-Content $p) -replace 'VpnStrategy=14', 'VpnStrategy=7' | Set-Content $p\n"
)
INSTEAD = (
    "of what `netsh ipsec static show` and `netsh ipsec dynamic show` print, lists of objects and statistics are read, "
    "and this is not: of policies export "
    r"`reg export HKLM\SOFTWARE\Policies\Microsoft\Windows\IPSec ipsec.reg`, of what is in force "
    "`netsh wfp show state file=wfpstate.xml`"
)


@cases(
    "text",
    [
        "C:\\>netsh ipsec static show all\n\nPolicy Name : P\n",
        "C:\\>netsh ipsec dynamic show mmpolicy all\n\nnothing\n",
        "Policy Name : P\nMaster PFS  : NO\n",
        "\nFilterList Name : Web\n",
    ],
)
def test_what_netsh_ipsec_shows_is_named_with_what_to_run_instead(text: str) -> None:
    sign = sign_of(bytes_source("shown.txt", text.encode()))
    assert (sign.is_suspicious, sign.why) == (True, INSTEAD)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("event.txt", "Event ID:\t547\nDescription:\nIKE security association negotiation failed.\n"),
        ("play.yml", "- hosts: all\n  tasks:\n    - win_dsc:\n        resource_name: NetIPsecRule\n        Name: A\n"),
        ("import.ps1", "$p = @{ ScriptBlock = { netsh exec $Path } }\nInvoke-Command @p\n"),
        ("rasphone.ps1", PHONE_BOOK),
    ],
)
def test_what_speaks_of_ipsec_and_is_not_read_is_a_problem(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    report = api.check_paths(tmp_path / name, isolated=True)
    assert {problem.code.value for problem in report.problems} == {"IN003"}


def test_a_table_of_event_numbers_is_no_list_of_events(tmp_path: Path) -> None:
    path = tmp_path / "mapping.csv"
    path.write_text('"Event ID","Category","Subcategory"\n"4653","Logon/Logoff","IPsec Main Mode"\n', encoding="utf-8")
    report = api.check_paths(path, isolated=True)
    assert [problem.code.value for problem in report.problems] == ["IN004"]


def test_a_phone_book_that_only_a_comment_names_is_none_that_is_written(tmp_path: Path) -> None:
    path = tmp_path / "help.ps1"
    path.write_text(
        "# see rasphone.pbk\nNew-NetIPsecRule -DisplayName A -InboundSecurity Require -RemoteAddress 10.2.0.0/16\n"
        "Set-Content x y\n",
        encoding="utf-8",
    )
    assert api.check_paths(path, isolated=True).problems == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"event_timestamp":1,"details":"x","ike_phase1_state":"down","ike_phase2_state":"down"}', "a tunnel at AWS"),
        ('{"VpnLogDetail":"x","TunnelIKEPhase1State":"Down"}', "a tunnel at AWS"),
        ("Event ID:\t547\nDescription:\nIKE security association negotiation failed.\n Mode: \nKey", "event 547"),
    ],
)
def test_what_is_known_by_name_is_said_and_not_read(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(text)
    (problem,) = api.check_paths([path]).problems
    assert problem.code == "IN003"
    assert why in problem.message


KEY = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"


@pytest.mark.parametrize(
    "text",
    [
        f"Open the editor and go to the key\n{KEY}\nthen create the value AssumeUDPEncapsulationContextOnSendRule.\n",
        f"Öffnen Sie den Editor und gehen Sie zu\n\nComputer\\{KEY}\n\nund legen Sie dort einen Wert an.\n",
        "Nous avons mis AssumeUDPEncapsulationContextOnSendRule à 2 et redémarré le portable.\n",
        "Le service est dans la clé HKLM\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters et ne démarre pas.\n",
    ],
)
def test_prose_that_names_a_key_is_not_damaged(text: str, tmp_path: Path) -> None:
    (tmp_path / "post.txt").write_text(text, encoding="utf-8")
    (problem,) = api.check_paths(tmp_path / "post.txt", isolated=True).problems
    assert problem.code.value == "IN004"
    assert "prose that names a registry key of IPsec" in problem.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("post.txt", f"this is what I have there now\n{KEY}\n  Own REG_DWORD 0x2 and\n  more\n"),
        ("post.txt", f"this is what I have there now\n{KEY}\nOwn = dword 2\n"),
        ("post.txt", f"{KEY}\nEnableLogging=1\n"),
        ("keys.dat", f"this is what I have there now\n{KEY}\nthat is all of it\n"),
        (
            "post.txt",
            f"go to the key\n{KEY}\nand this is the policy of the host\nike security association negotiation failed\n",
        ),
    ],
)
def test_what_may_show_values_of_a_key_is_still_a_problem(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (problem,) = api.check_paths(tmp_path / name, isolated=True).problems
    assert problem.code.value == "IN003"


@pytest.mark.parametrize(
    "text",
    [
        "Event ID: | 547 |\nMessage: | IKE security association negotiation failed. Mode: %1 Filter: %2 |\n",
        (
            "  \u2022 4650: An IPsec Main Mode security association was established.\n"
            "  \u2022 4652: An IPsec Main Mode negotiation failed.\n"
            "  \u2022 4655: An IPsec Main Mode security association ended.\n"
        ),
    ],
)
def test_what_kinds_of_events_say_is_no_log(text: str, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    (problem,) = api.check_paths(tmp_path / "page.txt", isolated=True).problems
    assert problem.code.value == "IN004"
    assert "none of them happened here" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "AssumeUDPEncapsulationContextOnSendRule 2\n",
        "site;value;data\nhub;NegotiateDH2048_AES256;2\n",
        '{"prohibitipsec": 1}\n',
        "AllowL2TPWeakCrypto -> 1\n",
    ],
)
def test_a_value_of_these_keys_in_no_known_format_is_said_in_a_folder(text: str, tmp_path: Path) -> None:
    (tmp_path / "settings.txt").write_text(text, encoding="utf-8")
    (problem,) = api.check_paths(tmp_path, isolated=True).problems
    assert problem.code.value == "IN003"
