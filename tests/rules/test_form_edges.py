"""Rules on the form of a policy: names, ranges, baselines and what the older tool lacks, each condition alone."""

from __future__ import annotations

from typing import Any

from ipseclint.model.change import Assign
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuditSetting,
    AuthMethod,
    Dialect,
    GlobalSettings,
    MainModeCryptoSet,
    Policy,
    Profile,
    QuickModeCryptoSet,
    Security,
)
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from tests.cases import cases
from tests.made_objects import (
    authentication_set,
    main_mode_proposal,
    main_mode_set,
    method,
    quick_mode_proposal,
    quick_mode_set,
    rule,
    said,
    to,
)
from tests.rules.rule_inputs import hits

AT = Span("p", 7, 3)
LEGACY: dict[str, Any] = {"dialect": Dialect.IP_SECURITY_POLICY}
UNSAID = Setting[Any](Unknown("?"), AT)


def messages(code: str, policy: Policy, **options: object) -> list[str]:
    return [hit.message for hit in hits(code, Machine(name="m", policy=policy), **options)]


# ---- RF004: ranges ----


@cases(
    ("field", "value", "instead"),
    [
        ("lifetime_seconds", 59, 28_800),
        ("lifetime_seconds", 60, None),
        ("lifetime_seconds", 172_740, None),
        ("lifetime_seconds", 172_741, 28_800),
        ("quick_mode_limit", 0, None),
        ("quick_mode_limit", 2_147_483_647, None),
        ("quick_mode_limit", 2_147_483_648, 0),
    ],
)
def test_values_of_a_main_mode_set(field: str, value: int, instead: int | None) -> None:
    facts = {field: said(value)}
    (of_set,) = [hits("RF004", Machine(name="m", policy=Policy(main_mode_crypto_sets=(main_mode_set(**facts),))))]
    assert [_only(hit.fix).value for hit in of_set] == ([] if instead is None else [instead])
    for silent in (main_mode_set(builtin=True, **facts), main_mode_set(**facts, **LEGACY)):
        assert messages("RF004", Policy(main_mode_crypto_sets=(silent,))) == []


def _only(fix: Any) -> Assign:
    (change,) = fix.changes
    assert isinstance(change, Assign)
    return change


@cases(
    ("field", "value", "instead"),
    [
        ("lifetime_seconds", 299, 3600),
        ("lifetime_seconds", 300, None),
        ("lifetime_seconds", 172_740, None),
        ("lifetime_seconds", 172_741, 3600),
        ("lifetime_kilobytes", 20_479, 2_147_483_647),
        ("lifetime_kilobytes", 20_480, None),
        ("lifetime_kilobytes", 2_147_483_647, None),
        ("lifetime_kilobytes", 2_147_483_648, 2_147_483_647),
    ],
)
def test_values_of_a_quick_mode_set(field: str, value: int, instead: int | None) -> None:
    fine, unsaid = quick_mode_proposal(), quick_mode_proposal(**{field: UNSAID})
    proposals = (fine, quick_mode_proposal(**{field: said(value)}), unsaid)
    crypto = quick_mode_set(proposals=(*proposals, proposals[1]))
    found = hits("RF004", Machine(name="m", policy=Policy(quick_mode_crypto_sets=(crypto,))))
    assert len(found) == (0 if instead is None else 1)
    for hit in found:
        changed: Any = _only(hit.fix).value
        assert [getattr(each, field) for each in changed] == [
            getattr(fine, field),
            said(instead),
            UNSAID,
            said(instead),
        ]
    for silent in (
        quick_mode_set(proposals=proposals, builtin=True),
        quick_mode_set(proposals=proposals, **LEGACY),
    ):
        assert messages("RF004", Policy(quick_mode_crypto_sets=(silent,))) == []


@cases(
    ("field", "values"),
    [
        ("sa_idle_seconds", (299, 300, 3600, 3601)),
        ("crl_check_level", (None, 0, 2, 3)),
        ("exemption_bits", (None, 0, 15, 16)),
    ],
)
def test_values_of_the_global_settings(field: str, values: tuple[int | None, int, int, int]) -> None:
    below, least, greatest, above = values
    for value, fires in ((below, True), (least, False), (greatest, False), (above, True), (UNSAID, False)):
        if value is None:
            continue
        setting = value if isinstance(value, Setting) else Setting(value, AT)
        settings = GlobalSettings.model_validate({"span": AT, field: setting})
        (hit,) = hits("RF004", Machine(name="m", policy=Policy(global_settings=(settings,)))) or [None]
        assert (hit is not None) is fires
        if hit is not None:
            assert hit.fix is not None
            nearest = [least if value == below else greatest]
            changed = [change.value for change in hit.fix.changes if isinstance(change, Assign)]
            assert changed == (nearest if field == "sa_idle_seconds" else [])
            assert (hit.fix.note == f"Use a value from {least} to {greatest}.") is (field != "sa_idle_seconds")


# ---- RF010: names ----


@cases(
    ("name", "own_id", "why"),
    [
        ("", None, "a rule without a name"),
        ("  ", None, "a rule without a name"),
        ("{5A}", "{5A}", "a rule without a name"),
        ("{5A}", "{5B}", None),
        ("R", "R", None),
        ("ALL", None, 'a rule named "ALL", which stands for every rule'),
        (" all ", None, 'a rule named " all ", which stands for every rule'),
        ("all servers", None, None),
        ("a|b", None, 'a rule with "|" in its name, which separates the fields of a stored rule'),
    ],
)
def test_names_that_windows_rejects(name: str, own_id: str | None, why: str | None) -> None:
    named = rule(name, id=own_id)
    expected = [] if why is None else [f"{why}; Windows rejects it"]
    assert messages("RF010", Policy(connection_security_rules=(named,))) == expected
    assert messages("RF010", Policy(connection_security_rules=(rule(name, id=own_id, **LEGACY),))) == []


# ---- RF013 and AU034: the older tool ----


@cases(
    ("cipher", "facts", "fires"),
    [
        (Unknown("12"), {"id": "{1}", **LEGACY}, True),
        (Unknown("12"), {"id": "{1}", "builtin": True, **LEGACY}, False),
        (Unknown("12"), {**LEGACY}, False),
        (Unknown("12"), {"id": "{1}"}, False),
        (Unknown("twelve"), {"id": "{1}", **LEGACY}, False),
    ],
)
def test_offers_by_a_number_that_the_older_tool_does_not_have(
    cipher: Unknown, facts: dict[str, Any], fires: bool
) -> None:
    odd = quick_mode_proposal(encryption=Setting(cipher, AT))
    sets: tuple[tuple[QuickModeCryptoSet, str], ...] = (
        (quick_mode_set(proposals=(odd,), **facts), ", and no other offer is left"),
        (quick_mode_set(proposals=(odd, quick_mode_proposal()), **facts), ""),
    )
    for crypto, rest in sets:
        found = messages("RF013", Policy(quick_mode_crypto_sets=(crypto,)))
        text = "offers cipher 12, which policies of netsh ipsec do not have: the offer is dropped when the policy is "
        assert found == ([f"{text}loaded{rest}"] if fires else [])


def test_two_numbers_of_one_main_mode_offer_are_told_together() -> None:
    odd = main_mode_proposal().model_copy(
        update={"encryption": Setting(Unknown("12"), AT), "integrity": Setting(Unknown("9"), AT)}
    )
    crypto: MainModeCryptoSet = main_mode_set(proposals=(odd,), id="{1}", **LEGACY)
    (message,) = messages("RF013", Policy(main_mode_crypto_sets=(crypto,)))
    assert message.startswith("offers cipher 12 and hash 9, which policies of netsh ipsec do not have")


REQUEST, REQUIRE = said(Security.REQUEST), said(Security.REQUIRE)
CERTIFICATE, KERBEROS = method(AuthMethod.COMPUTER_CERTIFICATE), method(AuthMethod.COMPUTER_KERBEROS)


@cases(
    ("facts", "methods", "fires"),
    [
        (LEGACY, (CERTIFICATE,), True),
        (LEGACY, (CERTIFICATE, CERTIFICATE), True),
        (LEGACY, (CERTIFICATE, KERBEROS), False),
        (LEGACY, (KERBEROS,), False),
        (LEGACY, (), False),
        ({**LEGACY, "first_authentication": None}, (CERTIFICATE,), False),
        ({}, (CERTIFICATE,), False),
        ({**LEGACY, "inbound": REQUIRE}, (CERTIFICATE,), False),
        ({**LEGACY, "outbound": REQUIRE}, (CERTIFICATE,), False),
        ({**LEGACY, "enabled": said(value=False)}, (CERTIFICATE,), False),
    ],
)
def test_clear_text_both_ways_beside_certificates_alone(facts: dict[str, Any], methods: Any, fires: bool) -> None:
    own = rule(**{"inbound": REQUEST, "outbound": REQUEST, "first_authentication": to("A"), **facts})
    auth = authentication_set("A", *methods, dialect=own.dialect)
    policy = Policy(connection_security_rules=(own,), authentication_sets=(auth,))
    assert bool(messages("AU034", policy)) is fires


# ---- RF015, RT024: baselines ----

SAID = "local connection security rules are merged on the Public profile; the baseline requires that they are not"
LEFT = (
    "the merging of local connection security rules on the Public profile is not configured, and Windows merges them; "
    "the baseline requires that they are not"
)


@cases(
    ("merge", "default_counts", "message"),
    [
        (said(value=True), False, SAID),
        (said(value=True), True, SAID),
        (said(value=False), True, None),
        (UNSAID, True, None),
        (None, False, None),
        (None, True, LEFT),
        (default(True, AT), False, None),
        (default(True, AT), True, LEFT),
    ],
)
def test_local_rules_on_the_public_profile(merge: Any, default_counts: bool, message: str | None) -> None:
    of_profile = {} if merge is None else {Profile.PUBLIC: merge}
    settings = GlobalSettings(span=AT, local_rules_merge={Profile.DOMAIN: said(value=True), **of_profile})
    found = messages("RF015", Policy(global_settings=(settings,)), default_counts=default_counts)
    assert found == ([] if message is None else [message])


@cases(
    ("name", "success", "failure", "off"),
    [
        ("IPsec Driver", False, False, "success and failure of IPsec Driver is not audited"),
        ("IPsec Driver", True, False, "failure of IPsec Driver is not audited"),
        ("IPsec Driver", False, True, "success of IPsec Driver is not audited"),
        ("IPsec Driver", True, True, None),
        ("IPsec Driver", None, False, None),
        ("IPsec Main Mode", False, False, None),
    ],
)
def test_the_driver_is_audited(name: str, success: bool | None, failure: bool, off: str | None) -> None:
    setting = AuditSetting(
        subcategory=name, failure=Setting(failure, AT), success=None if success is None else Setting(success, AT)
    )
    found = messages("RT024", Policy(audit=(setting,)))
    assert found == ([] if off is None else [f"{off}: dropped packets leave no event"])
