"""Clean never means skipped: statements of policy put anywhere into documents, and lines taken out of them.

`python -m tests.attack.foreign_statements 20000` puts statements that set or tell IPsec policy at random lines of
documents, in the dresses in which people paste them: what one sets is in what was read, or a problem has a place on its
lines. `--taken` takes a line out of each document instead: one without which nothing that is said differs was not read,
and nobody said so. Most of these are harmless; the rest are fields that no reader looks at.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import ReadInput, read_input
from ipseclint.engine.policy_json import parsed_dict
from ipseclint.source import bytes_source
from tests import ROOT

MAX_BYTES = 12_000
"""Larger fixtures are left out: most lines of theirs are alike."""
_BINARY = {".pol", ".wfw", ".evtx", ".toml"}
_PLACE = re.compile(r"(\d+):\d+$")
_OF_PLACES = frozenset({"at", "span"})


STATEMENTS: Mapping[str, str] = {
    "advfirewall rule": (
        "netsh advfirewall consec add rule name=zz9 endpoint1=any endpoint2=203.0.113.77 action=requireinrequireout "
        "auth1=computerkerb"
    ),
    "advfirewall global": "netsh advfirewall set global mainmode mmkeylifetime 7min,3sess",
    "ipsec static": "netsh ipsec static add policy name=zz9 mmpfs=yes qmpermm=3",
    "cmdlet": "New-NetIPsecRule -DisplayName zz9 -RemoteAddress 203.0.113.77 -InboundSecurity Require",
    "cmdlet of settings": "Set-NetFirewallSetting -MaxSAIdleTimeSeconds 1234",
    "cmdlet of a connection": (
        "Set-VpnConnectionIPsecConfiguration -ConnectionName zz9 -AuthenticationTransformConstants MD596 "
        "-CipherTransformConstants DES -EncryptionMethod DES -IntegrityCheckMethod MD5 -DHGroup Group1 -PfsGroup None"
    ),
    "reg add": (
        r"reg add HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent /v AssumeUDPEncapsulationContextOnSendRule "
        "/t REG_DWORD /d 2 /f"
    ),
    "service command": "sc config IKEEXT start= disabled",
    ".reg": (
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]\n"
        '"AssumeUDPEncapsulationContextOnSendRule"=dword:00000002'
    ),
    "reg query": (
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters\n"
        "    NegotiateDH2048_AES256    REG_DWORD    0x2"
    ),
    "Get-ItemProperty": (
        "NegotiateDH2048_AES256 : 2\n"
        "PSPath                 : Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet"
        "\\Services\\RasMan\\Parameters\n"
        "PSChildName            : Parameters"
    ),
    "swanctl": "connections {\n  zz9 {\n    version = 2\n    proposals = des-md5-modp768\n  }\n}",
    "ipsec.conf": "conn zz9\n  keyexchange=ikev1\n  ike=des-md5-modp768\n  left=203.0.113.1\n  right=203.0.113.77",
    "gateway": "crypto ikev1 policy 99\n encryption des\n hash md5\n group 1",
    "audited row": "  IPsec Main Mode                         No Auditing",
    "event": (
        "Log Name:      Security\nSource:        Microsoft-Windows-Security-Auditing\nEvent ID:      4653\n"
        "Description:\nAn IPsec main mode negotiation failed.\n\nFailure Information:\n"
        "\tFailure Point:\t\tRemote computer\n\tFailure Reason:\t\tNegotiation timed out"
    ),
    "sentence": "Error 13868: Policy match error",
    "association": (
        "Main Mode SA at 11/28/2026 09:15:00\n"
        "----------------------------------------------------------------------\n"
        "Local IP Address:                     203.0.113.1\nRemote IP Address:                    203.0.113.77\n"
        "Auth1:                                ComputerPSK\nAuth2:                                None\n"
        "MM Offer:                             None-DES-MD5\nCookie Pair:                          "
        "9bd0d3fc2a5da4f5:69d8a3c2a5a1b2c3\nHealth Cert:                          No\n"
    ),
    "printed rule": (
        "Rule Name:                            zz9\n"
        "----------------------------------------------------------------------\n"
        "Enabled:                              Yes\nProfiles:                             Domain\n"
        "Type:                                 Static\nMode:                                 Transport\n"
        "Endpoint1:                            Any\nEndpoint2:                            203.0.113.77/32\n"
        "Protocol:                             Any\nAction:                               RequireInRequireOut\n"
        "Auth1:                                ComputerKerb\nMainModeSecMethods:                   DHGroup1-DES-MD5\n"
    ),
    "printed object": (
        "IPsecRuleName         : zz9\nDisplayName           : zz9\nMode                  : Transport\n"
        "InboundSecurity       : Require\nOutboundSecurity      : Request\n"
    ),
    "printed connection": (
        "Name                  : zz9\nServerAddress         : vpn.example\nTunnelType            : Ikev2\n"
        "AuthenticationMethod  : {MsChapv2}\nEncryptionLevel       : Optional\n"
    ),
    "service state": (
        "SERVICE_NAME: IKEEXT\n        TYPE               : 20  WIN32_SHARE_PROCESS\n"
        "        STATE              : 1  STOPPED"
    ),
    "service configuration": (
        "SERVICE_NAME: PolicyAgent\n        TYPE               : 20  WIN32_SHARE_PROCESS\n"
        "        START_TYPE         : 4   DISABLED\n        ERROR_CONTROL      : 1   NORMAL"
    ),
    "service object": "Status      : Stopped\nName        : IKEEXT\nDisplayName : IKE and AuthIP IPsec Keying Modules",
    "suites": "Phase 1: 3DES, MD5, DH1\nPhase 2: 3DES, MD5, no PFS",
    "counter": "\\\\HUB01\\IPsec IKEv1 IPv4\\Failed Negotiations :\n77",
    "JSON": '{"CimClass": {"CimClassName": "MSFT_NetIKEMMCryptoSet"}, "InstanceID": "{zz9}", "Proposals": []}',
    "JSON in lines": (
        '{\n  "Name": "zz9",\n  "ServerAddress": "vpn.example",\n  "TunnelType": "Ikev2",\n'
        '  "AuthenticationMethod": ["MsChapv2"],\n  "EncryptionLevel": "Optional"\n}'
    ),
    "XML": (
        "<VPNProfile><NativeProfile><Servers>vpn.example</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
        "<CryptographySuite><EncryptionMethod>DES</EncryptionMethod><DHGroup>Group1</DHGroup></CryptographySuite>"
        "</NativeProfile></VPNProfile>"
    ),
    "phone book": "[zz9]\nEncoding=1\nPBVersion=6\nType=2\nVpnStrategy=7\nDataEncryption=0",
    "OMA-URI": "OMA-URI: ./Vendor/MSFT/VPNv2/zz9/NativeProfile/NativeProtocolType\nData type: String\nValue: IKEv2",
    "LGPO": (
        "Computer\nSYSTEM\\CurrentControlSet\\Services\\PolicyAgent\nAssumeUDPEncapsulationContextOnSendRule\nDWORD:2"
    ),
}
"""What sets or tells policy, or is evidence of it, by its kind; nothing else names a `zz9`."""
_SENTENCE, _OF_SENTENCE = "sentence", ".events.error_code=13868"
"""A statement that adds nothing where a document tells of the same error."""


def _each(begin: str, end: str = "") -> Callable[[str], str]:
    return lambda text: "\n".join(f"{begin}{line}{end}" for line in text.split("\n"))


def _around(begin: str, end: str) -> Callable[[str], str]:
    return lambda text: f"{begin}{text}{end}"


DRESSES: Mapping[str, Callable[[str], str]] = {
    "bare": lambda text: text,
    "indented": _each("    "),
    "below a tab": _each("\t"),
    "between blank lines": _around("\n", "\n"),
    "behind a prompt of cmd": _around("C:\\Windows\\system32>", ""),
    "behind a prompt of PowerShell": _around("PS C:\\> ", ""),
    "in quotes": _around('"', '"'),
    "quoted as in a mail": _each("> "),
    "in backticks": _around("`", "`"),
    "an item": _around("- ", ""),
    "a numbered item": _around("1. ", ""),
    "in a fence": _around("```\n", "\n```"),
    "below a sentence": _around("Then this was set:\n\n", "\n"),
    "in CDATA": _around("<![CDATA[\n", "\n]]>"),
    "in a here-string": _around("@'\n", "\n'@"),
    "twice": lambda text: f"{text}\n{text}",
}
COMMENTS: Mapping[str, tuple[Callable[[str], str], frozenset[str]]] = {
    "hash": (
        _each("# "),
        frozenset({"ipsec-conf", "swanctl-conf", "ipsec-secrets"}),
    ),
    "semicolon": (
        _each("; "),
        frozenset({"firewall-registry-reg", "security-template", "setup-inf"}),
    ),
    "XML": (
        _around("<!-- ", " -->"),
        frozenset({"wfp-state", "wfp-filters", "gpo-report", "gpo-preferences", "vpn-profile-xml", "policy-rules"}),
    ),
}
"""How a statement becomes a comment, and the formats that know such comments: nothing of one is to be said."""


class Document(NamedTuple):
    """A text that is read, by the name that it is given as, of a folder of fixtures."""

    name: str
    text: str
    folder: str = ""

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


class Read(NamedTuple):
    """What reading a document says, without places, and the lines on which something has a place."""

    format: str
    problems: Counter[str]
    counted: tuple[tuple[str, int], ...]
    values: Counter[str]
    lines: frozenset[int]

    @property
    def is_understood(self) -> bool:
        return bool(self.values)


class Miss(NamedTuple):
    """A statement of which nothing was said: in which dress, at which line of which document."""

    statement: str
    dress: str
    document: Document
    format: str
    line: int
    changed: str

    @property
    def text(self) -> str:
        return with_statement(self.document, self.line, DRESSES[self.dress](STATEMENTS[self.statement]))


@cache
def documents() -> tuple[Document, ...]:
    """The fixtures that are texts and are understood."""
    fixtures = (ROOT / "fixtures" / folder for folder in ("formats", "rules", "policies", "runs"))
    paths = sorted(chain.from_iterable(folder.rglob("*") for folder in fixtures))
    every = (_document(path) for path in paths if path.is_file() and path.suffix not in _BINARY)
    return tuple(each for each in every if each is not None)


def _document(path: Path) -> Document | None:
    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        return None
    try:
        return Document(path.name, data.decode("utf-8-sig").replace("\r\n", "\n"), _folder(path))
    except UnicodeDecodeError:
        return None


def _folder(path: Path) -> str:
    """The format that a fixture is of, or the kind of fixtures that it is one of."""
    kind, *below = path.relative_to(ROOT / "fixtures").parts
    return below[0] if kind == "formats" else kind


@cache
def read_once(document: Document) -> Read:
    """What is read of a document as it is."""
    return read(document.name, document.text)


def read(name: str, text: str) -> Read:
    """What is read of a text."""
    result = read_input(Candidate(bytes_source(name, text.encode()), named=True))
    if not isinstance(result, ReadInput):
        return Read("", Counter(), (), Counter(), frozenset())
    parsed = result.parsed
    said = parsed_dict(parsed)
    problems = said.pop("problems", [])
    lines: set[int] = set()
    values = Counter(_values(said, "", lines))
    messages = Counter(f"{each['code']} {each['message']}" for each in problems)
    for each in problems:
        lines.update(_line(each["span"]))
    counted = (*parsed.other_events, *parsed.unread, *parsed.not_held, *parsed.given)
    return Read(result.input.format or "", messages, tuple(sorted(counted)), values, frozenset(lines))


def _values(value: object, name: str, lines: set[int]) -> Iterator[str]:
    match value:
        case dict():
            for key, each in value.items():
                if key in _OF_PLACES and isinstance(each, str):
                    lines.update(_line(each))
                else:
                    yield from _values(each, f"{name}.{key}", lines)
        case list():
            for each in value:
                yield from _values(each, name, lines)
        case _:
            yield f"{name}={json.dumps(value)}"


def _line(place: str) -> Iterator[int]:
    if (match := _PLACE.search(place)) is not None:
        yield int(match[1])


def with_statement(document: Document, line: int, dressed: str) -> str:
    """The document with a statement before a line of it, counted from 0."""
    lines = document.lines
    return "\n".join([*lines[:line], *dressed.split("\n"), *lines[line:]])


def missed(document: Document, before: Read, statement: str, dress: str, line: int) -> Miss | None:
    """What was skipped of a statement at a line of a document, if it was."""
    dressed = DRESSES[dress](STATEMENTS[statement])
    after = read(document.name, with_statement(document, line, dressed))
    placed = range(line + 1, line + 2 + dressed.count("\n"))
    if is_said(before, after) or (statement == _SENTENCE and _OF_SENTENCE in before.values):
        return None
    if after.lines.intersection(placed):
        return None
    changed = "nothing"
    if after.values != before.values:
        changed = "lost" if before.values - after.values else "gained"
    return Miss(statement, dress, document, before.format, line, changed)


def drawn(
    number: int, seed: int, among: Callable[[Document], object], first: int = 0
) -> Iterator[tuple[Document, random.Random]]:
    """So many random documents among some, each kind of them as often, and the chance by which more is drawn."""
    by_folder: dict[str, list[Document]] = {}
    for document in filter(among, documents()):
        by_folder.setdefault(document.folder, []).append(document)
    for each in range(first, first + number):
        chance = random.Random(f"{seed}/{each}")
        yield chance.choice(by_folder[chance.choice(sorted(by_folder))]), chance


def of_place(among: re.Pattern[str] | None) -> Callable[[Document], object]:
    """Whether a document is one of those whose folder and name have what is looked for."""
    return lambda document: among is None or among.search(f"{document.folder}/{document.name}")


def is_said(before: Read, after: Read) -> bool:
    """Whether a changed document has a problem, counts or refuses what it did not as it was."""
    refused = (value for value in after.values - before.values if "refused_commands" in value)
    return bool(after.problems - before.problems) or after.counted != before.counted or any(refused)


def hunt(number: int, seed: int, first: int = 0, among: re.Pattern[str] | None = None) -> Iterator[Miss]:
    """Those of so many random statements that were skipped."""
    for document, chance in drawn(number, seed, lambda each: among is None or among.search(each.name), first):
        statement, dress = chance.choice(sorted(STATEMENTS)), chance.choice(sorted(DRESSES))
        line = chance.randrange(len(document.lines) + 1)
        before = read_once(document)
        if before.is_understood and (miss := missed(document, before, statement, dress, line)) is not None:
            yield miss


def told_of_comments(number: int, seed: int) -> Iterator[tuple[str, str, str, int]]:
    """The statements in comments of which something is said, with the kind of comment, the document and the line."""
    for each in range(number):
        chance = random.Random(f"{seed}/{each}")
        comment, (written, formats) = chance.choice(sorted(COMMENTS.items()))
        document = chance.choice([each for each in documents() if each.folder in formats and each.name[-3:] != ".sh"])
        before = read_once(document)
        # A line that goes on below it takes in what stands there, and so does a text of several lines.
        above = dict(enumerate(document.lines, start=1))
        line = chance.choice([at for at, text in above.items() if text[-1:] not in set("^`\\,|{(")])
        statement = chance.choice([name for name in sorted(STATEMENTS) if "--" not in STATEMENTS[name]])
        after = read(document.name, with_statement(document, line, written(STATEMENTS[statement])))
        if after.problems - before.problems:
            yield statement, comment, document.name, line + 1


def unread_lines(number: int, seed: int) -> Iterator[tuple[str, str, int, str]]:
    """The lines, of so many, without which a document says the same: format, document, number and text."""
    for each in range(number):
        chance = random.Random(f"{seed}/{each}")
        document = chance.choice([each for each in documents() if re.search(r"\w", each.text)])
        before = read_once(document)
        line = chance.choice([at for at, text in enumerate(document.lines) if re.search(r"\w", text)])
        rest = "\n".join(text for at, text in enumerate(document.lines) if at != line)
        after = read(document.name, rest)
        if before.is_understood and (after.format, after.problems, after.counted, after.values) == (
            before.format, before.problems, before.counted, before.values
        ):  # fmt: skip
            yield before.format, document.name, line + 1, document.lines[line]


def main() -> int:
    """Put so many statements, and print what was skipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--among", type=re.compile, help="names of documents")
    parser.add_argument("--keep", type=Path, help="a folder for what was skipped")
    parser.add_argument("--taken", action="store_true", help="take lines out instead")
    options = parser.parse_args()
    if options.taken:
        for format_, name, line, text in unread_lines(options.number, options.seed):
            print(format_, f"{name}:{line}", text.strip(), sep="\t")
        return 0
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    misses = list(hunt(options.number, options.seed, options.first, options.among))
    for number, miss in enumerate(misses):
        print(miss.format, miss.statement, miss.dress, miss.changed, f"{miss.document.name}:{miss.line + 1}", sep="\t")
        if options.keep:
            (options.keep / f"{number}-{miss.document.name}").write_text(miss.text)
    print(f"{len(misses)} of {options.number}", file=sys.stderr)
    return bool(misses)


if __name__ == "__main__":
    sys.exit(main())
