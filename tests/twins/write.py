"""Writes the twins into fixtures/twins, one file a format.

    python -m tests.twins.write

The scripts of `netsh ipsec` there are written by hand: what they say is not quite the same.
"""

from __future__ import annotations

from collections.abc import Callable

from tests import ROOT
from tests.formats.powershell.writers import clixml_text, json_text, xml_text
from tests.formats.registry.writers import hive_bytes, pol_bytes, reg_query_text, reg_text
from tests.twins import advfirewall, gpo_report, powershell_script, wfp
from tests.twins.cases import CASES
from tests.twins.policy import Told
from tests.twins.powershell import objects
from tests.twins.registry import POLICY_ROOT, entries

FOLDER = ROOT / "fixtures" / "twins"
BOM = "\ufeff"


def _store(told: Told) -> bytes:
    return hive_bytes([entry._replace(key=entry.key.removeprefix(POLICY_ROOT)) for entry in entries(told)])


WRITERS: dict[str, Callable[[Told], bytes]] = {
    "advfirewall.cmd": lambda told: advfirewall.script(told).encode(),
    "show.txt": lambda told: advfirewall.show(told).encode(),
    "wfpstate.xml": lambda told: wfp.text(told).encode("utf-8-sig"),
    "policy.reg": lambda told: (BOM + reg_text(entries(told))).encode("utf-16-le"),
    "Registry.pol": lambda told: pol_bytes(entries(told)),
    "reg-query.txt": lambda told: reg_query_text(entries(told)).encode(),
    "export.wfw": _store,
    "policy.clixml": lambda told: (BOM + clixml_text(objects(told))).encode("utf-16-le"),
    "policy.json": lambda told: json_text(objects(told)).encode(),
    "gpreport.xml": lambda told: (BOM + gpo_report.text(told)).encode("utf-16-le"),
    "policy.ps1": lambda told: powershell_script.script(told).encode(),
    "objects.xml": lambda told: xml_text(objects(told)).encode(),
}
"""What writes each file."""


def main() -> None:
    for case, told in CASES.items():
        (FOLDER / case).mkdir(parents=True, exist_ok=True)
        for name, write in WRITERS.items():
            (FOLDER / case / name).write_bytes(write(told))


if __name__ == "__main__":
    main()
