"""Errors that an index, a list of links or a title names: nobody says that they were met."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint import check_text

pytestmark = pytest.mark.drawn(3)

MET = "Since Monday nobody can connect, and the VPN shows error 809.\n"


def codes(text: str, path: str = "page.txt") -> list[str]:
    """The rules that find something in a text."""
    return [finding.code for finding in check_text(text, path).findings]


@cases(
    "text",
    [
        "- [Error 809](#error-809)\n- [Error 13801](#error-13801)\n",
        "* [13801: IKE authentication credentials are unacceptable](#ike)\n",
        "[VPN error 809](https://example.com/809) | [Error 13801](https://example.com/13801)\n",
        'The VPN\n<li><a href="#ike">13801: IKE authentication credentials are unacceptable</a></li>\n',
        "VPN\n1. Error 809 ........ 3\n2. Error 13801 . . . . 5\n",
        "How to fix VPN error 809 in Windows\n",
        "Fix: error 13801\n",
        "Comment corriger l'erreur VPN 809\n",
        "VPN-Fehler 809 beheben\n",
        "1. Troubleshooting error 13801\n2. Resolving error 13868\n",
        "Related articles:\n\nVPN error 809\nError 13801\n",
        "See also\n\n- Error 13801\n\n- Error 13868: policy match error\n",
        "Inhaltsverzeichnis\n1. Fehler 13801\n2. Fehler 13868\n",
        "- VPN error 809 (https://example.com/809)\n- Error 13801 - https://example.com/13801\n",
        "| Article | Title |\n|---|---|\n| A | Error 13806 |\n| B | How to fix error 13801 |\n| C | Error 13868 |\n",
        "| Result | Next step |\n|---|---|\n| Error 13868 / IKEv2 refused | [Fix 2](#fix-2) |\n",
        "| Error | Meaning | Remedy |\n| :-- | :-- | :-- |\n| **Error 809** | Ports are blocked | Open UDP 500 |\n",
        "Symptom | Likely cause\n--- | ---\nThe client shows error 13801 | The certificate has expired\n",
        "| Fehler | Ursache |\n|---|---|\n| Fehler 13801 | Zertifikat abgelaufen |\n",
        "VPN\n\n== Error 13801 ==\n\nRenew the certificate.\n",
        "| Symptom | Likely Cause | Resolution |\n|---|---|---|\n| Error 13806 - no certificate | EKU | Check |\n",
        "| Fehler | Bedeutung |\n| --- | --- |\n| 809 | x |\n| Fehler 13801 | IKE |\n",
        "Code | Meaning\n:--|:--\nError 13801 | IKE authentication credentials are unacceptable\n",
        "| \u9519\u8bef | \u539f\u56e0 |\n|---|---|\n| Error 13801 | x |\n",
        "| Error | \u041f\u0440\u0438\u0447\u0438\u043d\u0430 |\n|---|---|\n| Error 13801 | x |\n",
        "VPN\n\nError 13801\n-----------\n\nRenew the certificate.\n",
    ],
)
@cases("path", ["page.txt", "page.md"])
def test_what_an_index_names_was_not_met(text: str, path: str) -> None:
    assert codes(text, path) == []
    assert codes(f"{text}\n{MET}") == ["RT023"]


@cases(
    "text",
    [
        "How to fix error 13801?\n",
        "How can I fix it? The client says error 13801.\n",
        "Users see [error 13801](https://example.com/13801) since the renewal.\n",
        "Error 13801\n-----------\n\nSince the renewal nobody can connect.\n",
        "See also\n\nAll clients of the branch show error 13801 since the renewal.\n",
        "- laptop 7: error 13801\n- laptop 8: connects\n",
        "| Date | Client | Error | Cause |\n|---|---|---|---|\n| 2024-03-04 | L7 | Error 13801 | certificate |\n",
        "| Client | Error |\n|---|---|\n| L7 | Error 13801 |\n",
        "| L7 | Error 13801 | cause unknown |\n",
        "| Time | User | Error |\n|---|---|---|\n| 09:12 | meyer | Error 13801 |\n",
        "| Error | Date | Resolution |\n|---|---|---|\n| Error 13801 | 2026-05-04 | certificate renewed |\n",
        "| Error | Count |\n|---|---|\n| Error 13801 | 14 |\n",
        "| Field | Value |\n|---|---|\n| Message | Error 13801 |\n",
        "| Symptom | Error 13801 |\n| Cause | not known yet |\n",
        "| Laptop | Last message | Cause |\n|---|---|---|\n| LT-7 | Error 13801 | asked the CA |\n",
        "I tried to fix it and I get error 13801 again.\n",
    ],
)
def test_what_somebody_tells_of_was_met(text: str) -> None:
    assert codes(text) == ["RT013"]
