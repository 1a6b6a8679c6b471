"""Places and data of SyncML that do not belong together are counted, and commands that take away are said."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats.mdm.syncml import parse
from ipseclint.model.setting import Secret
from ipseclint.source import bytes_source

PLACE = "<LocURI>./Vendor/MSFT/Firewall/MdmStore/Global/SaIdleTime</LocURI>"
DATA = "<Data>600</Data>"
NO_DATA, NO_PLACE = "`LocURI without Data`", "`Data without LocURI`"


@cases(
    ("items", "lone_places", "lone_data", "settings"),
    [
        ((PLACE, DATA), 0, 0, 1),
        ((PLACE, DATA, PLACE), 1, 0, 1),
        ((PLACE, PLACE, DATA), 1, 0, 1),
        ((PLACE, DATA, DATA), 0, 1, 1),
        ((DATA, PLACE, DATA), 0, 1, 1),
        ((PLACE, PLACE), 2, 0, 0),
        ((DATA,), 0, 1, 0),
    ],
)
def test_each_place_has_its_data(items: tuple[str, ...], lone_places: int, lone_data: int, settings: int) -> None:
    rows = "".join(f"<Item>{'<Target>' + each + '</Target>' if each is PLACE else each}</Item>\n" for each in items)
    text = f"<SyncML><SyncBody><Replace>{rows}</Replace></SyncBody></SyncML>"
    parsed = parse(bytes_source("in.xml", text.encode()))
    counts = dict(parsed.unread)
    assert (counts.get(NO_DATA, 0), counts.get(NO_PLACE, 0)) == (lone_places, lone_data)
    assert len(parsed.policy.global_settings) == settings
    assert parsed.policy.hosts == ()


@cases(
    ("name", "data", "version"), [("PolicyVersion", "542", 542), ("POLICYVERSION", "0", 0), ("SaIdleTime", "600", None)]
)
def test_the_version_of_a_policy_is_that_of_the_windows_that_wrote_it(
    name: str, data: str, version: int | None
) -> None:
    place, value = PLACE.replace("SaIdleTime", name), DATA.replace("600", data)
    text = f"<SyncML><SyncBody><Replace><Item><Target>{place}</Target>\n{value}</Item></Replace></SyncBody></SyncML>"
    parsed = parse(bytes_source("in.xml", text.encode()))
    hosts = [(host.policy_version and host.policy_version.known, host.span.line) for host in parsed.policy.hosts]
    assert hosts == ([] if version is None else [(version, 2)])
    assert parsed.problems == ()


@cases("data", ["6x00", "6&gt;00", "6&amp;00", "6&lt;00", "&gt;&gt;", "6&gt;0&amp;0&lt;"])
def test_a_value_has_the_place_and_the_length_that_are_written(data: str) -> None:
    value = DATA.replace("600", data)
    text = f"<SyncML><SyncBody><Replace><Item><Target>{PLACE}</Target>{value}</Item></Replace></SyncBody></SyncML>"
    (problem,) = parse(bytes_source("in.xml", text.encode())).problems
    assert (problem.span.column, problem.span.length) == (text.index(value) + len("<Data>") + 1, len(data))


@cases("command", ["Delete", "Exec"])
def test_a_command_that_takes_away_or_runs_a_node_is_said_where_its_place_stands(command: str) -> None:
    other = PLACE.replace("Firewall", "Other")
    text = f"<SyncML><SyncBody>\n<{command}><Item><Target>{PLACE}</Target></Item><Item>{other}</Item></{command}>"
    parsed = parse(bytes_source("in.xml", f"{text}</SyncBody></SyncML>".encode()))
    uri = PLACE.removeprefix("<LocURI>").removesuffix("</LocURI>")
    (problem,) = parsed.problems
    assert (problem.code, problem.message) == (
        ProblemCode.NOT_UNDERSTOOD,
        f"<{command}> of `{uri}` is not followed",
    )
    assert (problem.span.line, problem.span.column) == (2, text.split("\n")[1].index(uri) + 1)


@cases("key", ["plain", "a&b", "a<b", "&amp;", "&lt;<&", "a&lt;b>c"])
def test_a_key_in_a_node_is_what_the_data_says_whatever_signs_it_has(key: str) -> None:
    base = "./Device/Vendor/MSFT/VPNv2/Site/NativeProfile"
    nodes = {"Servers": "vpn.example.test", "NativeProtocolType": "L2tp", "L2tpPsk": key}
    rows = "".join(
        f"<Item><Target><LocURI>{base}/{name}</LocURI></Target><Data>{escape(text)}</Data></Item>\n"
        for name, text in nodes.items()
    )
    text = f"<SyncML><SyncBody><Add>{rows}</Add></SyncBody></SyncML>"
    (authentication,) = parse(bytes_source("in.xml", text.encode())).policy.authentication_sets
    (method,) = authentication.methods
    assert method.preshared_key is not None
    assert method.preshared_key.value == Secret(key)


PROFILE = "<LocURI>./User/Vendor/MSFT/VPNv2/Branch/ProfileXML</LocURI>"


@cases(
    ("command", "data", "said"),
    [
        ("Replace", "<Data></Data>", 1),
        ("Add", "<Data/>", 1),
        ("Replace", "<Data>\n </Data>", 1),
        ("Replace", "<Data>&lt;VPNProfile&gt;&lt;NativeProfile/&gt;&lt;/VPNProfile&gt;</Data>", 0),
        ("Get", "", 0),
    ],
)
def test_a_profile_that_is_set_to_nothing_is_said(command: str, data: str, said: int) -> None:
    item = f"<Item><Target>{PROFILE}</Target>{data}</Item>"
    text = f"<SyncML><SyncBody><{command}>{item}</{command}></SyncBody></SyncML>"
    problems = parse(bytes_source("in.xml", text.encode())).problems
    assert ["`Branch` is set to nothing" in each.message for each in problems] == [True] * said
