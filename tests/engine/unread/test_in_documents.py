"""Services and commands that a document has outside of blocks of code are said at their lines."""

from __future__ import annotations

from ipseclint.engine.unread.in_documents import command_in_item, service_listed
from ipseclint.engine.unread.sign_words import folded_bytes
from ipseclint.engine.unread.signs import sign_of
from ipseclint.source import bytes_source
from tests.attack.foreign_statements import read
from tests.cases import cases

LISTS = {
    "Markdown": ("| Name | StartType |\n| --- | --- |\n| IKEEXT | Disabled |\n", 3),
    "Markdown with marks": ("| Name | StartType |\n| --- | --- |\n| 1 | **`PolicyAgent`** | Disabled |\n", 3),
    "Markdown without bars": ("Service | State\n--- | ---\nIKE and AuthIP IPsec Keying Modules | Stopped\n", 3),
    "Markdown of three": ("| Dienst | Titel | Starttyp |\n|--|--|--|\n| IKEEXT | IKE | Deaktiviert |\n", 3),
    "AsciiDoc": ("|===\n|Service |Startup\n\n|IKEEXT\n|Disabled\n|===\n", 4),
    "reStructuredText": ("=======  ========\nService  Startup\n=======  ========\nIKEEXT   Disabled\n", 4),
    "a frame": ("+--------+----------+\n| IKEEXT | Disabled |\n+--------+----------+\n", 2),
    "HTML": ("<table><tr><td>x</td></tr>\n<tr><td>BFE</td><td>-</td><td>Disabled</td></tr></table>", 2),
    "CSV": ("Service,Startup\nIKEEXT,Disabled\n", 2),
    "YAML": ("services:\n  IKEEXT: disabled\n", 2),
    "JSON": ('{\n  "IKEEXT": "Disabled"}', 2),
    "items": ("To disable:\n- PolicyAgent: Disabled.\n", 2),
}
NO_LISTS = [
    "| IKEEXT | Automatic |\n| Spooler | Disabled |\n",
    "If IKEEXT is stopped, nothing is negotiated.\n",
    "| IKEEXTRA | Disabled |\n",
    "| IKEEXT |\n| Spooler | Disabled |\n",
    "IKEEXT, when disabled by somebody, is missed.\n",
    "| IKEEXT | may be disabled for a while |\n",
]
ITEMS = [
    ". sc config IKEEXT start= disabled",
    ".. net stop IKEEXT",
    "** Set-NetIPsecRule -DisplayName x -Enabled False",
    "+ netsh advfirewall consec add rule name=x endpoint1=any endpoint2=any action=requireinrequireout",
    "- [ ] sc config PolicyAgent start= disabled",
    "> 1. [x] `sc config IKEEXT start= disabled`",
    "a) sc config IKEEXT start= disabled",
    r"-- reg add HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent /v x /t REG_DWORD /d 2 /f",
]
PROSE = [
    "+ netsh advfirewall consec show rule name=all",
    "+ netsh advfirewall consec add rule adds a rule",
    "+ The command sc config IKEEXT start= disabled turns it off",
    ". sc config Spooler start= disabled",
    ". netsh interface set interface name=x",
]


@cases("name", LISTS)
def test_a_service_that_a_list_says_not_to_run_is_told_on_its_line(name: str) -> None:
    text, line = LISTS[name]
    for file in ("a.md", "a.adoc", "a.txt", "a.yaml"):
        sign = sign_of(bytes_source(file, text.encode()))
        assert sign.is_suspicious
        assert sign.line == line
        assert "which is not read in this form: give what `sc qc " in sign.why


@cases("text", NO_LISTS)
def test_what_says_nothing_of_a_service_of_ipsec_is_passed_over(text: str) -> None:
    assert service_listed(folded_bytes(text.encode())) is None


def test_a_list_beside_a_block_of_code_is_told_too() -> None:
    text = "# Hosts\n\n| Service | Startup |\n|---|---|\n| IKEEXT | Disabled |\n\n```\nsc config BFE start= auto\n```\n"
    (problem,) = read("a.md", text).problems
    assert "the state of a service stands beside a transcript" in problem


@cases("text", ITEMS)
def test_a_command_in_an_item_of_a_document_is_told(text: str) -> None:
    for file in ("a.adoc", "a.md", "a.rst"):
        sign = sign_of(bytes_source(file, f"Hardening\n\n{text}\n".encode()))
        assert sign.is_suspicious, file
        assert sign.line == 3
        assert "outside of a block of code, and is not read: put it into one" in sign.why


@cases("text", PROSE)
def test_what_shows_or_explains_in_an_item_is_prose(text: str) -> None:
    assert command_in_item(folded_bytes(f"Hardening\n\n{text}\n".encode())) is None
