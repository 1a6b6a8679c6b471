"""The protection of quick-mode packets: ESP, AH, both, and where they do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, Dialect, NatTraversal, QuickModeCryptoSet, QuickModeProposal, RuleMode
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._authentication import finder_of
from ipseclint.rules._crypto import TOGETHER, repair_of, share
from ipseclint.semantics.algorithms_in_use import quick_mode_sets_naming, written_proposals, written_quick_mode_sets
from ipseclint.semantics.proposals import without_ah, words
from ipseclint.semantics.scope import in_force, secured_rules, users_by_quick_mode
from ipseclint.semantics.vpn_suites import main_mode_of, owners, quick_mode_of, strong
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import AEAD_CIPHERS, Cipher, Encapsulation, Integrity


@rule("CR008", "esp-without-integrity", basis=Basis.STANDARD, leads_to=(13868,), looks_at=LooksAt.SETS)
def esp_without_integrity(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A quick-mode proposal encrypts with ESP and has no integrity.

    Why: Without integrity the receiver cannot tell a changed packet, and changed ciphertext of CBC lets an attacker
    steer and in the end read the plaintext; RFC 8221 therefore forbids encryption without authentication. Windows
    accepts such a proposal, and the cmdlet's own example shows one; one that has no encryption either it refuses
    (MS-FASP 2.2.74). AES-GCM brings its integrity with it; with AH and ESP together the AH gives it.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH with peers that refuse it. Otherwise nothing is seen.

    Bad: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash None -Encryption AES256`

    Good: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -Encryption AES256`

    Fix: Add SHA-256 as ESP integrity, or use AES-GCM.

    Waive: There is no case for it.
    """
    for crypto_set in in_force(machine, written_quick_mode_sets(machine.policy)):
        wrong = [proposal for proposal in written_proposals(crypto_set) if _lacks_integrity(proposal)]
        if wrong:
            first = wrong[0]
            refused = ", and Windows refuses it" if crypto_set.dialect is Dialect.WFAS else ""
            protects_nothing = f"neither encrypts nor has integrity{refused}"
            what = protects_nothing if first.encryption.known is Cipher.NONE else "encrypts without integrity"
            yield Hit(
                subject=crypto_set,
                span=(first.esp_integrity if first.esp_integrity.is_explicit else first.encryption).span,
                message=f"{words(first)} {what}, in {share(crypto_set, len(wrong))}; use SHA-256 or AES-GCM",
                value=words(first),
                related=tuple((f"{words(each)} too", each.span) for each in wrong[1:]),
                fix=repair_of(crypto_set),
            )


def _lacks_integrity(proposal: QuickModeProposal) -> bool:
    return (
        proposal.encapsulation.known is Encapsulation.ESP
        and proposal.esp_integrity.known is Integrity.NONE
        and proposal.encryption.known is not None
        and proposal.encryption.known not in AEAD_CIPHERS
    )


@rule(
    "CR010",
    "ah-through-nat",
    basis=Basis.DOCUMENTED,
    leads_to=(13805, 13868),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
)
def ah_through_nat(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule offers AH where NAT traversal is allowed or a NAT is known to exist.

    Why: AH covers the addresses of the packet, and a NAT changes them: every packet fails its integrity
    check. Only ESP crosses a NAT, inside UDP 4500 (Microsoft's IPsec configuration page). A set with AH only
    can never work there; a set that also has ESP works when ESP is chosen.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT or 13868 ERROR_IPSEC_IKE_POLICY_MATCH in events 4653 and 4654, or
    event 4960 for packets that fail the integrity check.

    Bad: `netsh advfirewall set global ipsec ipsecthroughnat serverandclientbehindnat` with a rule that has
    `qmsecmethods=ah:sha256`

    Good: the same with `qmsecmethods=esp:sha256-none`

    Fix: Use ESP, without encryption where integrity alone is wanted.

    Waive: Where the rule's own peers are surely not behind a NAT.
    """
    nat = _known_nat(machine)
    if nat is None:
        return
    users = users_by_quick_mode(machine)
    for crypto_set in quick_mode_sets_naming(machine, USING_AH):
        with_ah = [proposal for proposal in written_proposals(crypto_set) if proposal.encapsulation.known in USING_AH]
        if with_ah and id(crypto_set) in users:
            alone = len(with_ah) == len(crypto_set.proposals)
            first, place = with_ah[0], nat[1]
            yield Hit(
                subject=crypto_set,
                span=first.encapsulation.span,
                message=f"AH in {share(crypto_set, len(with_ah))} cannot pass a NAT, and {nat[0]}; use ESP",
                value="AH through NAT",
                severity=Severity.ERROR if alone else Severity.WARNING,
                related=(
                    *(((nat[0], place),) if place is not None else ()),
                    *(("AH again", rule_with_ah.encapsulation.span) for rule_with_ah in with_ah[1:]),
                ),
                fix=Fix((Assign(crypto_set, "proposals", without_ah(crypto_set)),), TOGETHER, risky=True),
            )


USING_AH = frozenset({Encapsulation.AH, Encapsulation.AH_AND_ESP})


def _known_nat(machine: Machine) -> tuple[str, Span | None] | None:
    """Why a NAT is expected, and where that is written."""
    for settings in machine.policy.global_settings:
        setting = settings.nat_traversal
        if setting is not None and setting.is_explicit and setting.known not in {None, NatTraversal.NEVER}:
            return "NAT traversal is allowed", setting.span
    return ("the site has a NAT", None) if machine.site.nat_groups else None


@rule("CR011", "ah-and-esp-combined", basis=Basis.STANDARD, leads_to=(13868,), looks_at=LooksAt.SETS)
def ah_and_esp_combined(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A quick-mode proposal puts AH around ESP.

    Why: RFC 8221 does not recommend the combination. ESP with integrity protects all that matters, and hashing each
    packet twice is wasted time of the processor. Windows also demands the same algorithm for both (MS-FASP 2.2.74)
    and refuses the set with PHASE2_CRYPTO_HASH when they differ; `netsh ipsec` does not.

    Seen as: Nothing but load. A refused set is not in force, and peers get 13868
    ERROR_IPSEC_IKE_POLICY_MATCH.

    Bad: `New-NetIPsecQuickModeCryptoProposal -Encapsulation AH,ESP -AHHash SHA256 -ESPHash SHA256`

    Good: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -Encryption AES128`

    Fix: Use ESP with integrity alone.

    Waive: Where a peer demands both.
    """
    for crypto_set in quick_mode_sets_naming(machine, (Encapsulation.AH_AND_ESP,)):
        combined = [
            proposal
            for proposal in written_proposals(crypto_set)
            if proposal.encapsulation.known is Encapsulation.AH_AND_ESP
        ]
        if not combined:
            continue
        refused = [each for each in combined if crypto_set.dialect is Dialect.WFAS and _hashes_differ(each)]
        first = (refused or combined)[0]
        yield Hit(
            subject=crypto_set,
            span=first.encapsulation.span,
            message=f"{words(first)}: two different hashes, and Windows refuses the set; use ESP alone"
            if refused
            else f"AH around ESP in {share(crypto_set, len(combined))}; use ESP alone",
            value="AH+ESP, hashes differ" if refused else "AH+ESP",
            severity=Severity.ERROR if refused else None,
            related=tuple((words(each), each.span) for each in combined if each is not first),
            leads_to=None if refused else (),
            fix=repair_of(crypto_set),
        )


def _hashes_differ(proposal: QuickModeProposal) -> bool:
    ah, esp = proposal.ah_integrity.known, proposal.esp_integrity.known
    return ah is not None and esp is not None and ah is not esp


class EncryptionTags(Options):
    """The words, in the name, group or description of a rule or its set, that promise encryption."""

    tags: tuple[str, ...]


@rule(
    "CR020", "null-encryption-in-encryption-zone", basis=Basis.DOCUMENTED, options=EncryptionTags, looks_at=LooksAt.SETS
)
def null_encryption_in_encryption_zone(machine: Machine, options: EncryptionTags) -> Iterator[Hit]:
    """A rule that is called an encryption zone, or a VPN, offers proposals without encryption.

    Why: The first common proposal wins. With a proposal of integrity alone in the list, a peer can bring the zone to
    authenticated clear text, and nothing shows it. The option "Require encryption" of the console exists to leave such
    proposals out. Two kinds are looked at: rules whose name says so, and the suites of VPN connections, VPN servers
    and interfaces between sites, whose packets cross networks of others. Elsewhere integrity alone is normal, as for
    domain isolation.

    Seen as: Nothing: connections work. `netsh advfirewall monitor show qmsa` shows offers ending in `None`.

    Bad: a rule "Encryption zone" with `qmsecmethods=esp:sha256-aes128,esp:sha256-none`

    Good: a rule "Encryption zone" with `qmsecmethods=esp:sha256-aes128`

    Fix: Remove the proposals without encryption.

    Waive: When the name means something else.
    """
    tags = tuple(each.casefold() for each in options.tags)
    by_set: dict[int, Hit] = {}
    for secured_rule in secured_rules(machine):
        crypto_set = machine.index.quick_mode_of(secured_rule)
        if crypto_set is None or crypto_set.builtin or id(crypto_set) in by_set:
            continue
        clear = [proposal for proposal in written_proposals(crypto_set) if not _may_encrypt(proposal)]
        if not clear:
            continue
        texts = (secured_rule.name, secured_rule.group, secured_rule.description, crypto_set.name)
        promises = "\n".join(filter(None, texts)).casefold()
        if not any(tag in promises for tag in tags):
            continue
        kept = tuple(proposal for proposal in crypto_set.proposals if _may_encrypt(proposal))
        by_set[id(crypto_set)] = Hit(
            subject=crypto_set,
            span=clear[0].span,
            message=f"{words(clear[0])} does not encrypt, and {label(secured_rule)} promises encryption",
            value=words(clear[0]),
            related=(
                ("the rule", secured_rule.span),
                *((f"{words(other)} does not encrypt either", other.span) for other in clear[1:]),
            ),
            fix=Fix((Assign(crypto_set, "proposals", kept),) if kept else (), TOGETHER, risky=True),
        )
    yield from by_set.values()
    yield from _of_vpns(machine)


def _of_vpns(machine: Machine) -> Iterator[Hit]:
    """The suites of VPN connections, servers and interfaces without encryption."""
    for owner in owners(machine.policy):
        main, quick = main_mode_of(machine.policy, owner), quick_mode_of(machine.policy, owner)
        if main is None or quick is None or quick.builtin:
            continue
        # CR025 reports offers without a suite.
        clear = [each for each in quick.proposals if each.encryption.is_explicit and not _may_encrypt(each)]
        if clear:
            _, better = strong(main, quick)
            yield Hit(
                subject=quick,
                span=clear[0].encryption.span,
                message=f"{words(clear[0])} does not encrypt what {label(owner)} carries",
                value=words(clear[0]),
                fix=Fix((Assign(quick, "proposals", better.proposals),), TOGETHER, risky=True),
            )


def _may_encrypt(proposal: QuickModeProposal) -> bool:
    return proposal.encryption.known is not Cipher.NONE


@rule("CR021", "auth-no-encap-misuse", basis=Basis.DOCUMENTED, looks_at=LooksAt.CONNECTION_SECURITY)
def auth_no_encap_misuse(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A tunnel rule, or a rule with a preshared key, uses authentication without encapsulation.

    Why: Without encapsulation only the first packet carries ESP; the rest travels as it is. A tunnel has
    nothing to put its packets into, and MS-FASP 2.2.24 refuses both uses with AUTH_NOENCAP_ON_TUNNEL and
    AUTH_NOENCAP_ON_PSK: the rule stands in the policy and is not enforced.

    Seen as: The rule shows an error in the console; its traffic goes unprotected or is dropped by the peer.

    Bad: `netsh advfirewall consec add rule name=R ... mode=tunnel qmsecmethods=authnoencap:sha256`

    Good: `netsh advfirewall consec add rule name=R ... mode=tunnel qmsecmethods=esp:sha256-aes128`

    Fix: Use ESP, without encryption where integrity alone is wanted.

    Waive: There is no case for it.
    """
    keys_of = finder_of(AuthMethod.PRESHARED_KEY)
    found = quick_mode_sets_naming(machine, (Encapsulation.AUTH_NO_ENCAP,))
    bare_in = {id(crypto_set): _without_encapsulation(crypto_set) for crypto_set in found}
    for secured_rule in secured_rules(machine) if bare_in else ():
        crypto_set, first = machine.index.quick_mode_of(secured_rule), machine.index.first_auth_of(secured_rule)
        bare = bare_in.get(id(crypto_set))
        if crypto_set is None or not bare or secured_rule.dialect is not Dialect.WFAS:
            continue
        keys = keys_of(first) if first is not None else []
        if secured_rule.mode.known is RuleMode.TUNNEL:
            reason, place = "in a tunnel", secured_rule.mode.span
        elif keys:
            reason, place = "with a preshared key", keys[0].method.span
        else:
            continue
        yield Hit(
            subject=secured_rule,
            span=bare[0].encapsulation.span,
            message=f"authentication without encapsulation {reason}: Windows does not enforce the rule",
            value=f"auth-no-encap {reason}",
            related=((reason, place),),
            fix=Fix((Assign(crypto_set, "proposals", without_ah(crypto_set)),), TOGETHER, risky=True),
        )


def _without_encapsulation(crypto_set: QuickModeCryptoSet) -> list[QuickModeProposal]:
    return [
        proposal
        for proposal in written_proposals(crypto_set)
        if proposal.encapsulation.known is Encapsulation.AUTH_NO_ENCAP
    ]
