"""Dated dumps of a public firewall as policies: what `diff` says of two dates, against packets asked one by one.

`python -m tests.benchmarks.public_rule_sets [--repository URL|DIR] [--samples 20000]` fetches
github.com/diekmann/net-network with git, unless given a copy. Each line of a filter table that names addresses, a
protocol or ports becomes a connection security rule: what it accepts is exempt, what it drops is required. Windows
orders rules otherwise than iptables, so this is a policy with the selectors of a real one and not that firewall.
"""

from __future__ import annotations

import argparse
import ipaddress
import random
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

from ipseclint.formats.netsh import script
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.semantics.packet_treatment import LEFT_ALONE, Treatment, treatment
from ipseclint.semantics.packets.axes import DIRECTIONS
from ipseclint.semantics.packets.box import Packet, matches
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.traffic import connection_group
from ipseclint.semantics.traffic_changes import traffic_changes
from ipseclint.source import bytes_source

REPOSITORY = "https://github.com/diekmann/net-network"
FOLDER = "configs_chair_for_Network_Architectures_and_Services"
DATES = (
    "2015-05-13_10-53-20",
    "2015-05-15_15-23-41",
    "2015-09-03_15-56-50",
    "2016-03-16_13-53-28",
    "2016-06-27_16-29-01",
)
_ACTIONS = {
    "ACCEPT": "noauthentication",
    "RETURN": "noauthentication",
    "DROP": "requireinrequireout auth1=computerkerb",
    "REJECT": "requireinrequireout auth1=computerkerb",
}


def commands(dump: str) -> Iterator[str]:
    """A command for each line of the filter table whose selectors a rule of Windows can have."""
    table = dump.partition("*filter\n")[2].partition("COMMIT")[0]
    for number, line in enumerate(table.splitlines()):
        words = line.replace("! ", "!").split()
        if not line.startswith("-A ") or "!" in line:
            continue
        given = dict(pairwise(words))
        action = _ACTIONS.get(given.get("-j", ""))
        source, destination = given.get("-s", "any"), given.get("-d", "any")
        ports = given.get("--dports") or given.get("--dport")
        if action is None or not (source != "any" or destination != "any"):
            continue
        selectors = f"endpoint1={source} endpoint2={destination}"
        if (protocol := given.get("-p")) in {"tcp", "udp"}:
            selectors += f" protocol={protocol}"
            selectors += f" port2={ports.replace(':', '-')}" if ports else ""
        yield f'netsh advfirewall consec add rule name="{number}" {selectors} action={action}'


def machine(name: str, lines: Sequence[str]) -> Machine:
    """The commands as a machine, understood whole."""
    parsed = script.parse(bytes_source(name, "\n".join(lines).encode()))
    if parsed.problems:
        raise SystemExit(f"{name}: {parsed.problems[0].message} in line {parsed.problems[0].span.line}")
    return Machine(name=name, policy=parsed.policy)


def sampled(machines: Sequence[Machine], choose: random.Random) -> Packet:
    """A packet near the border of some rule of either policy."""

    def address() -> int:
        rule = choose.choice(choose.choice(machines).policy.connection_security_rules)
        ends = [each for side in (rule.endpoint1, rule.endpoint2) for each in side.known or () if each.version == 4]
        if not ends:
            return int(ipaddress.ip_address("192.0.2.1"))
        end = choose.choice(ends)
        return min(max(choose.choice((end.first, end.last)) + choose.choice((-1, 0, 0, 1)), 1), 2**32 - 2)

    protocol = choose.choice((1, 6, 6, 17))
    near = None if protocol == 1 else choose.choice((22, 80, 50_000))
    far = None if protocol == 1 else choose.choice((22, 53, 80, 443, 8080))
    icmp = 2048 if protocol == 1 else None
    return Packet(4, address(), address(), protocol, near, far, icmp, 0, choose.randrange(3), choose.randrange(2))


def treated(one: Machine, packet: Packet) -> list[frozenset[Treatment]]:
    """What may happen to a packet under each order of the rules, asked rule by rule."""
    group = connection_group(one)
    inbound = packet.direction == DIRECTIONS.index("in")
    rules = cast("tuple[ConnectionSecurityRule, ...]", group.things)
    winners = (decide(group.ordered(reading), packet).winners for reading in group.readings)
    return [
        frozenset(treatment(one, rules[place], inbound) for place in places) or frozenset({LEFT_ALONE})
        for places in winners
    ]


def main() -> None:
    """Compare each date with the next, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repository", default=REPOSITORY)
    parser.add_argument("--samples", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", "--bare", "--depth=1", options.repository, folder], check=True)
        states = []
        for date in DATES:
            place = f"HEAD:{FOLDER}/iptables-save-{date}"
            shown = subprocess.run(["git", "-C", folder, "show", place], check=True, capture_output=True)
            states.append(machine(date, list(commands(shown.stdout.decode(errors="replace")))))
    choose = random.Random(17)
    wrong = 0
    for old, new in pairwise(states):
        began = time.process_time()
        found = traffic_changes(old, new)
        seconds = time.process_time() - began
        changed = 0
        for _ in range(options.samples):
            packet = sampled((old, new), choose)
            named = any(matches(region.box, packet) for change in found.changes for region in change.regions)
            truly = treated(old, packet) != treated(new, packet)
            changed += truly
            if (named and not truly) or (truly and not named and found.complete):
                wrong += 1
                print(f"  wrong: {packet} is {'named' if named else 'not named'}")
        rules = " and ".join(f"{len(each.policy.connection_security_rules):,}" for each in (old, new))
        print(
            f"{old.name} to {new.name}: {rules} rules, {len(found.changes)} classes, complete: {found.complete}, "
            f"{seconds:.1f} s; {options.samples:,} packets, {changed:,} of them changed",
            flush=True,
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{memory} MB; {wrong} packets on which they differ")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
