"""A tag that a command does not have is named with the nearest ones, and what may be a key is not."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.netsh.script import parse
from ipseclint.source import bytes_source

RULE = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any action=requestinrequestout "


@cases(
    ("line", "message"),
    [
        (RULE + "auth1pks=secret", "unknown tag `auth1pks`: did you mean `auth1psk`"),
        (RULE + "endpiont1=any", "unknown tag `endpiont1`: did you mean `endpoint1`"),
        (RULE + "wobble=secret", "unknown tag `wobble`: this command has `name`, `endpoint1`, "),
        ("netsh ipsec static add filterlist nmae=A", "unknown tag `nmae`: did you mean `name`?"),
        ("netsh ipsec static add filterlist colour=A", "unknown tag `colour`: this command has `name`, `description`"),
    ],
)
def test_an_unknown_tag_is_named_with_the_nearest(line: str, message: str) -> None:
    (command,) = parse(bytes_source("a.cmd", line.encode())).policy.refused_commands
    assert command.reason.startswith(message)
    assert "secret" not in command.reason


@cases(
    "rest",
    ["auth1=computerpsk hunter2=rest", "hunter2=rest auth1=computerpsk", "auth1psk=a hunter2=rest"],
)
def test_a_word_that_may_be_a_key_is_not_named_and_few_tags_are(rest: str) -> None:
    (command,) = parse(bytes_source("a.cmd", (RULE + rest).encode())).policy.refused_commands
    assert command.reason.startswith("unknown tag: this command has `name`, ")
    assert command.reason.count("`") == 16
    assert command.reason.endswith(" more")


@cases(
    ("line", "tag", "column"),
    [
        ("netsh ipsec static add policy name=P mmpfsyes", "mmpfs", 38),
        ('netsh ipsec static add filteraction name=A qmsecmethods"AH[SHA1]:100000k/3600s"', "qmsecmethods", 44),
        ("netsh ipsec static add policy name=P qmpermm10 mmpfs=no", "qmpermm", 38),
        ("netsh ipsec static add policy name=P mmpfs", "mmpfs", 38),
        ("netsh ipsec static add filter filterlist=L srcaddr me dstaddr=any", "srcaddr", 44),
        ("netsh ipsec static add filteraction name=A action=permit softyes", "soft", 58),
        ("netsh ipsec static add filteraction name=A action=permit Soft:Yes", "soft", 58),
        ("netsh ipsec static add filteraction name=A softno action=permit", "soft", 44),
        ("netsh ipsec static add filteraction name=A action:permit", "action", 44),
    ],
)
def test_a_tag_that_lost_its_sign_is_told_for_netsh_takes_it_for_another(line: str, tag: str, column: int) -> None:
    (problem,) = parse(bytes_source("a.cmd", line.encode())).problems
    assert problem.message.startswith(f"no `=` stands behind `{tag}`: netsh takes this for `")
    assert problem.span.column == column


@cases(
    "value", ["Servers", "assigned", "policy1", '"mmpfs on"', '"mmpfs"', "tunnel2", "policy", "software", "nameless"]
)
def test_other_values_by_position_are_taken_without_a_word(value: str) -> None:
    parsed = parse(bytes_source("a.cmd", f"netsh ipsec static add policy P {value}".encode()))
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())


@cases(
    ("line", "tag", "column"),
    [
        (
            'netsh advfirewall mainmode add rule name="Partners endpoint1=any endpoint2=any auth1=computerkerb',
            "name",
            52,
        ),
        ('netsh advfirewall mainmode add rule name=Partners" endpoint1=any mmsecmethods=default', "name", 52),
        (
            'netsh advfirewall mainmode add rule name="A mmsecmethods=default auth1ca="CN=Root" profile=domain',
            "name",
            45,
        ),
        (
            'netsh advfirewall mainmode add rule name=A auth1=computercert auth1ca="CN=Root profile=domain',
            "auth1ca",
            80,
        ),
        ('netsh ipsec static add policy name="Branch mmpfs=no', "name", 44),
        ('netsh ipsec static add policy name=B description="Branch mmpfs=no', "description", 58),
        ('netsh ipsec static add policy name=B description=Branch" mmpfs=no', "description", 58),
    ],
)
def test_a_tag_within_the_value_of_another_is_told_for_a_quotation_mark_is_missing(
    line: str, tag: str, column: int
) -> None:
    (problem, *_) = parse(bytes_source("a.cmd", line.encode())).problems
    assert problem.message.startswith("a quotation mark is missing: `")
    assert problem.message.endswith(f"part of `{tag}` here")
    assert problem.span.column == column


@cases(
    "line",
    [
        'netsh ipsec static add policy name="Branch" description="was mmpfs=no before"',
        'netsh ipsec static add policy name="Branch of 5=five"',
        'netsh ipsec static add policy name="Branch',
        'netsh ipsec static add policy name=B description="Branch office',
        "netsh ipsec static add policy name=B description=mmpfs=no",
        'netsh ipsec static add rule name=R policy=P filterlist=L filteraction=F rootca="CN=Root, O=A = B, L=psk=1"',
    ],
)
def test_other_signs_of_equality_in_a_value_are_its_own(line: str) -> None:
    assert not any("quotation" in each.message for each in parse(bytes_source("a.cmd", line.encode())).problems)


TAKEN_IN = ": a quotation mark is missing, so that `{}=` and what follows are part of `{}`"


@cases(
    ("command", "reason"),
    [
        (
            'advfirewall consec add rule name="Branch endpoint1=any endpoint2=any action=requestinrequestout',
            "`add rule` without `endpoint1`, `endpoint2`, `action`" + TAKEN_IN.format("endpoint1", "name"),
        ),
        (
            'ipsec static add filter filterlist="A srcaddr=me dstaddr=any description="x y"',
            "`add filter` needs `dstaddr`" + TAKEN_IN.format("dstaddr", "filterlist"),
        ),
        ("advfirewall consec add rule name=A endpoint1=any", "`add rule` without `endpoint2`, `action`"),
        ('ipsec static add filter filterlist="A=1 b=2" srcaddr=me', "`add filter` needs `dstaddr`"),
    ],
)
def test_a_command_that_lacks_what_a_missing_quotation_mark_took_in_says_so(command: str, reason: str) -> None:
    (refused,) = parse(bytes_source("a.cmd", f"netsh {command}\n".encode())).policy.refused_commands
    assert refused.reason == reason


@cases(
    ("words", "is_told"),
    [
        ("filter filterlist=L srcaddr=me dstaddr=any protocol=tcp dstport=3 389", True),
        ("filter filterlist=L srcaddr=me dstaddr=192.0.2.0 /24", True),
        ("filterlist name=My List", True),
        ("filter filterlist=My List srcaddr=me dstaddr=any", True),
        ("policy name=My Policy assign=no", True),
        ("filterlist name=My  List", False),
        ('filterlist name="My" List', False),
        ("filter filterlist=L srcaddr=me dstaddr=any dstport=3,389", False),
        ("filterlist L Text", False),  # by place
        ('filterlist name=L "Text of mine"', False),
    ],
)
def test_the_rest_of_a_name_or_a_number_that_a_blank_parts_is_told_where_netsh_takes_it_for_a_description(
    words: str, is_told: bool
) -> None:
    problems = check_text(f"netsh ipsec static add {words}\n", "a.cmd").problems
    told = [each.message for each in problems if "for `description`" in each.message]
    assert bool(told) == is_told


TORN = "a blank ends a value that has no quotation marks; "


@cases(
    ("words", "reason"),
    [
        ("policy name=My Policy description=Mine", "`Policy` is not one of `yes`, `no`"),
        ("filterlist name=Web Servers In Paris", "a value without a tag, and no tag is left for it"),
        ("filterlist name=A description=Two words", "a value without a tag, and no tag is left for it"),
        ("filteraction name=Require High security action=negotiate", "`security` is not one of `yes`, `no`"),
    ],
)
def test_a_command_that_is_refused_for_the_rest_of_a_name_says_what_it_lacks(words: str, reason: str) -> None:
    (refused,) = parse(bytes_source("a.cmd", f"netsh ipsec static add {words}\n".encode())).policy.refused_commands
    assert refused.reason == TORN + reason


@cases(
    "words",
    [
        "policy name=P mmpfs=Policy",
        'policy name="P" Mine Policy',
        "policy P Mine Policy",
        'filterlist name=A "of mine" more',
        "policy name=P Mine assign=maybe",
    ],
)
def test_a_command_that_is_refused_for_another_reason_does_not(words: str) -> None:
    (refused,) = parse(bytes_source("a.cmd", f"netsh ipsec static add {words}\n".encode())).policy.refused_commands
    assert "quotation" not in refused.reason
