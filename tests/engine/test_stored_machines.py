"""Which inputs of one folder describe one machine is as stored: of every few kinds of inputs, and what kind a text is.

After a change that is meant, `python -m tests.engine.test_stored_machines` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement

import msgspec

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_inputs
from ipseclint.engine.one_machine import Part, Share, by_machine
from ipseclint.source import Source, bytes_source
from tests import ROOT

EXPECTED = ROOT / "tests" / "data" / "machines.txt"
SHARES = {
    **{part.name.lower(): Share(part) for part in Part},
    "suite": Share(Part.VPN_SERVER, ("suite",)),
    "protocols": Share(Part.VPN_SERVER, ("protocols",)),
    "unsaid": Share(Part.VPN_SERVER, ()),
}
"""Inputs by what they say; the last three are parts of a VPN server."""
MOST = 3

RULE = "New-NetIPsecRule -DisplayName R -RemoteAddress 10.2.0.0/16 -InboundSecurity Require\n"
CONNECTION = "Add-VpnConnection -Name W -ServerAddress vpn.example.org -TunnelType Ikev2\n"
SERVER = "Set-VpnServerConfiguration -Ikev2Ports 500 -L2tpPorts 0\n"
ACCEPTED = "Set-VpnAuthProtocol -UserAuthProtocolAccepted EAP\n"
SITE = "Add-VpnS2SInterface -Name S -Destination 192.0.2.1 -Protocol IKEv2 -AuthenticationMethod PSKOnly\n"
SERVICE = "Set-Service -Name IKEEXT -StartupType Automatic\n"
WINDOWS = r"""Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion]
"CurrentBuildNumber"="20348"
"""
VALUE = r"""Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\PolicyAgent]
"AssumeUDPEncapsulationContextOnSendRule"=dword:00000002
"""
EVENT = "Event ID: 4654\nFailure Reason:\tIKE authentication credentials are unacceptable\n"
TEXTS = {
    "nothing": "echo\n",
    "a rule": RULE,
    "a rule and a service": RULE + SERVICE,
    "a service": SERVICE,
    "a connection": CONNECTION,
    "a connection and a server": CONNECTION + SERVER,
    "a connection and a rule": CONNECTION + RULE,
    "a server": SERVER,
    "what a server accepts": ACCEPTED,
    "a server and what it accepts": SERVER + ACCEPTED,
    "a server and a rule": SERVER + RULE,
    "a site": SITE,
    "a site and a server": SITE + SERVER,
    "a site and a connection": SITE + CONNECTION,
    "a release": WINDOWS,
    "a value": VALUE,
    "an event": EVENT,
}


class Met(msgspec.Struct, frozen=True):
    """An input that a walk met."""

    source: Source
    folder: str | None
    share: Share


def met(folder: str | None, names: tuple[str, ...]) -> list[Met]:
    return [
        Met(bytes_source(f"{folder}/{number}-{name}", b""), folder, SHARES[name]) for number, name in enumerate(names)
    ]


def answers() -> Iterator[str]:
    for count in range(1, MOST + 1):
        for names in combinations_with_replacement(SHARES, count):
            groups = list(by_machine(met("f", names), None))
            yield f"{' + '.join(names)}: {'one' if groups[0][0] == 'f' else len(groups)}"

    for name, text in TEXTS.items():
        ending = "txt" if text is EVENT else "reg" if text.startswith("Windows") else "ps1"
        (read,) = read_inputs([Candidate(bytes_source(f"a.{ending}", text.encode()), named=True)])
        server = "-" if read.share.of_server is None else sorted(read.share.of_server)
        yield f"{name} is {read.share.part.name} {server}: {read.input.objects}"


def test_which_inputs_of_a_folder_are_one_machine_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def test_each_machine_stands_where_its_first_input_does() -> None:
    one, two, named = met("one", ("policy", "evidence")), met("two", ("policy", "policy")), met(None, ("policy",))
    inputs = [two[0], one[0], *named, two[1], one[1]]
    assert list(by_machine(inputs, None)) == [
        ("two/0-policy", [two[0]]),
        ("one", one),
        ("None/0-policy", named),
        ("two/1-policy", [two[1]]),
    ]
    assert list(by_machine(inputs, "M")) == [("M", inputs)]
    assert list(by_machine([], "M")) == []


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
