"""Items of Group Policy Preferences: each kind of value and action, services, and the place of what is said."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.gpo.preferences import parse
from ipseclint.formats.parsed import Parsed
from ipseclint.source import Span, bytes_source

PARAMETERS = r"SYSTEM\CurrentControlSet\Services\RasMan\Parameters"


def of_registry(**attributes: str) -> Parsed:
    said = {"hive": "HKEY_LOCAL_MACHINE", "key": PARAMETERS, "name": "NegotiateDH2048_AES256", "type": "REG_DWORD"}
    text = " ".join(f'{name}="{value}"' for name, value in (said | attributes).items())
    data = f'<RegistrySettings>\n  <Registry name="x">\n    <Properties {text}/>\n  </Registry>\n</RegistrySettings>\n'
    return parse(bytes_source("Registry.xml", data.encode()))


def of_services(*items: str) -> Parsed:
    text = "\n".join(f'<NTService name="x"><Properties {item}/></NTService>' for item in items)
    return parse(bytes_source("Services.xml", f"<NTServices>\n{text}\n</NTServices>\n".encode()))


def said(parsed: Parsed) -> list[tuple[str, int, int, int]]:
    return [
        (problem.message, problem.span.line, problem.span.column, problem.span.length) for problem in parsed.problems
    ]


@cases("between", [" ", "\n    ", "\r\n\t", "\t"])
def test_attributes_of_a_copied_item_may_stand_on_lines_of_their_own(between: str) -> None:
    text = (ROOT / "fixtures" / "formats" / "gpo-preferences" / "targeted.xml").read_text("utf-8")
    copied = text.replace(" clsid=", f"{between}clsid=").replace(" name=", f"{between}name=")
    form = recognise(bytes_source("Registry.xml", copied.encode()))
    assert form is not None
    assert form.name == "gpo-preferences"
    assert len(form.parse(bytes_source("Registry.xml", copied.encode())).policy.registry) == 1


@cases("action", ["U", "u", "C", "R"])
def test_an_item_that_makes_a_value_is_read_with_its_place(action: str) -> None:
    parsed = of_registry(action=action, value="00000001")
    (value,) = parsed.policy.registry
    assert value.path == rf"HKEY_LOCAL_MACHINE\{PARAMETERS}\NegotiateDH2048_AES256"
    assert (value.data.value, value.data.span) == ("1", Span("Registry.xml", 3, 5, 11))
    assert said(parsed) == []


@cases(
    ("attributes", "message"),
    [
        ({"action": "D", "name": ""}, "deletes a value of the registry: what it held is not known"),
        ({"type": "REG_LINK", "value": "1"}, "unknown type of value `REG_LINK`"),
        ({"value": "2g"}, "`2g` is not a number in hexadecimal"),
        ({"value": "0" * 17}, "`00000000000000000` is not a number in hexadecimal"),
        ({"value": ""}, "`` is not a number in hexadecimal"),
        ({"type": "REG_QWORD", "value": "x"}, "`x` is not a number in hexadecimal"),
    ],
)
def test_what_an_item_says_and_cannot_be_read_is_said_at_its_properties(
    attributes: dict[str, str], message: str
) -> None:
    assert said(of_registry(**attributes)) == [(message, 3, 5, 11)]


def test_an_item_of_another_key_is_of_no_concern() -> None:
    parsed = of_registry(key=r"Software\Classes", value="zz")
    assert (said(parsed), parsed.is_empty) == ([], True)


def test_a_text_is_no_number() -> None:
    assert "is not a number" not in str(said(of_registry(type="REG_SZ", value="later")))


@cases(
    ("start", "action", "service"),
    [
        ("AUTOMATIC", "START", ("IKEEXT", "automatic", "running")),
        ("MANUAL", "STOP", ("IKEEXT", "manual", "stopped")),
        ("DISABLED", "RESTART", ("IKEEXT", "disabled", "running")),
        ("NOCHANGE", "STOP", ("IKEEXT", None, "stopped")),
        ("DISABLED", "NOACTION", ("IKEEXT", "disabled", None)),
    ],
)
def test_the_start_and_the_state_of_a_service(
    start: str, action: str, service: tuple[str, str | None, str | None]
) -> None:
    item = f'startupType="{start}" serviceName="ikeext" serviceAction="{action}"'
    (read,) = of_services(item, item.replace("ikeext", "Spooler")).policy.services
    shown = [None if setting is None else str(setting.value) for setting in (read.start, read.status)]
    assert (read.name, *shown) == service


def test_items_of_several_services_stay_apart() -> None:
    services = of_services(
        'startupType="DISABLED" serviceName="IKEEXT" serviceAction="STOP"',
        'startupType="AUTOMATIC" serviceName="PolicyAgent" serviceAction="START"',
        'serviceName="BFE" serviceAction="STOP"',
    ).policy.services
    assert {service.name: service.status and service.status.value for service in services} == {
        "IKEEXT": "stopped", "PolicyAgent": "running", "BFE": "stopped"
    }  # fmt: skip


def test_an_item_that_is_switched_off_or_aimed_at_some_machines() -> None:
    item = '<NTService name="x"{}><Properties serviceName="IKEEXT" startupType="DISABLED"/>{}</NTService>'
    group = "<NTServices>\n{}\n</NTServices>"
    off = group.format(item.format(' disabled="1"', ""))
    aimed = group.format(item.format("", "<Filters/>"))
    assert parse(bytes_source("x", off.encode())).is_empty
    assert said(parse(bytes_source("x", aimed.encode()))) == [
        ("it applies only where its item-level targeting says so: it is read as if it did", 2, 21, 11)
    ]


PROPERTIES = f'hive="HKEY_LOCAL_MACHINE" key="{PARAMETERS}" name="NegotiateDH2048_AES256" type="REG_DWORD" value="1"'


@cases(
    ("item", "values", "unread"),
    [
        (f'<Registry name="x"><Properties {PROPERTIES}/></Registry>', 1, []),
        (f'<Registry name="x" disabled="0"><Properties {PROPERTIES}/></Registry>', 1, []),
        (f'<Registry name="x" disabled="1"><Properties {PROPERTIES}/></Registry>', 0, []),
        ('<Registry name="x"/>', 0, []),
        ('<NTService name="x"/>', 0, []),
        (f'<Registry name="x" odd="1"><Properties {PROPERTIES}/></Registry>', 1, ["`odd`"]),
        (f'<Registry name="x"><Properties {PROPERTIES} strange="1"/></Registry>', 1, ["`strange`"]),
        (f'<Registry name="x"><Properties {PROPERTIES}/><Other/></Registry>', 1, ["`Other`"]),
        (f'<Other/><Registry name="x"><Properties {PROPERTIES}/></Registry>', 1, ["`RegistrySettings/Other`"]),
    ],
)
def test_an_item_is_read_if_it_is_whole_and_what_nobody_knows_is_counted(
    item: str, values: int, unread: list[str]
) -> None:
    parsed = parse(bytes_source("Registry.xml", f"<RegistrySettings>{item}</RegistrySettings>".encode()))
    assert len(parsed.policy.registry) == values
    assert [name for name, *_ in parsed.unread] == unread
