"""A document below an output, an output below a document, and documents of several kinds: each is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import permutations

import pytest
from tests import ROOT
from tests.cases import cases
from tests.formats.stored_inputs import said_of

from ipseclint import formats
from ipseclint.formats.readers import has_text_below
from ipseclint.source import bytes_source

FORMATS = ROOT / "fixtures" / "formats"
DOCUMENTS = {
    "loaded": "swanctl-conns/transport.txt",
    "nodes": "oma-uri/by-line.txt",
    "table of nodes": "oma-uri/portal.txt",
    "entries": "ipsec-ldif/policy.ldf",
    "keys": "ipsec-secrets/ipsec.secrets",
    "declared": "declared-gateway/aws.tf",
    "setup": "setup-inf/exemptions.inf",
    "client of Azure": "gateway-xml/azurevpnconfig.xml",
    "preferences": "gpo-preferences/Registry.xml",
    "objects": "powershell-xml/policy.xml",
    "profile": "vpn-profile-xml/one-line.xml",
    "state": "wfp-state/untouched.xml",
    "article": "netsh-ipsec-show/as-in-an-article.txt",
    "files of a gateway": "ipsec-conf/both-files.sh",
    "rules": "advfirewall-show/rules-aligned.txt",
    "script": "powershell-script/site-to-site.ps1",
    "table": "powershell-printed-table/connections.txt",
    "samples": "performance-counters/get-counter.txt",
    "events": "event-text/copied.txt",
    "records": "event-text/format-list.txt",
    "commands": "netsh-script/services-alone.cmd",
}
ONE = frozenset({"global_settings", "vpn_connections", "registry", "services"})
"""What both may say is one object, or one of a name."""
NOT_OBJECTS = frozenset({"unread", "secrets", "not_held", "hosts"})


def read(text: str) -> tuple[Counter[str], int]:
    """How many objects of each kind are read of a text, and the number of its problems."""
    source = bytes_source("post.txt", text.encode()).without_frame()
    form = formats.recognise(source)
    assert form is not None
    parsed = form.parse(source)
    lines = [line.partition(" ")[0] for line in said_of(parsed, "post.txt")]
    return Counter(kind for kind in lines if kind.isidentifier() and kind not in NOT_OBJECTS), len(parsed.problems)


def text_of(name: str) -> str:
    return (FORMATS / DOCUMENTS[name]).read_text(encoding="utf-8")


@pytest.mark.drawn(8)
@cases(("upper", "lower"), permutations(DOCUMENTS, 2))
def test_each_is_read_whatever_stands_above(upper: str, lower: str) -> None:
    above, below = text_of(upper), text_of(lower)
    kinds, problems = read(f"{above.rstrip()}\n\n{below}")
    own, other = read(above)[0], read(below)[0]
    expected = {kind: max(own[kind], other[kind]) if kind in ONE else own[kind] + other[kind] for kind in own | other}
    assert all(kinds[kind] >= n for kind, n in expected.items()) or problems > read(above)[1] + read(below)[1]


@cases(
    "text",
    [
        "<wfpstate>\n</wfpstate>\n<firewallState>\n</firewallState>\n",
        "<Event>\n</Event>\n<Event>\n</Event>\n",
        "<filters>\n</filters>\n<providerContexts>\n</providerContexts>\n",
        "<Objs>\n<![CDATA[\n<?xml version='1.0'?>\n<Objects/>]]>\n</Objs>\n",
    ],
)
def test_parts_of_one_document_are_no_others(text: str) -> None:
    assert not has_text_below(text)


@cases(
    "line",
    [
        "resource allocation",
        "version: 12",
        "note: IKEv2 is used",
        "See ./Vendor/MSFT for more",
        "Cipher: RSA keys",
        "#!/usr/bin/env python3",
    ],
)
def test_a_line_that_looks_like_a_beginning_changes_nothing(line: str) -> None:
    rules = text_of("rules")
    assert read(f"{rules}\n{line}\n") == read(rules)


PASTED = {
    "netsh": "netsh-script/isolation.bat",
    "batch": "netsh-script/services-alone.cmd",
    "PowerShell": "powershell-script/site-to-site.ps1",
    "events": "event-text/copied.txt",
    "list": "powershell-list/rule-with-filters.txt",
    "show": "advfirewall-show/rules-aligned.txt",
    "JSON": "powershell-json/osquery-certificates.json",
}


def _rows(text: str, written: str) -> str:
    return "".join(f"{written.format(row)}\n" for row in text.splitlines())


def _shown(text: str) -> str:
    """A text as `cat -A` shows it."""
    return _rows(text.replace("\t", "^I"), "{}$")


CARRIERS: dict[str, Callable[[str, str], str]] = {
    "one below the other": lambda a, b: f"{a}\n{b}",
    "with words around": lambda a, b: f"This is the first:\n\n{a}\n\nAnd this the second:\n\n{b}\nThanks\n",
    "fenced": lambda a, b: f"Look:\n```\n{a}```\nand\n```\n{b}```\n",
    "quoted in a mail": lambda a, b: "On Monday, A wrote:\n" + _rows(f"{a}\n{b}", "> {}") + "Thanks\n",
    "quoted whole": lambda a, b: _rows(f"{a}\n{b}", "> {}"),
    "quoted below": lambda a, b: f"{a}\nOn Monday, A wrote:\n{_rows(b, '> {}')}Thanks\n",
    "typed": lambda a, b: f"C:\\>type a\n{a}\nC:\\>type b\n{b}\nC:\\>exit\n",
    "indented": lambda a, b: _rows(f"{a}\n{b}", "    {}"),
    "behind tabs": lambda a, b: _rows(f"{a}\n{b}", "\t{}"),
    "numbered": lambda a, b: "".join(f"{n:4} {row}\n" for n, row in enumerate(f"{a}\n{b}".splitlines(), 1)),
    "found": lambda a, b: "".join(f"{n}:{row}\n" for n, row in enumerate(f"{a}\n{b}".splitlines(), 1)),
    "shown with its ends": lambda a, b: _shown(f"{a}\n{b}"),
    "behind backslashes": lambda a, b: _rows(f"{a}\n{b}", "{}\\"),
    "with a mark of order between": lambda a, b: f"{a}\ufeff{b}",
    "with other line ends": lambda a, b: f"{a}\n" + f"{b}".replace("\n", "\r\n"),
    "in other blanks": lambda a, b: f"{a}\n{b}".replace("  ", "\u00a0 "),
}


@pytest.mark.drawn(12)
@cases(("upper", "lower"), permutations(PASTED, 2))
@cases("carrier", CARRIERS)
def test_whatever_carries_two_both_are_read_or_said(upper: str, lower: str, carrier: str) -> None:
    above, below = ((FORMATS / PASTED[name]).read_text(encoding="utf-8") for name in (upper, lower))
    own, other = read(above), read(below)
    kinds, problems = read(CARRIERS[carrier](above, below))
    assert all(kinds[kind] >= max(own[0][kind], other[0][kind]) for kind in own[0] | other[0]) or (
        problems > own[1] + other[1]
    )
