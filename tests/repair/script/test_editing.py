"""Which tags of a command only name its object, and beside which commands a new one stands."""

from __future__ import annotations

from ipseclint.formats.netsh import script
from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL, Host
from ipseclint.model.change import Assign, edits
from ipseclint.repair.commands.arguments import PSK_PLACEHOLDER
from ipseclint.repair.script.editing import Placement, Script, _changing, _identity
from ipseclint.repair.script.rewriting import rewritten
from ipseclint.repair.script.statements import read_statements
from ipseclint.source import bytes_source
from tests.cases import cases
from tests.repair.script.test_rewriting import RULE, like_the_first, rewrite

FIRST = f"{RULE} action=requestinrequestout"
FIREWALL = "netsh advfirewall firewall add rule name=F dir=in action=allow"
GLOBAL = "netsh advfirewall set global ipsec strongcrlcheck 1"


@cases(
    ("command", "names", "changes"),
    [
        ("advfirewall consec add rule name=R endpoint1=any action=noauthentication", "name", "endpoint1 action"),
        ("advfirewall consec set rule name=R new enable=no", "", "enable"),
        ("advfirewall set global mainmode mmkeylifetime 5min", "", "mmkeylifetime"),
        ("ipsec static add rule name=R policy=P filterlist=L filteraction=A", "name policy", "filterlist filteraction"),
        ("ipsec static set rule name=R policy=P filteraction=B", "name policy", "filteraction"),
        ("ipsec static add filter filterlist=L srcaddr=me dstaddr=any", "filterlist", "srcaddr dstaddr"),
        ("ipsec dynamic set config property=ipsecexempt value=0", "property", "value"),
    ],
)
def test_tags_that_name_an_object_are_not_what_its_command_changes(command: str, names: str, changes: str) -> None:
    (statement,) = read_statements([f"netsh {command}"], BATCH)
    assert sorted(_identity(statement)) == names.split()
    assert [argument.tag for argument in _changing(statement)] == changes.split()


@cases(
    ("lines", "place"),
    [((FIRST, FIREWALL, GLOBAL), 1), ((FIREWALL, FIRST, GLOBAL), 2), ((GLOBAL, FIREWALL, FIRST), 3)],
    ids=["first", "between", "last"],
)
def test_a_new_rule_stands_behind_the_rules_of_its_own_context(lines: tuple[str, ...], place: int) -> None:
    """Rules of the firewall are of the same kind in another context."""
    done = rewrite("".join(f"{line}\n" for line in lines).encode(), like_the_first)
    now = done.source.read_text().splitlines()
    assert [line for line in now if "Second" not in line] == list(lines)
    assert "Second" in now[place]


@cases("name", ["L", "M", "N"])
def test_a_new_filter_stands_with_its_list_or_the_filters_of_that(name: str) -> None:
    lists = [f"netsh ipsec static add filterlist name={each}" for each in "LMN"]
    known = ["netsh ipsec static add filter filterlist=M srcaddr=me dstaddr=10.0.0.1"]
    text = "\n".join([lists[0], lists[1], *known, lists[2], ""])
    policy = script.parse(bytes_source("a.cmd", text.encode())).policy
    here = next(each for each in policy.filter_lists if each.name == name)
    (row,) = policy.filter_lists[1].filters
    more = Assign(here, "filters", (*here.filters, row._replace(destination_port=445, protocol=6)))
    done = rewritten(bytes_source("a.cmd", text.encode()), policy, [edits([more])])
    now = done.source.read_text().splitlines()
    assert [line for line in now if "445" not in line] == text.splitlines()
    place = next(number for number, line in enumerate(now) if "445" in line)
    assert now[place - 1] == {"L": lists[0], "M": known[0], "N": lists[2]}[name]


SAID = f"{RULE} auth1=computerkerb action=requestinrequestout"


@cases(
    ("text", "host", "words", "expected"),
    [
        (SAID, BATCH, ("enable=no",), f"{SAID} enable=no"),
        (SAID, POWERSHELL, ("description=a$b",), None),
        (SAID, POWERSHELL, ('description="a b"',), f'{SAID} description="a b"'),
        (SAID, BATCH, ('description="100% `sure`"',), f'{SAID} description="100%% `sure`"'),
        (SAID, BATCH, ("name=T",), None),
        (SAID, BATCH, (f'auth1psk="{PSK_PLACEHOLDER}"',), None),
        (f"{RULE} auth1=computerpsk ^\n auth1psk=secret-key", BATCH, ("auth1=computerkerb",), None),
    ],
)
def test_what_a_set_states_is_put_where_the_script_has_it(
    text: str, host: Host, words: tuple[str, ...], expected: str | None
) -> None:
    command = ("advfirewall", "consec", "set", "rule", 'name="R"', "new", *words)
    assert Script(f"{text}\n", host).edited([command], Placement.IN_PLACE) == (expected and f"{expected}\n")


@cases(
    ("there", "words"),
    [
        ("rootca=A rootca=B", ("rootca=C",)),
        ("rootca=A", ("rootca=B", "rootca=C")),
        ("kerberos=yes", (f'psk="{PSK_PLACEHOLDER}"',)),
        ("kerberos=yes", ("newname=T",)),
    ],
)
def test_what_is_stated_more_than_once_or_is_not_known_is_not_stated_anew(there: str, words: tuple[str, ...]) -> None:
    text = f"netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A {there}\n"
    command = ("ipsec", "static", "set", "rule", 'name="R"', 'policy="P"', *words)
    assert Script(text, BATCH).edited([command], Placement.IN_PLACE) is None


def test_what_has_no_name_is_not_cut_out() -> None:
    text = "netsh ipsec static add rule R P L A 192.0.2.1 lan yes no kerberos=no\n"
    command = ("ipsec", "static", "set", "rule", 'name="R"', 'policy="P"', f"psk={PSK_PLACEHOLDER}")
    assert Script(text, BATCH).edited([command], Placement.IN_PLACE) is None


def test_two_commands_that_touch_the_same_words_do_not_both_get_in() -> None:
    gone = ("advfirewall", "consec", "delete", "rule", 'name="R"')
    off = ("advfirewall", "consec", "set", "rule", 'name="R"', "new", "enable=no")
    assert Script(f"{SAID}\n", BATCH).edited([gone, off], Placement.IN_PLACE) is None


@cases("text", ["", "rem ours\n", "echo done"])
def test_nothing_gets_in_where_no_command_is(text: str) -> None:
    gone = ("advfirewall", "consec", "delete", "rule", 'name="R"')
    for placement in Placement:
        assert Script(text, BATCH).edited([gone], placement) is None
    assert Script(text, BATCH).edited([], Placement.AT_END) == text


def test_what_the_encoding_of_the_script_cannot_say_is_left_out() -> None:
    text = f"{SAID} description=B\u00fcro\n"
    source = bytes_source("a.cmd", text.encode("cp1252"))
    policy = script.parse(source).policy
    change = Assign(policy.connection_security_rules[0], "description", "\u6f22")
    done = rewritten(source, policy, [edits([change])])
    assert [each.reason for each in done.left_out] == ["the script as it is written leaves no place for it"]
    assert done.source.read_bytes() == source.read_bytes()
