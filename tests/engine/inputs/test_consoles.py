"""A text of the consoles of several machines is an input for each, as far as the text says whose a line is."""

from __future__ import annotations

from typing import BinaryIO

import pytest
from msgspec.structs import replace

from ipseclint.engine.inputs.consoles import of_each_machine
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_inputs
from ipseclint.formats.transcript import hosts
from ipseclint.source import HEAD_BYTES, Source, SourceError, bytes_source
from tests.cases import cases

KEY = "SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"
NAME = "AssumeUDPEncapsulationContextOnSendRule"


def value(number: int) -> str:
    return f"HKEY_LOCAL_MACHINE\\{KEY}\n    {NAME}    REG_DWORD    0x{number}\n"


ASKS = f"reg query HKLM\\{KEY} /v {NAME}\n\n"
TEXTS = (
    "".join(f"C:\\>hostname\nSRV0{each}\n\nC:\\>{ASKS}{value(each)}\n" for each in (1, 2)),
    "".join(f"PS C:\\> hostname\nsrv0{each}\n\nPS C:\\> {ASKS}{value(each)}\n" for each in (1, 2)),
    "".join(f"[srv0{each}.corp]: PS C:\\> {ASKS}{value(each)}\n" for each in (1, 2)) + "PS C:\\> exit\n",
    "".join(f"SRV0{each}:\n\n{value(each)}\n" for each in (1, 2)),
    "".join(f"=== SRV0{each} ===\n\n{value(each)}\n" for each in (1, 2)),
    "".join(f"## SRV0{each}\n\n{value(each)}\n" for each in (1, 2)),
    "".join(f"C:\\>reg query \\\\SRV0{each}\\HKLM\\{KEY} /v {NAME}\n\n{value(each)}\n" for each in (1, 2)),
)

MADE = "netsh ipsec static add filterlist name=L\nnetsh ipsec static add filteraction name=A action=negotiate\n"
USED = "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A kerberos=yes\n"
SET = (
    "$q = New-NetIPsecMainModeCryptoProposal -Encryption AES256\n"
    "$c = New-NetIPsecMainModeCryptoSet -DisplayName c -Proposal $q\n"
)
RULE = "New-NetIPsecMainModeRule -DisplayName r -MainModeCryptoSet $c.Name\n"
OF_SRV = "New-NetIPsecPhase1AuthSet -DisplayName a -Proposal $p -CimSession SRV01\n"
ALONE = "netsh advfirewall consec add rule name=S endpoint1=any endpoint2=any action=requestinrequestout\n"


def candidate(text: str | bytes, name: str = "console.txt") -> Candidate:
    return Candidate(source=bytes_source(name, text.encode() if isinstance(text, str) else text), named=True)


@cases("text", TEXTS)
def test_each_machine_of_a_text_is_an_input_of_its_own_with_its_places(text: str) -> None:
    read = read_inputs([candidate(text)])
    assert [each.source.path for each in read] == ["console.txt/SRV01", "console.txt/SRV02"]
    rows = text.split("\n")
    for number, each in enumerate(read, start=1):
        (setting,) = each.parsed.policy.registry
        assert f"0x{number}" in rows[setting.data.span.line - 1]
        assert not each.parsed.problems


@cases(
    "text",
    [
        TEXTS[0].replace("SRV02", "srv01"),
        f"{ASKS}{value(1)}",
        "NOTE:\n\nRESULT:\n\n" + value(1),
        f"PS C:\\> Get-Service IKEEXT -ComputerName SRV01,SRV02\n\nPS C:\\> {ASKS}{value(1)}",
        f"[srv01]: PS C:\\> {ASKS}{value(1)}\n[srv02]: PS C:\\> dir\n",
        *(f"{step}1:\n{MADE}{step}2:\n{USED}" for step in ("STEP", "PHASE", "AES", "SRV0")),
        f"## SRV01\n{MADE}{USED}## SRV02\n{USED}",
        f"Get-Service IKEEXT -ComputerName SRV01\n{SET}Get-Service IKEEXT -ComputerName SRV02\n{RULE}",
        f"$p = New-NetIPsecAuthProposal -Machine -Kerberos\n{OF_SRV}{OF_SRV.replace('SRV01', 'SRV02')}",
        f"[DBG]: PS C:\\> {ASKS}{value(1)}\n[localhost]: PS C:\\> {ASKS}{value(1)}\n",
        (
            "Get-Service IKEEXT -ComputerName SRV01\nsc config IKEEXT start= disabled\n"
            "Get-Service IKEEXT -ComputerName SRV02\nsc config PolicyAgent start= disabled\n"
        ),
        f"STEP1:\n{ALONE}STEP2:\n{ALONE.replace('=S', '=T')}",
    ],
)
def test_what_is_of_one_machine_stays_one_input(text: str) -> None:
    (only,) = of_each_machine(candidate(text))
    assert only.source.path == "console.txt"


@cases(
    ("first", "second", "names"),
    [
        ("--- HOST A ---", "--- HOST B ---", ("HOST-A", "HOST-B")),
        ("=== Server 1 (hub) ===", "=== Server 2 (branch) ===", ("SERVER-1", "SERVER-2")),
        ("Left side:", "Right side:", ("LEFT-SIDE", "RIGHT-SIDE")),
        ("On the local host:", "On the remote host:", ("LOCAL-HOST", "REMOTE-HOST")),
        ("**Site #1:**", "**Site #2:**", ("SITE-1", "SITE-2")),
        ("## Gateway one", "## Gateway two", ("GATEWAY-ONE", "GATEWAY-TWO")),
        ("Server:", "Client:", ("SERVER", "CLIENT")),
        ("Initiator side:", "Responder side:", ("INITIATOR-SIDE", "RESPONDER-SIDE")),
    ],
)
def test_what_a_sketch_calls_its_machines_parts_them(first: str, second: str, names: tuple[str, str]) -> None:
    other = ALONE.replace("=S", "=T")
    read = read_inputs([candidate(f"{first}\n\n{ALONE}\n{second}\n\n{other}")])
    assert [each.source.path for each in read] == [f"console.txt/{name}" for name in names]
    assert [[rule.name for rule in each.parsed.policy.connection_security_rules] for each in read] == [["S"], ["T"]]


CONN = "conn win\n  left=192.0.2.1\n  right=192.0.2.2\n  ike=aes256-sha256-modp2048!\n"


@cases(
    ("first", "second"),
    [
        ("gw1# cat /etc/ipsec.conf", "gw2# cat /etc/ipsec.conf"),
        ("root@gw1:~# cat /etc/ipsec.conf", "root@gw2:~# cat /etc/ipsec.conf"),
        ("[root@gw1 ~]# cat /etc/ipsec.conf", "[root@gw2 ~]# cat /etc/ipsec.conf"),
        ("gw1$ sudo cat /etc/ipsec.conf", "gw2$ sudo cat /etc/ipsec.conf"),
        ("ann@gw1> show configuration", "ann@gw2> show configuration"),
    ],
)
def test_prompts_of_shells_part_machines_and_one_shell_parts_none(first: str, second: str) -> None:
    read = read_inputs([candidate(f"{first}\n{CONN}\n{second}\n{CONN}")])
    assert [each.source.path for each in read] == ["console.txt/GW1", "console.txt/GW2"]
    assert [[peer.name for peer in each.parsed.policy.peers] for each in read] == [["win"], ["win"]]
    (only,) = of_each_machine(candidate(f"{first}\n{CONN}\n{first}\n{CONN.replace('win', 'a')}"))
    assert only.source.path == "console.txt"


@cases(
    ("first", "second"),
    [
        ("# Site A", "# Site B"),
        ("Server: any", "Client: any"),
        ("the left side", "the right side"),
        ("Local Endpoint:", "Remote Endpoint:"),
        ("Step A:", "Step B:"),
        ("--- Host A", "--- Host B"),
        ("foreach# x", "try# y"),
        ("Host A:", "Host A:"),
    ],
)
def test_other_lines_part_no_machines(first: str, second: str) -> None:
    other = ALONE.replace("=S", "=T")
    (only,) = of_each_machine(candidate(f"{first}\n\n{ALONE}\n{second}\n\n{other}"))
    assert only.source.path == "console.txt"


def test_lines_of_none_are_an_input_of_their_own_if_they_say_something() -> None:
    own = f"PS C:\\> {ASKS}{value(3)}\n"
    paths = [each.source.path for each in read_inputs([candidate(own + TEXTS[2])])]
    assert paths == ["console.txt", "console.txt/SRV01", "console.txt/SRV02"]


@cases(
    "said",
    [
        # without a word of IPsec, and of no format by itself
        "Name ServerAddress   TunnelType\n---- -------------   ----------\nW    vpn.example.org Ikev2\n",
        "Main Mode SA at 03/02/2024 09:15:00\n--------\nLocal IP Addr",
    ],
)
@cases("begin", ["[srv{}]: PS C:\\> x\n", "SRV{}:\n\n"])
def test_each_machine_that_says_something_has_its_input(said: str, begin: str) -> None:
    text = f"{begin.format('01')}{value(1)}\n{begin.format('02')}{said}\n{begin.format('03')}nothing of it\n"
    paths = [each.source.path for each in of_each_machine(candidate(text))]
    assert paths[:2] == ["console.txt/SRV01", "console.txt/SRV02"]


def test_other_files_and_what_is_skipped_are_left_alone() -> None:
    assert [each.source.path for each in of_each_machine(candidate(TEXTS[0], "a.json"))] == ["a.json"]
    skipped = Candidate(source=bytes_source("a.txt", TEXTS[0].encode()), named=False, skipped="too much")
    assert list(of_each_machine(skipped)) == [skipped]


@cases(
    ("first", "second", "names"),
    [
        ("10.0.0.1", "10.0.0.2", ("10-0-0-1", "10-0-0-2")),
        ("srv.one.example", "srv.two.example", ("SRV-ONE-EXAMPLE", "SRV-TWO-EXAMPLE")),
        ("srv01", "2001:db8::5", ("SRV01", "2001-DB8-5")),
        ("srv_a", "srv_b", ("SRV_A", "SRV_B")),
    ],
)
def test_machines_are_told_apart_by_whatever_name_they_are_reached(
    first: str, second: str, names: tuple[str, str]
) -> None:
    text = "".join(f"[{each}]: PS C:\\> {ASKS}{value(at)}\n" for at, each in ((1, first), (2, second)))
    read = read_inputs([candidate(text)])
    assert [each.source.path for each in read] == [f"console.txt/{name}" for name in names]
    assert [each.parsed.policy.registry[0].data.span.line for each in read] == [4, 9]


def test_the_own_machine_and_one_of_a_session_are_two() -> None:
    text = f"PS C:\\> {ASKS}{value(1)}\n[srv02]: PS C:\\> {ASKS}{value(2)}\n"
    assert [each.source.path for each in read_inputs([candidate(text)])] == ["console.txt", "console.txt/SRV02"]


@cases("encoding", ["utf-16", "utf-8-sig"])
def test_machines_are_told_apart_in_each_encoding(encoding: str) -> None:
    read = read_inputs([candidate(TEXTS[2].replace("\n", "\r\n").encode(encoding))])
    assert [each.source.path for each in read] == ["console.txt/SRV01", "console.txt/SRV02"]


def test_transcripts_of_two_machines_in_one_file_are_parted() -> None:
    text = "".join(
        f"**********************\nMachine: SRV0{each} (Microsoft Windows NT 10.0.20348.0)\n**********************\n"
        f"PS C:\\> {ASKS}{value(each)}\n"
        for each in (1, 2)
    )
    assert [each.source.path for each in read_inputs([candidate(text)])] == ["console.txt/SRV01", "console.txt/SRV02"]


def test_machines_far_behind_the_beginning_and_far_apart_are_parted() -> None:
    far = "C:\\>\n" * (HEAD_BYTES // 5 + 1)
    text = f"{far}[srv01]: PS C:\\> dir\n[srv02]: PS C:\\> {far}[srv01]: PS C:\\> {ASKS}{value(1)}\n{TEXTS[2]}"
    read = read_inputs([candidate(text)])
    assert [each.source.path for each in read] == ["console.txt/SRV01", "console.txt/SRV02"]
    assert read[0].parsed.policy.registry[0].data.span.line > 2 * HEAD_BYTES // 5


@pytest.mark.parametrize("name", ["SRV{}:", "[srv{}]: PS C:\\> dir"])
@pytest.mark.parametrize(("machines", "below", "most"), [(250, "", hosts.MAX_LINES), (2, "\n" * 400, 1_200)])
def test_of_more_machines_than_are_parted_it_is_said(
    name: str, machines: int, below: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "MAX_LINES", most)
    text = "".join(f"{name.format(each + 100)}\n\n{value(1)}\n" for each in range(machines)) + below
    (read,) = read_inputs([candidate(text)])
    (problem,) = read.parsed.problems
    assert problem.message.startswith(f"it is of {machines} machines")


def test_a_part_says_where_its_lines_stand_and_the_lines_of_others_take_no_room_of_its_head() -> None:
    text = TEXTS[2].replace("PS C:\\> exit\n", "")
    own = f"PS C:\\> {ASKS}{value(3)}\n"
    whole = candidate(own + text)
    none, first, second = of_each_machine(whole)
    count = len(own.split("\n")) - 1
    rows = [each.source.read_text().split("\n") for each in (none, first, second)]
    assert [len(each) for each in rows] == [count, 2 * count, 3 * count + 1]
    assert ["\n".join(each).strip() for each in rows] == [
        part.strip() for part in (own, text.partition("[srv02")[0], text[text.index("[srv02") :])
    ]
    assert [each.source.head_bytes - whole.source.head_bytes for each in (none, first, second)] == [
        0,
        count,
        2 * count,
    ]
    assert all((each.named, each.folder, each.skipped) == (True, None, None) for each in (none, first, second))


@cases(
    ("name", "parts"),
    [("a", 2), ("a.TXT", 2), ("a.text", 2), ("a.log", 2), ("a.cmd", 1), ("a.txt.bak", 1)],
)
def test_consoles_are_copied_into_files_of_such_names(name: str, parts: int) -> None:
    assert len(list(of_each_machine(candidate(TEXTS[0], name)))) == parts


def test_what_is_no_text_or_cannot_be_read_or_has_members_is_one_input() -> None:
    def fails() -> BinaryIO:
        raise PermissionError(13, "Permission denied")

    whole = candidate(TEXTS[0])
    for source in (
        bytes_source("a.txt", b"PReg\x01\0\0\0" + TEXTS[0].encode()),
        Source("a.txt", fails),
        replace(whole.source, members=(bytes_source("b.txt", b""),)),
    ):
        only = replace(whole, source=source)
        assert list(of_each_machine(only)) == [only]
    assert len(list(of_each_machine(whole))) == 2


def test_a_text_with_too_many_lines_for_two_machines_is_not_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def parts_of(lines: list[str], _is_script: object, _path: str) -> dict[str, dict[int, str]]:
        looked.append(len(lines))
        return {}

    monkeypatch.setattr(hosts, "parts_of", parts_of)
    monkeypatch.setattr(hosts, "MAX_LINES", 200)
    for more in (0, 1):
        text = TEXTS[0] + "\n" * (100 + more - len(TEXTS[0].split("\n")))
        list(of_each_machine(Candidate(source=bytes_source("c.txt", text.encode()), named=True)))
    assert looked == [100]


@cases("name", ["ticket.md", "ticket.txt"])
@cases("marks", [("## Before", "## After"), ("Before:", "After:"), ("**Vorher**", "**Nachher**")])
def test_a_state_before_a_change_is_passed_over_and_can_be_asked_for(name: str, marks: tuple[str, str]) -> None:
    text = f"{marks[0]}\n\n{ALONE}\n{marks[1]}\n\n{ALONE.replace('=S', '=T')}"
    whole = candidate(text, name)
    before, after = of_each_machine(whole)
    assert [each.source.path for each in (before, after)] == [f"{name}/BEFORE", f"{name}/AFTER"]
    assert (before.skipped is None, after.skipped) == (False, None)
    (read,) = read_inputs([whole])
    assert [rule.name for rule in read.parsed.policy.connection_security_rules] == ["T"]
    (asked,) = read_inputs([replace(whole, wanted=f"{name}/BEFORE")])
    assert [rule.name for rule in asked.parsed.policy.connection_security_rules] == ["S"]


def test_each_machine_has_its_states() -> None:
    sections = (
        f"## SRV0{each}\n### Before\n{ALONE.replace('=S', f'=B{each}')}### After\n{ALONE.replace('=S', f'=A{each}')}"
        for each in (1, 2)
    )
    whole = candidate("".join(sections), "a.md")
    assert [each.source.path for each in read_inputs([whole])] == ["a.md/SRV01/AFTER", "a.md/SRV02/AFTER"]
    (one,) = read_inputs([replace(whole, wanted="a.md/SRV02")])
    assert [rule.name for rule in one.parsed.policy.connection_security_rules] == ["A2"]


@cases(
    "text",
    [
        f"Before:\n{MADE}After:\n{USED}",
        f"Before:\nNothing was set.\nAfter:\n{ALONE}",
        f"Before:\n{ALONE}",
        f"Before you begin:\n{ALONE}After rebooting:\n{ALONE.replace('=S', '=T')}",
    ],
)
def test_steps_and_what_tells_of_one_state_are_one_input(text: str) -> None:
    (only,) = of_each_machine(candidate(text))
    assert only.source.path == "console.txt"


@cases(
    ("suffix", "first", "second"),
    [
        (".md", "## Server A", "## Client"),
        (".md", "**Auf dem Server**", "**Auf dem Client**"),
        (".adoc", "== Serveur", "== Poste client"),
        (".textile", "h2. Servidor", "h2. Cliente"),
        (".org", "** Lato server", "** Lato client"),
        (".rst", "Сервер\n======", "Клиент\n======"),
        (".txt", "Po stronie serwera:", "Po stronie klienta:"),
        (".log", "=== サーバー側 ===", "=== クライアント側 ==="),
        ("", "服务器：", "客户端："),
    ],
)
def test_documents_are_parted_by_headings_in_their_markup_and_language(suffix: str, first: str, second: str) -> None:
    block = {
        ".adoc": "----\n{}----\n",
        ".org": "#+begin_src\n{}#+end_src\n",
        ".textile": "bc. {}",
        ".rst": "::\n\n  {}",
    }
    text = "\n\n".join(
        f"{title}\n\n{block.get(suffix, '{}').format(ALONE.replace('=S', f'=R{at}'))}"
        for at, title in enumerate((first, second))
    )
    read = read_inputs([candidate(text, f"doc{suffix}")])
    assert [[rule.name for rule in each.parsed.policy.connection_security_rules] for each in read] == [["R0"], ["R1"]]
    assert not [problem for each in read for problem in each.parsed.problems]


def test_of_machines_that_use_what_only_one_makes_it_is_said_that_they_are_judged_as_one() -> None:
    (read,) = read_inputs([candidate(f"## Server\n```\n{MADE}{USED}```\n## Client\n```\n{USED}```\n", "a.md")])
    (problem,) = (each for each in read.parsed.problems if "judged as of one" in each.message)
    assert "`SERVER`, `CLIENT`" in problem.message


BLOCKS = "{}:\n  stdout: |\n" + "".join(
    f"    {line}\n"
    for line in (
        "Rule Name:                            R",
        "----------------------------------------------------------------------",
        "Enabled:                              Yes",
        "Endpoint1:                            Any",
        "Endpoint2:                            10.1.0.0/16",
        "Auth1:                                ComputerKerb",
        "Action:                               RequireInRequestOut",
    )
)
RUN = "{}:\n  script: |\n    " + ALONE


def test_outputs_in_blocks_of_yaml_are_parted_by_machine_and_scripts_are_not() -> None:
    text = BLOCKS.format("srv01") + BLOCKS.format("srv02")
    read = read_inputs([candidate(text, "results.yml")])
    assert [each.source.path for each in read] == ["results.yml/SRV01", "results.yml/SRV02"]
    assert [rule.span.line for each in read for rule in each.parsed.policy.connection_security_rules] == [3, 12]
    (wanted,) = of_each_machine(replace(candidate(text, "results.yml"), wanted="results.yml/SRV02"))
    assert wanted.source.path == "results.yml/SRV02"
    (other,) = of_each_machine(replace(candidate(text, "results.yml"), wanted="results.yml/SRV03"))
    assert other.source.path == "results.yml/SRV03"
    with pytest.raises(SourceError):
        other.source.read_text()
    scripts = RUN.format("srv01") + RUN.format("srv02")
    assert [each.source.path for each in of_each_machine(candidate(scripts, "a.yaml"))] == ["a.yaml"]


def test_blocks_of_more_machines_than_are_parted_are_not_read() -> None:
    text = "".join(BLOCKS.format(f"srv{number}") for number in range(hosts.MAX_MACHINES + 1))
    (only,) = of_each_machine(candidate(text, "results.yml"))
    with pytest.raises(SourceError, match="more machines"):
        only.source.read_text()


OBJECT = (
    "NegotiateDH2048_AES256 : {}\n"
    "PSPath                 : Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE\\{}\n"
    "PSComputerName         : {}\n\n"
)


def test_objects_of_several_machines_are_parted_by_the_name_on_each() -> None:
    key = "SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters"
    objects = [OBJECT.format(number, key, f"srv{number}") for number in (1, 2)]
    read = read_inputs([candidate("".join(objects))])
    assert [each.source.path for each in read] == ["console.txt/SRV1", "console.txt/SRV2"]
    assert [value.data.span.line for each in read for value in each.parsed.policy.registry] == [1, 5]
    many = "".join(OBJECT.format(1, key, f"srv{number}") for number in range(hosts.MAX_MACHINES + 1))
    (only,) = of_each_machine(candidate(many))
    with pytest.raises(SourceError, match="more machines"):
        only.source.read_text()
