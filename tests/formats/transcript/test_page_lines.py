"""Pages of mails: each line that they show, and where what is read of it stands in the page."""

from __future__ import annotations

from tests.cases import cases

from ipseclint import check_text
from ipseclint.formats.transcript.page_lines import lines_of_page
from ipseclint.report import Report

COMMAND = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout "
RULE = f"{COMMAND}qmsecmethods=esp:md5-aes128"
OUTLOOK = """<html xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta name=Generator content="Microsoft Word 15">
<style><!--
p.MsoNormal {{margin:0in;}}
--></style><!--[if gte mso 9]><xml>
<o:shapedefaults v:ext="edit" spidmax="1026" />
</xml><![endif]-->
</head>
<body lang=EN-US>
<div class=WordSection1>
<p class=MsoNormal>Hi all,<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>{}<o:p></o:p></p>
</div>
</body>
</html>
"""


def shown(page: str) -> list[str]:
    """The lines of a page that are not empty."""
    lines = lines_of_page(page)
    assert lines is not None
    return [line for line in lines.text.split("\n") if line.strip()]


def found(report: Report, code: str) -> list[tuple[int, int, int]]:
    """The places of findings with a code."""
    return [(each.span.line, each.span.column, each.span.length) for each in report.findings if each.code == code]


@cases(
    ("page", "lines"),
    [
        ("<div>a</div><div>b<br>c</div>", ["a", "b", "c"]),
        ("<div>a</div>\n<div><br></div>\n<div>b&nbsp;c</div>", ["a", "b c"]),
        ("<p class=x><span>a</span><o:p></o:p></p>\n<p>b &lt;\n  c</p>", ["a", "b < c"]),
        ("<head><title>t</title></head><body><style>\na\n</style>\n<p>a<br/>\nb</p>", ["a", "b"]),
        ("<p>a</p><!-- <form> b -->\n<p>&nbsp; b</p>", ["a", "  b"]),
        ("<table><tr><td>Enabled:</td><td>Yes</td></tr>\n<tr><td>a</td></tr></table>", ["Enabled:\tYes", "a"]),
        ("<td>netsh a</td><td>why</td>", ["netsh a", "why"]),
        ("<td>1</td><td>Set-Thing -A</td><td>why</td>", ["Set-Thing -A", "why"]),
        ("<!DOCTYPE html><p>a</p><p><![if !supportLists]>b<![endif]> c</p><![", ["a", "b           c"]),
        ("<ul><li>a</li><li>b</li></ul>", ["a", "b"]),
        ("<p>a</p>\nb\nc <b>d\ne</b>\n", ["a", "b", "c d e"]),
        ("<p>a\nb</p>\n<hr>c\nd", ["a b", "c", "d"]),
        ("<p>a</p>\nb<br>\nc\nd", ["a", "b", "c d"]),
    ],
)
def test_a_page_shows_lines(page: str, lines: list[str]) -> None:
    assert shown(page) == lines


@cases("page", ["<p>a</p><script>b</script>", "<form><p>a</p></form>", "<b>a</b>", "a"])
def test_a_page_with_other_elements_is_none(page: str) -> None:
    assert lines_of_page(page) is None


@cases(
    "page",
    [
        OUTLOOK.format(RULE),
        OUTLOOK.format(f"<span style='font-family:Consolas'>{RULE}</span>"),
        OUTLOOK.format(RULE.replace(" endpoint2", "\nendpoint2")),
        f"<div dir='ltr'>Hi<div>{RULE}</div><div><br></div></div>",
        f"<html><body><table><tr><th>Command</th><th>Why</th></tr><tr><td>{RULE}</td><td>lab</td></tr></table></body></html>",
    ],
)
def test_a_command_is_read_at_its_place(page: str) -> None:
    report = check_text(page, name="a.html")
    assert report.problems == ()
    ((line, column, length),) = found(report, "CR003")
    assert page.split("\n")[line - 1][column - 1 :][:length] == "md5"


def test_a_key_in_parts_is_hidden_in_each() -> None:
    key = "auth1=computerpsk auth1psk=Zq8&#43;se<b>same</b>77x qmsecmethods=esp:md5-aes128"
    report = check_text(OUTLOOK.format(f"{COMMAND}{key}"), name="a.html")
    assert found(report, "CR003")
    assert found(report, "AU001")
    lines = [each.snippet for each in report.findings]
    assert not any(part in str(lines) for part in ("Zq8", "same", "77x"))


def test_a_log_in_a_page_is_said_to_be_one() -> None:
    log = "Nov 30 12:00:01 gw charon: 08[NET] received packet: from 203.0.113.5[500] to 198.51.100.1[500] (408 bytes)"
    (problem,) = check_text(f"<html><body><p>the log:</p><p>{log}</p></body></html>", name="a.html").problems
    assert "says of no negotiation" in problem.message
