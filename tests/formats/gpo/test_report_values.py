"""Values of the registry that a report on GPOs has beside the firewall's are read, in each form that it writes them."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.gpo import report
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

IPSEC = r"System\CurrentControlSet\Services\IPSEC"
RASMAN = r"System\CurrentControlSet\Services\RasMan\Parameters"
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<GPO xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://www.microsoft.com/GroupPolicy/Settings">
<Name>Base</Name><Computer><ExtensionData>
<Extension xmlns:q1="http://www.microsoft.com/GroupPolicy/Settings/x" xsi:type="q1:{}">
{}
</Extension></ExtensionData></Computer></GPO>
"""
OPTION = "<q1:SecurityOptions><q1:KeyName>{}</q1:KeyName>{}<q1:Display/></q1:SecurityOptions>"
SETTING = "<q1:RegistrySetting><q1:KeyPath>{}</q1:KeyPath><q1:AdmSetting>false</q1:AdmSetting>{}</q1:RegistrySetting>"
VALUE = "<q1:Value><q1:Name>{}</q1:Name>{}</q1:Value>"
TEMPLATE = (
    "<q1:Policy><q1:Name>MSS: (NoDefaultExempt) Configure IPSec exemptions for various types of traffic. </q1:Name>"
    "<q1:State>{}</q1:State><q1:DropDownList><q1:Name>NoDefaultExempt</q1:Name><q1:State>Enabled</q1:State>"
    "<q1:Value><q1:Name>{}</q1:Name></q1:Value></q1:DropDownList></q1:Policy>"
)


def read(kind: str, setting: str) -> Parsed:
    return report.parse(bytes_source("report.xml", PAGE.format(kind, setting).encode()))


def values(parsed: Parsed) -> list[tuple[str, object, int]]:
    return [(each.path.rpartition("\\")[2], each.data.value, each.data.span.line) for each in parsed.policy.registry]


@cases(
    ("kind", "setting", "name"),
    [
        (
            "SecuritySettings",
            OPTION.format(rf"MACHINE\{IPSEC}\NoDefaultExempt", "<q1:SettingNumber>1</q1:SettingNumber>"),
            "NoDefaultExempt",
        ),
        (
            "RegistrySettings",
            SETTING.format(RASMAN, VALUE.format("ProhibitIpSec", "<q1:Number>1</q1:Number>")),
            "ProhibitIpSec",
        ),
    ],
)
def test_a_value_of_a_key_of_ipsec_is_read(kind: str, setting: str, name: str) -> None:
    parsed = read(kind, setting)
    assert (parsed.problems, values(parsed)) == ((), [(name, "1", 5)])


@cases(
    ("words", "level"),
    [
        ("Allow all exemptions (least secure).", "0"),
        ("Multicast, broadcast, &amp; ISAKMP exempt (best for Windows XP).", "1"),
        ("RSVP, Kerberos, and ISAKMP are exempt.", "2"),
        ("Only ISAKMP is exempt (recommended for Windows Server 2003). ", "3"),
    ],
)
def test_the_exemptions_of_the_template_are_read(words: str, level: str) -> None:
    parsed = read("RegistrySettings", TEMPLATE.format("Enabled", words))
    assert (parsed.problems, values(parsed)) == ((), [("NoDefaultExempt", level, 5)])


@cases(
    "setting",
    [
        TEMPLATE.format("Enabled", "Nur ISAKMP ist ausgenommen."),
        TEMPLATE.format("Disabled", "Only ISAKMP is exempt (recommended for Windows Server 2003)."),
        SETTING.format(IPSEC, VALUE.format("NoDefaultExempt", "<q1:Number>three</q1:Number>")),
        OPTION.format(rf"MACHINE\{IPSEC}\NoDefaultExempt", "<q1:SettingNumber>three</q1:SettingNumber>"),
        "<q1:Policy><q1:Name>Allow authenticated IPsec bypass</q1:Name><q1:State>Enabled</q1:State></q1:Policy>",
    ],
)
def test_what_bears_on_ipsec_and_is_not_understood_is_told(setting: str) -> None:
    parsed = read("RegistrySettings", setting)
    (problem,) = parsed.problems
    assert "bears on IPsec, and what is set here is not read from a report" in problem.message
    assert parsed.policy.registry == ()


def test_values_of_other_keys_are_of_no_concern() -> None:
    other = SETTING.format(
        r"System\CurrentControlSet\Services\LanmanServer", VALUE.format("Odd", "<q1:Number>1</q1:Number>")
    )
    parsed = read("RegistrySettings", other)
    assert (parsed.policy.registry, parsed.problems) == ((), ())
