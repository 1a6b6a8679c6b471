"""A script of the length and kind that domains are isolated with: every object, each at its place, in its GPO."""

from __future__ import annotations

from functools import cache

from tests import ROOT

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script.format import parse
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import Policy
from ipseclint.source import Span, file_source

PATH = ROOT / "fixtures" / "formats" / "powershell-script" / "domain-isolation.ps1"
MEMBERS, SERVERS = (f"corp.example\\Isolation - {name}" for name in ("members", "servers"))


@cache
def parsed() -> Parsed:
    return parse(file_source(PATH))


def policy() -> Policy:
    return parsed().policy


def written(span: Span) -> str:
    """What stands at a place in the script."""
    line = PATH.read_text(encoding="utf-8").splitlines()[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]


def test_all_of_it_is_understood() -> None:
    assert parsed().problems == ()
    assert policy().refused_commands == ()


def test_every_rule_is_made_in_its_gpo_at_its_place() -> None:
    made = [(rule.name, rule.store, rule.span.line) for rule in policy().connection_security_rules]
    exempt = ["Domain controllers", "Name servers", "Certification authority", "Printers", "Storage without IPsec"]
    assert made == [
        *((f"Exempt: {name}", MEMBERS, 156) for name in exempt),
        *((f"Isolate {name}", MEMBERS, 191) for name in ("Head office", "Factory", "Warehouse", "Laboratory")),
        ("Wireless guests", MEMBERS, 205),
        *((f"Exempt: {name}", SERVERS, 156) for name in exempt if name != "Printers"),
        *((f"Protect {name}", SERVERS, 248) for name in ("Files", "Database", "Remote desktop", "Web")),
        ("Management", SERVERS, 252),
    ]


def test_every_set_and_setting_is_made_in_its_gpo_at_its_place() -> None:
    sets = (*policy().main_mode_crypto_sets, *policy().quick_mode_crypto_sets, *policy().authentication_sets)
    assert [(each.name, each.store, each.span.line, each.span.column) for each in sets if not each.builtin] == [
        ("Isolation main mode", MEMBERS, 139, 5),
        ("Isolation main mode", SERVERS, 139, 5),
        ("Integrity, or more", MEMBERS, 177, 14),
        ("Encrypted", SERVERS, 225, 14),
        ("Computers of the domain", MEMBERS, 172, 10),
        ("Users of the domain", MEMBERS, 176, 11),
        ("Computers of the domain", SERVERS, 223, 10),
        ("Users of the domain", SERVERS, 224, 11),
    ]
    assert [(each.store, sorted(each.local_rules_merge)) for each in policy().global_settings] == [
        (MEMBERS, []),
        (SERVERS, ["domain", "private"]),
    ]
    assert [(rule.name, rule.security and rule.security.value) for rule in policy().firewall_rules] == [
        ("Files for members", "authenc")
    ]
    assert [(service.name, service.start and service.start.value) for service in policy().services] == [
        ("IKEEXT", "automatic")
    ]
    assert [(value.path.rpartition("\\")[2], value.data.value) for value in policy().registry] == [
        ("IkeNumEstablishedForInitialQuery", "50")
    ]


def test_values_stand_where_they_were_written() -> None:
    rules = {(rule.name, rule.store): rule for rule in policy().connection_security_rules}
    factory, files = rules["Isolate Factory", MEMBERS], rules["Protect Files", SERVERS]
    assert (factory.outbound.span.line, written(factory.outbound.span)) == (50, "Request")
    assert (factory.endpoint2.span.line, written(factory.endpoint2.span)) == (50, "10.2.0.0/16")
    assert (factory.inbound.span.line, written(factory.inbound.span)) == (184, "Require")
    assert (files.port1.span.line, written(files.port1.span)) == (57, "445")
    assert (files.endpoint1.span.line, written(files.endpoint1.span)) == (57, "10.1.10.0/24")
    assert (files.key_modules.span.line, written(files.key_modules.span)) == (246, "AuthIP")
    exempt = rules["Exempt: Storage without IPsec", SERVERS].endpoint2
    assert (exempt.span.line, written(exempt.span), str(exempt.known[0] if exempt.known else "")) == (
        43,
        "10.0.80.10-10.0.80.19",
        "10.0.80.10-10.0.80.19",
    )
    (offer, _) = policy().quick_mode_crypto_sets[1].proposals
    assert (offer.encryption.span.line, written(offer.encryption.span)) == (98, "AESGCM256")
    assert (offer.lifetime_kilobytes.value, written(offer.lifetime_kilobytes.span)) == (102_400, "100MB / 1KB")
    main = policy().main_mode_crypto_sets[0]
    assert (main.lifetime_seconds.value, main.lifetime_seconds.span.line) == (28_800, 27)
    assert [written(proposal.span) for proposal in main.proposals] == [
        "New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA384 -KeyExchange DH20",
        "New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH19",
    ]


def test_a_rule_uses_the_sets_of_its_own_gpo() -> None:
    index = PolicyIndex(policy())
    for rule in policy().connection_security_rules:
        for used in (index.first_auth_of(rule), index.second_auth_of(rule), index.main_mode_of(rule)):
            assert used is None or used.builtin or used.store == rule.store
    protect = next(rule for rule in policy().connection_security_rules if rule.name == "Protect Files")
    first, quick = index.first_auth_of(protect), index.quick_mode_of(protect)
    assert first is not None
    assert len(first.methods) == 1
    assert quick is not None
    assert quick.name == "Encrypted"
