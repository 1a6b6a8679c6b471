"""Lists of what kinds of events say: nothing in them happened, and they are no damaged log."""

from __future__ import annotations

import json

from tests.cases import cases

from ipseclint import check_text
from ipseclint.formats.events.event_table import lists_kinds, table_in

ROWS = {
    "4650": "An IPsec Main Mode security association was established. Certificate authentication was not used.",
    "4653": "An IPsec Main Mode negotiation failed.",
    "4654": "An IPsec Quick Mode negotiation failed.",
    "5451": "An IPsec Quick Mode security association was established.",
}
MESSAGE = (
    "An IPsec main mode negotiation failed.\n\nLocal Endpoint:\n\tLocal Principal Name:\t%1\n"
    "Failure Information:\n\tFailure Point:\t\t%8\n\tFailure Reason:\t\t%9"
)
KINDS = [{"Id": number, "Version": 0, "Description": MESSAGE} for number in (4653, 4652)]
DIALED = "CoId=%1: The user %2 dialed a connection named %3 which has failed. The error code returned on failure is %4."
LISTS = {
    "rows.txt": "\n".join(f"{number}\t{message}" for number, message in ROWS.items()),
    "long.txt": "\n".join(f"{number}, {message} {'Local Endpoint: %1 ' * 40}" for number, message in ROWS.items()),
    "agent.txt": "5471, PAStore Engine loaded the IPsec policy %1.\n5472, PAStore Engine failed to load it: %1.\n"
    "5478, IPsec Services has started successfully.\n",
    "events.txt": "\n".join(f"Event {number}: {message}" for number, message in ROWS.items()),
    "table.md": "| Event ID | Message |\n|---|---|\n" + "\n".join(f"| {each} | {ROWS[each]} |" for each in ROWS),
    "table.txt": "| Event ID | Message |\n|---|---|\n" + "\n".join(f"| {each} | {ROWS[each]} |" for each in ROWS),
    "table.csv": "Event ID,Message\n" + "\n".join(f"{number},{message}" for number, message in ROWS.items()),
    "quoted.csv": '"EventID","Level","Message"\n"20227","Error","' + DIALED + '"\n',
    "template.txt": f"Event ID: 4653\n{MESSAGE}\n",
    "listed.txt": f"Id          : 4653\nVersion     : 0\nDescription : {MESSAGE}\n",
    "kinds.json": json.dumps(KINDS),
}


@cases("name", LISTS)
def test_a_list_of_kinds_of_events_is_no_log(name: str) -> None:
    report = check_text(LISTS[name], name)
    assert report.findings == ()
    assert [problem.code for problem in report.problems] == ["IN004"]


def test_what_stands_beside_such_a_list_is_not_passed_over() -> None:
    rule = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any action=requestinrequestout"
    assert check_text(f"{LISTS['rows.txt']}\n\n{rule}\n", "rows.txt").inputs[0].objects["connection_security_rule"] == 1


def test_events_that_were_selected_without_their_times_are_a_log() -> None:
    told = MESSAGE.replace("%8", "Local computer").replace("%9", "Policy match error")
    assert [finding.code for finding in check_text(f'Id,Message\n4653,"{told}"\n', "log.csv").findings] == ["RT016"]
    again = "Id,Message\n" + "4653,An IPsec main mode negotiation failed.\n" * 3
    assert [finding.code for finding in check_text(again, "log.csv").findings] == ["RT020"]


ROW = "{number},An IPsec Main Mode negotiation failed."


@cases(
    ("head", "rows", "is_list"),
    [
        ("Id,Message", [ROW] * 2, False),
        ("Id,Message", [ROW] * 3, True),
        ("Id,Message,TimeCreated", [f"{ROW},2026-03-04T10:11:12Z"] * 3, False),
        ("Id,Message,ProviderName", [f"{ROW},Microsoft-Windows-Security-Auditing"] * 3, False),
        ("Id,Message,EventData", [f"{ROW},<EventData/>"] * 3, False),
        ("Id,Level,TimeCreated", ["{number},Error,2026-03-04T10:11:12Z"] * 3, False),
        ("Id,Message", [ROW, ROW, '{number},"An IPsec Main Mode negotiation failed.\n\nFailure Point: x"'], False),
        ("Id,Message", [ROW, ROW, "{number},An IPsec Main Mode negotiation failed.\tFailure Point: x"], False),
        ("Id,Message", [ROW, ROW, f"{{number}},{'x' * 131_073}"], False),
    ],
)
def test_a_table_is_a_list_of_kinds_where_each_of_three_numbers_has_one_line(
    head: str, rows: list[str], is_list: bool
) -> None:
    text = "\n".join([head, *(row.format(number=number) for number, row in enumerate(rows, 4652))])
    table = table_in(text)
    assert table is not None
    assert lists_kinds(text, table) is is_list
