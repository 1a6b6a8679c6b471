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
TAGS = (
    ("{% if strict %}", "{% endif %}"),
    ("{%- for c in clients -%}", "{%- endfor %}"),
    ("<% if @strict -%>", "<% end -%>"),
    ("<% @conns.each do |c| %>", "<% end %>"),
    ("{{- range .Values.conns }}", "{{- end }}"),
    ("{{#each conns}}", "{{/each}}"),
    ("% for c in clients:", "% endfor"),
)
OF_SCRIPTS = TAGS[:4]


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


@cases("tags", OF_SCRIPTS[:2])
@cases("path", ["site.ps1", "site.ps1.j2"])
def test_a_script_with_lines_that_are_run_is_a_template(tags: tuple[str, str], path: str) -> None:
    assert said(rendered(SCRIPT, tags), path) == [(NOT_RENDERED, 2, 1)]


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
