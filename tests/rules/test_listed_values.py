"""Each value that a rule lists in the ruleset counts: with it the rule decides one way, and without it the other."""

from __future__ import annotations

from itertools import product

import pytest

from ipseclint.finding import Severity
from ipseclint.model.change import Assign
from ipseclint.model.events import Counter
from ipseclint.model.machine import Machine
from ipseclint.model.policy import DosProtection, GlobalSettings, Policy
from ipseclint.model.setting import Setting
from ipseclint.model.site import HostType, Site
from ipseclint.source import Span
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine
from tests.rules.rule_inputs import registry as registry_machine

AT = Span("state.xml", 7, 3)
CERTIFICATE = "name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout auth1=computercert"

PUBLIC_ROOTS = (
    "VeriSign Class 3 Public Primary Certification Authority",
    "Some Public Root",
    "Amazon Root CA 1",
    "Baltimore CyberTrust Root",
    "COMODO RSA Certification Authority",
    "DigiCert Global Root G2",
    "DST Root CA X3",
    "Entrust Root Certification Authority",
    "GeoTrust Global CA",
    "GlobalSign Root R3",
    "GoDaddy Root Certificate Authority",
    "Google Trust Services Root R1",
    "Internet Security Research Group Root X1",
    "Let's Encrypt Root",
    "Microsoft Root Certificate Authority",
    "QuoVadis Root CA 2",
    "Sectigo Root R46",
    "Starfield Services Root",
    "thawte Primary Root CA",
    "USERTrust RSA Certification Authority",
    "VeriSign Universal Root",
)


@cases("root", PUBLIC_ROOTS)
def test_root_of_the_public_is_a_warning(root: str) -> None:
    (hit,) = hits("AU009", machine(consec(f'{CERTIFICATE} auth1ca="CN={root}"')))
    assert hit.severity is Severity.WARNING


def test_root_of_ones_own_is_information() -> None:
    (hit,) = hits("AU009", machine(consec(f'{CERTIFICATE} auth1ca="CN=Contoso Root"')))
    assert hit.severity is Severity.INFO


def auth_sets(phase: int, *methods: str) -> Machine:
    key = f"Phase{phase}AuthenticationSets\\{{0F7C31B4-6D2A-4E0B-9C3E-5A1D88E0C101}}"
    values = [(key, "Version", "2.30"), (key, "Name", "Set")]
    for number, method in enumerate(methods):
        suite = f"{key}\\{number:04d}"
        values.append((suite, "Method", method))
        if method in {"MachineCert", "UserCert"}:
            values.append((suite, "CAName", "CN=Root"))
            values.append((suite, "HealthCert", "TRUE" if phase == 2 and method == "MachineCert" else "FALSE"))
        if method == "MachineSHKey":
            values.append((suite, "SHKey", "correct horse"))
    return registry_machine(*values)


@cases("method", ["Anonymous", "MachineKerb", "MachineNtlm", "MachineCert", "MachineSHKey"])
def test_method_of_the_first_authentication_is_in_its_place(method: str) -> None:
    assert hits("AU013", auth_sets(1, method)) == []


@cases("method", ["Anonymous", "UserKerb", "UserNtlm", "UserCert", "MachineCert"])
def test_method_of_the_second_authentication_is_in_its_place(method: str) -> None:
    assert hits("AU013", auth_sets(2, method)) == []


@cases(("phase", "method"), [(1, "UserKerb"), (1, "UserNtlm"), (2, "MachineKerb"), (2, "MachineNtlm")])
def test_method_of_the_other_authentication_is_not(phase: int, method: str) -> None:
    assert len(hits("AU013", auth_sets(phase, method))) == 1


@cases("group", ["dhgroup1", "dhgroup2", "dhgroup14", "dhgroup24", "ecdhp256", "ecdhp384"])
def test_main_mode_takes_what_windows_lists(group: str) -> None:
    ciphers, integrities = ("des", "3des", "aes128", "aes192", "aes256"), ("md5", "sha1", "sha256", "sha384")
    for cipher, integrity in product(ciphers, integrities):
        subject = machine(f"netsh advfirewall set global mainmode mmsecmethods {group}:{cipher}-{integrity}")
        assert subject.policy.main_mode_crypto_sets
        assert hits("CR013", subject) == [], (cipher, integrity)


@pytest.mark.parametrize(
    ("name", "promises"),
    [
        ("Encryption Zone", True),
        ("encryption-zone servers", True),
        ("ENCRYPTION_ZONE", True),
        ("The EncryptionZone", True),
        ("GPO_DOMISO_Encryption_WS2008", True),
        ("Encrypted", False),
    ],
)
def test_name_that_promises_encryption(name: str, promises: bool) -> None:
    rule = f'name="{name}" endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout auth1=computerkerb'
    assert bool(hits("CR020", machine(consec(f"{rule} qmsecmethods=esp:sha256-none")))) is promises


def protection(**values: int) -> Policy:
    settings = {name: Setting(value, AT) for name, value in values.items()}
    return Policy(dos_protection=(DosProtection(name="Edge", span=AT, **settings),))  # type: ignore[arg-type]


@cases(
    ("host", "rate", "severity"),
    [
        (HostType.GATEWAY, 10_240, Severity.INFO),
        (HostType.HUB, 10_240, Severity.INFO),
        (HostType.SERVER, 10_240, None),
        (HostType.GATEWAY, 10_241, None),
        (HostType.GATEWAY, 10_239, Severity.WARNING),
        (HostType.SERVER, 10_239, Severity.WARNING),
    ],
)
def test_default_rate_is_little_for_a_busy_host(host: HostType, rate: int, severity: Severity | None) -> None:
    policy = protection(unauthenticated_bytes_per_second=rate)
    found = hits("DP002", Machine(name="m", policy=policy, site=Site(host_type=host)))
    assert [each.severity for each in found] == ([] if severity is None else [severity])


@cases(
    ("field", "default"),
    [
        ("state_idle_seconds", 360),
        ("rate_limit_queue_idle_seconds", 360),
        ("max_state_entries", 75_000),
        ("max_rate_limit_queues", 50_000),
    ],
)
def test_zero_becomes_the_default(field: str, default: int) -> None:
    (hit,) = hits("DP008", Machine(name="m", policy=protection(**{field: 0})))
    assert hit.fix is not None
    (change,) = hit.fix.changes
    assert isinstance(change, Assign)
    assert change.value == default


@cases(("sets", "number"), [(2, 8), (3, 12)])
def test_main_modes_with_one_peer_are_many_above_eight(sets: int, number: int) -> None:
    methods = ("computerkerb", "anonymous", "computerntlm")
    rules = [
        consec(f"name=R{each} endpoint1=any endpoint2=any action=requestinrequestout auth1={methods[each]}")
        for each in range(sets)
    ]
    found = hits("QD031", machine(*rules))
    assert bool(found) is (number > 8)


@cases(("versions", "fires"), [("10.0.0.0/8", False), ("10.0.0.0/8,2001:db8::/32", True)])
def test_main_modes_count_for_each_version_of_ip(versions: str, fires: bool) -> None:
    methods = ("computerkerb", "anonymous", "computerntlm")
    rules = [
        consec(f"name=R{each} endpoint1=any endpoint2={versions} action=requestinrequestout auth1={methods[each]}")
        for each in range(3)
    ]
    assert bool(hits("QD031", machine(*rules))) is fires


def test_packets_are_queued_in_both_directions() -> None:
    gateway = machine(
        consec(
            "name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout "
            "localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.7 auth1=computerkerb"
        )
    )
    off = GlobalSettings(span=AT, packet_queuing=Setting(frozenset[str](), AT))
    (hit,) = hits("QD034", gateway.with_policy(gateway.policy.model_copy(update={"global_settings": (off,)})))
    assert hit.fix is not None
    (change,) = hit.fix.changes
    assert isinstance(change, Assign)
    assert change.value == frozenset({"inbound", "forward"})


@pytest.mark.parametrize(("long", "severity"), [(2, Severity.INFO), (3, Severity.WARNING)])
@pytest.mark.parametrize("value", [11])
def test_queue_is_long_in_three_samples(long: int, value: int, severity: Severity) -> None:
    samples = [value] * long + [10] * 2
    counters = tuple(
        Counter(group="commonStatistics", name="currentQueuedWorkitems", value=sample, span=AT) for sample in samples
    )
    (hit,) = hits("RT010", Machine(name="m", policy=Policy(), counters=counters))
    assert hit.severity is severity
    assert f"in {long} of {long + 2} samples" in hit.message
