"""What is said of an input that holds no policy, and in a script's text of one that may, is as stored.

After a change that is meant, `python -m tests.engine.test_stored_no_policy` stores it anew: read the difference.
"""

from __future__ import annotations

from base64 import b64encode

from ipseclint import check_text
from tests import ROOT

EXPECTED = ROOT / "tests" / "data" / "no_policy.txt"
RULE = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requestinrequestout\n"
GATEWAY = 'config vpn ipsec phase1-interface\n    edit "x"\n        set proposal aes256-sha256\n    next\nend\n'


def said(text: str, path: str) -> list[str]:
    report = check_text(text, path)
    told = [f"{each.code} {each.span.line} {each.message}" for each in report.problems]
    told += [f"{each.status} {each.format} {each.objects}" for each in report.inputs]
    return [*told, *(f"{each.kind}: {each.path}" for each in report.ignored)]


CASES: dict[str, tuple[str, str]] = {
    "empty": ("", "a.txt"),
    "blanks": (" \n\t\n", "a.txt"),
    "prose": ("Hello there.\n", "a.txt"),
    "a table": ("a,b,c\n1,2,3\n", "a.csv"),
    "damaged": ("netsh advfirewall consec\x00\x00 add rule\n", "a.txt"),
    "speaks of IPsec": ("IPsec is slow. Error 13801 came again.\n", "a.txt"),
    "a script without policy": ("@echo off\nnetsh interface show interface\n", "a.cmd"),
    "an export by a script": ("netsh advfirewall export c:\\x.wfw\n", "a.cmd"),
    "JSON of something else": ('{"a": 1}\n', "a.json"),
    "JSON that holds a script": ('{"run": "' + RULE.strip().replace('"', '\\"') + '"}\n', "a.json"),
    "XML of something else": ("<a><b/></a>\n", "a.xml"),
    "XML that is cut": ("<wfpstate><item>", "a.xml"),
    "a document with an error": ("The log says ERROR_IPSEC_IKE_AUTH_FAIL (13801) again.\n", "a.md"),
    "a rule in prose": (f"Run this:\n\n    {RULE}\nand wait.\n", "a.md"),
    "a gateway": (GATEWAY, "a.conf"),
    "a rule in a mail": (f"From: a@b.example\nSubject: rule\nContent-Type: text/plain\n\n{RULE}", "a.eml"),
    "an encoded mail": (
        f"From: a@b.example\nContent-Transfer-Encoding: base64\n\n{b64encode(RULE.encode()).decode()}\n",
        "a.eml",
    ),
    "a long text": (f"{'nothing here ' * 9000}\nIPsec\n", "a.log"),
    "a report of our own": ('{"schema": "ipseclint.report/1"}\n', "a.json"),
}


def answers() -> list[str]:
    return [line for name, (text, path) in CASES.items() for line in (f"# {name}", *said(text, path))]


def test_what_is_said_of_it_is_as_stored() -> None:
    assert answers() == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
