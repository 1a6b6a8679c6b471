"""What each end of a negotiation brings, part by part, and each stage of what comes of it, is as stored.

After a change that is meant, `python -m tests.semantics.negotiation.test_stored_ends` stores it anew: read the
difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import combinations_with_replacement

import pytest
from msgspec.structs import replace

from ipseclint.engine.negotiate import answers as rows
from ipseclint.formats import recognise
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.fixes import repairs
from ipseclint.semantics.negotiation.fleet import compared, of_rules, of_site
from ipseclint.semantics.negotiation.suite_repairs import suite_for
from ipseclint.source import bytes_source
from tests import ROOT
from tests.rules.rule_inputs import machine_in
from tests.semantics.as_text import in_full, told
from tests.semantics.negotiation.test_stored_outcomes import BACK, CERTIFICATE, ENDS
from tests.semantics.negotiation.two_ends import PSK, machine, main_mode, peer, rule

pytestmark = pytest.mark.drawn(4)

EXPECTED = ROOT / "tests" / "data" / "ends.txt"
FORMATS = ROOT / "fixtures" / "formats"
CLIENT = "Add-VpnConnection -Name C -ServerAddress 203.0.113.1 -TunnelType {} {}\n"
OWN_SUITE = (
    "Set-VpnConnectionIPsecConfiguration -ConnectionName C -AuthenticationTransformConstants SHA256128 "
    "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup None "
    "-DHGroup Group14 -Force\n"
)
SERVER = "Set-VpnServerConfiguration -TunnelType {} {}\n"
MORE = {
    "two ways": rule(f"{CERTIFICATE} auth2=usercert") + main_mode("dhgroup14:aes128-sha256"),
    "key and certificate": rule('auth1=computerpsk,computercert auth1psk=first-key auth1ca="CN=Lab Root"'),
    "certificate and key": rule('auth1=computercert,computerpsk auth1psk=first-key auth1ca="CN=Lab Root"', ends=BACK),
    "other key and certificate": rule(
        'auth1=computerpsk,computercert auth1psk=other-key auth1ca="CN=Lab Root"', ends=BACK
    ),
    "health certificate": rule(f"{CERTIFICATE} auth1healthcert=yes", ends=BACK),
    "NTLM": rule("auth1=computerntlm", ends=BACK),
    "IKEv2 client": CLIENT.format("Ikev2", "-AuthenticationMethod MachineCertificate"),
    "IKEv2 client with its own suite": CLIENT.format("Ikev2", "-AuthenticationMethod Eap") + OWN_SUITE,
    "L2TP client with a key": CLIENT.format("L2tp", "-L2tpPsk abcdefgh -Force"),
    "L2TP client": CLIENT.format("L2tp", "-EncryptionLevel Maximum"),
    "automatic client": CLIENT.format("Automatic", ""),
    "server": SERVER.format("Ikev2", "-SALifeTimeSeconds 3600 -SADataSizeForRenegotiationKilobytes 9000"),
    "L2TP server": SERVER.format("L2tp", ""),
    "site to site": "Add-VpnS2SInterface -Name E -Destination 203.0.113.7 -Protocol IKEv2 "
    "-AuthenticationMethod PSKOnly -SharedSecret abcdefgh\n",
}
CONN = """conn a
 left=10.2.0.7
 right=10.1.0.5
 type={}
 authby=secret
 auto=add
 ikev2={}
 ike=aes256-sha2;modp2048
 phase2alg=aes256-sha2
"""
STATIC = """netsh ipsec static add policy name=P assign=yes mmsecmethods="3DES-SHA1-2"
netsh ipsec static add filterlist name=L
netsh ipsec static add filter filterlist=L srcaddr={} dstaddr={}
netsh ipsec static add filteraction name=A action=negotiate qmsecmethods="{}"
netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A psk=first-key
"""
MORE |= {
    "static here": STATIC.format("10.1.0.5", "10.2.0.7", "ESP[3DES,SHA1]"),
    "static back": STATIC.format("10.2.0.7", "10.1.0.5", "ESP[DES,MD5]"),
    "strong here": rule(f"{PSK} qmsecmethods=esp:aesgcm256-aesgcm256 qmpfs=ecdhp384")
    + main_mode("ecdhp384:aes256-sha384"),
    "weak here": rule(f"{PSK} qmsecmethods=esp:md5-des") + main_mode("dhgroup1:des-md5"),
    "transport by IKEv1": CONN.format("transport", "never"),
    "transport by IKEv2": CONN.format("transport", "insist"),
    "tunnel by IKEv1": CONN.format("tunnel", "never"),
    "tunnel by IKEv2": CONN.format("tunnel", "insist"),
    "L2TP client with its own suite": CLIENT.format("L2tp", "-L2tpPsk abcdefgh -Force") + OWN_SUITE,
} | {
    f"{maker} in {mode}": peer(
        head=f'implementation = "{maker}"\nkeying = ["ikev2", "ikev1"]',
        quick=f'proposals = ["esp:aes128-sha1"]\nmode = "{mode}"',
    )
    for maker in ("strongswan", "libreswan", "azure", "aws", "windows")
    for mode in ("tunnel", "transport")
}
DAY = date(2026, 11, 27)
"""For which certificates are judged: what is stored holds on any other day too."""
OF_ENDS = ("here", "back", "back on request", "tunnel", "back tunnel", "strongSwan", "libreswan", "a peer")


def read(name: str, text: str) -> Machine:
    source = bytes_source(f"{name}.ps1", text.encode())
    found = recognise(source)
    assert found is not None
    return Machine(name=name, policy=found.parse(source).policy)


@cache
def machines() -> dict[str, Machine]:
    made = {name: machine(ENDS[name], name) for name in OF_ENDS}
    made |= {name: read(name, text) if "Vpn" in text else machine(text, name) for name, text in MORE.items()}
    made["WFP"] = machine_in(FORMATS / "wfp-state" / "site-policies.xml")
    return {name: replace(each, as_of=DAY) for name, each in made.items()}


def in_parts(end: End) -> str:
    """All that an end brings, but for what is as it is of most."""
    brought = ((name, getattr(end, name)) for name in end.__struct_fields__)
    return "; ".join(f"{name}={told(value)}" for name, value in brought if name != "path" and value not in ((), None))


def suite_words(end: End, other: End) -> str:
    """The suite that an end should have for another."""
    made = suite_for(end, other)
    return "none" if made is None else " ".join(in_full(crypto)[:300] for crypto in made)


def answers() -> Iterator[str]:
    seen: set[str] = set()
    every = machines()
    for (one, mine), (other, theirs) in combinations_with_replacement(every.items(), 2):
        fleet = Fleet.of((mine, theirs))
        found = compared(fleet)
        if not found:
            continue
        yield f"# {one} | {other}: {len(found)}, {len(of_rules(fleet))} of rules"
        for each in found:
            for end in (each.pair.a, each.pair.b):
                if (said := in_parts(end)) not in seen:
                    seen.add(said)
                    yield f"end {said}".replace(str(ROOT), "")
            yield from (f"result {told(result)}".replace(str(ROOT), "") for result in each.results)
            yield f"suites {suite_words(each.pair.a, each.pair.b)} {suite_words(each.pair.b, each.pair.a)}"
        for row in rows(mine, theirs):
            yield f"repairs {[None if each is None else told(each) for each in repairs(row.outcome)]}".replace(
                str(ROOT), ""
            )
    site = Site.of(
        {"peer": [{"name": "P", "answers_on": ["10.2.0.7"], "quick_mode": ["aes256-sha256"]}, {"name": "Q"}]}
    )
    with_site = Fleet(Fleet.of((every["here"],)).digests, site)
    yield f"site {[digest.name for digest in of_site(with_site)]}"
    for each in compared(with_site):
        yield f"end {in_parts(each.pair.b)}"
        yield from (f"result {told(result)}" for result in each.results)


def test_what_each_end_brings_and_comes_of_it_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
