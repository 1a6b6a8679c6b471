"""An output of more objects than are taken: as many are read as may be, and where the rest begins is said."""

from __future__ import annotations

from types import ModuleType

import pytest
from tests.cases import cases
from tests.formats.powershell.answers import read, services
from tests.formats.powershell.writers import Cim, xml_text

from ipseclint.finding import ProblemCode
from ipseclint.formats.powershell import asked_services, cim_xml, list_text, printed_table, table, wmic

NAMES = ("IKEEXT", "PolicyAgent", "BFE")
WITH_STATES = "".join(f"{name:<12} Disabled   Stopped\n" for name in NAMES)


def each(text: str) -> str:
    return "".join(text.format(name) for name in NAMES)


@cases(
    ("module", "text", "line"),
    [
        (list_text, each("\nName      : {}\nStartType : Disabled\n"), 8),
        (printed_table, f"\nName         StartType  Status\n----         ---------  ------\n{WITH_STATES}\n", 6),
        (wmic, each("\n\nName={}\nStartMode=Disabled\n\n") + "\nName=ALG\nStartMode=Disabled\n", 17),
        (wmic, f"Name         StartMode  State\n{WITH_STATES}", 4),
        (asked_services, each("PS C:\\> (Get-Service {}).StartType\nDisabled\n"), 6),
        (table, '"Name","StartType"\n' + each('"{}","Disabled"\n'), 4),
        (cim_xml, xml_text([Cim("Win32_Service", {"Name": name, "StartMode": "Auto"}) for name in NAMES]), 11),
    ],
)
def test_of_too_many_objects_the_rest_is_said_not_to_be_read(module: ModuleType, text: str, line: int) -> None:
    for most in (2, 3):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "MAX_INSTANCES", most)
            parsed = read(text)
        assert [name for name, *_ in services(parsed)] == list(NAMES[:most])
        refused = [problem.span.line for problem in parsed.problems if problem.code is ProblemCode.REFUSED]
        assert refused == [line] * (most == 2)
