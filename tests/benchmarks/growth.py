"""How the time of a whole check grows with everything that can grow, over three doublings: exponents, 1 is linear.

Each kind of input is written in four sizes, each twice the one before, and checked in this process: every rule runs.
The exponent is the slope of CPU time over size, both as logarithms; the least of two rounds counts. Where the input has
a carrier, the largest is also set against a bare read of it: `json.loads`, lxml, evtx, one pattern
a line, `shlex.split`.

`.venv/bin/python -m tests.benchmarks.growth [KIND ...] [--scale 1.0]`; `--scale 8` takes about ten minutes of CPU.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import re
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from evtx import PyEvtxParser
from lxml import etree
from msgspec.structs import replace

from ipseclint import check_paths
from ipseclint.cli.app import build
from ipseclint.finding import FindingChunk, Findings
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions, format_names, reporter
from tests import ROOT
from tests.benchmarks.negotiation_matrix import write_policies
from tests.benchmarks.wfp_states import write_state
from tests.formats.events.event_log_writer import event_log
from tests.test_growth import exempting, filters, host, requesting, shown, with_sets

FORMATS = ROOT / "fixtures" / "formats"
Work = Callable[[], object]
DOUBLINGS = (1, 2, 4, 8)
_FIELD = re.compile(r"([^|=]+)=([^|]*)\|")


class Growing(NamedTuple):
    """What is done with so much of a kind of input, and a bare read of its carrier."""

    work: Work
    bare: Work | None = None


Make = Callable[[int, Path], Growing]


def script(lines: Callable[[int], Iterable[str]]) -> Make:
    """A netsh script."""

    def make(size: int, folder: Path) -> Growing:
        path = folder / f"{size}.cmd"
        path.write_text("\n".join(lines(size)) + "\n", encoding="utf-8")
        text = path.read_text(encoding="utf-8").replace("^", "")
        return Growing(check(path), lambda: [shlex.split(line) for line in text.split("\n")])

    return make


def check(path: Path, **options: object) -> Work:
    """A whole check without a configuration of the machine."""
    return lambda: check_paths([path], **({"isolated": True} | options))  # type: ignore[arg-type]


def continued(size: int) -> Iterable[str]:
    """Filters of `netsh ipsec`, each over two lines."""
    head, *rest = filters(size)
    yield head
    for line in rest:
        yield line if "^" in line or "add filter " not in line else line.replace(" srcaddr", " ^\n  srcaddr")


def registry_rules(size: int, folder: Path) -> Growing:
    """Connection security rules as Windows keeps them, in a `.reg` file."""
    head, line, rest = _around((FORMATS / "firewall-registry-reg" / "store.reg").read_text("utf-16"), "Action=Secure")
    rules = (_numbered(line, number) for number in range(size))
    path = folder / f"{size}.reg"
    path.write_text("".join((head, *rules, rest)), encoding="utf-16")
    return Growing(check(path), lambda: [_FIELD.findall(line) for line in path.read_text("utf-16").split("\n")])


def _around(text: str, word: str) -> tuple[str, str, str]:
    """The line with a word, and what stands around it."""
    at = text.index(word)
    begin, end = text.rindex("\n", 0, at) + 1, text.index("\n", at) + 1
    return text[:begin], text[begin:end], text[end:]


def _numbered(text: str, number: int) -> str:
    """The objects of a fixture as those of another rule."""
    text = re.sub(r"(AAAAAAAA-0000-0000-0000-)0{11}(?=\d)", lambda match: f"{match[1]}{number:011}", text)
    text = text.replace("2001:db8::/32", f"2001:db8:{number:x}::/48")
    return text.replace("10.0.0.0/8", host(number)).replace("10.0.0.0/255.0.0.0", host(number))


def powershell_json(size: int, folder: Path) -> Growing:
    """Rules and their filters as `ConvertTo-Json` writes them."""
    text = (FORMATS / "powershell-json" / "policy.json").read_text(encoding="utf-8-sig")
    path = folder / f"{size}.json"
    path.write_text(json.dumps([each for n in range(size) for each in json.loads(_numbered(text, n))]), "utf-8")
    return Growing(check(path), lambda: json.loads(path.read_bytes()))


def clixml(size: int, folder: Path) -> Growing:
    """The same as `Export-Clixml` writes them."""
    text = (FORMATS / "powershell-clixml" / "policy.xml").read_text("utf-16")
    begin, end = text.index(">", text.index("<Objs")) + 1, text.rindex("</Objs>")
    path = folder / f"{size}.xml"

    def object_of(number: int) -> str:
        own = re.sub(r'RefId="(\d+)"', lambda match: f'RefId="{number}{int(match[1]):04}"', text[begin:end])
        return _numbered(own, number)

    objects = map(object_of, range(size))
    path.write_text("".join((text[:begin], *objects, text[end:])), encoding="utf-16")
    return Growing(check(path), lambda: etree.fromstring(path.read_bytes()))


def gpo_backups(size: int, folder: Path) -> Growing:
    """A folder of backups of GPOs."""
    own = folder / str(size)
    model = FORMATS / "gpo-backup" / "{B0000000-0000-4000-8000-000000000001}"
    for number in range(size):
        one = own / f"{{B0000000-0000-4000-8000-{number:012}}}"
        shutil.copytree(model, one)
        for file in one.rglob("*.xml"):
            old, new = b"B0000000-0000-4000-8000-000000000001", f"B0000000-0000-4000-8000-{number:012}".encode()
            file.write_bytes(file.read_bytes().replace(old, new))
    reports = list(own.rglob("gpreport.xml"))
    return Growing(check(own), lambda: [etree.fromstring(report.read_bytes()) for report in reports])


def security_events(size: int, folder: Path) -> Growing:
    """Security events as XML."""
    events = (FORMATS / "security-events" / "without-root.xml").read_text(encoding="utf-8-sig")
    path = folder / f"{size}.xml"
    path.write_text(f"<Events>{events * size}</Events>", encoding="utf-8")
    return Growing(check(path), lambda: etree.fromstring(path.read_bytes()))


def event_logs(size: int, folder: Path) -> Growing:
    """Security events in a binary log, forty a chunk."""
    fields = {"RemoteAddress": "10.1.2.3", "FailureReason": "Negotiation timed out", "State": "Sent first payload"}
    one = event_log([(4653, fields)] * 40)
    path = folder / f"{size}.evtx"
    path.write_bytes(one[:4096] + one[4096:] * size)
    return Growing(check(path), lambda: [record["data"] for record in PyEvtxParser(str(path)).records()])


def wfp_filters(size: int, folder: Path) -> Growing:
    """IPsec filters in a state of the Windows Filtering Platform."""
    path = folder / f"{size}.xml"
    write_state(path, 0.1, ipsec_filters=size)
    return Growing(
        check(path), lambda: [element.clear() for _, element in etree.iterparse(path, tag="item", recover=True)]
    )


def phone_book(size: int, folder: Path) -> Growing:
    """Connections of a phone book, every one with a suite of its own."""
    entry = "[Office {0}]\nPBVersion=8\nType=2\nVpnStrategy=7\nNumCustomPolicy=1\nCustomIPSecPolicies={1}\n\n"
    suite = "030000000400000002000000050000000200000000000000"
    text = "".join(entry.format(number, suite) for number in range(size))
    path = folder / f"{size}.pbk"
    path.write_text(text, encoding="utf-8")
    return Growing(check(path), lambda: re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def files(size: int, folder: Path, machine: str | None = None) -> Growing:
    """So many small scripts."""
    own = folder / str(size)
    own.mkdir()
    for number in range(size):
        (own / f"{number}.cmd").write_text("\n".join(requesting(2)).replace("10.0.", f"10.{number % 250}."), "utf-8")
    return Growing(check(own, machine=machine))


def one_machine(size: int, folder: Path) -> Growing:
    """The same, all of one machine."""
    return files(size, folder, machine="M")


def with_file(option: str, write: Callable[[int], str], suffix: str) -> Make:
    """One small script, with a growing file beside it."""

    def make(size: int, folder: Path) -> Growing:
        policy, file = folder / "policy.cmd", folder / f"{size}{suffix}"
        policy.write_text("\n".join(requesting(4)) + "\n", encoding="utf-8")
        file.write_text(write(size), encoding="utf-8")
        return Growing(lambda: check_paths([policy], **{option: file}))  # type: ignore[arg-type]

    return make


def waivers(size: int) -> str:
    """Waivers that nothing needs."""
    return "\n".join(f'[[waiver]]\nrule = "QD002"\nsubject = "P{n}"\nreason = "r"\n' for n in range(size))


def known_findings(size: int) -> str:
    """A baseline."""
    known = [{"code": "QD002", "subject": f"P{n}", "fingerprint": f"{n:016x}", "count": 1} for n in range(size)]
    return json.dumps({"schema": "ipseclint.baseline/1", "known": known})


def site_ranges(size: int) -> str:
    """Facts of the site that are lists."""
    hosts = json.dumps([host(number).removesuffix("1") + "0/24" for number in range(size)])
    return f"[site]\nnon_ipsec_ranges = {hosts}\nnon_member_ranges = {hosts}\n"


def intents(size: int) -> str:
    """What traffic is meant to be protected."""
    return "".join(f'[[intent]]\nname = "I{n}"\nmust = "required"\npeers = ["{host(n)}"]\n' for n in range(size))


def peers(size: int, folder: Path) -> Growing:
    """Policies of ten rules each, negotiated."""
    own = folder / str(size)
    own.mkdir()
    write_policies(own, size, 10)
    return Growing(
        lambda: build("negotiate")(args=["negotiate", str(own), "-o", f"json:{folder}/out"], standalone_mode=False)
    )


def report_in(name: str) -> Make:
    """A report of findings in one format."""

    def make(size: int, folder: Path) -> Growing:
        own = folder / str(size)
        own.mkdir()
        for number in range(size):
            text = "\n".join(with_sets(4)).replace("10.0.", f"10.{number % 250}.") + "\n"
            (own / f"{number}.cmd").write_text(text, encoding="utf-8")
        report = check_paths([own], isolated=True, details=True)
        return Growing(lambda: "".join(reporter(name)(_packed(report), RenderOptions())))

    return make


def _packed(report: Report) -> Report:
    """A report of which no finding is unpacked yet; those of a small run stay unpacked, and growth has a step."""
    findings = report.findings
    assert isinstance(findings, Findings)
    return replace(report, findings=Findings([FindingChunk(findings.chunks, tuple(findings.tally.items()))]))


KINDS: dict[str, tuple[int, Make]] = {
    "rules": (60, script(requesting)),
    "exemptions": (20, script(exempting)),
    "sets": (40, script(with_sets)),
    "filters": (200, script(filters)),
    "carets": (200, script(continued)),
    "show-rules": (10, script(shown)),
    "reg-rules": (60, registry_rules),
    "powershell-json": (40, powershell_json),
    "clixml": (30, clixml),
    "gpo-backups": (4, gpo_backups),
    "events-xml": (40, security_events),
    "evtx": (10, event_logs),
    "wfp-filters": (300, wfp_filters),
    "phone-book": (50, phone_book),
    "files": (20, files),
    "machine": (20, one_machine),
    "waivers": (300, with_file("waivers", waivers, ".toml")),
    "baseline": (500, with_file("baseline", known_findings, ".json")),
    "site-ranges": (200, with_file("config", site_ranges, ".toml")),
    "intents": (40, with_file("config", intents, ".toml")),
    "peers": (6, peers),
    **{f"output-{name}": (6, report_in(name)) for name in format_names()},
}


def spent(work: Work) -> float:
    """CPU seconds, the better of two rounds."""
    times = []
    for _ in range(2):
        gc.collect()
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def exponent(sizes: list[int], times: list[float]) -> float:
    """The slope of time over size, both as logarithms, by least squares."""
    points = [(math.log(size), math.log(each)) for size, each in zip(sizes, times, strict=True)]
    middle = sum(x for x, _ in points) / len(points)
    return sum((x - middle) * y for x, y in points) / sum((x - middle) ** 2 for x, _ in points)


def main() -> None:
    """Print a line a kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []])
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    print(f"{'kind':<20}{'largest':>8}{'ms':>9}{'us each':>9}{'exponent':>10}{'last step':>10}{'bare read':>11}")
    for name in arguments.kinds or KINDS:
        smallest, make = KINDS[name]
        sizes = [max(1, round(smallest * arguments.scale)) * times for times in DOUBLINGS]
        with tempfile.TemporaryDirectory() as folder:
            grown = [make(size, Path(folder)) for size in sizes]
            grown[0].work()  # what is done once for all, such as imports, is not counted
            times = [spent(each.work) for each in grown]
            bare = grown[-1].bare
            against = f"{times[-1] / spent(bare):>10.1f}x" if bare is not None else ""
        last = math.log2(times[-1] / times[-2])
        each = times[-1] / sizes[-1] * 1e6
        print(
            f"{name:<20}{sizes[-1]:>8}{times[-1] * 1e3:>9.0f}{each:>9.0f}{exponent(sizes, times):>10.2f}{last:>10.2f}"
            f"{against}",
            flush=True,
        )


if __name__ == "__main__":
    main()
