"""A repair in the script's own text: what it changes, and that it changes nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ipseclint.formats.netsh.script import parse
from ipseclint.model.change import Add, Assign, Change, Remove, edits
from ipseclint.model.policy import AuthenticationMethod, AuthMethod, Policy
from ipseclint.model.setting import Setting
from ipseclint.repair.script.rewriting import rewritten
from ipseclint.repair.script.rewritten import Rewritten
from ipseclint.semantics.sameness import same_policy
from ipseclint.source import SourceError, bytes_source
from tests.cases import cases

Changes = Callable[[Policy], tuple[Change, ...]]


def rewrite(script: bytes, changes: Changes) -> Rewritten:
    source = bytes_source("policy.cmd", script)
    before = parse(source)
    assert before.problems == ()
    done = rewritten(source, before.policy, [tuple(edits(changes(before.policy)))])
    after = parse(done.source)
    assert after.problems == ()
    assert same_policy(after.policy, done.policy)
    return done


def changed_lines(script: str, changes: Changes) -> list[str]:
    """The lines that differ, as they were and as they are."""
    text = script.replace("\n", "\r\n")
    done = rewrite(text.encode(), changes)
    assert done.left_out == ()
    before, after = text.split("\r\n"), done.source.read_text().split("\r\n")
    assert "\n" not in "".join(after)
    gone = [f"- {line}" for line in before if line not in after]
    return gone + [f"+ {line}" for line in after if line not in before]


def hour(policy: Policy) -> tuple[Change, ...]:
    return (Assign(policy.main_mode_crypto_sets[0], "lifetime_seconds", 3600),)


def strict(policy: Policy) -> tuple[Change, ...]:
    return (Assign(policy.filter_actions[0], "allow_unsecured_fallback", False),)


def no_rule(policy: Policy) -> tuple[Change, ...]:
    return (Remove(policy.connection_security_rules[0]),)


def off(policy: Policy) -> tuple[Change, ...]:
    return (Assign(policy.connection_security_rules[0], "enabled", False),)


def one_filter(policy: Policy) -> tuple[Change, ...]:
    return (Assign(policy.filter_lists[0], "filters", policy.filter_lists[0].filters[1:]),)


def another_name(policy: Policy) -> tuple[Change, ...]:
    return (Assign(policy.filter_actions[0], "name", "Strict"),)


def like_the_first(policy: Policy) -> tuple[Change, ...]:
    first = policy.connection_security_rules[0]
    return (Add(first.model_copy(update={"name": "Second"})),)


ADD = "netsh ipsec static add"
RULE = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any"
PROFILE = "netsh advfirewall consec set rule name=R new profile=domain"

CASES: dict[str, tuple[str, Changes, list[str]]] = {
    "a value": (
        f"@echo off\nrem ours\n{ADD} policy name=P mmlifetime=5 assign=y  \n",
        hour,
        [f"- {ADD} policy name=P mmlifetime=5 assign=y  ", f"+ {ADD} policy name=P mmlifetime=60 assign=y  "],
    ),
    "an abbreviated tag, in quotes": (
        f'@{ADD} policy "P" MML = "5"\n',
        hour,
        [f'- @{ADD} policy "P" MML = "5"', f'+ @{ADD} policy "P" MML = "60"'],
    ),
    "a value by position": (
        f"{ADD} policy P text no 0 5\n",
        hour,
        [f"- {ADD} policy P text no 0 5", f"+ {ADD} policy P text no 0 60"],
    ),
    "tag and value in one pair of quotes": (
        f'{ADD} policy name=P "mmlifetime=5"\n',
        hour,
        [f'- {ADD} policy name=P "mmlifetime=5"', f'+ {ADD} policy name=P "mmlifetime=60"'],
    ),
    "a continued line": (
        f"{ADD} policy name=P ^\n    mmlifetime=5 ^\n    assign=y\n",
        hour,
        ["-     mmlifetime=5 ^", "+     mmlifetime=60 ^"],
    ),
    "a tag that is not there": (
        f"{ADD} policy name=P ^\n  qmpermm=7 >nul\n",
        hour,
        ["-   qmpermm=7 >nul", "+   qmpermm=7 mmlifetime=60 >nul"],
    ),
    "the command that says it last": (
        f"{ADD} policy P mmlifetime=5\nnetsh ipsec static set policy P mmlife=6\n",
        hour,
        ["- netsh ipsec static set policy P mmlife=6", "+ netsh ipsec static set policy P mmlife=60"],
    ),
    "two commands on a line": (
        f"{ADD} policy P mmlifetime=5 & {ADD} filterlist F & echo done\n",
        hour,
        [
            f"- {ADD} policy P mmlifetime=5 & {ADD} filterlist F & echo done",
            f"+ {ADD} policy P mmlifetime=60 & {ADD} filterlist F & echo done",
        ],
    ),
    "a script for netsh itself": (
        "pushd ipsec static\n# ours\nadd filteraction name=A soft=yes\npopd\n",
        strict,
        ["- add filteraction name=A soft=yes", "+ add filteraction name=A soft=no"],
    ),
    "PowerShell": (
        "$ErrorActionPreference = 'Stop'\nnetsh advfirewall set global mainmode 'mmkeylifetime' '5min,0sess' # ours\n",
        hour,
        [
            "- netsh advfirewall set global mainmode 'mmkeylifetime' '5min,0sess' # ours",
            "+ netsh advfirewall set global mainmode 'mmkeylifetime' \"60min,0sess\" # ours",
        ],
    ),
    "a setting that no command states": (
        "netsh advfirewall set global mainmode mmsecm dhgroup14:aes256-sha256\necho done\n",
        hour,
        ["+ netsh advfirewall set global mainmode mmkeylifetime 60min,0sess"],
    ),
    "the store of a GPO": (
        f'netsh advfirewall set store gpo="corp.example\\S"\n{RULE} action=requestinrequestout\n',
        off,
        [f"- {RULE} action=requestinrequestout", f"+ {RULE} action=requestinrequestout enable=no"],
    ),
    "a rule that goes, with what was said of it later": (
        f"rem one\n{RULE} action=requestinrequestout ^\n  auth1=computerkerb > nul\n{PROFILE}\nrem two\n",
        no_rule,
        [
            f"- {RULE} action=requestinrequestout ^",
            "-   auth1=computerkerb > nul",
            f"- {PROFILE}",
        ],
    ),
    "a rule that goes and shares its line": (
        f"{RULE} action=requestinrequestout & echo done\n",
        no_rule,
        ['+ netsh advfirewall consec delete rule name="R"'],
    ),
    "a filter that goes": (
        f"{ADD} filter L me any protocol=tcp dstport=80\n{ADD} filter L me 10.0.0.1\n",
        one_filter,
        [f"- {ADD} filter L me any protocol=tcp dstport=80"],
    ),
    "another name": (
        f"{ADD} filteraction name=A soft=yes\n{ADD} filterlist F\n",
        another_name,
        ['+ netsh ipsec static set filteraction name="A" newname=Strict'],
    ),
    "an exemption before what secures": (
        f"  {RULE} action=noauthentication\n",
        like_the_first,
        ['+   netsh advfirewall consec add rule name="Second" endpoint1=any endpoint2=any action=noauthentication'],
    ),
    "a new rule behind the others, called as they are": (
        f"@{RULE} action=requestinrequestout\nnetsh advfirewall set global ipsec strongcrlcheck 1\n",
        lambda policy: (Add(policy.connection_security_rules[0].model_copy(update={"name": "100%"})),),
        ['+ @netsh advfirewall consec add rule name="100%%" endpoint1=any endpoint2=any action=requestinrequestout'],
    ),
}


@cases("name", CASES)
def test_only_what_must_change_changes(name: str) -> None:
    script, changes, expected = CASES[name]
    assert changed_lines(script, changes) == expected


def test_an_exemption_stands_before_the_first_rule() -> None:
    done = rewrite(f"echo start\n{RULE} action=noauthentication\n".encode(), like_the_first)
    assert [line.split("name=")[-1].split()[0] for line in done.source.read_text().splitlines()[1:]] == [
        '"Second"',
        "R",
    ]


@cases("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@cases("line_end", ["\n", "\r\n", "\r"])
def test_encoding_mark_and_line_ends_stay(encoding: str, line_end: str) -> None:
    text = line_end.join(("rem für Büros", f'{ADD} policy name="Büro" mmlifetime=5', "", "rem größer"))
    done = rewrite(text.encode(encoding), hour)
    assert done.source.read_bytes() == text.replace("=5", "=60").encode(encoding)


def test_mixed_line_ends_stay() -> None:
    script = f"rem a\r\n{ADD} policy name=P mmlifetime=5\nrem b\r\r\n".encode()
    assert rewrite(script, hour).source.read_bytes() == script.replace(b"=5", b"=60")


def test_bytes_that_are_no_text_are_left_alone() -> None:
    script = b"\xef\xbb\xbfrem \xff\r\nnetsh ipsec static add policy name=P mmlifetime=5\r\n"
    with pytest.raises(SourceError, match="not all text"):
        rewrite(script, hour)


def test_a_key_stays_where_it_is_and_goes_nowhere_else() -> None:
    script = f"{RULE} action=requestinrequestout auth1=computerpsk auth1psk=Example-Key-0001\n".encode()

    def kerberos_too(policy: Policy) -> tuple[Change, ...]:
        found = policy.authentication_sets[0]
        return (Assign(found, "methods", (*found.methods, _kerberos(policy))),)

    done = rewrite(script, kerberos_too)
    assert done.source.read_bytes() == script.replace(b"computerpsk", b"computerpsk,computerkerb")


def test_a_key_that_goes_is_gone() -> None:
    script = f"{ADD} rule R P F A kerberos=yes psk=Example-Key-0001\n"
    policy = f"{ADD} policy P\n{ADD} filteraction A\n{ADD} filter F me any\n"

    def kerberos_alone(policy: Policy) -> tuple[Change, ...]:
        found = policy.authentication_sets[0]
        return (Assign(found, "methods", found.methods[:1]),)

    done = rewrite((policy + script).encode(), kerberos_alone)
    assert done.left_out == ()
    assert done.source.read_text() == (policy + script).replace(" psk=Example-Key-0001", "")


def test_no_key_is_written_a_second_time() -> None:
    script = f"{RULE} action=requestinrequestout auth1=computerpsk auth1psk=Example-Key-0001\n".encode()
    done = rewrite(script, like_the_first)
    assert [each.reason for each in done.left_out] == ["a preshared key would have to be written again"]
    assert done.source.read_bytes() == script


def test_what_cannot_be_said_leaves_the_rest_its_place() -> None:
    script = f"{ADD} policy name=P mmlifetime=5\n{RULE} action=requestinrequestout\n".encode()
    source = bytes_source("policy.cmd", script)
    policy = parse(source).policy
    rule = policy.connection_security_rules[0]
    groups = [tuple(edits(hour(policy))), tuple(edits((Assign(rule, "name", 'a "b"'),)))]
    done = rewritten(source, policy, groups)
    assert [each.reason for each in done.left_out] == ["netsh has no escape for a double quote in a name"]
    assert done.source.read_bytes() == script.replace(b"=5", b"=60")


def test_a_script_that_says_more_than_it_seems_is_not_changed_into_something_else() -> None:
    # The later command changes every rule: where a rule is created is not where its value comes from.
    script = f"{RULE} action=requestinrequestout enable=no\nnetsh advfirewall consec set rule name=all new enable=yes\n"
    done = rewrite(script.encode(), off)
    assert done.left_out == ()
    assert done.source.read_text() == script + 'netsh advfirewall consec set rule name="R" new enable=no\n'


def _kerberos(policy: Policy) -> AuthenticationMethod:
    found = policy.authentication_sets[0].methods[0]
    method = Setting(AuthMethod.COMPUTER_KERBEROS, found.span)
    return found.model_copy(update={"method": method, "preshared_key": None})
