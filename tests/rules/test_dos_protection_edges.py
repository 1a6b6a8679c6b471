"""The denial-of-service protection: Windows' defaults as `New-NetIPsecDospSetting` has them, and each boundary."""

from __future__ import annotations

from typing import Any

from ipseclint.finding import Severity
from ipseclint.model.change import Assign
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, DosProtection, GlobalSettings, Policy, QuickModeCryptoSet
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.site import HostType, Site
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from tests.cases import cases
from tests.made_objects import quick_mode_set, said
from tests.rules.rule_inputs import consec, hits, machine

AT = Span("edge.xml", 7, 3)
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
PER_ADDRESS = "unauthenticated_bytes_per_second_per_address"
UNSAID = Setting[Any](Unknown("?"), AT)


def protected(values: dict[str, Any], site: Site | None = None, **parts: Any) -> Machine:
    """A machine with one protection; a value that is no setting is one that the input says."""
    settings = {name: value if isinstance(value, Setting) else Setting(value, AT) for name, value in values.items()}
    policy = Policy(dos_protection=(DosProtection(name="Edge", span=AT, **settings),), **parts)
    return Machine(name="m", policy=policy, site=site or Site())


def told(code: str, subject: Machine) -> list[tuple[Severity | None, str, object]]:
    """Of each finding its severity, its message and the value that the repair sets."""
    found = []
    for hit in hits(code, subject):
        assert hit.fix is not None
        (value,) = [change.value for change in hit.fix.changes if isinstance(change, Assign)] or [None]
        found.append((hit.severity, hit.message, value))
    return found


# ---- Tables and queues ----


@cases(
    ("entries", "peers", "expected"),
    [
        (75_000, None, None),
        (74_999, None, (WARNING, "state table of 74,999 entries; use 75,000 or more, the default", 75_000)),
        (5_000, 5_000, None),
        (4_999, 5_000, (ERROR, "state table of 4,999 entries; use 5,000 or more, the number of peers", 75_000)),
        (80_000, 90_000, (ERROR, "state table of 80,000 entries; use 90,000 or more, the number of peers", 90_000)),
        (0, None, None),
        (UNSAID, None, None),
    ],
)
def test_entries_for_each_pair_of_hosts(entries: Any, peers: int | None, expected: Any) -> None:
    subject = protected({"max_state_entries": entries}, Site(peers=peers))
    assert told("DP001", subject) == ([] if expected is None else [expected])


@cases(
    ("queues", "hosts", "rate", "expected"),
    [
        (50_000, None, 1, None),
        (49_999, None, 1, ("49,999 queues for rates by address; use 50,000 or more, the default", 50_000)),
        (49_999, None, 0, None),
        (49_999, None, None, None),
        (300, 300, 1, None),
        (299, 300, 1, ("299 queues for rates by address; use 300 or more, the number of internal hosts", 50_000)),
        (0, None, 1, None),
        (UNSAID, None, 1, None),
    ],
)
def test_a_queue_for_each_internal_address(queues: Any, hosts: int | None, rate: int | None, expected: Any) -> None:
    rates = {} if rate is None else {PER_ADDRESS: rate}
    subject = protected({"max_rate_limit_queues": queues, **rates}, Site(internal_hosts=hosts))
    assert told("DP003", subject) == ([] if expected is None else [(None, *expected)])


def test_what_the_input_does_not_say_of_tables_and_times_is_not_judged() -> None:
    for code in ("DP001", "DP002", "DP003", "DP005", "DP008"):
        assert told(code, protected({})) == []
    assert told("DP003", protected({PER_ADDRESS: 1})) == []


# ---- The rate of what nobody has authenticated ----


@cases(
    ("rates", "host", "expected"),
    [
        ({"unauthenticated_bytes_per_second": 10_240}, None, None),
        ({"unauthenticated_bytes_per_second": 10_239}, None, (WARNING, "10,239 {} in all; 10,240 is the default")),
        (
            {"unauthenticated_bytes_per_second": 10_240},
            HostType.GATEWAY,
            (INFO, "10,240 {} in all; a busy gateway needs more"),
        ),
        (
            {"unauthenticated_bytes_per_second": 10_240, PER_ADDRESS: 10_239},
            None,
            (WARNING, "10,239 {} for each internal address; 10,240 is the default"),
        ),
        ({"unauthenticated_bytes_per_second": 10_239, PER_ADDRESS: 10_240}, None, None),
        (
            {"unauthenticated_bytes_per_second": 10_239, PER_ADDRESS: 0},
            None,
            (WARNING, "10,239 {} in all; 10,240 is the default"),
        ),
        ({"unauthenticated_bytes_per_second": 0}, None, None),
        ({"unauthenticated_bytes_per_second": UNSAID}, None, None),
    ],
)
def test_the_rate_that_counts(rates: dict[str, Any], host: HostType | None, expected: Any) -> None:
    found = told("DP002", protected(rates, Site(host_type=host)))
    assert found == (
        []
        if expected is None
        else [(expected[0], expected[1].format("bytes of unauthenticated IPsec a second"), 102_400)]
    )


# ---- How long it remembers ----


@cases(
    ("idle", "associations", "expected"),
    [
        (299, (), (ERROR, 300)),
        (300, (), (WARNING, 300)),
        (359, (), (WARNING, 300)),
        (360, (), None),
        (360, (301,), (WARNING, 301)),
        (360, (200,), None),
        (1800, (600, 1800, 900), (WARNING, 1800)),
        (1799, (UNSAID, 1800), (ERROR, 1800)),
        (360, (UNSAID,), None),
        (1860, (1800,), None),
        (0, (), None),
        (UNSAID, (), None),
    ],
)
def test_the_gateway_forgets_a_minute_after_the_hosts(idle: Any, associations: tuple[Any, ...], expected: Any) -> None:
    settings = tuple(
        GlobalSettings(span=AT, sa_idle_seconds=each if isinstance(each, Setting) else Setting(each, AT))
        for each in associations
    )
    found = told("DP005", protected({"state_idle_seconds": idle}, global_settings=(*settings, GlobalSettings(span=AT))))
    if expected is None:
        assert found == []
    else:
        severity, idle_for = expected
        text = (
            f"state is forgotten after {idle} s; security associations idle for {idle_for} s, so use {idle_for + 60} s"
        )
        assert found == [(severity, text, idle_for + 60)]


def test_the_idle_time_of_the_hosts_is_named_where_one_is_said() -> None:
    longest = GlobalSettings(span=AT, sa_idle_seconds=Setting(900, Span("global.xml", 2, 1)))
    (hit,) = hits("DP005", protected({"state_idle_seconds": 300}, global_settings=(longest,)))
    assert hit.related == (("idle time of the hosts", Span("global.xml", 2, 1)),)
    (alone,) = hits("DP005", protected({"state_idle_seconds": 300}))
    assert alone.related == ()


# ---- Values that Windows refuses ----


@cases(
    ("field", "words", "default"),
    [
        ("state_idle_seconds", "state idle seconds of 0; use more than 0 (360 is the default)", 360),
        (
            "rate_limit_queue_idle_seconds",
            "rate limit queue idle seconds of 0; use more than 0 (360 is the default)",
            360,
        ),
        ("max_state_entries", "max state entries of 0; use more than 0 (75,000 is the default)", 75_000),
        ("max_rate_limit_queues", "max rate limit queues of 0; use more than 0 (50,000 is the default)", 50_000),
    ],
)
def test_zero_is_refused(field: str, words: str, default: int) -> None:
    assert told("DP008", protected({field: 0})) == [(None, words, default)]
    assert told("DP008", protected({field: 1})) == []
    assert told("DP008", protected({field: UNSAID})) == []


@cases(
    ("point", "fires"),
    [(0, False), (63, False), (64, True), (254, True), (255, False), (256, True), (Unknown("?"), False)],
)
def test_a_code_point_is_63_at_most_or_255(point: Any, fires: bool) -> None:
    edge = DosProtection(name="Edge", span=AT, dscp={"default_block": Setting(point, AT)})
    found = told("DP008", Machine(name="m", policy=Policy(dos_protection=(edge,))))
    assert found == ([(None, f"code point {point} for default block traffic; use 63 at most", None)] if fires else [])


# ---- Where it stands ----

IKEV1, IKEV2, AUTHIP = KeyModule.IKEV1, KeyModule.IKEV2, KeyModule.AUTHIP


def context(module: KeyModule | None, **facts: Any) -> QuickModeCryptoSet:
    key_module = None if module is None else said(module)
    return quick_mode_set("C", dialect=Dialect.WFP, key_module=key_module, **facts)


@cases(
    ("allowed", "contexts", "message"),
    [
        ({AUTHIP}, (context(IKEV2),), "AuthIP may pass; IKEv2, which rules use, may not"),
        (set(), (context(IKEV2),), "no keying module may pass; IKEv2, which rules use, may not"),
        ({IKEV2}, (context(IKEV2),), None),
        ({AUTHIP}, (context(IKEV2), context(AUTHIP)), None),
        ({AUTHIP}, (context(IKEV2), context(IKEV1)), "AuthIP may pass; IKEv1, IKEv2, which rules use, may not"),
        ({AUTHIP}, (context(IKEV2, builtin=True),), None),
        ({AUTHIP}, (context(None),), None),
        ({AUTHIP}, (quick_mode_set("S", key_module=said(IKEV2)),), None),
        ({AUTHIP}, (context(None).model_copy(update={"key_module": UNSAID}),), None),
        (None, (context(IKEV2),), None),
        (UNSAID, (context(IKEV2),), None),
    ],
)
def test_key_modules_that_may_not_pass(allowed: Any, contexts: tuple[Any, ...], message: str | None) -> None:
    values = {} if allowed is None else {"key_modules": frozenset(allowed) if isinstance(allowed, set) else allowed}
    found = hits("DP004", protected(values, quick_mode_crypto_sets=contexts))
    assert [hit.message for hit in found] == ([] if message is None else [message])


@cases(
    ("sides", "message"),
    [
        ({}, None),
        ({"public_interfaces": ("A",)}, "DoS protection has no internal interface; it needs one of each"),
        ({"internal_interfaces": ("A",)}, "DoS protection has no public interface; it needs one of each"),
        (
            {"public_interfaces": ("A",), "internal_interfaces": ()},
            "DoS protection has no internal interface; it needs one of each",
        ),
        (
            {"public_interfaces": (), "internal_interfaces": ()},
            "DoS protection has no public and no internal interface; it needs one of each",
        ),
        ({"public_interfaces": ("A",), "internal_interfaces": ("B",)}, None),
        ({"public_interfaces": UNSAID, "internal_interfaces": ("B",)}, None),
        (
            {"public_interfaces": ("A", "LAN"), "internal_interfaces": ("lan", "B")},
            "LAN: both public and internal to DoS protection; an interface is on one side",
        ),
    ],
)
def test_an_interface_on_either_side(sides: dict[str, Any], message: str | None) -> None:
    found = hits("DP006", protected(sides))
    assert [(hit.message, hit.span) for hit in found] == ([] if message is None else [(message, AT)])


TUNNEL = (
    "name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout "
    "localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.7 auth1=computerkerb"
)
TRANSPORT = "name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout auth1=computerkerb"


@cases(
    ("lines", "tunnel"),
    [((), None), ((TRANSPORT,), None), ((TRANSPORT, TUNNEL), "T"), ((f"{TUNNEL} enable=no",), None)],
)
def test_tunnels_that_end_at_the_gateway(lines: tuple[str, ...], tunnel: str | None) -> None:
    rules = machine(*map(consec, lines)).policy.connection_security_rules if lines else ()
    found = hits("DP007", protected({}, connection_security_rules=rules))
    text = f'tunnels end here too ("{tunnel}"), and their traffic bypasses the protection'
    assert [hit.message for hit in found] == ([] if tunnel is None else [text])
