"""Headings and labels that name one of several machines, by its name, its role or its side, in several languages."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.readers import is_page
from ipseclint.formats.transcript.headings import crowded_in_page, sections_of, states_crowded_in_page, states_of
from ipseclint.formats.transcript.hosts import hosts_in, parts_of
from ipseclint.formats.transcript.titles import State, Titled, end_of, state_of, titled


@cases(
    ("title", "host", "shown"),
    [
        ("SRV01", "SRV01", ""),
        ("On SRV01 (10.0.0.1)", "SRV01", ""),
        ("`FS-04` - file server", "FS-04", ""),
        ("Server (SRV01)", "SRV01", ""),
        ("Host: srv01", "SRV01", ""),
        ("Client: pc1", "PC1", ""),
        ("dc01.corp.example", "DC01.CORP.EXAMPLE", ""),
        ("Server A", "", "SERVER-A"),
        ("Server A (10.0.0.1)", "", "SERVER-A"),
        ("Client: commands of netsh", "", "CLIENT"),
        ("Step 2: Configure the client", "", "CLIENT"),
        ("2.1 VPN server", "", "SERVER"),
        ("Windows 10 client", "", "WINDOWS-CLIENT"),
        ("On both servers", "", ""),
        ("All machines", "", ""),
        ("Both sides", "", ""),
        ("All clients", "", "CLIENT"),
        ("Left gateway", "", "LEFT-GATEWAY"),
        ("Branch office", "", "BRANCH-OFFICE"),
        ("Auf dem Server", "", "SERVER"),
        ("Serverkonfiguration", "", "SERVER"),
        ("Установка и настройка сервера", "", "СЕРВЕР"),
        ("Linke Seite", "", "LINKE-SEITE"),
        ("Configuration du serveur", "", "SERVEUR"),
        ("Côté client", "", "CÔTÉ-CLIENT"),
        ("Lado del servidor", "", "LADO-SERVIDOR"),
        ("Po stronie klienta", "", "STRONIE-KLIENT"),
        ("На сервере", "", "СЕРВЕР"),
        ("サーバーの設定", "", "サーバー"),
        ("在客户端上", "", "客户端"),
        ("主机A", "", "主机-A"),
        ("FortiGate A", "", "FORTIGATE-A"),
        ("MikroTik_2", "", "MIKROTIK-2"),
        ("ASA router", "", "ASA-ROUTER"),
    ],
)
def test_a_title_that_names_a_machine_is_read_word_by_word(title: str, host: str, shown: str) -> None:
    machine = titled(title)
    assert machine is not None
    assert (machine.host, machine.shown) == (host, shown)
    assert machine.is_each is (not host and not shown)


@cases(
    "title",
    [
        *("", "Step 1", "Phase 2", "Part A", "1.", "A", "Schritt 2", "Fase 1", "Option 1: server certificates"),
        *("Client certificate", "Server authentication", "Client server", "Server and router", "Troubleshooting"),
        *("Host", "Machines", "The side", "Remote endpoint", "PC", "Windows Server 2019", "Windows 10", "Rules", "VPN"),
        *("Windows 7", "ASA 9", "FortiOS 7", "FortiGate", "FortiGate A rev 2"),
        *("AES256-SHA256", "S2S", "P2S", "L2TP", "IKEV2", "SHA256", "KB5001234", "CHG0012345", "VLAN10", "WS2019"),
        *("Server 2019 (Desktop) notes", "Server 1 client 2", "SRV01 SRV02", "Server before", "Rechner", "服务器证书"),
        *("Server " * 40,),
    ],
)
def test_a_title_with_another_word_is_of_something_else(title: str) -> None:
    assert titled(title) is None


@cases(
    ("title", "shown"),
    [
        ("Windows", "WINDOWS"),
        ("Windows Server 2019 configuration", "WINDOWS"),
        ("Windows 11 (23H2)", "WINDOWS"),
        ("strongSwan 5.9.13", "STRONGSWAN"),
        ("2. Cisco ASA", "CISCO-ASA"),
        ("Our side", "OUR"),
        ("Their end", "PEER"),
        ("Peer configuration", "PEER"),
        ("Local", "LOCAL"),
        ("Remote peer", "REMOTE-PEER"),
        ("Unsere Seite", "OUR"),
        ("Configuration distante", "REMOTE"),
        ("Nuestro lado", "OUR"),
        ("对端配置", "PEER"),
    ],
)
def test_a_title_may_tell_of_an_end(title: str, shown: str) -> None:
    end = end_of(title)
    assert end is not None
    assert (end.shown, end.is_end) == (shown, True)


@cases(
    "title",
    ["Main mode", "Quick mode", "Local ports", "Remote endpoint", "Windows Firewall", "Azure AD", "Side", "", "Host"],
)
def test_other_titles_tell_of_no_end(title: str) -> None:
    assert end_of(title) is None


@cases(
    ("one", "other"),
    [
        ("Windows", "strongSwan"),
        ("Our side", "Peer"),
        ("Local", "Remote"),
        ("Us", "Customer"),
        ("Windows Server 2022", "Cisco ASA"),
        ("VPN server", "strongSwan"),
        ("Unsere Seite", "Gegenseite"),
        ("Côté local", "Côté distant"),
        ("自社", "相手側"),
    ],
)
@cases("form", ["# T\n## {}\nx1\n## {}\nx2", "{}:\n\nx1\n\n{}:\n\nx2", "**{}**\n\nx1\n\n**{}**\n\nx2\n\n```\n```"])
def test_two_ends_are_told_apart_by_each_other(form: str, one: str, other: str) -> None:
    assert list(parted(form.format(one, other)).values())[-2:] == [["x1"], ["x2"]]


@cases(
    "text",
    [
        "# T\n## Windows\nx1\n## Event log\nx2",
        "# T\n## Windows\nx1\n## Windows 11\nx2",
        "# T\n## Main mode\nx1\n## Quick mode\nx2",
        "# T\n## Local\nx1\n### Remote\nx2",
        "# T\n## Peer\nx1\n## Rules\nx2",
        "Local:\n\nx1\n\nRules:\n\nx2",
    ],
)
def test_an_end_without_the_other_parts_nothing(text: str) -> None:
    assert list(parted(text)) == [""]


def test_an_end_that_is_none_ends_no_section() -> None:
    assert parted("Server:\n\nx1\n\n## Windows\nx2\n\nClient:\n\nx3")["SERVER"] == ["x1"]
    assert parted("## Server\nx1\n\nLocal:\n\nx2\n## Client\nx3")["SERVER"] == ["x1", "x2"]


def parted(text: str, path: str = "a.md") -> dict[str, list[str]]:
    parts = parts_of(text.split("\n"), lambda: False, path)
    return {host: [line for line in own.values() if line.startswith("x")] for host, own in parts.items()}


@cases(
    ("text", "path"),
    [
        ("# T\n## Server\nx1\n### Deeper\nx2\n## Client\nx3\n## Notes\nx4", "a.md"),
        ("T\n=\n\nServer\n------\nx1\nx2\n\nClient\n------\nx3\n\nNotes\n-----\nx4", "a.markdown"),
        ("= T\n\n== Server\nx1\nx2\n\n== Client\nx3\n\n== Notes\nx4", "a.adoc"),
        ("* T\n** Server\nx1\n*** Deeper\nx2\n** Client\nx3\n** Notes\nx4", "a.org"),
        ("h1. T\n\nh2. Server\n\nx1\nx2\n\nh2. Client\n\nx3\n\nh2. Notes\n\nx4", "a.textile"),
        (
            "T\n###\n\nServer\n======\n\nx1\n\nDeeper\n------\n\nx2\n\nClient\n======\n\nx3\n\nNotes\n=====\n\nx4",
            "a.rst",
        ),
    ],
)
def test_a_section_of_a_document_is_of_its_machine_up_to_the_next_of_its_level(text: str, path: str) -> None:
    assert parted(text, path) == {"": ["x4"], "SERVER": ["x1", "x2"], "CLIENT": ["x3"]}


@cases(
    "text",
    [
        "## Server\nx1\n## VPN server\nx2\n## Notes\nx3",
        "## Step 1\nx1\n## Step 2\nx2\n## Phase 3\nx3",
        "```\n# Server\nx1\n# Client\nx2\n```\nx3",
        "## Option 1: server\nx1\n## Option 2: client\nx2\nx3",
        "# Server\n## A\nx1\n## Client\nx2\nx3",
    ],
)
def test_what_names_no_two_machines_is_one(text: str) -> None:
    assert parted(text) == {"": ["x1", "x2", "x3"]}


def test_what_is_of_each_machine_is_in_each_part() -> None:
    text = "# T\n## Both servers\nx0\n## Server A\nx1\n## Server B\nx2\n## All machines\nx3"
    assert parted(text) == {"SERVER-A": ["x1", "x0", "x3"], "SERVER-B": ["x2", "x0", "x3"]}


def test_a_machine_is_called_as_where_it_is_named_first_and_by_its_address_if_two_are_called_so() -> None:
    text = "## Server (10.0.0.1)\nx1\n## Server (10.0.0.2)\nx2\n## On the server (10.0.0.1)\nx3"
    assert parted(text) == {"SERVER-10-0-0-1": ["x1", "x3"], "SERVER-10-0-0-2": ["x2"]}
    assert parted("## Server (SRV01)\nx1\n## Client\nx2\n## On the server\nx3") == {
        "SRV01": ["x1", "x3"],
        "CLIENT": ["x2"],
    }


def test_a_part_of_no_machine_that_uses_what_one_makes_is_of_that_one() -> None:
    made = 'xnetsh advfirewall consec add rule name="{}" endpoint1=any endpoint2=any action=requireinrequireout'
    text = f'## Server\n{made.format("A")}\n## Client\n{made.format("B")}\n## Enable\nxset rule name="A" new enable=yes'
    assert parted(text)["SERVER"] == [made.format("A"), 'xset rule name="A" new enable=yes']


def test_labels_within_code_part_it_and_its_marks_are_of_each() -> None:
    text = "```\nServer:\nx1\n\nClient:\nx2\n```"
    assert parted(text) == {"SERVER": ["x1"], "CLIENT": ["x2"]}
    assert sections_of(text.split("\n"), "a.md").structure == {1, 7}
    assert parted("```\nserver:\n  x1\nclient:\n  x2\n```") == {"": []}


def test_a_comment_above_a_command_ends_no_section() -> None:
    command = "netsh advfirewall consec add rule name=S endpoint1=any endpoint2=any action=requestinrequestout"
    text = f"## Server\n# the rule\n{command}\n## Client\nx2"
    (of_server,) = (own for host, own in parts_of(text.split("\n"), lambda: False, "a.md").items() if host == "SERVER")
    assert command in of_server.values()


def test_a_title_says_what_tells_it_from_others_of_its_role() -> None:
    assert titled("Left gateway") == Titled("GATEWAY", frozenset({"LEFT"}), shown="LEFT-GATEWAY")


@cases(
    ("before", "after"),
    [
        ("Before", "After"),
        ("1. Before the change", "2. After the change (2026-03-01)"),
        ("Server A - before", "Server A - after"),
        ("Old policy", "New policy"),
        ("Vorher", "Nachher"),
        ("Vor der Änderung", "Nach der Änderung"),
        ("Avant la modification", "Après la modification"),
        ("Antes del cambio", "Después del cambio"),
        ("Prima", "Dopo"),
        ("Przed zmianą", "Po zmianie"),
        ("До изменения", "После изменения"),
        ("変更前", "変更後"),
        ("修改前的配置", "修改后的配置"),
    ],
)
def test_a_title_names_the_state_before_a_change_and_that_after_it(before: str, after: str) -> None:
    assert (state_of(before), state_of(after)) == (State.BEFORE, State.AFTER)


@cases(
    "title",
    [
        *("Before you begin", "After rebooting", "After that", "Old server", "New client", "Change", "Server"),
        *("Before and after", "Nach Installation", "", "Before " * 40),
    ],
)
def test_a_title_of_something_else_names_no_state(title: str) -> None:
    assert state_of(title) is None


def test_what_is_of_no_state_is_of_both() -> None:
    text = "# T\nx0\n## Before\nx1\n### Deeper\nx2\n## After\nx3\n## Notes\nx4"
    states = states_of(text.split("\n"), "a.md")
    shown = {state: [line for line in own.values() if line.startswith("x")] for state, own in states.items()}
    assert shown == {State.BEFORE: ["x0", "x1", "x2", "x4"], State.AFTER: ["x0", "x3", "x4"]}
    assert states_of(text.replace("After", "Then").split("\n"), "a.md") == {}


def test_labels_within_code_tell_states_and_its_marks_are_of_both() -> None:
    states = states_of(["```", "Before:", "x1", "", "After:", "x2", "```"], "a.md")
    assert states == {State.BEFORE: {1: "```", 3: "x1", 4: "", 7: "```"}, State.AFTER: {1: "```", 6: "x2", 7: "```"}}


PAGE = (
    "<!DOCTYPE html>\n<html><body>\n<h1>T</h1>\n<h2>{}</h2>\n<pre>\nx1\n</pre>\n"
    '<div class="a"><h2 id="b"><a href="#">{}</a></h2>\n<pre>\nx2\n</pre></div>\n</body></html>'
)


@cases(
    ("one", "other"),
    [("Server A", "Server B"), ("Windows", "strongSwan"), ("SRV01 (10.0.0.1)", "SRV02"), ("Our&nbsp;side", "Peer")],
)
@cases("path", ["a.html", "a.txt"])
def test_headings_of_a_page_part_it(path: str, one: str, other: str) -> None:
    assert list(parted(PAGE.format(one, other), path).values())[-2:] == [["x1"], ["x2"]]


def test_the_part_of_a_page_is_one_still() -> None:
    parts = parts_of(PAGE.format("Server", "Client").split("\n"), lambda: False, "a.html")
    assert all(is_page("\n".join(parts[host].values())) for host in ("SERVER", "CLIENT"))


def test_paragraphs_in_bold_are_labels() -> None:
    text = "<html>\n<p><b>Server</b></p>\n<pre>\nx1\n</pre>\n<p><strong>Client:</strong></p>\n<pre>\nx2\n</pre>\n"
    assert parted(text, "a.html")["CLIENT"] == ["x2"]


@cases(("one", "other"), [("Main mode", "Quick mode"), ("Windows", "Notes"), ("Server", "Rules")])
def test_other_headings_of_a_page_part_nothing(one: str, other: str) -> None:
    assert "x2" not in str({host: own for host, own in parted(PAGE.format(one, other), "a.html").items() if host})


def test_headings_behind_text_part_nothing_and_are_told() -> None:
    text = PAGE.format("Server", "Client").replace("\n</pre>\n", "</pre>")
    assert list(parted(text, "a.html")) == [""]
    assert hosts_in(text.split("\n"), "a.html") == {"SERVER": 4, "CLIENT": 6}
    assert crowded_in_page(PAGE.format("Server", "Client")) == {}
    assert crowded_in_page(text.replace("Client", "Notes")) == {}


def test_states_of_a_page_are_parted_or_told() -> None:
    text = PAGE.format("Before", "After")
    states = states_of(text.split("\n"), "a.html")
    assert [[line for line in states[state].values() if line.startswith("x")] for state in State] == [["x1"], ["x2"]]
    assert states_crowded_in_page(text) is None
    joined = text.replace("\n</pre>\n", "</pre>")
    assert (states_of(joined.split("\n"), "a.html"), states_crowded_in_page(joined)) == ({}, 6)


def test_headings_and_labels_within_a_quotation_part_it() -> None:
    assert parted("> Server:\n>\n> x\n>\n> ## Client\n>\n> y\n", "a.txt").keys() == {"SERVER", "CLIENT"}


@cases(
    ("one", "other", "names"),
    [
        ("On A:", "On B:", {"A", "B"}),
        ("On 10.1.1.10:", "On 10.1.1.20:", {"10-1-1-10", "10-1-1-20"}),
        ("## server1", "## server2", {"SERVER1", "SERVER2"}),
        ("## Server srv01", "## Client pc07", {"SRV01", "PC07"}),
        ("**srv01**", "**web02:**", {"SRV01", "WEB02"}),
        ("=== lon-dc01 ===", "=== lon-dc02 ===", {"LON-DC01", "LON-DC02"}),
        ("[srv01]", "[srv02]", {"SRV01", "SRV02"}),
        ("srv01 (10.0.0.1):", "srv02 (10.0.0.2):", {"SRV01", "SRV02"}),
        ("Host: berlin", "Host: munich", {"BERLIN", "MUNICH"}),
        ("**Computer:** DC", "**Computer:** FILES", {"DC", "FILES"}),
        ("Hostname: 10.0.0.1", "Hostname: 10.0.0.2", {"10-0-0-1", "10-0-0-2"}),
        ("fs-04", "1. fs-05", {"FS-04", "FS-05"}),
        ("Here is what I get on srv01:", "Get-NetIPsecRule on srv02:", {"SRV01", "SRV02"}),
        ("Auf srv01:", "Auf alpha7:", {"SRV01", "ALPHA7"}),
    ],
)
@cases("path", ["a.txt", "a.md"])
def test_a_name_tells_a_machine_beside_another_one(path: str, one: str, other: str, names: set[str]) -> None:
    assert set(parted(f"T\n\n{one}\nx1\n\n{other}\nx2", path)) - {""} == names
    assert list(parted(f"T\n\n{one}\nx1\n\nx2", path)) == [""]


@cases(
    ("one", "other"),
    [
        ("## rule1", "## rule2"),
        ("## berlin1", "## berlin2"),
        ("## A", "## B"),
        ("## Windows", "## Firewall"),
        ("On Windows 10:", "On Windows 11:"),
        ("On wan1:", "On wan2:"),
        ("On 10.12.2024:", "On 11.12.2024:"),
        ("On the other hand:", "On Monday:"),
        ("Host: any", "Host: none"),
        ("Server: yes", "Server: no"),
        ("[HKEY_USERS]", "[Unicode]"),
        ("Attempt 1:", "Attempt 2:"),
        ("set1", "set2"),
    ],
)
@cases("path", ["a.txt", "a.md"])
def test_what_need_not_be_a_machine_parts_nothing(path: str, one: str, other: str) -> None:
    assert list(parted(f"T\n\n{one}\nx1\n\n{other}\nx2", path)) == [""]


def test_what_tools_print_above_what_a_machine_answers_parts_it() -> None:
    assert parted("srv01 | CHANGED | rc=0 >>\nx1\n\nrome | FAILED | rc=1 >>\nx2", "a.txt") == {
        "SRV01": ["x1"],
        "ROME": ["x2"],
    }
    assert parts_of(["srv01:", "    x1", "srv02:", "    x2"], lambda: False, "a.txt") == {
        "SRV01": {1: "srv01:", 2: "    x1"},
        "SRV02": {3: "srv02:", 4: "    x2"},
    }
    assert list(parted("rules:\n    x1\nsrv02:\n    x2", "a.txt")) == [""]


def test_a_name_within_a_list_or_an_output_is_no_title() -> None:
    assert list(parted("Hosts:\n\nsrv01\nsrv02\n\nx1", "a.txt")) == [""]
    assert list(parted("y\nHost: srv01\nx1\ny\nHost: srv02\nx2", "a.txt")) == [""]


@cases("part", ["summary", "dt"])
def test_what_a_part_of_a_page_is_called_parts_it(part: str) -> None:
    section = "<div><{0}>{1}</{0}>\n<pre>\nx1\n</pre></div>\n<{0}><b>{2}</b></{0}>\n<pre>\nx2\n</pre>"
    text = f"<!DOCTYPE html>\n<html><body>\n{section}"
    parts = parted(text.format(part, "Server A", "Server B"), "a.html")
    assert ("x1" in parts["SERVER-A"], "x2" in parts["SERVER-B"]) == (True, True)
    assert list(parted(text.format(part, "Server A", "Show the log"), "a.html")) == [""]


def test_a_line_in_bold_is_a_label_also_before_a_break() -> None:
    text = "<!DOCTYPE html>\n<html><body>\n<p><b>Server:</b><br>\nx1</p>\n<p><strong>Client</strong><br/>\nx2</p>"
    assert parted(text, "a.html")["CLIENT"] == ["x2</p>"]


@cases(
    "text",
    [
        "- Server A:\n  - y\n- Server B:\n  - y\n",
        "1. Server A:\n    y\n2. Server B:\n    y\n",
        ">> Server A:\n>> y\n> Server B:\n> y\n",
        "> > Server A:\n> > y\n> Server B:\n> y\n",
    ],
)
def test_a_label_parts_a_list_and_a_quotation_within_another(text: str) -> None:
    assert parted(text, "a.txt").keys() == {"SERVER-A", "SERVER-B"}


def test_a_key_with_what_is_below_it_is_no_label() -> None:
    assert list(parted("server a:\n  x1\nserver b:\n  x2\n", "a.txt")) == [""]
