"""A template is said to be one, once for each kind of line, and none of its ways is taken for what a host gets."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.templates import NOT_RENDERED, without_statements
from ipseclint.source import bytes_source

SWANCTL = """connections {
IF
  win {
    proposals = aes256-sha256-modp2048
    children {
      net {
        esp_proposals = aes256-sha256
      }
    }
  }
END
}
"""
CONN = "conn win\n  right=192.0.2.7\nIF\n  ike=aes256-sha256-modp2048\nEND\n  auto=add\n"
CISCO = "hostname gw\nIF\ncrypto ikev2 policy 1\n encryption aes-256\n integrity sha384\n group 20\nEND\n"
CISCO += "crypto map OUT 10 set peer 198.51.100.7\n"
SCRIPT = "$a = 1\nIF\nNew-NetIPsecRule -DisplayName A -InboundSecurity Require -RemoteAddress 10.0.0.0/8\nEND\n"
OF_TERRAFORM = (("%{ if strict }", "%{ endif }"), ("%{~ for c in clients ~}", "%{~ endfor ~}"))
TAGS = (
    ("{% if strict %}", "{% endif %}"),
    ("{%- for c in clients -%}", "{%- endfor %}"),
    ("<% if @strict -%>", "<% end -%>"),
    ("<% @conns.each do |c| %>", "<% end %>"),
    ("{{- range .Values.conns }}", "{{- end }}"),
    ("{{#each conns}}", "{{/each}}"),
    *OF_TERRAFORM,
    ("% for c in clients:", "% endfor"),
    ('<%def name="site(n)">', "</%def>"),
)
OF_SCRIPTS = TAGS[:4]
REG = r"""Windows Registry Editor Version 5.00

IF
[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\PolicyAgent]
"Start"=dword:00000004
END
"""
NETSH = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess\nIF\n"
NETSH += "netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256\nEND\n"


def said(text: str, path: str = "site.conf") -> list[tuple[str, int, int]]:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    return [(each.message, each.span.line, each.span.column) for each in form.parse(source).problems if each.span]


def rendered(text: str, tags: tuple[str, str], margin: str = "") -> str:
    return text.replace("IF", margin + tags[0]).replace("END", margin + tags[1])


@cases("tags", TAGS)
@cases(("text", "line"), [(SWANCTL, 2), (CONN, 3), (CISCO, 2)])
@cases("margin", ["", "    "])
def test_a_line_that_is_run_is_said_once(text: str, line: int, tags: tuple[str, str], margin: str) -> None:
    assert said(rendered(text, tags, margin)) == [(NOT_RENDERED, line, len(margin) + 1)]


@cases("tags", [*OF_SCRIPTS[:2], *OF_TERRAFORM])
@cases("path", ["site.ps1", "site.ps1.j2", "site.ps1.tftpl"])
def test_a_script_with_lines_that_are_run_is_a_template(tags: tuple[str, str], path: str) -> None:
    assert said(rendered(SCRIPT, tags), path) == [(NOT_RENDERED, 2, 1)]


def test_a_pipe_into_a_block_that_asks_is_no_template() -> None:
    text = rendered(SCRIPT, ("1 |\n%{ if ($_) { 'a' } }", ""))
    assert said(text, "site.ps1") == []


@cases("tags", [*OF_SCRIPTS, *OF_TERRAFORM, TAGS[-1]])
def test_a_registry_file_and_a_batch_file_with_such_lines_are_templates(tags: tuple[str, str]) -> None:
    for text, path in ((REG, "site.reg"), (NETSH, "site.cmd")):
        line = text[: text.index("IF")].count("\n") + 1
        assert said(rendered(text, tags), path) == [(NOT_RENDERED, line, 1)], path


@cases("line", ["{{ row('a') }}", "<%= row(1) %>", "${row(x)}"])
def test_a_line_of_a_registry_file_that_is_put_in_whole_is_said_so(line: str) -> None:
    assert said(rendered(REG, ("", line)), "site.reg") == [(f"what is filled in for `{line}` is not known", 6, 1)]


@cases("line", ["{ row }", "$row", "50% < 60%", "row"])
def test_other_lines_of_a_registry_file_are_malformed(line: str) -> None:
    assert said(rendered(REG, ("", line)), "site.reg") == [("neither a key nor a value", 6, 1)]


@cases("value", ["{{ x }}", "{{ x | join(',') }}", "<%= x['a'] %>", "{% if a %}aes128{% else %}3des{% endif %}"])
def test_a_proposal_or_an_address_that_is_put_in_is_said_so(value: str) -> None:
    sections = rendered(SWANCTL, ("", "")).replace("aes256-sha256-modp2048", value)
    assert [message for message, *_ in said(sections)] == [NOT_RENDERED]
    conn = rendered(CONN, ("", "")).replace("aes256-sha256-modp2048", value)
    assert [message for message, *_ in said(conn)] == [NOT_RENDERED]


def test_an_algorithm_of_a_gateway_that_is_put_in_is_said_so() -> None:
    text = rendered(CISCO, ("", "")).replace("aes-256", "{{ cipher }}")
    assert said(text) == [(NOT_RENDERED, 4, 13)]
    forti = (
        'config vpn ipsec phase1-interface\n edit "a"\n  set proposal {{ x }}\n  set dhgrp 14\n'
        "  set remote-gw 192.0.2.7\n next\nend\n"
    )
    assert said(forti) == [(NOT_RENDERED, 3, 16)]
    router = (
        "/ip ipsec profile\nadd name=p enc-algorithm={{ x }} dh-group=modp2048\n/ip ipsec peer\nadd name=a profile=p\n"
    )
    assert said(router) == [(NOT_RENDERED, 2, 26)]


VYOS = (
    "set vpn ipsec ike-group G lifetime LIFE\nset vpn ipsec ike-group G proposal 1 dh-group 14\n"
    "set vpn ipsec ike-group G proposal 1 encryption CIPHER\nset vpn ipsec ike-group G proposal 1 hash sha256\n"
    "set vpn ipsec site-to-site peer PEER ike-group G\n"
)


@cases("value", ["${x}", "{{ x }}", "<%= x %>", "a${x}b", "${x:-y}"])
def test_what_is_put_in_is_one_word_of_a_gateway(value: str) -> None:
    vyos = VYOS.replace("LIFE", value).replace("CIPHER", "aes256").replace("PEER", value)
    assert said(vyos) == [(f"`{value}` is not a duration", 1, 36)]
    (said_of_cipher,) = said(VYOS.replace("LIFE", "3600").replace("CIPHER", value).replace("PEER", "192.0.2.7"))
    assert said_of_cipher[0] in {NOT_RENDERED, f"unknown algorithm `{value}`"}
    cisco = rendered(CISCO, ("", "")).replace("aes-256", value)
    assert len(said(cisco)) == 1


@cases(
    ("key", "what"),
    [("lifetime", "a duration"), ("lifebytes", "a volume"), ("esp", "a proposal"), ("leftsubnet", "an address")],
)
def test_what_is_put_in_by_name_is_said_whole(key: str, what: str) -> None:
    conn = rendered(CONN, ("", "")) + f"  {key}=${{value}}\n"
    assert [message for message, *_ in said(conn)] == [
        f"{what} is only known when the script or template is used: `${{value}}`"
    ]
    assert [message for message, *_ in said(conn.replace("${value}", "{{ value }}"))] == [NOT_RENDERED]


@cases("value", ["{10.0.0.0/8 10.1.0.0/16}", "{ 10.0.0.0/8, 10.1.0.0/16 }", "10.0.0.0/8,10.1.0.0/16"])
def test_braces_around_a_list_of_subnets_are_none_of_a_template(value: str) -> None:
    assert said(f"{rendered(CONN, ('', ''))}  leftsubnet={value}\n") == []


def test_what_a_script_puts_in_is_no_template() -> None:
    conn = rendered(CONN, ("", "")).replace("aes256-sha256-modp2048", "$IKE")
    assert said(f"cat > /etc/ipsec.conf <<EOF\n{conn}EOF\n", "setup.sh") == [
        ("a proposal is only known when the script or template is used: `$IKE`", 5, 7)
    ]


@cases(
    "text",
    [
        "",
        "conn a\n  ike=aes256\n",
        "  # {% if strict %}\n",
        "x = {% if a %}b{% endif %}\n",
        "{{ name }} {\n}\n",
        "% Invalid input detected\n",
        "%ASA-4-752012: IKEv2 was unsuccessful\n",
        "Get-Item x |\n % { $_ }\n",
        "<%= name %>\n",
    ],
)
def test_other_lines_stay(text: str) -> None:
    diagnostics = Diagnostics("a.txt")
    assert without_statements(text, diagnostics) is text
    assert not diagnostics.listed()


def test_lines_keep_their_numbers() -> None:
    diagnostics = Diagnostics("a.txt")
    assert without_statements("a\n{% if b %}\r\nc\n  {% endif %}", diagnostics) == "a\n\nc\n"
    (problem,) = diagnostics.listed()
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (2, 1)
