"""What is answered about each two of some ends, and which of them meet in a fleet, is as stored.

After a change that is meant, `python -m tests.semantics.negotiation.test_stored_outcomes` stores it anew: read the
difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations_with_replacement

from ipseclint.engine.negotiate import answers
from ipseclint.model.machine import Machine
from ipseclint.reporters.negotiation import table_csv
from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.negotiation import matrix
from ipseclint.semantics.negotiation.fleet import compared, fleet_pairs
from ipseclint.semantics.negotiation.offers import words
from ipseclint.semantics.negotiation.pairs import Pair
from tests import ROOT
from tests.semantics.negotiation.test_who_meets_whom import THERE, back, ipsec_conf, swanctl, tunnel
from tests.semantics.negotiation.two_ends import PSK, machine, main_mode, peer, rule

EXPECTED = ROOT / "tests" / "data" / "negotiation.txt"
BACK = ("10.2.0.7", "10.1.0.5")
WIDE = ("10.1.0.0/16", "10.2.0.0/16")
CERTIFICATE = 'auth1=computercert auth1ca="CN=Lab Root"'
LIFETIMES = "netsh advfirewall set global mainmode mmkeylifetime 30min,20sess\n"
KEYING = "netsh advfirewall set global ipsec strongcrlcheck 1\n"
LIBRESWAN = ipsec_conf("203.0.113.10", "198.51.100.1", ("10.2.0.0/16", "10.1.0.0/16"), pfs="yes")

ENDS = {
    "here": rule(PSK),
    "here exempt": rule("", "noauthentication"),
    "here, in alone": rule(PSK, "requireinclearout"),
    "back, in alone": rule(PSK, "requireinclearout", BACK),
    "back": rule(PSK, ends=BACK),
    "back with another key": rule("auth1=computerpsk auth1psk=other-key", ends=BACK),
    "back with Kerberos": rule("auth1=computerkerb", ends=BACK),
    "here with a certificate": rule(CERTIFICATE) + KEYING,
    "back with a certificate": rule(CERTIFICATE, ends=BACK) + LIFETIMES,
    "back on request": rule(PSK, "requestinrequestout", BACK) + main_mode("dhgroup2:3des-sha1"),
    "back on request of one side": rule(PSK, "requireinrequestout", BACK),
    "back exempt": rule("", "noauthentication", BACK),
    "here to all, on request": rule(PSK, "requestinrequestout", ("any", "any")),
    "wide": rule(f"{PSK} qmsecmethods=esp:sha1-aes128+60min+100000kb", ends=WIDE) + main_mode("dhgroup14:aes128-sha1"),
    "back with AH": rule(f"{PSK} qmsecmethods=ah:sha1,ah:sha256+esp:sha256-aes256 qmpfs=dhgroup14", ends=BACK),
    "back on one port": rule(f"{PSK} protocol=tcp port1=445", ends=BACK),
    "tunnel": tunnel(),
    "back tunnel": back() + LIFETIMES,
    "back tunnel with two rules": back() + back().replace('"R"', '"S"').replace("10.2.0.0/16", "10.2.3.0/24"),
    "strongSwan": swanctl(f"local_addrs = {THERE}"),
    "libreswan": LIBRESWAN,
    "libreswan of the other end": LIBRESWAN,
    "a peer": peer(head='keying = ["ikev1"]'),
    "a peer with many offers": peer(
        head='keying = ["ikev2", "ikev1"]',
        main='proposals = ["aes128-sha1-modp1024", "aes256-sha384-ecp384", "aes256-sha256-modp2048"]',
        quick='proposals = ["esp:aes256-sha256", "esp:aes128-sha1", "esp:3des-sha1", "esp:aes256gcm", "esp:null-sha1"]',
    ),
}


@cache
def machines() -> dict[str, Machine]:
    return {name: machine(text, name) for name, text in ENDS.items()}


def pair_told(pair: Pair) -> str:
    """Both ends of a pair, which of them asks, and the packet that both decide for."""
    ends = " and ".join(f"{end.path}:{end.span.line}" for end in (pair.a, pair.b))
    return f"{ends} goes={pair.goes} comes={pair.comes} packet={pair.packet}"


def of_two() -> Iterator[str]:
    """What is answered about each two ends."""
    for (one, mine), (other, theirs) in combinations_with_replacement(machines().items(), 2):
        if rows := answers(mine, theirs):
            yield f"# {one} | {other}"
            yield from table_csv.render(rows).split("\r\n")[1:-1]
            for row in rows:
                outcome = row.outcome
                yield f"{[str(each) for each in row.sights]} {outcome.outcomes} {outcome.behind} {outcome.key_module}"


def of_all() -> Iterator[str]:
    """Which ends meet where all are one fleet, and what each offers."""
    fleet = Fleet.of(tuple(machines().values()))
    yield from (f"met: {pair_told(pair)}" for pair in fleet_pairs(fleet))
    for each in compared(fleet):
        results = [(result.stage.value, result.answer.value) for result in each.results]
        yield f"compared: {pair_told(each.pair)} {results} {[module.value for module in each.modules]}"
    many = matrix.Fleet()
    for one_machine in machines().values():
        many.add(one_machine)
    met = set()
    for pair, one, other in many.pairs():
        met |= {id(one), id(other)}
        offers = words(pair.a.main_mode or ()), words(pair.b.quick_mode or (), 1)
        yield f"many: {pair_told(pair)} {one.hosts} {other.hosts} {offers}"
    yield from (f"alone: {each}" for each in many.unpaired(met))


def test_what_is_answered_about_two_ends_is_as_stored() -> None:
    stored = EXPECTED.read_text("utf-8").split("\n")[:-1]
    assert [*of_two(), *of_all()] == stored


def store() -> None:
    EXPECTED.write_text("\n".join([*of_two(), *of_all(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
