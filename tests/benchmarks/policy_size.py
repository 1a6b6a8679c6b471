"""How the time of the rules grows with the size of a policy: the exponent of size, where 1 is linear.

Policies of 1,250 to 10,000 connection security rules are generated as scripts in several shapes. Reading, every
rule over one machine and the whole check are timed for each size; the exponent is the slope of time over size,
both as logarithms, by least squares. A bare pass over the same objects tells what of it is the machine's own: more
objects fit its caches worse. Rules whose exponent stands out and that matter are named.
Run with the Python of the environment ipseclint is installed in:
`.venv/bin/python -m tests.benchmarks.policy_size [SHAPE ...] [--sizes 1250 2500 5000 10000] [--ratio 1.15]
[--ignore CODE|FAMILY ...]`.
"""

from __future__ import annotations

import argparse
import gc
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.job import Job
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.run import check
from ipseclint.model.machine import Machine
from ipseclint.model.site import HostType, Link, NatGroup, Site
from ipseclint.rule import Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.source import bytes_source

SIZES = (1_250, 2_500, 5_000, 10_000)
LINEAR = 1.15
SHOWN_SHARE = 0.005
"""A rule that takes less of the time than this is not named: its exponent is noise."""

SITE = Site(
    domain_controllers=tuple(f"10.250.0.{number}" for number in range(1, 21)),
    dns_servers=("10.250.1.1", "10.250.1.2"),
    dhcp_servers=("10.250.1.3",),
    pki_servers=("10.250.1.4",),
    virtual_addresses=("10.250.2.1",),
    nat_groups=(NatGroup(address="203.0.113.1", initiators=50),),
    links=(Link(range="10.0.0.0/8", bits_per_second=1_000_000_000),),
    peers=200,
    host_type=HostType.HUB,
    non_ipsec_ranges=("10.251.0.0/16",),
    non_member_ranges=("10.252.0.0/16",),
    one_way_udp_receivers=("10.253.0.1",),
    all_peers_support_authip=True,
    ip_fragments_dropped=True,
    first_deployment=True,
    internal_hosts=1_000,
)


def network(number: int) -> str:
    """A /24 of its own for each number."""
    return f"10.{number >> 8 & 255}.{number & 255}.0/24"


def varied(size: int) -> Iterator[str]:
    """Rules of every kind: exempting, requiring, requesting, by port, in tunnels, a third of them weak."""
    for number in range(size):
        add = f'netsh advfirewall consec add rule name="Rule {number}" endpoint1=any endpoint2={network(number)}'
        weak = number % 3 == 0
        quick = "esp:sha1-3des+10min+20480kb" if weak else "esp:sha256-aes128+60min+2147483647kb"
        match number % 10:
            case 0:
                yield f"{add} action=noauthentication"
            case 1:
                yield f"{add} action=requireinrequireout protocol=tcp port2={1024 + number} auth1=computerkerb"
            case 2:
                gates = (
                    f"mode=tunnel localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.{number % 250 + 1}"
                )
                yield add.replace("endpoint1=any", "endpoint1=10.249.0.0/16") + (
                    f' action=requireinrequireout {gates} auth1=computercert auth1ca="CN=Root {number}"'
                )
            case 3:
                yield f'{add} action=requireinrequireout auth1=computerpsk auth1psk="key {number}" qmsecmethods={quick}'
            case 4:
                yield f"{add} action=requestinrequestout auth1=computerkerb,computerntlm auth2=userkerb,anonymous"
            case _:
                yield f"{add} action=requireinrequestout auth1=computerkerb qmpfs=dhgroup2 qmsecmethods={quick}"
        if number % 20 == 0:
            yield (
                f'netsh advfirewall mainmode add rule name="Main {number}" endpoint1=any endpoint2={network(number)} '
                "auth1=computerkerb mmsecmethods=dhgroup2:3des-sha1 mmkeylifetime=30min,1sess"
            )


def same_peers(size: int) -> Iterator[str]:
    """Rules for any peer that differ by port alone: what compares rules for the same traffic has most to do."""
    for number in range(size):
        action = "noauthentication" if number % 4 == 0 else "requireinrequireout auth1=computerkerb"
        yield (
            f'netsh advfirewall consec add rule name="Port {number}" endpoint1=any endpoint2=any '
            f"protocol={'udp' if number % 2 else 'tcp'} port2={number + 1} action={action}"
        )


def legacy(size: int) -> Iterator[str]:
    """One policy of netsh ipsec with as many rules, filter lists and filter actions."""
    yield "netsh ipsec static add policy name=P mmlifetime=30 qmpermm=1 assign=yes"
    for number in range(size):
        yield f"netsh ipsec static add filterlist name=L{number}"
        prefix = network(number).removesuffix("/24")
        yield f"netsh ipsec static add filter filterlist=L{number} srcaddr=me dstaddr={prefix} dstmask=24"
        what = "permit" if number % 5 == 0 else 'negotiate inpass=yes qmsecmethods="ESP[3DES,MD5]:20480k/300s"'
        yield f"netsh ipsec static add filteraction name=A{number} action={what}"
        yield f"netsh ipsec static add rule name=R{number} policy=P filterlist=L{number} filteraction=A{number}"


SHAPES: dict[str, Callable[[int], Iterator[str]]] = {"varied": varied, "same-peers": same_peers, "legacy": legacy}


def spent(work: Callable[[], object]) -> float:
    """Processor time, with the collector off as in the engine."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    work()
    end = time.process_time()
    gc.enable()
    return end - start


def seconds(work: Callable[[], object]) -> float:
    """The better of two runs."""
    return min(spent(work) for _ in range(2))


def by_rule(machine: Machine, rules: Sequence[Rule]) -> dict[str, float]:
    """The better of two passes for each rule; in a pass, rules share what they look up, as in the engine."""
    passes = []
    for _ in range(2):
        fresh = machine.with_policy(machine.policy)
        passes.append({rule.code: spent(run(rule, fresh)) for rule in rules})
    return {code: min(each[code] for each in passes) for code in passes[0]}


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The slope of time over size, both as logarithms."""
    points = [(math.log(size), math.log(max(each, 1e-6))) for size, each in zip(sizes, times, strict=True)]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    over = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return over / sum((x - mean_x) ** 2 for x, _ in points)


def bare_pass(machine: Machine) -> int:
    """Every field of every object, looked at: what a rule that does nothing would do."""
    objects = machine.policy.objects()
    return sum(
        getattr(policy_object, name) is None for policy_object in objects for name in type(policy_object).model_fields
    )


def run(rule: Rule, machine: Machine) -> Callable[[], object]:
    """A rule applied to a machine to the end."""
    options = load_ruleset("default").options(rule)
    return lambda: sum(1 for _ in rule.check(machine, options))


def measure(shape: str, sizes: Sequence[int], limit: float, measured: tuple[Rule, ...]) -> None:
    """Prints the exponents for policies of one shape."""
    steps: dict[str, list[float]] = defaultdict(list)
    rules: dict[str, list[float]] = defaultdict(list)
    for size in sizes:
        content = "\r\n".join(SHAPES[shape](size)).encode()
        candidate = Candidate(bytes_source(f"{shape}.cmd", content), named=True)
        steps["reading"].append(seconds(lambda: read_inputs([candidate])))  # noqa: B023 - called at once
        (read,) = read_inputs([candidate])
        if read.parsed.problems:
            raise SystemExit(f"{shape} is not understood: {read.parsed.problems[:3]}")
        machine = make_machine(shape, [read], SITE)
        steps["bare pass"].append(seconds(lambda: bare_pass(machine)))  # noqa: B023 - the same
        steps["look-ups"].append(seconds(lambda: machine.with_policy(machine.policy).index))  # noqa: B023 - the same
        for code, time_spent in by_rule(machine, measured).items():
            rules[code].append(time_spent)
        plan = Plan(load_ruleset("default"), measured)
        job = Job(plans=(plan,), site=SITE)
        steps["whole check"].append(seconds(lambda: check([candidate], job)))  # noqa: B023 - the same
    overall = [sum(column) for column in zip(*rules.values(), strict=True)]
    families: dict[str, list[float]] = {}
    for code, times in rules.items():
        before = families.get(code[:2], [0.0] * len(sizes))
        families[code[:2]] = [one + other for one, other in zip(before, times, strict=True)]
    print(f"\n{shape}: {sizes[0]:,} to {sizes[-1]:,} connection security rules, {len(rules)} rules of ours")
    rows = [*steps.items(), ("all rules", overall), *sorted(families.items())]
    for name, times in rows:
        mark = "  more than linear" if exponent(sizes, times) > limit and times[-1] > SHOWN_SHARE * overall[-1] else ""
        share = f"{times[-1] / overall[-1]:>8.1%} of all rules" if len(name) == 2 else f"{'':>21}"
        print(f"  {name:<12} exponent {exponent(sizes, times):5.2f} {share}{mark}")
    for code, times in sorted(rules.items(), key=lambda each: -each[1][-1]):
        if exponent(sizes, times) > limit and times[-1] > SHOWN_SHARE * overall[-1]:
            print(f"    {code}: exponent {exponent(sizes, times):.2f}, {times[-1] / overall[-1]:.1%} of all rules")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", choices=[*SHAPES, []])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--ratio", type=float, default=LINEAR)
    parser.add_argument("--ignore", nargs="+", default=[], help="codes or families")
    arguments = parser.parse_args()
    ignored = set(arguments.ignore)
    measured = tuple(
        rule for rule in all_rules() if rule.scope is Scope.MACHINE and not {rule.code, rule.family} & ignored
    )
    for shape in arguments.shapes or SHAPES:
        measure(shape, arguments.sizes, arguments.ratio, measured)


if __name__ == "__main__":
    main()
