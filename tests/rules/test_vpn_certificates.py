"""Which certificates a VPN takes: on which day they serve, which are preferred, whose names count."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ipseclint.api import check_paths
from ipseclint.finding import Severity
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Certificate, EmptyStore, Policy, VpnConnection, VpnServer
from ipseclint.model.setting import Setting, Unknown
from ipseclint.rules.vpn_certificates import faults
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import (
    ANY_USAGE,
    CLIENT_AUTHENTICATION,
    IKE_INTERMEDIATE,
    SERVER_AUTHENTICATION,
)
from ipseclint.vocabulary.remote_access import TunnelProtocol, VpnAuthentication
from tests.cases import cases
from tests.rules.rule_inputs import hits

AT = Span("state.xml", 7, 3)
BY_MACHINE = Setting((VpnAuthentication.MACHINE_CERTIFICATE,), AT)
BY_USER = Setting((VpnAuthentication.EAP,), AT)
USAGE = Setting((CLIENT_AUTHENTICATION,), AT)
ISSUER = Setting("0123456789abcdef", AT)
NO_FILTER: Setting[tuple[str, ...]] = Setting((), AT)


@cases(
    ("day", "said"),
    [
        (date(2026, 5, 3), ["is valid only from 2026-05-04"]),
        (date(2026, 5, 4), []),
        (date(2026, 5, 5), []),
        (None, []),
    ],
)
def test_a_certificate_serves_from_its_first_day(day: date | None, said: list[str]) -> None:
    first = Certificate(name="CN=vpn.example", span=AT, not_before=Setting(date(2026, 5, 4), AT))
    assert faults(first, SERVER_AUTHENTICATION, day) == said


def test_a_certificate_is_not_judged_by_its_days_where_no_day_is_given() -> None:
    past = Setting(date(2020, 5, 4), AT)
    assert faults(Certificate(name="C", span=AT, not_before=past, not_after=past), SERVER_AUTHENTICATION, None) == []


def certificate(number: int, *usages: str) -> Certificate:
    return Certificate(name=f"CN=C{number}", span=AT, ekus=Setting(usages, AT))


def client(connection: VpnConnection, *certificates: Certificate) -> Machine:
    return Machine(name="m", policy=Policy(vpn_connections=(connection,), certificates=certificates))


@cases(("preferred", "severity"), [(0, Severity.WARNING), (1, None), (2, Severity.WARNING), (3, Severity.WARNING)])
def test_only_a_single_certificate_for_ike_is_preferred(preferred: int, severity: Severity | None) -> None:
    usages = [(CLIENT_AUTHENTICATION, *([IKE_INTERMEDIATE] if number < preferred else [])) for number in range(3)]
    connection = VpnConnection(name="W", span=AT, authentication=BY_MACHINE, machine_ekus=NO_FILTER)
    found = hits("AU022", client(connection, *(certificate(number, *each) for number, each in enumerate(usages))))
    assert [hit.severity for hit in found] == ([severity] if severity else [])


@cases(
    ("authentication", "ekus", "issuer", "fires"),
    [
        (BY_MACHINE, None, None, True),
        (BY_MACHINE, NO_FILTER, None, True),
        (BY_MACHINE, NO_FILTER, ISSUER, False),
        (BY_MACHINE, USAGE, None, False),
        (BY_MACHINE, None, ISSUER, False),
        (BY_USER, None, None, False),
        (BY_USER, NO_FILTER, None, False),
        (Setting(Unknown("?"), AT), None, None, False),
        (None, None, None, False),
    ],
)
def test_a_machine_certificate_is_taken_by_chance_without_usage_and_issuer(
    authentication: Setting[tuple[VpnAuthentication, ...]] | None,
    ekus: Setting[tuple[str, ...]] | None,
    issuer: Setting[str] | None,
    fires: bool,
) -> None:
    connection = VpnConnection(
        name="W", span=AT, authentication=authentication, machine_ekus=ekus, machine_issuer=issuer
    )
    fit = certificate(1, CLIENT_AUTHENTICATION), certificate(2, CLIENT_AUTHENTICATION)
    assert bool(hits("AU022", client(connection, *fit))) is fires


@cases(
    ("authentication", "fires"),
    [(BY_MACHINE, True), (BY_USER, False), (Setting(Unknown("?"), AT), False), (None, False)],
)
def test_a_certificate_is_missing_where_the_machine_shows_one(
    authentication: Setting[tuple[VpnAuthentication, ...]] | None, fires: bool
) -> None:
    connection = VpnConnection(name="W", span=AT, authentication=authentication)
    assert bool(hits("AU024", client(connection, certificate(1, SERVER_AUTHENTICATION)))) is fires


@cases(
    ("authentication", "root", "fires"),
    [
        (BY_MACHINE, "", True),
        (BY_MACHINE, "CN=Root", False),
        (BY_MACHINE, None, False),
        (BY_USER, "", False),
        (None, "", False),
    ],
)
def test_a_server_takes_any_root_where_it_takes_machine_certificates_and_names_none(
    authentication: Setting[tuple[VpnAuthentication, ...]] | None, root: str | None, fires: bool
) -> None:
    named = None if root is None else Setting(root, AT)
    server = VpnServer(span=AT, authentication=authentication, root_certificate=named)
    assert bool(hits("AU020", Machine(name="m", policy=Policy(vpn_servers=(server,))))) is fires


def dialled(name: str, *certificates: Certificate) -> Machine:
    connection = VpnConnection(
        name="W", span=AT, servers=Setting((name,), AT), protocols=Setting((TunnelProtocol.IKEV2,), AT)
    )
    return client(connection, *certificates)


def shown(*names: str) -> Certificate:
    return Certificate(name="CN=S", span=AT, names=Setting(names, AT))


def serving(*certificates: Certificate) -> Machine:
    return Machine(name="server", policy=Policy(vpn_servers=(VpnServer(span=AT),), certificates=certificates))


UNNAMED = Certificate(name="CN=U", span=AT)
UNREADABLE = Certificate(name="CN=U", span=AT, names=Setting(Unknown("?"), AT))


@cases(
    ("fleet", "wrong"),
    [
        ((dialled("vpn2.example.org"), serving(shown("vpn.example.org"))), True),
        ((dialled("vpn.example.org"), serving(shown("vpn.example.org"))), False),
        ((dialled("vpn2.example.org", shown("pc.example.org")), serving(shown("vpn.example.org"))), True),
        ((dialled("vpn2.example.org"), serving(shown("vpn.example.org")), serving()), True),
        ((dialled("vpn2.example.org"), serving(shown("a.example.org")), serving(shown("b.example.org"))), False),
        ((dialled("vpn2.example.org"), serving(shown("vpn.example.org"), UNNAMED)), False),
        ((dialled("vpn2.example.org"), serving(shown("vpn.example.org"), UNREADABLE)), False),
        ((dialled("vpn2.example.org"), serving(UNNAMED)), False),
    ],
    ids=[
        "another name",
        "the name",
        "the client has a certificate too",
        "another server without a certificate",
        "two servers",
        "a certificate without names",
        "names that are not understood",
        "no names at all",
    ],
)
def test_what_is_dialled_is_held_to_the_names_that_the_only_server_can_show(
    fleet: tuple[Machine, ...], wrong: bool
) -> None:
    found = [hit.message for hit in hits("AU025", fleet)]
    said = "vpn2.example.org is dialled, and the server's certificate is for vpn.example.org"
    assert found == ([said] if wrong else [])


SERVER_LIST = """Subject              : CN=rras.corp.example
DnsNameList          : {rras.corp.example}
EnhancedKeyUsageList : {%s}
NotAfter             : 1/1/2199 1:00:00 AM
Issuer               : CN=Lab CA
HasPrivateKey        : True
"""
FOR_SERVERS = "Client Authentication (1.3.6.1.5.5.7.3.2), Server Authentication (1.3.6.1.5.5.7.3.1)"
FOR_CLIENTS = "Client Authentication (1.3.6.1.5.5.7.3.2)"
DIALS = "Add-VpnConnection -Name V -ServerAddress vpn.example.org -TunnelType Ikev2 -AuthenticationMethod Eap\n"


@cases(
    ("files", "is_told"),
    [
        ({"pc.ps1": DIALS, "srv.txt": SERVER_LIST % FOR_SERVERS}, True),
        ({"pc.ps1": DIALS, "srv.txt": SERVER_LIST % FOR_CLIENTS}, False),
        (
            {"pc.ps1": DIALS.replace("vpn.example.org", "RRAS.corp.example"), "srv.txt": SERVER_LIST % FOR_SERVERS},
            False,
        ),
        ({"pc.ps1": DIALS, "a.txt": SERVER_LIST % FOR_SERVERS, "b.txt": SERVER_LIST % FOR_SERVERS}, False),
    ],
    ids=["a server's certificate", "a client's", "the name", "two computers"],
)
def test_the_only_computer_with_a_certificate_for_a_server_may_be_the_one_dialled(
    files: dict[str, str], is_told: bool, tmp_path: Path
) -> None:
    root = tmp_path / str(len(list(tmp_path.iterdir())))
    for name, text in files.items():
        (root / name).mkdir(parents=True)
        (root / name / name).write_text(text, "utf-8")
    found = [each for each in check_paths([root]).findings if each.code == "AU025"]
    assert [each.severity for each in found] == [Severity.INFO] * is_told
    assert all("if that is the server, is for rras.corp.example" in each.message for each in found)


OWN = "1.3.6.1.4.1.99999.7"


@cases(
    ("filters", "certificates", "said"),
    [
        ((OWN,), (certificate(1, CLIENT_AUTHENTICATION),), 'CN=C1" lacks it'),
        (
            (OWN,),
            (certificate(1, CLIENT_AUTHENTICATION), certificate(2, CLIENT_AUTHENTICATION)),
            'CN=C1" lacks it; 1 more certificate will not do either',
        ),
        ((OWN,), (certificate(1, CLIENT_AUTHENTICATION), certificate(2, CLIENT_AUTHENTICATION, OWN)), None),
        ((OWN, CLIENT_AUTHENTICATION), (certificate(1, CLIENT_AUTHENTICATION),), None),
        ((OWN,), (certificate(1, ANY_USAGE),), None),
        ((OWN,), (certificate(1),), None),
        ((OWN,), (Certificate(name="C", span=AT),), None),
        ((OWN,), (), None),
        (("Our VPN", OWN), (certificate(1, CLIENT_AUTHENTICATION),), None),
        ((), (certificate(1, CLIENT_AUTHENTICATION),), None),
    ],
)
def test_a_filter_on_usages_takes_no_certificate_without_them(
    filters: tuple[str, ...], certificates: tuple[Certificate, ...], said: str | None
) -> None:
    connection = VpnConnection(name="W", span=AT, authentication=BY_MACHINE, machine_ekus=Setting(filters, AT))
    found = [hit.message.partition(': "')[2] for hit in hits("AU024", client(connection, *certificates))]
    assert found == ([] if said is None else [said])
    unfiltered = connection.model_copy(update={"machine_ekus": None})
    assert list(hits("AU024", client(unfiltered, *certificates))) == []


def test_a_store_that_is_shown_empty_has_no_certificate_but_those_of_users() -> None:
    policy = Policy(
        vpn_connections=(VpnConnection(name="W", span=AT, authentication=BY_MACHINE),),
        empty_stores=(EmptyStore(span=AT),),
    )
    users = certificate(1, CLIENT_AUTHENTICATION).model_copy(update={"of_user": True})
    for each, fires in ((), True), ((users,), True), ((certificate(1, CLIENT_AUTHENTICATION),), False):
        machine = Machine(name="m", policy=policy.model_copy(update={"certificates": each}))
        assert [hit.value for hit in hits("AU024", machine)] == (["none"] if fires else [])
