"""As what short outputs are read, each as every kind of text may hold it, and each before each other.

`tests/data/wrappings.txt` has a line for each: the wrapping, the format it is recognised as, how many of what is read,
and how many problems. After a change that is meant, `python -m tests.formats.test_stored_wrappings` writes it anew:
read the difference.
"""

from __future__ import annotations

import base64
import html
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import permutations

import pytest
from tests import ROOT
from tests.formats.stored_inputs import said_of

from ipseclint import formats
from ipseclint.source import bytes_source

pytestmark = pytest.mark.drawn(4)

STORED = ROOT / "tests" / "data" / "wrappings.txt"
BODIES = {
    "netsh": 'netsh advfirewall consec add rule name="R" endpoint1=any endpoint2=10.0.0.1 action=requireinrequireout\n',
    "show": """
Rule Name:                            R
----------------------------------------------------------------------
Enabled:                              Yes
Profiles:                             Domain,Private,Public
Type:                                 Static
Mode:                                 Transport
Endpoint1:                            Any
Endpoint2:                            10.0.0.1/32
Protocol:                             Any
Action:                               RequestInRequestOut
Auth1:                                ComputerPSK
Ok.
""",
    "script": "New-NetIPsecRule -DisplayName R -RemoteAddress 10.0.0.1 -InboundSecurity Require\n",
    "list": """
IPsecRuleName         : {1}
DisplayName           : R
Enabled               : True
Profile               : Any
Mode                  : Transport
InboundSecurity       : Require
OutboundSecurity      : Require
""",
    "table": """
Name DisplayName Enabled InboundSecurity OutboundSecurity Mode
---- ----------- ------- --------------- ---------------- ----
{1}  R           True    Require         Require          Transport

""",
    "query": r"""
HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\PolicyAgent
    StrongCRLCheck    REG_DWORD    0x2

""",
    "file": """Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]
"StrongCRLCheck"=dword:00000002
""",
    "peer": "conn a\n left=10.2.0.7\n right=10.1.0.5\n authby=secret\n auto=add\n ike=aes256-sha2;modp2048\n",
    "statistics": """
IKE Statistics
--------------
Active Acquire         : 4
Active Receive         : 7

""",
    "store": """my "Personal"
================ Certificate 0 ================
Serial Number: 01
Issuer: CN=Lab Root
 NotBefore: 1/1/2024 1:00 AM
 NotAfter: 1/1/2034 1:00 AM
Subject: CN=host
Cert Hash(sha1): 00 11 22 33
CertUtil: -store command completed successfully.
""",
    "error": "Error 13801: IKE authentication credentials are unacceptable.\n",
    "json": """[
  {
    "CimClass": {"CimClassName": "MSFT_NetConSecRule"},
    "InstanceID": "{1}",
    "DisplayName": "R",
    "InboundSecurity": 3,
    "OutboundSecurity": 3
  }
]
""",
    "log": """Nov 26 05:12:10 gw charon: 09[CFG] received proposals: ESP:3DES_CBC/HMAC_SHA1_96/NO_EXT_SEQ
Nov 26 05:12:10 gw charon: 09[CFG] configured proposals: ESP:AES_CBC_256/HMAC_SHA2_256_128/NO_EXT_SEQ
Nov 26 05:12:10 gw charon: 09[IKE] no matching proposal found, sending NO_PROPOSAL_CHOSEN
""",
    "swanctl": "connections {\n a {\n  remote_addrs = 10.1.0.9\n  proposals = aes256-sha1-modp2048\n }\n}\n",
    "azure": """az network vpn-connection ipsec-policy add --connection-name site --resource-group net \\
  --ike-encryption AES256 --ike-integrity SHA256 --dh-group DHGroup14 --ipsec-encryption AES256 \\
  --ipsec-integrity SHA256 --pfs-group None --sa-lifetime 27000 --sa-max-size 102400000
""",
    "gateway": """hostname gate
crypto ikev2 policy 1
 encryption aes-256
 integrity sha384
 group 20 14
crypto map OUT 10 set peer 198.51.100.7
""",
    "event": """Log Name:      Security
Source:        Microsoft-Windows-Security-Auditing
Event ID:      4653
Computer:      hub.corp.example
Description:
An IPsec main mode negotiation failed.

Local Endpoint:
	Network Address:	10.1.2.3
Failure Information:
	Failure Reason:		IKE authentication credentials are unacceptable
""",
    "prose": "The tunnel is up at times. See the next page.\n",
}


HELP = """NAME
    New-NetIPsecRule

SYNTAX
    New-NetIPsecRule -DisplayName <string> [-PolicyStore <string>] [<CommonParameters>]
"""
USAGE = """Usage: add rule name=<string> endpoint1=any|<IPv4 address> [profile=public|private]

Remarks:
      - adds a rule
"""


PAIRED = {"netsh", "show", "script", "list", "query", "gateway"}
"""What is read once more, two and two, indented and in lines that end as on old Macs."""


def _rows(text: str, written: Callable[[str], str]) -> str:
    return "".join(f"{written(row)}\n" for row in text.splitlines())


WRAPPINGS: dict[str, Callable[[str], tuple[str, str]]] = {
    "alone.txt": lambda text: ("a.txt", text),
    "alone.md": lambda text: ("a.md", text),
    "alone.ps1": lambda text: ("a.ps1", text),
    "headed.txt": lambda text: ("a.txt", f"=== SRV01 ===\n\n{text}"),
    "headed.md": lambda text: ("a.md", f"# Site\n\nAs seen today:\n\n{text}"),
    "fenced.md": lambda text: ("a.md", f"# Site\n\n```\n{text}```\n\nThat is all.\n"),
    "fenced.txt": lambda text: ("a.txt", f"Look:\n```text\n{text}```\n"),
    "indented.md": lambda text: ("a.md", "Look:\n\n" + _rows(text, "    {}".format) + "\nDone.\n"),
    "in code.md": lambda text: ("a.md", f"Then run `{text.strip()}` as administrator.\n"),
    "item.md": lambda text: ("a.md", "1. First\n\n" + _rows(text, "   {}".format) + "2. Then\n"),
    "quoted.txt": lambda text: ("a.txt", "On Monday, A wrote:\n" + _rows(text, "> {}".format) + "Thanks\n"),
    "quoted alone.txt": lambda text: ("a.txt", _rows(text, "> {}".format)),
    "numbered.txt": lambda text: ("a.txt", "".join(f"{n:4} {row}\n" for n, row in enumerate(text.splitlines(), 1))),
    "stamped.log": lambda text: ("a.log", _rows(text, "2026-01-02 03:04:05 {}".format)),
    "labelled.txt": lambda text: ("a.txt", _rows(text, "gw-1  | {}".format)),
    "coloured.txt": lambda text: ("a.txt", _rows(text, "\x1b[32m{}\x1b[0m".format)),
    "typed.txt": lambda text: ("a.txt", f"C:\\>show it\n{text}\nC:\\>exit\n"),
    "typed.log": lambda text: ("a.log", f"PS C:\\> Get-It\n{text}\nPS C:\\> \n"),
    "typed in shell.txt": lambda text: ("a.txt", f"root@host:~# cat it\n{text}root@host:~# \n"),
    "page.html": lambda text: ("a.html", f"<html><body><p>See</p><pre>{html.escape(text)}</pre></body></html>\n"),
    "mail.eml": lambda text: ("a.eml", f"From: a@lab.example\nSubject: tunnel\nMIME-Version: 1.0\n\n{text}"),
    "chat.txt": lambda text: ("a.txt", f"[10:01] Ann: this is it\n{text}[10:02] Bob: thanks\n"),
    "framed.txt": lambda text: (
        "a.txt",
        "+" + "-" * 70 + "+\n" + _rows(text, "| {:68} |".format) + "+" + "-" * 70 + "+",
    ),
    "after a comment.ps1": lambda text: ("a.ps1", f"<#\n.EXAMPLE\n PS C:\\> show\n#>\n# {'-' * 20}\n{text}"),
    "to a file.cmd": lambda text: ("a.cmd", f"@echo off\r\n{text}".replace("\n", "\r\n")),
    "in carriage returns.txt": lambda text: ("a.txt", text.replace("\n", "\r")),
    "twice.txt": lambda text: ("a.txt", f"{text}{text}"),
    "set apart.txt": lambda text: ("a.txt", f"before this\n--------\n{text}\n--------\nand after\n"),
    "begun by a comment.md": lambda text: ("a.md", f"<!-- of today -->\n# Site\n\n```\n{text}```\n"),
    "begun by a tag.md": lambda text: ("a.md", f"<details>\n<summary>x</summary>\n\n```\n{text}```\n</details>\n"),
    "begun by a comment alone.txt": lambda text: ("a.txt", f"<!-- of today -->\n{text}"),
    "listing.adoc": lambda text: ("a.adoc", f"= Site\n\n[source]\n----\n{text}----\n\nDone.\n"),
    "in braces of a wiki.txt": lambda text: ("a.txt", f"Then run {{{{{text.strip()}}}}} there.\n"),
    "in an element of a wiki.md": lambda text: ("a.md", f"Then run <code>{text.strip()}</code> there.\n"),
    "highlighted.txt": lambda text: ("a.txt", f"{{code}}\n{text}{{code}}\n"),
    "in a table.md": lambda text: ("a.md", "| what | run |\n|---|---|\n" + _rows(text, "| this | `{}` |".format)),
    "escaped.txt": lambda text: ("a.txt", html.escape(text).replace("\n", "<br>\n").replace(" ", "&nbsp;")),
    "with a mark of its order.txt": lambda text: ("a.txt", f"\ufeff{text}"),
    "of two machines.txt": lambda text: ("a.txt", "".join(f"C:\\>hostname\nS{n}\n\nC:\\>it\n{text}" for n in (1, 2))),
    "headed by machines.md": lambda text: ("a.md", "".join(f"## SRV0{n}\n\n```\n{text}```\n\n" for n in (1, 2))),
    "typed in a script.ps1": lambda text: ("a.ps1", f"# a note\nPS C:\\> Get-It\n{text}\n"),
    "with help.txt": lambda text: ("a.txt", f"{HELP}\n{text}"),
    "with usage.txt": lambda text: ("a.txt", f"{USAGE}\n{text}"),
    "told in a list.md": lambda text: ("a.md", _rows(text, "- {}".format)),
    "encoded mail.eml": lambda text: (
        "a.eml",
        "From: a@lab.example\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(text.encode()).decode(),
    ),
    "first half.txt": lambda text: ("a.txt", text[: len(text) // 2]),
    "second half.txt": lambda text: ("a.txt", text[len(text) // 2 :]),
}


def read(path: str, text: str) -> str:
    source = bytes_source(path, text.encode())
    form = formats.recognise(source)
    if form is None:
        return "none"
    parsed = form.parse(source)
    counts = Counter(line.partition(" ")[0] for line in said_of(parsed, path) if not line[:1].isdigit())
    counts.pop(path, None)
    return f"{form.name} {' '.join(f'{name}={n}' for name, n in counts.items())} ({len(parsed.problems)} problems)"


def wrapped() -> Iterator[str]:
    for name, body in BODIES.items():
        for wrapping, made in WRAPPINGS.items():
            yield f"{name} {wrapping}: {read(*made(body))}"
    for one, other in permutations(BODIES, 2):
        both = BODIES[one] + BODIES[other]
        yield f"{one} and {other}: {read('a.txt', both)}"
        if {one, other} <= PAIRED:
            yield f"  indented: {read('a.txt', _rows(both, '  {}'.format))}"
            yield f"  in carriage returns: {read('a.txt', both.replace(chr(10), chr(13)))}"


def test_texts_are_read_in_each_wrapping_as_stored() -> None:
    assert list(wrapped()) == STORED.read_text("utf-8").splitlines()


if __name__ == "__main__":
    STORED.write_text("\n".join(wrapped()) + "\n", "utf-8", newline="\n")
