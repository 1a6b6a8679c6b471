"""`ipseclint diff`: what it prints and how it ends."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ipseclint.cli.app import run
from ipseclint.engine.configuration.config import load_config
from ipseclint.source import Source, SourceError
from tests import ROOT

pytestmark = [pytest.mark.drawn(4), pytest.mark.usefixtures("unwrapped")]

TWINS = ROOT / "fixtures" / "twins"
RULE = (
    'netsh advfirewall consec add rule name="{}" endpoint1=any endpoint2={} action={} auth1=computerkerb '
    "qmsecmethods=esp:sha256-aes256+60min+100000kb\n"
)
SERVERS = RULE.format("Servers", "10.1.0.0/16", "requireinrequireout")
PRINTERS = 'netsh advfirewall consec add rule name="Printers" endpoint1=any endpoint2={} action=noauthentication\n'


@pytest.fixture
def diff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Writes two policies and compares them: the exit code and what was printed."""
    monkeypatch.chdir(tmp_path)

    def compare(old: str, new: str, *more: str) -> tuple[int, str]:
        (tmp_path / "old.cmd").write_text(old, encoding="utf-8")
        (tmp_path / "new.cmd").write_text(new, encoding="utf-8")
        with pytest.raises(SystemExit) as ended:
            run(["diff", "old.cmd", "new.cmd", *more])
        return int(ended.value.code or 0), capsys.readouterr().out

    return compare


def test_no_difference_is_said_as_proved(diff: Any) -> None:
    code, text = diff(SERVERS + PRINTERS.format("10.1.9.0/24"), PRINTERS.format("10.1.9.0/24") + SERVERS)
    assert code == 0
    assert text == ("old.cmd -> new.cmd\nno difference: all traffic is treated as before (proved for every packet)\n")


def test_what_goes_in_the_clear_is_at_the_top_and_fails(diff: Any) -> None:
    code, text = diff(SERVERS + PRINTERS.format("10.1.9.0/24"), SERVERS + PRINTERS.format("10.1.8.0/23"))
    assert code == 1
    assert text.splitlines()[3:7] == [
        "traffic, the worst first",
        "  weaker: required -> exempt, in and out: peers 10.1.8.0/24",
        "    256 IPv4 addresses, less than 0.001% of all there are",
        "    for example 192.0.2.1:49152 -> 10.1.8.1:445 tcp out domain lan",
    ]


def test_what_is_only_stronger_passes(diff: Any) -> None:
    code, text = diff(SERVERS.replace("requireinrequireout", "requestinrequestout"), SERVERS)
    assert code == 0
    assert "stronger: requested -> required" in text


def test_the_json_keeps_its_contract(diff: Any) -> None:
    code, text = diff(SERVERS, PRINTERS.format("10.1.0.0/16"), "--format", "json")
    assert code == 1
    answer = json.loads(text)
    assert answer["schema"] == "ipseclint.diff/1"
    (traffic,) = answer["traffic"]
    assert (traffic["before"], traffic["after"], traffic["effect"]) == ("required", "exempt", "weaker")
    assert traffic["witness"]["destination"] == "10.1.0.1"
    assert traffic["decided_by"]["before"] == [
        {"name": "Servers", "location": {"path": "old.cmd", "line": 1, "column": 26}}
    ]
    assert traffic["peers"] == {"ipv4": ["10.1.0.0/16"], "ipv6": []}
    assert [(each["kind"], each["name"], each["change"]) for each in answer["objects"]] == [
        ("connection_security_rule", "Servers", "removed"),
        ("connection_security_rule", "Printers", "added"),
    ]
    assert set(answer) >= {"findings", "load", "objects", "traffic"}


def test_new_findings_fail_by_their_severity(diff: Any) -> None:
    old, new = (f"{SERVERS}netsh advfirewall set global mainmode mmkeylifetime {life}\n" for life in ("480min", "1min"))
    assert diff(old, new)[0] == 1
    assert diff(old, new, "--fail-on", "never")[0] == 0
    assert diff(new, old)[0] == 0


def test_names_become_no_markup(diff: Any) -> None:
    evil = SERVERS.replace("Servers", "<b>[x](http://y) ::error::")
    _, markdown = diff(SERVERS, evil, "--format", "markdown")
    assert "<b>" not in markdown
    assert "](http" not in markdown
    _, page = diff(SERVERS, evil, "--format", "html")
    assert "<b>" not in page


def test_no_output_shows_a_key(diff: Any) -> None:
    one, other = (
        SERVERS.replace("computerkerb", f"computerpsk auth1psk={key}") for key in ("Tr0mbone-Adagio", "C1arinet-Lento")
    )
    for form in ("text", "json", "markdown", "html"):
        code, text = diff(one, other, "--format", form)
        assert code == 0
        assert "another key" in text
        assert "Tr0mbone" not in text
        assert "C1arinet" not in text


KEY = "Tr0mbone-Adagio"
WITH_KEY = SERVERS.replace("computerkerb", f"computerpsk auth1psk={KEY}")


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_a_key_of_one_input_is_masked_where_another_has_it_in_a_name(diff: Any, tmp_path: Path, form: str) -> None:
    named = SERVERS.replace('"Servers"', f'"{KEY}"').replace("10.1.", "10.2.")
    (tmp_path / "peers").mkdir()
    (tmp_path / "peers" / f"{KEY}.cmd").write_text(named.replace("10.2.0.0/16", "any"), encoding="utf-8")
    (tmp_path / "ipseclint.toml").write_text(INTENT, encoding="utf-8")
    for pair in ((WITH_KEY, named), (named, WITH_KEY)):
        code, text = diff(*pair, "--format", form, "--peers", "peers")
        assert code == 1
        assert "10.2.0.0" in text
        assert KEY not in text


@pytest.mark.parametrize("holder", ["peers", "later", "backups"])
def test_a_key_of_any_input_is_masked_in_the_name_of_a_peer(diff: Any, tmp_path: Path, holder: str) -> None:
    options = {"peers": "--peers", "later": "--peers-after", "backups": "--backup"}
    for folder in options:
        (tmp_path / folder).mkdir()
        text = WITH_KEY if folder == holder else SERVERS
        (tmp_path / folder / "a.cmd").write_text(text.replace("10.1.0.0/16", "any"), encoding="utf-8")
        (tmp_path / folder / f"{KEY}.cmd").write_text(SERVERS.replace("10.1.0.0/16", "any"), encoding="utf-8")
    options = options if holder == "backups" else {name: options[name] for name in ("peers", "later")}
    given = [word for folder, option in options.items() for word in (option, folder)]
    named = SERVERS.replace('"Servers"', f'"{KEY}"')
    _, text = diff(SERVERS, named + PRINTERS.format("10.1.9.0/24"), *given, "--format", "json")
    assert json.loads(text)["traffic"]
    assert KEY not in text


def test_a_key_that_is_a_word_of_ours_changes_no_verdict(diff: Any) -> None:
    keyed = WITH_KEY.replace(KEY, "required")
    code, text = diff(keyed, PRINTERS.format("10.1.0.0/16"), "--format", "json")
    (traffic,) = json.loads(text)["traffic"]
    assert (code, traffic["before"], traffic["after"], traffic["effect"]) == (1, "required", "exempt", "weaker")


@pytest.mark.parametrize("tool", ["netsh", "powershell"])
def test_a_script_that_would_show_a_key_is_not_written(diff: Any, tool: str) -> None:
    named = SERVERS.replace('"Servers"', f'"{KEY}"')
    assert diff(WITH_KEY, named, "--script", tool) == (2, "")


def test_what_is_understood_in_part_ends_as_such_and_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = TWINS / "weak" / "policy.json"
    part = tmp_path / "part.json"
    part.write_text(
        whole.read_text(encoding="utf-8").replace('"InboundSecurity": 2', '"InboundSecurity": 99'), encoding="utf-8"
    )
    codes = []
    for more in ((), ("--allow-partial",)):
        with pytest.raises(SystemExit) as ended:
            run(["diff", str(whole), str(part), *more])
        codes.append(ended.value.code)
        assert "part.json is only partly understood" in capsys.readouterr().out
    assert codes[0] == 4
    assert codes[1] != 4


@pytest.mark.drawn(2)
@pytest.mark.parametrize("case", sorted(path.name for path in TWINS.iterdir()))
def test_one_policy_in_two_formats_is_no_difference(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["policy.json", "gpreport.xml", "show.txt", "Registry.pol", "advfirewall.cmd", "export.wfw"]
    for one, other in pairwise(names):
        with pytest.raises(SystemExit) as ended:
            run(["diff", str(TWINS / case / one), str(TWINS / case / other)])
        assert capsys.readouterr().out.splitlines()[1].startswith("no difference: "), (one, other)
        assert ended.value.code == 0


INTENT = '[[intent]]\nname = "Servers"\nmust = "required"\npeers = ["10.1.0.0/16"]\n'


def test_broken_intents_fail_diff_and_check(diff: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ipseclint.toml").write_text(INTENT, encoding="utf-8")
    policy = SERVERS + PRINTERS.format("10.1.9.0/24")
    code, text = diff(policy, policy)
    assert code == 1
    assert "broken intent: Servers: traffic that must be required is exempt, for example" in text
    assert diff(SERVERS, SERVERS)[0] == 0
    with pytest.raises(SystemExit) as ended:
        run(["check", "old.cmd", "--fail-on", "error"])
    assert ended.value.code == 0
    diff(policy, policy)
    with pytest.raises(SystemExit) as ended:
        run(["check", "old.cmd", "--fail-on", "error"])
    assert ended.value.code == 1
    assert "IT001" in capsys.readouterr().out


def test_the_order_of_roll_out_keeps_every_pair_talking(diff: Any, tmp_path: Path) -> None:
    peer = (
        "netsh advfirewall consec add rule name=P endpoint1=10.1.0.5 endpoint2=any action=requireinrequireout "
        "auth1=computerkerb qmsecmethods={}\n"
    )
    for folder, offers in (("peers", "esp:sha1-aes128"), ("later", "esp:sha256-aes256")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.cmd").write_text(peer.format(offers), encoding="utf-8")
    old = SERVERS.replace("sha256-aes256+60min", "sha256-aes256+60min+100000kb,esp:sha1-aes128+60min")
    code, text = diff(old, SERVERS, "--peers", "peers", "--peers-after", "later", "--format", "json")
    answer = json.loads(text)
    assert answer["rollout"]["peers_first"] == {"keeps_talking": True, "silenced": []}
    assert answer["rollout"]["machine_first"] == {"keeps_talking": False, "silenced": ["a.cmd"]}
    assert code == 0
    code, text = diff(old, SERVERS, "--peers", "peers", "--format", "json")
    assert code == 1, "a pair newly fails"
    assert {(each["peer"], each["before"], each["after"]) for each in json.loads(text)["pairs"]} == {
        ("a.cmd", "secured", "fails")
    }


def test_findings_that_nobody_asked_for_are_not_said_to_be_too_many(diff: Any) -> None:
    assert "1,000" not in diff(SERVERS, SERVERS, "--no-findings")[1]


EXPORTS = [
    "".join(RULE.format(name, f"10.{number}.0.0/16", "requireinrequireout") for name in names)
    for number, names in ((1, "ABCDE"), (1, "ABX"), (7, "KLMNO"))
]


@pytest.fixture
def backups(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    for number, text in enumerate(EXPORTS):
        (tmp_path / "backups" / f"b{number}.cmd").write_text(text, encoding="utf-8")


def labels(names: str) -> list[str]:
    return [f'connection security rule "{name}"' for name in names]


def test_the_backup_that_a_cut_export_was_made_of_is_named_first(diff: Any, backups: None) -> None:
    cut = "".join(EXPORTS[0].splitlines(keepends=True)[:3])
    _, text = diff(EXPORTS[2], cut, "--backup", "backups", "--format", "json")
    answer = json.loads(text)["backups"]
    assert [each["path"] for each in answer] == ["backups/b0.cmd", "backups/b1.cmd", "old.cmd", "backups/b2.cmd"]
    assert answer[0] == {
        "path": "backups/b0.cmd",
        "understood": True,
        "alike": labels("ABC"),
        "other": [],
        "missing": labels("DE"),
        "foreign": [],
    }
    _, text = diff(EXPORTS[2], cut, "--backup", "backups")
    assert (
        "  backups/b0.cmd: has all 3 objects of new.cmd, and they say the same; 2 of it missing from new.cmd: "
        'connection security rule "D", connection security rule "E"\n'
    ) in text


def test_an_export_mixed_of_two_machines_names_both(diff: Any, backups: None) -> None:
    mixed = "".join([*EXPORTS[0].splitlines(keepends=True)[:3], *EXPORTS[2].splitlines(keepends=True)[3:]])
    for form in ("text", "markdown", "html"):
        _, text = diff(EXPORTS[1], mixed, "--backup", "backups", "--format", form)
        assert "new.cmd looks mixed" in text
    _, text = diff(EXPORTS[1], mixed, "--backup", "backups")
    one, other = (", ".join(labels(names)) for names in ("ABC", "NO"))
    assert f"new.cmd looks mixed: {one} only as in backups/b0.cmd, {other} only as in backups/b2.cmd\n" in text


def test_no_backup_fits_a_policy_of_which_nothing_is_in_any(diff: Any, backups: None) -> None:
    _, text = diff(EXPORTS[0], SERVERS.replace("10.1.", "10.9."), "--backup", "backups")
    assert "none of them has an object that says the same in new.cmd" in text


def test_a_script_that_ends_within_a_line_is_not_understood_whole(diff: Any) -> None:
    whole = EXPORTS[0]
    code, text = diff(whole, whole.rstrip()[:-3])
    assert code == 4
    assert "not understood: new.cmd ends within a line that old.cmd has whole: it was cut off there" in text
    assert diff(whole.rstrip()[:-3], whole)[0] == 4
    assert diff(whole, whole[: whole.rindex("netsh") + 4])[0] == 4, "the beginning of the other, however short its line"
    assert diff(whole, whole.rstrip())[0] == 0, "a last line without an end is not cut"


def test_an_export_that_ends_between_two_objects_may_have_been_cut_off(diff: Any) -> None:
    lines = EXPORTS[0].splitlines(keepends=True)
    sign = "note: just the last 3 objects of old.cmd are not in new.cmd: it may have been cut off"
    assert sign in diff(EXPORTS[0], "".join(lines[:2]))[1]
    assert "cut off" not in diff(EXPORTS[0], "".join(lines[3:]))[1]
    assert "cut off" not in diff(EXPORTS[0], "".join(lines[:4]))[1], "that one rule was deleted is no sign"


KEYED = RULE.replace("computerkerb", 'computerpsk auth1psk="{}"')
ASKED = 'set /p ASKED="Key? "\n'


def keyed(first: str, second: str) -> str:
    asks = ASKED if "%ASKED%" in (first, second) else ""
    rules = (("First", "10.1.0.0/16", first), ("Second", "10.2.0.0/16", second))
    return asks + "".join(KEYED.format(name, peers, "requireinrequireout", key) for name, peers, key in rules)


@pytest.mark.parametrize("is_swapped", [False, True])
def test_a_hidden_key_does_not_hide_that_another_one_changed(diff: Any, *, is_swapped: bool) -> None:
    states = [keyed("Adagio-one", "Lento-one"), keyed("%ASKED%", "Lento-two")]
    _, text = diff(*(reversed(states) if is_swapped else states), "--no-findings")
    assert 'whether the key of "First" changes is not known' in text
    assert 'decided by "Second", before and after' in text.replace("'", '"')
    assert "methods: preshared-key -> preshared-key, but another key\n" in text
    assert '"First" before' not in text


def test_a_hidden_key_is_no_difference_and_is_named(diff: Any) -> None:
    code, text = diff(keyed("Adagio-one", "Lento-one"), keyed("Adagio-one", "%ASKED%"), "--no-findings")
    assert code == 0
    same, note = text.splitlines()[1:]
    assert same == "no difference: all traffic is treated as before (proved for every packet)"
    assert note.startswith("note: 1 preshared key is hidden, or asked for when a script runs: ")
    assert note.endswith('whether the key of "Second" changes is not known')


def test_a_hidden_key_stands_for_all_that_one_set_may_have(diff: Any) -> None:
    """One set that two rules share: what is not known of it is not known of what stood in its stead."""
    shared = KEYED.format("First", "10.1.0.0/16", "requireinrequireout", "%ASKED%")
    code, text = diff(
        keyed("Adagio-one", "Lento-one"),
        ASKED + shared + shared.replace("First", "Second").replace("10.1", "10.2"),
        "--no-findings",
    )
    assert code == 0
    assert 'whether the key of "First", "Second" changes is not known' in text


LEGACY = "".join(
    f"netsh ipsec static {command}\n"
    for command in (
        "add filterlist name=FL",
        "add filter filterlist=FL srcaddr=me dstaddr=10.1.0.0 dstmask=255.255.0.0 protocol=any",
        'add filteraction name=FA action=negotiate qmsecmethods="ESP[3DES,SHA1]:100000k/3600s" soft=no inpass=no',
        'add policy name=P mmsecmethods="3DES-SHA1-2"',
        "add rule name=R policy=P filterlist=FL filteraction=FA kerberos=yes",
        "set policy name=P assign=y",
    )
)


@pytest.mark.parametrize(
    ("was", "is_", "says"),
    [
        (
            "soft=no",
            "soft=yes",
            ['changed filter action "FA" (weaker)', 'changed connection security rule "R" (weaker)'],
        ),
        ("inpass=no", "inpass=yes", ['changed filter action "FA" (weaker)', 'used by 1 rule: "R"']),
        ("assign=y", "assign=n", ['changed policy "P" (weaker)', 'used by 1 rule: "R"']),
        ("kerberos", "conntype=lan kerberos", ['changed connection security rule "R" (weaker)', "types: any -> lan"]),
        ("soft=no", "soft=no qmpfs=yes", ["stronger: required -> required", 'quick-mode crypto set "FA" (stronger)']),
    ],
)
def test_an_object_of_netsh_ipsec_tells_what_it_does_to_traffic(diff: Any, was: str, is_: str, says: list[str]) -> None:
    code, text = diff(LEGACY, LEGACY.replace(was, is_), "--no-findings")
    assert code == ("stronger" not in text)
    assert [line for line in says if line not in text] == []


@pytest.mark.parametrize(
    ("renamed", "said"),
    [
        (LEGACY.replace("FL", "Lists"), 'renamed filter list "Lists"'),
        (LEGACY.replace("name=P", "name=New").replace("policy=P", "policy=New"), 'renamed policy "New"'),
        (LEGACY.replace("name=R ", "name=Rule "), 'renamed connection security rule "Rule"'),
    ],
)
def test_a_part_of_a_rule_that_is_renamed_is_one_change(diff: Any, renamed: str, said: str) -> None:
    _, text = diff(LEGACY, renamed, "--no-findings")
    assert text.splitlines()[1].startswith("1 object changed; all traffic is treated as before")
    assert said in text


def test_each_value_of_the_registry_that_changes_is_one_change(diff: Any, tmp_path: Path) -> None:
    key = (
        "Windows Registry Editor Version 5.00\n\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]\n"
        '"AssumeUDPEncapsulationContextOnSendRule"=dword:0000000{}\n'
    )
    (tmp_path / "backup.reg").write_text(key.format(1))
    code, text = diff(key.format(1), key.format(2), "--backup", "backup.reg")
    assert code == 0
    assert "data: 1 -> 2" in text
    assert "none of them has an object that says the same" in text


SUITE = (
    "Add-VpnConnection -Name Office -ServerAddress vpn.example.com -TunnelType Ikev2\n"
    "Set-VpnConnectionIPsecConfiguration -ConnectionName Office -AuthenticationTransformConstants SHA256128 "
    "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group14 "
    "-PfsGroup PFS2048 -Force\n"
)


@pytest.mark.parametrize(
    ("new", "code", "said"),
    [
        (SUITE.replace("PFS2048", "None"), 1, 'changed quick-mode crypto set "Office" (weaker)'),
        (SUITE.replace("Group14", "Group2"), 1, 'changed main-mode crypto set "Office" (weaker)'),
        (SUITE.replace("Office", "Home"), 0, 'renamed VPN connection "Home"'),
        ("Write-Host done\n", 0, 'removed VPN connection "Office"'),
    ],
)
def test_a_vpn_connection_is_one_change_that_says_whether_it_is_weaker(
    diff: Any, new: str, code: int, said: str
) -> None:
    ended, text = diff(SUITE, new, "--no-findings")
    assert ended == code
    assert said in text
    assert "1 object changed; all traffic that rules decide on is treated as before" in text


def test_what_windows_refuses_in_one_of_the_two_is_said(diff: Any) -> None:
    _, text = diff(SERVERS, SERVERS.replace("10.1.0.0/16", "10.1.0.x"), "--no-findings")
    assert "note: Windows refuses 1 command of new.cmd, the first in line 1, and none of old.cmd" in text


def test_a_hole_in_the_middle_of_a_text_is_said(diff: Any) -> None:
    lines = [RULE.format(f"R{n}", f"10.{n}.0.0/16", "requireinrequireout") for n in range(5)]
    whole = "".join(lines)
    begins, ends = whole.index("endpoint2=10.1"), whole.index("endpoint2=10.3")
    _, text = diff(whole, whole[:begins] + whole[ends:])
    assert (
        "note: line 2 of new.cmd is how line 2 of old.cmd begins and how line 4 ends: what stands between may have "
        "been lost with damage"
    ) in " ".join(text.split())
    _, text = diff(whole[:begins] + whole[ends:], whole)
    assert "note: line 2 of old.cmd is how line 2 of new.cmd begins and how line 4 ends" in " ".join(text.split())
    for edited in ("".join(lines[:1] + lines[3:]), whole.replace("10.1.", "10.9."), "".join([lines[0], *lines[2:]])):
        assert "lost with damage" not in diff(whole, edited)[1]


def test_exports_that_are_read_piece_by_piece_are_compared_without_their_whole_text(
    cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = sorted((ROOT / "fixtures" / "formats" / "wfp-state").glob("*.xml"))[:2]
    before = cli("diff", *exports)

    def too_large(source: Source) -> str:
        raise SourceError(f"{source.path}: larger than a text may be")

    monkeypatch.setattr(Source, "read_text", too_large)
    assert cli("diff", *exports) == before
    assert before.code in {0, 1, 4}


def test_what_a_damaged_old_state_lacks_may_not_be_new(diff: Any) -> None:
    _, text = diff((SERVERS + PRINTERS.format("10.1.9.0/24"))[:-40], SERVERS + PRINTERS.format("10.1.9.0/24"))
    assert "it may be lost with the damage and not new" in text


@pytest.mark.parametrize("more", [("--backup", "nothing"), ("--script", "netsh", "--backup", "old.cmd")])
def test_a_backup_that_is_not_there_or_not_asked_is_refused(diff: Any, more: tuple[str, ...]) -> None:
    code, text = diff(SERVERS, SERVERS, *more)
    assert code == (4 if more[1] == "nothing" else 2)
    assert text == ""


@pytest.mark.parametrize(
    ("was", "is_", "said"),
    [
        ('"CN=Root, O=Contoso"', '"o=contoso,cn=root"', "no difference"),
        ('"CN=Root, OU=A, OU=B"', '"CN=Root, OU=B, OU=A"', 'computer-certificate of "CN=Root, OU=B, OU=A"'),
        (
            '"CN=Root"',
            '"CN=Root" auth1healthcert=yes',
            '-> computer-certificate of "CN=Root", health certificates only',
        ),
    ],
)
def test_certificates_are_compared_by_what_is_asked_of_them(diff: Any, was: str, is_: str, said: str) -> None:
    rule = SERVERS.replace("auth1=computerkerb", "auth1=computercert auth1ca={}")
    _, text = diff(rule.format(was), rule.format(is_), "--no-findings")
    assert said in text


def test_ways_that_are_not_for_the_same_packets_are_told_apart(diff: Any) -> None:
    rules = SERVERS + RULE.format("Offices", "10.2.0.0/16", "requireinrequestout")
    _, text = diff(rules, rules.replace("aes256", "aes128"), "--no-findings")
    assert "in and out: peers 10.1.0.0/16 (out); peers 10.1.0.0 - 10.2.255.255 (in)" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("-DisplayName Q1", "-DisplayName Quick"), 'renamed quick-mode crypto set "Quick"'),
        (("Rule -DisplayName B", "Rule -DisplayName A2"), 'renamed connection security rule "A2"'),
    ],
)
def test_a_set_of_a_script_that_is_renamed_is_one_change(
    diff: Any, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    old = (
        "$q = New-NetIPsecQuickModeCryptoSet -DisplayName Q1 -Proposal (New-NetIPsecQuickModeCryptoProposal "
        "-Encapsulation ESP -Encryption AES256 -ESPHash SHA256)\n"
        "New-NetIPsecRule -DisplayName B -RemoteAddress 10.1.0.0/16 -InboundSecurity Require -OutboundSecurity Require "
        "-QuickModeCryptoSet $q.Name\n"
    )
    _, text = diff(old, old.replace(*change), "--no-findings")
    assert text.splitlines()[1].startswith("1 object changed")
    assert said in text


def test_a_filter_that_stays_is_neither_added_nor_deleted(diff: Any) -> None:
    more = "netsh ipsec static add filter filterlist=FL srcaddr=me dstaddr=10.9.0.0 dstmask=255.255.0.0 protocol=tcp\n"
    longer = LEGACY.replace("netsh ipsec static add filteraction", f"{more}netsh ipsec static add filteraction")
    _, script = diff(LEGACY, longer, "--script", "netsh")
    there, _, _ = script.partition(":failed")
    assert there.count("static add filter ") == 1
    assert "static delete filter " not in there


def test_a_folder_that_holds_nothing_is_a_state_without_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the folder of backups is before the first of them."""
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "policy.cmd").write_text(SERVERS, encoding="utf-8")
    for names, code, effect in ((("old", "new"), {0, 1}, "stronger"), (("new", "old"), {1}, "weaker")):
        with pytest.raises(SystemExit) as ended:
            run(["diff", *(str(tmp_path / name) for name in names)])
        assert ended.value.code in code
        said = capsys.readouterr()
        assert f"{effect}: " in said.out
        assert f"{tmp_path / 'old'}: it holds no IPsec policy; compared as a host without any" in said.err


def test_what_no_reader_looks_at_is_said_and_not_called_the_same(diff: Any) -> None:
    group = 'netsh advfirewall set global ipsec authzcomputergrp "O:LSD:(A;;CC;;;S-1-5-21-1-2-3-{})"\n'
    old, new = (SERVERS + group.format(number) for number in (4, 5))
    _, text = diff(old, new)
    assert "note: `authzcomputergrp`: not read, so whether that changes is not known" in text
    _, text = diff(old, old)
    assert "note" not in text


def test_what_is_found_on_a_set_that_rules_share_elsewhere_is_neither_new_nor_gone(diff: Any) -> None:
    rule = (
        'netsh advfirewall consec add rule name="{}" endpoint1=any endpoint2={} action=requireinrequestout '
        "auth1=computerpsk auth1psk=abc123secret qmsecmethods=ESP:MD5-3DES\n"
    )
    own = rule.format("A", "10.0.0.0/16") + rule.format("B", "10.1.0.0/16")
    shared = (
        "$q = New-NetIPsecQuickModeCryptoSet -DisplayName Quick -Proposal (New-NetIPsecQuickModeCryptoProposal "
        "-Encapsulation ESP -Encryption DES3 -ESPHash MD5)\n"
        "$a = New-NetIPsecPhase1AuthSet -DisplayName Auth -Proposal (New-NetIPsecAuthProposal -Machine "
        '-PreSharedKey "abc123secret")\n'
    ) + "".join(
        f"New-NetIPsecRule -DisplayName {name} -RemoteAddress {peers} -InboundSecurity Require "
        "-OutboundSecurity Request -QuickModeCryptoSet $q.Name -Phase1AuthSet $a.Name\n"
        for name, peers in (("A", "10.0.0.0/16"), ("B", "10.2.0.0/16"))
    )
    for states in ((own, shared), (shared, own)):
        _, text = diff(*states, "--format", "json")
        said = json.loads(text)
        assert [change["name"] for change in said["objects"]] == ["B"]
        assert said["findings"] == {"new": [], "gone": []}


NAMED = """
[names.addresses]
servers = ["10.1.0.0/16", "10.2.0.0/16"]
lab = ["10.1.9.0/24"]
[names.ports]
smb = "139,445"
[[intent]]
name = "Servers"
must = "required"
peers = ["servers", "192.0.2.7"]
except_peers = ["lab"]
protocol = "tcp"
peer_ports = "smb, 3389"
"""


def test_intents_say_addresses_and_ports_by_names(cli: Any, tmp_path: Path) -> None:
    config = tmp_path / "ipseclint.toml"
    config.write_text(NAMED, encoding="utf-8")
    intent = load_config(config).config.intent[0]
    assert intent.peers == ("10.1.0.0/16", "10.2.0.0/16", "192.0.2.7")
    assert (intent.except_peers, intent.peer_ports) == (("10.1.9.0/24",), "139,445, 3389")
    policy = ROOT / "fixtures" / "runs" / "first" / "policy.cmd"
    found = json.loads(cli("check", policy, "--config", config, "--select", "IT001", "-o", "json").out)["findings"]
    spelt = NAMED.partition("[[intent]]")[2].replace('"servers", ', '"10.1.0.0/16", "10.2.0.0/16", ')
    config.write_text(f"[[intent]]{spelt.replace('lab', '10.1.9.0/24').replace('smb', '139,445')}", encoding="utf-8")
    same = json.loads(cli("check", policy, "--config", config, "--select", "IT001", "-o", "json").out)["findings"]
    assert [finding["message"] for finding in found] == [finding["message"] for finding in same] != []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            NAMED.replace('"servers",', '"servrs",'),
            "intent.0.peers: 'servrs' is given to nothing in [names.addresses]; did you mean servers?",
        ),
        (
            NAMED.replace("smb, 3389", "rdp"),
            "intent.0.peer_ports: 'rdp' is given to nothing in [names.ports]; it has smb",
        ),
        (
            "[[intent]]" + NAMED.partition("[[intent]]")[2],
            "intent.0.peers: 'servers' is given to nothing in [names.addresses]",
        ),
    ],
)
def test_a_name_that_is_given_to_nothing_ends_the_run(written: str, told: str, cli: Any, tmp_path: Path) -> None:
    config = tmp_path / "ipseclint.toml"
    config.write_text(written, encoding="utf-8")
    ran = cli("check", ROOT / "fixtures" / "runs" / "first" / "policy.cmd", "--config", config)
    assert (ran.code, ran.err) == (2, f"ipseclint: {config}: {told}\n")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--select", "IT001"], 1, {"IT001"}),
        (["--select", "intent-broken"], 1, {"IT001"}),
        (["--ignore", "IT001", "--select", "IT,CR"], 0, set()),
        (["--select", "CR003"], 0, set()),
    ],
)
def test_intents_are_selected_as_rules_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, said: set[str]
) -> None:
    config, policy = tmp_path / "ipseclint.toml", tmp_path / "policy.cmd"
    config.write_text('[[intent]]\nname = "No peers"\nmust = "blocked"\npeers = ["10.1.0.0/16"]\n', encoding="utf-8")
    policy.write_text(SERVERS, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        run(["check", "--config", str(config), *options, "--fail-on", "error", "--format", "json", str(policy)])
    answer = json.loads(capsys.readouterr().out)
    assert ended.value.code == code
    assert {finding["code"] for finding in answer["findings"] if finding["severity"] == "error"} == said


def test_intents_that_are_selected_and_not_there_check_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.cmd").write_text(SERVERS, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        run(["check", "--select", "IT001", str(tmp_path / "policy.cmd")])
    assert ended.value.code == 2
    assert "nothing would be checked" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_what_was_not_decided_is_said_with_its_place_and_size(
    diff: Any, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipseclint.semantics.traffic_changes.MAX_STEPS", 1)
    more = PRINTERS.format("10.1.9.0/24") + SERVERS.replace("Servers", "Lab").replace("10.1.0.0", "10.3.0.0")
    code, text = diff(SERVERS, SERVERS + more, "--format", form, "--fail-on", "never")
    assert code == 4
    if form == "json":
        answer = json.loads(text)
        assert answer["traffic_complete"] is False
        assert answer["traffic_undecided"]["peers"] == {"ipv4": ["10.1.9.0/24", "10.3.0.0/16"], "ipv6": []}
        assert answer["traffic_undecided"]["share_of_addresses"]["ipv4"] == (2**8 + 2**16) / 2**32
    else:
        text = text.replace("\\", "").replace("&#58;", ":").casefold()
        assert "not decided: peers 10.1.9.0/24, 10.3.0.0/16 (at most 65,792 ipv4 addresses" in text
        assert "there may be more where it is not decided" in text
    assert diff(SERVERS, SERVERS + more, "--fail-on", "never", "--allow-partial")[0] == 4


SERVICE = "sc config {} start= {}\n"


@pytest.mark.parametrize("service", ["IKEEXT", "PolicyAgent"])
@pytest.mark.parametrize("is_swapped", [False, True])
def test_what_a_service_does_to_traffic_is_never_neutral(diff: Any, service: str, *, is_swapped: bool) -> None:
    states = [SERVERS + SERVICE.format(service, start) for start in ("auto", "disabled")]
    code, text = diff(*(reversed(states) if is_swapped else states))
    assert code == (0 if is_swapped else 1)
    assert f'changed service "{service}" (unknown)' in text
    assert f"note: another state of {service}: whether traffic that rules protect then goes in the clear" in text
    assert "cannot be told" in text.splitlines()[1]
    assert "neutral" not in text


PHONE_BOOK = """[Office]
PBVersion=8
Type=2
VpnStrategy=7
DataEncryption={}
NumCustomPolicy=0
PhoneNumber=vpn.example.com
"""


@pytest.mark.parametrize(
    ("number", "level"), [("0", "NoEncryption"), ("8", "Optional"), ("256", "Required"), ("512", "Maximum")]
)
def test_encryption_of_a_phone_book_is_that_of_the_cmdlet(diff: Any, number: str, level: str) -> None:
    cmdlet = (
        f"Add-VpnConnection -Name Office -ServerAddress vpn.example.com -TunnelType Ikev2 -EncryptionLevel {level}\n"
    )
    assert "encryption level" not in diff(PHONE_BOOK.format(number), cmdlet, "--allow-partial")[1]
    other = cmdlet.replace(level, "Required" if level == "Maximum" else "Maximum")
    assert "encryption level" in diff(PHONE_BOOK.format(number), other, "--allow-partial")[1]


SETS = """netsh ipsec static add policy name=P assign=yes
netsh ipsec static add filteraction name=Open action=block
netsh ipsec static add filteraction name=Secure action=negotiate qmsecmethods=ESP[3DES,SHA1]:100000k/3600s
netsh ipsec static add filterlist name=Web
netsh ipsec static add filterlist name=Lan
"""
WEB = """netsh ipsec static add filter filterlist=Web srcaddr=any dstaddr=me protocol=tcp dstport=80
netsh ipsec static add rule name=W policy=P filterlist=Web filteraction=Open
"""
LAN = """netsh ipsec static add filter filterlist=Lan srcaddr=10.0.0.0 srcmask=255.0.0.0 dstaddr=me
netsh ipsec static add rule name=L policy=P filterlist=Lan filteraction=Secure kerberos=yes
"""


def test_rules_that_disagree_are_no_new_finding_in_another_order(diff: Any) -> None:
    assert "FL003" in diff(SETS + WEB, SETS + WEB + LAN)[1]
    code, text = diff(SETS + WEB + LAN, SETS + LAN + WEB)
    assert code == 0
    assert text.splitlines()[1:] == ["no difference: all traffic is treated as before (proved for every packet)"]


def test_a_script_for_a_file_of_both_tools_says_what_is_not_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    cmdlet = "New-NetIPsecRule -DisplayName C -RemoteAddress {} -InboundSecurity Require -OutboundSecurity Request\n"
    (tmp_path / "old.ps1").write_text(SERVERS + cmdlet.format("10.4.0.0/16"), encoding="utf-8")
    (tmp_path / "new.ps1").write_text(SERVERS + cmdlet.format("10.5.0.0/16"), encoding="utf-8")
    said = "old.ps1 has commands of netsh and cmdlets"
    for tool in ("netsh", "powershell"):
        with pytest.raises(SystemExit) as ended:
            run(["diff", "old.ps1", "new.ps1", "--script", tool])
        assert (ended.value.code, said in capsys.readouterr().err) == (0, True)
    (tmp_path / "old.ps1").write_text(cmdlet.format("10.4.0.0/16"), encoding="utf-8")
    with pytest.raises(SystemExit):
        run(["diff", "old.ps1", "new.ps1", "--script", "powershell"])
    assert said not in capsys.readouterr().err


def test_a_text_in_which_zeros_stand_is_not_understood_whole(diff: Any, tmp_path: Path) -> None:
    registry = (TWINS / "domain-isolation" / "policy.reg").read_bytes()
    (tmp_path / "old.reg").write_bytes(registry)
    middle = len(registry) // 2
    (tmp_path / "new.reg").write_bytes(registry[:middle] + bytes(400) + registry[middle + 400 :])
    for pair in (["old.reg", "new.reg"], ["new.reg", "old.reg"]):
        with pytest.raises(SystemExit) as ended:
            run(["diff", *pair])
        assert ended.value.code == 4


@pytest.mark.parametrize(
    ("protocols", "words"),
    [
        (["icmpv4"], "peers 10.1.0.0/16, every protocol but icmpv4"),
        (["icmpv4", "tcp"], "peers 10.1.0.0/16, every protocol but icmpv4, tcp"),
        (["200"], "peers 10.1.0.0/16, every protocol but 200"),
    ],
)
def test_protocols_are_named_by_what_is_left_out_where_that_is_shorter(
    diff: Any, protocols: list[str], words: str
) -> None:
    exempt = "".join(
        f'netsh advfirewall consec add rule name="X{each}" endpoint1=any endpoint2=10.1.0.0/16 protocol={each} '
        "action=noauthentication\n"
        for each in protocols
    )
    _, text = diff(exempt, exempt + SERVERS)
    assert f"stronger: untouched -> required, in and out: {words}\n" in text


@pytest.mark.parametrize(("protocol", "words"), [("icmpv4", "icmpv4"), ("200", "protocol 200")])
def test_a_protocol_without_a_name_is_said_to_be_one(diff: Any, protocol: str, words: str) -> None:
    _, text = diff(SERVERS, SERVERS + PRINTERS.format(f"10.1.0.0/16 protocol={protocol}"))
    assert f"weaker: required -> exempt, in and out: peers 10.1.0.0/16, {words}\n" in text
