"""Events of the firewall's log about IPsec policy are told, in every form, and none of the firewall's own rules is."""

from __future__ import annotations

import json

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source
from ipseclint.vocabulary.firewall_events import FIREWALL_EVENTS, number_of_message

PROVIDER = "Microsoft-Windows-Windows Firewall With Advanced Security"
VALUES = (
    "\n\n\tRule ID:\t{0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0}\n\tRule Name:\tServers\n\tOrigin:\tLocal\n\tActive:\tYes\n"
    "\tEndPoint1Ports:\t\n\tPhase1AuthSetId:\t{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE3}\n\tAction:\t1\n"
)
ADDED = f"A connection security rule was added to IPsec settings.{VALUES}"
COPIED = (
    f"Log Name:      {PROVIDER}/ConnectionSecurity\nSource:        {PROVIDER}\nDate:          11/2/2025 9:14:07 AM\n"
    f"Event ID:      2012\nLevel:         Information\nComputer:      SRV1\nDescription:\n{ADDED}"
)
XML = (
    '<Events><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>'
    f'<Provider Name="{PROVIDER}"/><EventID>2061</EventID></System><EventData><Data Name="Name">R</Data></EventData>'
    "</Event></Events>"
)
LISTED = (
    f"TimeCreated  : 11/2/2025 9:14:07 AM\nProviderName : {PROVIDER}\nId           : 2012\nMessage      : {ADDED}\n"
)
TABLE = (
    f"   ProviderName: {PROVIDER}\n\nTimeCreated                     Id LevelDisplayName Message\n"
    "-----------                     -- ---------------- -------\n"
    "11/2/2025 9:14:07 AM          2012 Information      A connection security rule was added to IPsec settings....\n"
    "11/2/2025 9:14:06 AM          2004 Information      A rule has been added to the Windows Firewall exception...\n"
)
JSON = json.dumps([{"TimeCreated": "x", "ProviderName": PROVIDER, "Id": 2012, "Message": ADDED}])


def parsed(text: str, name: str = "events.txt") -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases("text", [COPIED, COPIED.replace("\n", "\r\n"), XML, LISTED, TABLE, JSON, ADDED])
def test_an_event_about_policy_is_told_for_what_it_is(text: str) -> None:
    result = parsed(text)
    assert result.policy.is_empty
    assert [problem.message[:61] for problem in result.problems] == [
        "1 event about IPsec policy (connection security rule added): "
    ]


def test_events_are_counted_by_what_they_tell() -> None:
    again = COPIED.replace("2012", "2034").replace("A connection security rule was added to", "All were deleted from")
    (problem,) = parsed(f"{COPIED}\n{COPIED}\n{again}").problems
    assert "3 events about IPsec policy (2 x connection security rule added; all connection" in problem.message


def test_a_rule_of_the_firewall_itself_is_of_no_concern() -> None:
    result = parsed(
        COPIED.replace("2012", "2004").replace("A connection security rule was added to IPsec settings", "A")
    )
    assert result.problems == ()
    assert dict(result.other_events) == {f"{PROVIDER} 2004": 1}


@cases(
    ("message", "number"),
    [
        ("A connection security rule was modified in IPsec settings.", 2013),
        ("A connection security rule was deleted from IPsec settings.", 2014),
        ("A connection security rule was added to IPsec settings when Windows Firewall started.", 2015),
        ("A main mode rule has been deleted in the IPsec settings.", 2018),
        ("A phase 1 crypto set was added to IPsec settings.", 2020),
        ("A phase 2 crypto set was added to IPsec settings when Windows Defender Firewall started.", 2027),
        ("An authentication set has been modified in IPsec settings.", 2029),
        ("All crypto sets have been deleted from the IPsec configuration on this computer.", 2037),
        ("Windows Firewall did not apply the following rule because the rule was not properly configured", 2038),
        ("A rule has been added to the Windows Firewall exception list.", None),
        ("All rules have been deleted from the Windows Firewall configuration on this computer.", None),
    ],
)
def test_a_message_alone_tells_its_number(message: str, number: int | None) -> None:
    assert number_of_message(message.casefold()) == number


def test_each_kind_of_object_has_its_four_numbers() -> None:
    assert [FIREWALL_EVENTS[number] for number in (2012, 2016, 2020, 2024, 2028)] == [
        f"{kind} added"
        for kind in (
            *("connection security rule", "main-mode rule", "main-mode crypto set", "quick-mode crypto set"),
            "authentication set",
        )
    ]
    assert FIREWALL_EVENTS[2031] == "authentication set loaded when the firewall started"


def changed(setting: str, value: str, profile: str = "") -> str:
    """The message of a setting that was changed."""
    begin = f"A Windows Defender Firewall setting {profile}has changed."
    return f"{begin}\n\nNew Setting:\n\tType:\t{setting}\n\tValue:\t{value}\n\tModifying User:\tS-1-5-18\n"


@cases(
    ("setting", "value"),
    [
        ("IPsec Through NAT", "Server and client behind NAT"),
        ("IPsec CRL Check", "Disabled"),
        ("IPsec Exempt", "ICMP"),
        ("IPsec SA Idle time", "300"),
        ("Allow Local IPsec Policy Merge", "No"),
    ],
)
@cases("number", [2002, 2003, 2082, 2083])
def test_a_setting_of_ipsec_that_was_changed_is_told(setting: str, value: str, number: int) -> None:
    message = changed(setting, value)
    copied = COPIED.replace(ADDED, message).replace("2012", str(number))
    listed = json.dumps([{"TimeCreated": "x", "ProviderName": PROVIDER, "Id": number, "Message": message}])
    for text in (copied, copied.replace("\n", "\r\n"), listed, message):
        (problem,) = parsed(text).problems
        assert problem.message.startswith(f"1 event about IPsec policy ({setting} changed to `{value}`): ")


def test_a_setting_of_the_firewall_itself_is_of_no_concern() -> None:
    message = changed("Default Inbound Action", "Allow", "in the Domain profile ")
    result = parsed(COPIED.replace(ADDED, message).replace("2012", "2003"))
    assert result.problems == ()
    assert dict(result.other_events) == {f"{PROVIDER} 2003": 1}


def test_a_setting_that_stands_as_a_number_is_not_guessed() -> None:
    result = parsed(XML.replace("2061", "2002").replace('"Name">R', '"SettingType">9'))
    assert result.problems == ()
    assert dict(result.other_events) == {f"{PROVIDER} 2002": 1}


@cases(
    ("message", "number"),
    [
        (changed("IPsec Exempt", "None"), 2002),
        (changed("IPsec Exempt", "None", "in the Private profile ").replace("Defender ", ""), 2003),
        ("The following settings were applied to the Windows Firewall at startup", 2000),
        ("A Windows Firewall setting was not changed", None),
    ],
)
def test_the_message_of_a_setting_tells_its_number(message: str, number: int | None) -> None:
    assert number_of_message(message.casefold()) == number
