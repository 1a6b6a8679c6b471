"""JSON of PowerShell: names of members are the same in capitals and in small letters, as everywhere in PowerShell."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.powershell import cim_json
from ipseclint.source import bytes_source

NAMED = [
    '{"CimClass": "MSFT_NetIPsecDoSPSetting", "Name": "Edge", "StateIdleTimeoutSeconds": 60}',
    '{"CimClass": {"CimClassName": "MSFT_NetIPsecDoSPSetting"}, "Name": "Edge", "StateIdleTimeoutSeconds": 60}',
]


@cases("text", NAMED)
@cases("written", [str, lambda text: text.replace("CimClass", "cimClass"), str.lower, str.upper])
def test_the_class_of_an_object_is_known_however_its_member_is_written(text: str, written: object) -> None:
    assert callable(written)
    (setting,) = cim_json.parse(bytes_source("a.json", written(text).encode())).policy.dos_protection
    assert setting.name.casefold() == "edge"


def test_an_object_of_no_class_of_ipsec_is_none() -> None:
    text = NAMED[0].replace("MSFT_NetIPsecDoSPSetting", "Win32_Process")
    assert cim_json.parse(bytes_source("a.json", text.encode())).policy.dos_protection == ()
