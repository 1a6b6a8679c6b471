"""A command with places that a script fills in is one where only values are open, and what is then known of it."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import lex

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import (
    MAX_OPEN_VALUES,
    Command,
    are_values,
    is_aside,
    named,
    open_names,
    tag_of,
    without_keys,
)

CONSEC, STATIC, DYNAMIC = "netsh advfirewall consec", "netsh ipsec static", "netsh ipsec dynamic"
RULE = f"{CONSEC} add rule name=A endpoint1=any endpoint2=any"
KEY = r"reg {} HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent\{}Oakley /v {} /t REG_DWORD /d {}"


def command(line: str) -> Command:
    """The command of a line without open places."""
    (made,), _ = lex(line)
    return made


def filled(line: str) -> tuple[list[Token], Command]:
    """The places at which `PUT` stands in the words of a command, and the command."""
    made = command(line)
    places = [word.part(at, at + 3) for word in made.words if (at := word.text.find("PUT")) >= 0]
    assert places
    return places, made


@cases(
    ("line", "values"),
    [
        (f"{CONSEC} add rule name=A endpoint1=any endpoint2=PUT", True),
        (f"{CONSEC} add rule name=PUT endpoint1=any endpoint2=PUT", True),
        (f"{CONSEC} a rule name=A endpoint1=any endpoint2=xPUTx", True),
        (f"{CONSEC} add rule PUT name=A", False),
        (f"{CONSEC} add PUT name=A", False),
        (f"{CONSEC} delete rule name=PUT", False),
        (f"{CONSEC} show rule name=PUT", False),
        (f"{CONSEC} set rule name=A new action=PUT", True),
        (f"{CONSEC} se rule name=A new action=PUT", True),
        (f"{CONSEC} s rule name=A new action=PUT", False),
        (f"{CONSEC} set rule name=PUT new action=x", False),
        (f"{CONSEC} set rule name=A new PUT", False),
        (f"{CONSEC} set rule name=A action=PUT", False),
        ("netsh advfirewall set global ipsec saidletimemin PUT", True),
        ("netsh advfirewall set global PUT saidletimemin 5", False),
        ("netsh advfirewall set store gpo=PUT", True),
        ("netsh advfirewall set PUT state on", False),
        (f"{STATIC} add filter filterlist=PUT srcaddr=me", True),
        (f"{STATIC} set policy name=A assign=PUT", True),
        (f"{STATIC} set policy name=PUT assign=yes", False),
        (f"{STATIC} set policy guid=PUT assign=yes", False),
        (f"{STATIC} set rule id=1 policy=PUT newname=A", False),
        (f"{STATIC} set policy name=A newname=PUT", True),
        (f"{DYNAMIC} set rule srcaddr=any kerberos=PUT", True),
        (f"{DYNAMIC} set rule srcaddr=PUT kerberos=yes", False),
        (f"{DYNAMIC} set rule srcaddr=any dstport=PUT kerberos=yes", False),
        (f"{DYNAMIC} set mmpolicy name=A srcaddr=PUT", True),
        (KEY.format("add", "", "NLBSFlags", "PUT"), True),
        (KEY.format("add", "", "PUT", "1"), False),
        (KEY.format("add", "PUT", "NLBSFlags", "1"), False),
    ],
)
def test_open_places_are_values_where_what_the_command_is_about_is_known(line: str, values: bool) -> None:
    places, made = filled(line)
    assert are_values(places, made.context, made.words) is values


def test_more_open_values_than_a_command_can_have_are_not_followed() -> None:
    places, made = filled(f"{RULE} protocol=PUT")
    assert are_values(places * MAX_OPEN_VALUES, made.context, made.words)
    assert not are_values(places * (MAX_OPEN_VALUES + 1), made.context, made.words)


@cases(
    ("line", "aside"),
    [
        (f"{RULE} description=PUT", True),
        ("netsh advfirewall firewall add rule name=A dir=in action=allow program=PUT", True),
        ("netsh advfirewall firewall add rule name=A dir=in action=allow service=PUT", True),
        (f"{RULE} protocol=PUT", False),
        ("netsh advfirewall set allprofiles logging filename PUT", True),
        ("netsh advfirewall set PUT logging maxfilesize 4096", False),
        ("netsh advfirewall set allprofiles settings inboundusernotification PUT", False),
    ],
)
def test_what_only_explains_or_narrows_stands_aside(line: str, aside: bool) -> None:
    (place,), made = filled(line)
    assert is_aside(place, made.words) is aside


@cases(
    ("line", "tags", "names"),
    [
        (f"{CONSEC} add rule name=PUT endpoint1=any endpoint2=PUT", ["name", "endpoint2"], ["PUT"]),
        (f"{STATIC} add rule name=A policy=bPUT filterlist=PUTc", ["policy", "filterlist"], ["bPUT", "PUTc"]),
        (f"{STATIC} add filter filterlist=A srcaddr=PUT", ["srcaddr"], []),
        ("netsh advfirewall set global ipsec saidletimemin PUT", [None], []),
    ],
)
def test_the_tag_of_an_open_place_and_the_names_that_are_open(
    line: str, tags: list[str | None], names: list[str]
) -> None:
    places, made = filled(line)
    assert [tag_of(place, made.words) for place in places] == tags
    assert [word.text for word in open_names(places, made.words)] == names


@cases(
    ("tag", "is_key"),
    [
        ("auth1psk", True),
        ("auth1p", True),
        ("psk", True),
        ("ps", True),
        ("auth1", False),
        ("p", False),
        ("name", False),
    ],
)
def test_a_key_that_is_filled_in_partly_is_put_away(tag: str, is_key: bool) -> None:
    places, made = filled(f"{RULE} {tag}=abcPUT")
    shown = [word.text for word in without_keys(places, made.words)]
    assert any("abc" in text for text in shown) is not is_key
    assert without_keys((), made.words) is made.words


@cases(
    ("line", "name"),
    [
        (RULE, "netsh advfirewall consec add rule"),
        (f"{STATIC} delete all", "netsh ipsec static delete all"),
        ("netsh advfirewall set store gpo=a", "netsh advfirewall set store"),
        (KEY.format("add", "", "NLBSFlags", "1"), "reg add"),
        ("sc config IKEEXT start= disabled", "sc config IKEEXT"),
    ],
)
def test_a_command_is_called_by_its_context_verb_and_object(line: str, name: str) -> None:
    assert named(command(line)) == name


def test_a_command_of_several_lines_stands_on_the_first() -> None:
    (made,), _ = lex(f"{STATIC} add policy ^\n  name=A assign=yes")
    assert (made.span.line, made.span.column, made.span.length) == (1, len(STATIC) + 2, len("add policy"))
    whole = command(f"{STATIC} add policy name=A").span
    assert (whole.line, whole.length) == (1, len("add policy name=A"))
