"""How far five values walk through the package: modules whose code runs, and passages from one module to another.

`python -m tests.benchmarks.walks` prints a row a value. A walk is counted on a second, warm run, so that imports and
caches do not count. A passage is a call or a resumed generator that leaves one module for another. Both are split: what
keeps keys and commands out of all that is said (trust), what every run goes through whatever the value is, from the
arguments to the verdict (run), and what reads, judges and repairs the value itself.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

RULE = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout "
EVENT = """<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>
<Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>4653</EventID>
<TimeCreated SystemTime="2026-01-05T06:00:01.0Z"/><Channel>Security</Channel></System><EventData>
<Data Name="LocalAddress">10.0.0.1</Data><Data Name="RemoteAddress">10.0.0.9</Data>
<Data Name="FailurePoint">Local computer</Data>
<Data Name="FailureReason">Negotiation request sat in Queue too long</Data></EventData></Event>
"""
FILTER = """<item>
<filterKey>{{f117e200-0000-4000-8000-00000000003{0}}}</filterKey><displayData><name>F{0}</name></displayData>
<flags numItems="1"><item>FWPM_FILTER_FLAG_HAS_PROVIDER_CONTEXT</item></flags>
<layerKey>FWPM_LAYER_IPSEC_V4</layerKey><subLayerKey>FWPM_SUBLAYER_UNIVERSAL</subLayerKey>
<weight><type>FWP_UINT8</type><uint8>{0}</uint8></weight>
<filterCondition numItems="1"><item><fieldKey>FWPM_CONDITION_IP_REMOTE_ADDRESS</fieldKey>
<matchType>FWP_MATCH_EQUAL</matchType><conditionValue><type>FWP_V4_ADDR_MASK</type>
<v4AddrMask><addr>10.20.0.0</addr><mask>255.255.{2}.0</mask></v4AddrMask></conditionValue></item></filterCondition>
<action><type>FWP_ACTION_{1}</type><filterType/></action>
<providerContextKey>{{5a11cafe-0000-4000-8000-000000000004}}</providerContextKey>
<filterId>{0}</filterId><effectiveWeight><type>FWP_UINT64</type><uint64>{0}</uint64></effectiveWeight></item>
"""
WALKS = {
    "quick-mode lifetime to report and fix": (
        "QD004",
        "walk.cmd",
        f"{RULE}auth1=computerkerb qmsecmethods=esp:sha256-aes256+5min\n",
        "",
    ),
    "two WFP filters to FL001": (
        "FL001",
        "walk.xml",
        f"<wfpdiag><filters>{FILTER.format(1, 'PERMIT', 255)}{FILTER.format(2, 'BLOCK', 0)}</filters></wfpdiag>",
        "",
    ),
    "preshared key to its mask": ("AU001", "walk.cmd", f"{RULE}auth1=computerpsk auth1psk=Kan4rie7Q9zX\n", ""),
    "peers of the site to QD036": (
        "QD036",
        "walk.cmd",
        f"{RULE}auth1=computerkerb\nnetsh advfirewall set global mainmode mmkeylifetime 5min,1sess\n",
        "[site]\npeers = 90_000_000\ndrop_probability_budget = 0.001\n",
    ),
    "security event to RT001": ("RT001", "walk.xml", f"<Events>{EVENT * 3}</Events>", ""),
}


PARTS = {
    "trust": ("secrets", "escape", "seal", "engine.keys", "engine.unread", "engine.judged", "frames", "text_blocks"),
    "run": ("cli", "reporters", "engine", "api", "report", "outcome", "packing", "words", "late", "toml_documents"),
    "value": ("",),
}
"""Which modules count as what, by how their names begin; the first that fits."""


def part_of(module: str) -> str:
    """Which of the parts a module is of."""
    name = module.removeprefix("ipseclint").removeprefix(".")
    return next(
        part
        for part, rooms in PARTS.items()
        if any(room in {"", name} or name.startswith(f"{room}.") for room in rooms)
    )


def walk(run: Callable[[], None]) -> Counter[str]:
    """The modules of one run, and how many passages led into each."""
    passages: Counter[str] = Counter()
    stack: list[str] = [""]

    def watch(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            name = frame.f_globals.get("__name__", "")
            own = name if name.startswith("ipseclint") else stack[-1]
            if own != stack[-1]:
                passages[own] += 1
            stack.append(own)
        elif event == "return" and len(stack) > 1:
            stack.pop()

    sys.setprofile(watch)
    try:
        run()
    finally:
        sys.setprofile(None)
    return passages


def walked(title: str) -> tuple[Counter[str], bool]:
    """The walk of one value, in the folder at hand, once what is loaded and kept is; and whether its rule found it."""
    from ipseclint.cli.app import run as run_app

    code, name, text, config = WALKS[title]
    Path(name).write_text(text, encoding="utf-8")
    Path("ipseclint.toml").write_text(config, encoding="utf-8")
    out = io.StringIO()

    def run() -> None:
        with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
            run_app([name, "--select", code])

    run()
    out.seek(0)
    out.truncate()
    passages = walk(run)
    return passages, f"[{code}]" in out.getvalue()


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for title in WALKS:
            passages, fires = walked(title)
            print(f"{title:<40}{'' if fires else '   (the rule was silent)'}")
            for part in (*PARTS, "all"):
                counts = [count for module, count in passages.items() if part in {"all", part_of(module)}]
                print(f"    {part:<6} {len(counts):>4} modules {sum(counts):>6} passages")


if __name__ == "__main__":
    main()
