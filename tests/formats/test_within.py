"""Documents in blocks of a declaration: each is read in its place, and so is what stands around them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import within
from ipseclint.report import Report
from ipseclint.source import Source, bytes_source
from ipseclint.vocabulary.algorithms import KeyModule

KEYS = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters]"
DOCUMENTS = {
    "profile": (
        (
            "<VPNProfile>\n  <NativeProfile>\n    <Servers>vpn.example.com</Servers>\n"
            "    <NativeProtocolType>IKEv2</NativeProtocolType>\n  </NativeProfile>\n</VPNProfile>\n"
        ),
        "vpn_connection",
    ),
    "registry": (f'Windows Registry Editor Version 5.00\n\n{KEYS}\n"ProhibitIpSec"=dword:00000001\n', "registry_value"),
    "phone book": ("[Branch]\nEncoding=1\nPBVersion=6\nType=2\nVpnStrategy=7\n", "vpn_connection"),
    "swanctl": (
        (
            "# the peer\nconnections {\n  win {\n    remote_addrs = 192.0.2.1\n    children {\n      net {\n      }\n"
            "    }\n  }\n}\n"
        ),
        "peer",
    ),
    "ipsec.conf": ("conn win\n  right=192.0.2.1\n  ike=aes256-sha256-modp2048!\n  authby=secret\n", "peer"),
    "secrets": ('192.0.2.1 : PSK "not-a-real-key-3"\n', "peer_key"),
}
BLOCKS = {
    "main.tf": ('resource "local_file" "a" {\n  content = <<EOT\n', "", "EOT\n}\n"),
    "indented.tf": ("locals {\n  a = <<-EOT\n", "    ", "    EOT\n}\n"),
    "function.tf": ("locals {\n  a = base64encode(<<-EOT\n", "    ", "    EOT\n  )\n}\n"),
    "main.bicep": ("var text = '''\n", "", "'''\n"),
    "user-data.yaml": ("#cloud-config\nwrite_files:\n  - path: /a\n    content: |\n", "      ", "runcmd: [ls]\n"),
    "play.yml": ("- hosts: all\n  tasks:\n    - copy:\n        content: |-\n", "          ", "        dest: a\n"),
    "map.yaml": ("kind: ConfigMap\ndata:\n  a.conf: |\n", "    ", "  other: b\n"),
    "items.yaml": ("files:\n  - |\n", "    ", "mode: a\n"),
    "stack.yaml": ("Files:\n  /a:\n    Content: !Join\n      - ''\n      - - !Sub |\n", "          ", "    mode: a\n"),
    "joined.yaml": ("Files:\n  /a:\n    Content: !Sub |\n", "      ", "    mode: a\n"),
    "recipe.rb": ("file '/etc/a.conf' do\n  content <<-EOH\n", "", "  EOH\n  mode '0600'\nend\n"),
    "spec.rb": ("File.write('/etc/a.conf', <<~EOH)\n", "  ", "EOH\n"),
    "gsub.rb": ("node.default['a'] = <<-EOH.gsub(/^ {4}/, '')\n", "    ", "EOH\n"),
    "site.pp": ("file { '/etc/a.conf':\n  content => @(\"EOT\"/L),\n", "    ", "    | EOT\n}\n"),
    "plain.pp": ("file { '/etc/a.conf':\n  content => @(EOT)\n", "    ", "    |- EOT\n}\n"),
    "state.sls": ("/etc/a.conf:\n  file.managed:\n    - contents: |\n", "        ", "    - mode: 600\n"),
    "user-data.txt": (
        (
            'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="//"\n\n--//\n'
            "Content-Type: text/cloud-config\n\n#cloud-config\nwrite_files:\n- content: |\n"
        ),
        "    ",
        "  path: /a\n\n--//--\n",
    ),
}


def checked(path: str, document: str) -> tuple[Report, str]:
    """The report on a block of a declaration, and the text of that."""
    before, indent, behind = BLOCKS[path]
    lines = (f"{indent}{line}" if line.strip() else line for line in document.splitlines(keepends=True))
    text = before + "".join(lines) + behind
    return check_text(text, path), text


@pytest.mark.parametrize("path", BLOCKS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_read_in_its_block(path: str, name: str) -> None:
    document, kind = DOCUMENTS[name]
    report, _ = checked(path, document)
    assert [problem.message for problem in report.problems] == []
    assert report.inputs[0].objects[kind] == 1


def test_a_document_in_an_item_is_not_lost_beside_one_in_a_value() -> None:
    connection, key = (DOCUMENTS[name][0].replace("\n", "\n    ").rstrip() for name in ("ipsec.conf", "secrets"))
    key = f"files:\n- content: |\n    {key}\n"
    text = f"runcmd:\n- |\n    cat > /etc/ipsec.conf <<EOF\n    {connection}\n    EOF\n{key}"
    (read,) = check_text(text, "user-data.yaml").inputs
    assert read.objects == {"peer": 1, "peer_key": 1}
    indented = f"runcmd:\n- cat > /etc/ipsec.conf <<EOF\n    {connection}\n  EOF\n{key}"
    report = check_text(indented, "user-data.yaml")
    assert report.inputs[0].objects == {"peer_key": 1}
    assert [(each.message, each.span.line) for each in report.problems] == [
        ("a part of an ipsec.conf stands here, where none is read: give the file that comes of it", 3)
    ]


OF_TWO_FILES = """/etc/one.conf:
- |
  conn %default
    keyexchange=ikev1
/etc/other.conf:
- |
  conn other
    right=192.0.2.1
"""


def test_items_of_one_list_are_parts_of_one_file() -> None:
    text = (
        "Files:\n  /etc/ipsec.conf:\n    Content: !Join\n      - ''\n      - - !Sub |\n"
        "          conn %default\n            keyexchange=ikev1\n            ike=aes256-sha256-modp2048!\n"
        "        - !Sub |\n          conn one\n            right=192.0.2.1\n"
        "        - !If\n          - hasCertificate\n          - !Sub |2\n              leftcert=one.pem\n"
        "        - !Sub |\n          conn two\n            right=192.0.2.2\n"
    )
    report = check_text(text, "stack.yaml")
    assert report.inputs[0].objects == {"peer": 2}
    assert [(each.message, each.span.line) for each in report.problems] == [
        ("a part of an ipsec.conf stands here, where none is read: give the file that comes of it", 15)
    ]
    form = within.FORMATS[0]
    peers = form.parse(bytes_source("stack.yaml", text.encode())).policy.peers
    assert [peer.key_modules.known for peer in peers] == [{KeyModule.IKEV1}] * 2
    assert [peer.span.line for peer in peers] == [10, 17]
    (other,) = form.parse(bytes_source("b.yaml", OF_TWO_FILES.encode())).policy.peers
    assert other.key_modules.known != {KeyModule.IKEV1}


@pytest.mark.parametrize("path", BLOCKS)
def test_a_finding_is_at_its_place_in_the_declaration(path: str) -> None:
    report, text = checked(path, DOCUMENTS["registry"][0])
    (finding,) = [each for each in report.findings if each.code == "RF022"]
    lines = text.splitlines()
    (row,) = [row for row, line in enumerate(lines) if "ProhibitIpSec" in line]
    assert (finding.span.line, finding.span.column) == (row + 1, lines[row].index("0000") + 1)


def test_the_script_beside_a_document_is_read_too() -> None:
    script = "  - path: C:\\a.ps1\n    content: |\n      New-NetIPsecRule -DisplayName A -InboundSecurity Require\n"
    run = "runcmd:\n  - powershell -File C:\\a.ps1\n"
    before, _, _ = BLOCKS["user-data.yaml"]
    for name, (document, kind) in DOCUMENTS.items():
        block = "".join(f"      {line}" for line in document.splitlines(keepends=True))
        (read,) = check_text(before + block + script + run, "user-data.yaml").inputs
        assert read.objects.keys() >= {kind, "connection_security_rule"}, name


def test_what_terraform_fills_in_is_not_known_and_breaks_nothing() -> None:
    document = DOCUMENTS["swanctl"][0].replace("192.0.2.1", "${var.peer}")
    report, _ = checked("indented.tf", document)
    assert report.problems == ()
    assert report.inputs[0].objects["peer"] == 1


def test_parts_of_user_data_are_read_each() -> None:
    text = (
        'Content-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/x-shellscript\n\n#ps1_sysnative\n'
        "New-NetIPsecRule -DisplayName A -InboundSecurity Require\n--B\nContent-Type: text/x-shellscript\n\n"
        "rem cmd\nnetsh advfirewall consec add rule name=B endpoint1=any endpoint2=any action=noauthentication\n--B--\n"
    )
    report = check_text(text, "user-data.txt")
    assert report.problems == ()
    assert report.inputs[0].objects["connection_security_rule"] == 2


@pytest.mark.parametrize("text", ["a: |\n  b\n", "x = <<EOT\nplain\nEOT\n", "var a = '''\nplain\n'''\n"])
def test_a_block_of_no_format_is_none(text: str) -> None:
    assert [problem.code for problem in check_text(text, "a.yaml").problems] == ["IN004"]


def test_commands_that_no_reader_takes_are_said() -> None:
    before, _, behind = BLOCKS["main.tf"]
    netsh = "netsh advfirewall set global mainmode mmkeylifetime 5min"
    text = f"{before}{DOCUMENTS['registry'][0]}{behind}# later\nx = {netsh}\n"
    (problem,) = check_text(text, "main.tf").problems
    assert (problem.code, problem.span.line) == ("IN003", text.count("\n"))


@cases(
    "line",
    [
        'x = "conn win\\n  ike=aes256-sha256-modp2048\\n"',
        "x = 'config setup\\nconn a\\n'",
        'x = "connections {\\n  a {\\n"',
        "x = '192.0.2.1 : PSK \"not-a-real-key-5\"'",
    ],
)
def test_a_file_of_a_daemon_on_one_line_is_said_beside_a_document(line: str) -> None:
    before, _, behind = BLOCKS["main.tf"]
    report = check_text(f"{before}{DOCUMENTS['ipsec.conf'][0]}{behind}{line}\n", "main.tf")
    said = [(each.message.partition(",")[0], each.span.line, each.span.column) for each in report.problems if each.span]
    assert said == [("a file of an IKE daemon stands here on one line", 9, 5)]


@cases("line", ["x = 'conn win'", 'x = "connections\\n"', "# : PSK is what a key is called"])
def test_a_name_alone_is_no_file_of_a_daemon(line: str) -> None:
    before, _, behind = BLOCKS["main.tf"]
    assert check_text(f"{before}{DOCUMENTS['ipsec.conf'][0]}{behind}{line}\n", "main.tf").problems == ()


def test_more_blocks_than_are_looked_at_are_said() -> None:
    block = 'a: |\n  192.0.2.1 : PSK "not-a-real-key-4"\n'
    said = [problem.code for problem in check_text(block * 201, "a.yaml").problems]
    assert said == ["IN006"]


def test_a_declaration_is_told_by_its_first_document(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    first = within.first_to_recognise

    def counted(modules: Iterable[str], source: Source) -> str | None:
        asked.append(source)
        return first(modules, source)

    monkeypatch.setattr(within, "first_to_recognise", counted)
    text, _ = DOCUMENTS["phone book"]
    head, indent, tail = BLOCKS["main.tf"]
    block = head + "".join(f"{indent}{line}\n" for line in text.splitlines()) + tail
    assert within.recognise(bytes_source("main.tf", (block * 9).encode()))
    assert len(asked) == 1


LOG = """  Nov 30 12:00:01 gw charon: 08[CFG] received proposals: IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024
  Nov 30 12:00:01 gw charon: 08[CFG] configured proposals: IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048
  Nov 30 12:00:01 gw charon: 08[IKE] received proposals unacceptable
"""
FILES = (
    "  connections {\n    office {\n      proposals = aes256-sha256-ecp256\n      version = 2\n    }\n  }\n",
    "  conn office\n      keyexchange=ikev2\n      esp=aes128-sha1!\n      right=203.0.113.5\n",
)


@cases("file", FILES)
def test_a_log_below_a_file_in_one_block_is_read(file: str) -> None:
    report = check_text(f"notes: |\n{file}{LOG}", name="a.yaml")
    assert report.problems == ()
    assert [finding.code for finding in report.findings] == ["RT016"]


def test_a_log_above_a_file_in_one_block_is_said() -> None:
    (problem,) = check_text(f"notes: |\n{LOG}{FILES[0]}", name="a.yaml").problems
    assert problem.message.startswith("a log of a daemon stands beside the sections")
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (2, 3)
