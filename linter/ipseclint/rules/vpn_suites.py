"""Suites of VPN connections and servers: those left at defaults, impossible ones, and mismatches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.late import late_names
from ipseclint.model.change import Assign, Change, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    MainModeCryptoSet,
    QuickModeCryptoSet,
    RemoteAccess,
    VpnConnection,
    VpnInterface,
    VpnServer,
)
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, LooksAt, Options, Scope, rule
from ipseclint.semantics.alternatives import alternatives_of
from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.registry import SERVICES, number, registry_subject, values_of
from ipseclint.semantics.vpn_suites import has_remote_access, main_mode_of, quick_mode_of, strong
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity, KeyModule
from ipseclint.vocabulary.remote_access import TunnelProtocol, TunnelStrategy

if TYPE_CHECKING:
    from ipseclint.repair.commands.vpn import suite_command
else:
    (suite_command,) = late_names("ipseclint.repair.commands.vpn", "suite_command")

_ONE_COMMAND = "Restart-Service RemoteAccess makes the server use it, and every client must have the same six words."


class Suite(Struct, frozen=True):
    """The offer of one end of a VPN: the owner and both halves of its suite."""

    owner: RemoteAccess
    main: MainModeCryptoSet
    quick: QuickModeCryptoSet


def suite(machine: Machine, owner: RemoteAccess) -> Suite | None:
    """The suite of an owner; None if the input does not give it."""
    main, quick = main_mode_of(machine.policy, owner), quick_mode_of(machine.policy, owner)
    if main is None or quick is None or not (main.proposals and quick.proposals):
        return None
    return Suite(owner, main, quick)


@rule("CR025", "vpn-server-keeps-default-suite", basis=(Basis.DOCUMENTED, Basis.REASONED), leads_to=(13868,))
def vpn_server_keeps_default_suite(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN server or a site-to-site interface has no suite of its own and takes what Windows takes by itself.

    Why: Two Windows ends at their defaults agree on 3DES, SHA-1 and group 2 (R. Hicks). Microsoft publishes no list;
    that a server at its default takes what a client at its default offers is our reasoning. A client with a suite of
    its own, which is what hardened profiles have, then finds nothing in common.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH at clients with a suite, RasClient event 20227 with 13868. Otherwise
    nothing is seen, and the tunnel is weak.

    Bad: `Get-VpnServerConfiguration` with `EncryptionType : RequireEncryption` and no custom policy

    Good: `Set-VpnServerConfiguration -CustomPolicy -EncryptionMethod AES256 -IntegrityCheckMethod SHA384
    -DHGroup ECP384 -CipherTransformConstants GCMAES256 -AuthenticationTransformConstants GCMAES256 -PfsGroup ECP384`

    Fix: Give server and clients the same suite, the server first.

    Waive: For a server that takes SSTP alone.
    """
    owners: tuple[VpnServer | VpnInterface, ...] = (*machine.policy.vpn_servers, *machine.policy.vpn_interfaces)
    for owner in owners:
        custom, own = owner.custom_policy, suite(machine, owner)
        if custom is None or custom.known is not False or own is None or _takes_no_ikev2(owner):
            continue
        main, quick = strong(own.main, own.quick)
        changes: tuple[Change, ...] = (
            Assign(own.main, "proposals", main.proposals),
            Assign(own.quick, "proposals", quick.proposals),
            Assign(own.quick, "pfs_group", quick.pfs_group),
            Assign(owner, "custom_policy", value=True),
        )
        yield Hit(
            subject=owner,
            span=custom.span,
            message=f"{label(owner)} has no suite of its own: two Windows ends at their defaults agree on 3DES, "
            "SHA-1 and group 2, and one with a hardened suite finds nothing in common",
            value="default suite",
            fix=Fix(changes, _ONE_COMMAND, risky=True),
        )


def _takes_no_ikev2(owner: VpnServer | VpnInterface) -> bool:
    """Whether IKEv2 is certainly not accepted: it has no ports."""
    return isinstance(owner, VpnServer) and owner.ikev2_ports is not None and owner.ikev2_ports.known == 0


@rule(
    "CR026",
    "vpn-ends-without-common-suite",
    basis=Basis.DOCUMENTED,
    leads_to=(13868,),
    scope=Scope.FLEET,
    facts=has_remote_access,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
)
def vpn_ends_without_common_suite(fleet: Fleet, _options: Options) -> Iterator[Hit]:
    """A VPN connection and the server among the inputs offer suites that have nothing in common.

    Why: IKEv2 takes the first combination that both have. A connection and a server with suites of their own have one
    combination each, so all six words must be equal. The word for perfect forward secrecy matters only when keys are
    renewed: where it alone differs, CR030 reports it. Where an end has no suite, what Windows offers by itself is
    compared. Connections are compared with the only server among the inputs, and connections of one server with each
    other.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH: RasClient event 20227 with error 13868 at the client, event 4653 or
    4654 at the server.

    Bad: `-EncryptionMethod GCMAES256 -DHGroup ECP384` at the client, `GCMAES128` and `ECP256` at the server

    Good: the same six words at both

    Fix: Give the client the server's suite, or both a stronger one.

    Waive: When the client never dials this server.
    """
    machines = fleet.where(has_remote_access)
    servers = [(machine, server) for machine in machines for server in machine.policy.vpn_servers]
    connections = [
        (machine, connection)
        for machine in machines
        for connection in machine.policy.vpn_connections
        if TunnelProtocol.IKEV2 in connection.tried or not connection.tried
    ]
    if len(servers) == 1:
        there = suite(*servers[0])
        for machine, connection in connections:
            here = suite(machine, connection)
            if here is not None and there is not None:
                yield from _compared(here, there)
    elif not servers:
        yield from _of_one_server(connections)


def _compared(here: Suite, there: Suite) -> Iterator[Hit]:
    parts = [*_main_differences(here, there), *_quick_differences(here, there)]
    if not parts:
        # Where the group for perfect forward secrecy alone differs, CR030 says so.
        return
    differing = ", ".join([*parts, *_pfs_difference(here, there)])
    yield Hit(
        subject=here.owner,
        span=here.main.span,
        message=f"nothing in common with {label(there.owner)}: {differing}",
        value=differing,
        related=(("what the server takes", there.main.span),),
        fix=_as_the_server(here, there),
    )


def _main_differences(here: Suite, there: Suite) -> list[str]:
    ours, theirs = here.main.proposals, there.main.proposals
    known = all(_is_known(each.encryption, each.integrity, each.dh_group) for each in (*ours, *theirs))
    if not known or {each.algorithms for each in ours} & {each.algorithms for each in theirs}:
        return []
    return [
        *_differing(vpn.ENCRYPTION_METHOD, [each.encryption for each in ours], [each.encryption for each in theirs]),
        *_differing(vpn.INTEGRITY_CHECK_METHOD, [each.integrity for each in ours], [each.integrity for each in theirs]),
        *_differing(vpn.DH_GROUP, [each.dh_group for each in ours], [each.dh_group for each in theirs]),
    ] or ["no combination for main mode stands in both"]


def _quick_differences(here: Suite, there: Suite) -> list[str]:
    ours, theirs = here.quick.proposals, there.quick.proposals
    known = all(_is_known(proposal.encryption, proposal.esp_integrity) for proposal in (*ours, *theirs))
    if not known or {each.algorithms for each in ours} & {each.algorithms for each in theirs}:
        return []
    return [
        *_differing(vpn.CIPHER_TRANSFORM, [each.encryption for each in ours], [each.encryption for each in theirs]),
        *_differing(
            vpn.AUTHENTICATION_TRANSFORM,
            [each.esp_integrity for each in ours],
            [each.esp_integrity for each in theirs],
        ),
    ] or ["no combination for quick mode stands in both"]


def _pfs_difference(here: Suite, there: Suite) -> Iterator[str]:
    ours, theirs = here.quick.pfs_group.known, there.quick.pfs_group.known
    same = {DhGroup.SAME_AS_MAIN_MODE}
    if ours is not None and theirs is not None and ours is not theirs and not {ours, theirs} & same:
        yield f"{vpn.PFS_GROUP.name} {_word(vpn.PFS_GROUP, ours)} here, {_word(vpn.PFS_GROUP, theirs)} there"


def _is_known(*settings: Setting[Cipher] | Setting[Integrity] | Setting[DhGroup]) -> bool:
    return all(setting.known is not None for setting in settings)


def _differing(part: vpn.Part[vpn.V], ours: list[Setting[vpn.V]], theirs: list[Setting[vpn.V]]) -> Iterator[str]:
    """The words of one part of which both ends have no value in common."""
    here = dict.fromkeys(each.known for each in ours if each.known is not None)
    there = dict.fromkeys(each.known for each in theirs if each.known is not None)
    if not set(here) & set(there):
        yield f"{part.name} {_words(part, list(here))} here, {_words(part, list(there))} there"


def _words(part: vpn.Part[vpn.V], values: list[vpn.V]) -> str:
    return "/".join(_word(part, value) for value in values)


def _word(part: vpn.Part[vpn.V], value: vpn.V) -> str:
    return part.written.get(value) or str(value)


def _as_the_server(here: Suite, there: Suite) -> Fix:
    """The fix that gives the connection the server's suite; where the server has none, a strong one for both."""
    mine, theirs = (here.main, here.quick), (there.main, there.quick)
    if there.owner.custom_policy is not None and there.owner.custom_policy.known and len(there.main.proposals) == 1:
        command = suite_command(here.owner, mine, theirs)
        if command is not None:
            return Fix(note=f"Run `{command}` at the client: it is the server's suite.")
    both = strong(here.main, here.quick)
    at_server, at_client = suite_command(there.owner, theirs, both), suite_command(here.owner, mine, both)
    return Fix(note=f"Run `{at_server}` at the server, and `{at_client}` at the client.")


def _of_one_server(connections: list[tuple[Machine, VpnConnection]]) -> Iterator[Hit]:
    """Connections to one server that contradict each other, since it has one suite."""
    first: dict[str, Suite] = {}
    for machine, connection in connections:
        here = suite(machine, connection)
        if here is None or here.main.builtin or connection.servers is None or connection.servers.known is None:
            continue
        for server in connection.servers.known:
            other = first.setdefault(server.casefold(), here)
            differing = ", ".join((*_main_differences(here, other), *_quick_differences(here, other)))
            together = machine.once(alternatives_of).may_exist_together((connection.span, other.owner.span))
            if other is not here and differing and together:
                yield Hit(
                    subject=connection,
                    span=here.main.span,
                    message=f"{label(connection)} and {label(other.owner)} dial {server} with suites that have nothing "
                    f"in common: {differing}; a server with a suite of its own takes one of them",
                    value=f"{server} {differing}",
                    severity=Severity.WARNING,
                    related=(("the other connection's suite", other.main.span),),
                    fix=Fix(note="Give both the suite that the server has."),
                )


class NoDiffieHellman(Options):
    """The groups that mean no key exchange."""

    groups: frozenset[DhGroup]


@rule(
    "CR027",
    "ikev2-without-diffie-hellman",
    basis=Basis.DOCUMENTED,
    leads_to=(13868, 13865),
    options=NoDiffieHellman,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
)
def ikev2_without_diffie_hellman(machine: Machine, options: NoDiffieHellman) -> Iterator[Hit]:
    """A suite for IKEv2 names no Diffie-Hellman group for main mode.

    Why: IKEv2 begins with a Diffie-Hellman exchange and has nothing else to make keys of. Microsoft allows a main mode
    without a group for AuthIP only (IKEEXT_DH_GROUP_NONE).

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13865 ERROR_IPSEC_IKE_INVALID_GROUP.

    Bad: `Set-VpnConnectionIPsecConfiguration -ConnectionName Office -DHGroup None ...`

    Good: `-DHGroup ECP384`

    Fix: Name a group, the same at both ends.

    Waive: There is no case for it.
    """
    for crypto_set in machine.policy.main_mode_crypto_sets:
        module = None if crypto_set.key_module is None else crypto_set.key_module.known
        if crypto_set.builtin or module is not KeyModule.IKEV2:
            continue
        for proposal in crypto_set.proposals:
            if proposal.dh_group.known in options.groups and proposal.dh_group.is_explicit:
                group = Setting(DhGroup.ECP_384, proposal.dh_group.span)
                better = proposal.model_copy(update={"dh_group": group})
                proposals = tuple(better if each is proposal else each for each in crypto_set.proposals)
                yield Hit(
                    subject=crypto_set,
                    span=proposal.dh_group.span,
                    message="no Diffie-Hellman group: IKEv2 cannot begin; name one",
                    value="no group",
                    fix=Fix((Assign(crypto_set, "proposals", proposals),), risky=True),
                )


@rule(
    "CR037",
    "vpn-profile-suite-left-out",
    basis=(Basis.REASONED, Basis.DOCUMENTED),
    leads_to=(13868,),
    cause=Cause.NEVER_FINISHES,
)
def vpn_profile_suite_left_out(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN profile names a suite that Windows does not take over: by its protocol, or by a word that is the cmdlet's.

    Why: With NativeProtocolType at Automatic, Windows makes the connection without the CryptographySuite of the
    profile, or with another encryption than it names; several administrators saw it (MicrosoftDocs/windowsserverdocs
    issue 2765, richardhicks/aovpn issues 10 and 15), and R. Hicks says that Microsoft knows and does not mend it. The
    client then offers what Windows offers by itself, which a server with that suite refuses. The words of a profile are
    documented, and a few are not those of Set-VpnConnectionIPsecConfiguration: `GCMAES128` as EncryptionMethod is none
    of them, and was seen to become DES.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH, or 800 when all protocols failed, although profile and server agree;
    `(Get-VpnConnection NAME).IPSecCustomPolicy` shows nothing, or DES.

    Bad: `<NativeProtocolType>Automatic</NativeProtocolType>` with a `<CryptographySuite>`; `GCMAES256` in it

    Good: `<NativeProtocolType>IKEv2</NativeProtocolType>` with it; `AES_GCM_256`

    Fix: Let the profile name IKEv2, and the values by the words of the VPNv2 CSP. Where SSTP shall follow, set
    VpnStrategy in rasphone.pbk after the import.

    Waive: Where Set-VpnConnectionIPsecConfiguration gives the connection its suite after the import.
    """
    for connection in machine.policy.vpn_connections:
        for foreign in connection.foreign_words:
            yield Hit(
                subject=connection,
                span=foreign.span,
                message=f"{foreign.part} of a profile has no value {foreign.word}, which is the word of "
                f"Set-VpnConnectionIPsecConfiguration: the profile's is {foreign.own}",
                value=foreign.word,
                fix=Fix(note=f"Write {foreign.own} as {foreign.part}."),
            )
        strategy, policy = connection.strategy, connection.custom_policy
        if not connection.is_profile or strategy is None or strategy.known is not TunnelStrategy.AUTOMATIC:
            continue
        if policy is not None and policy.known and connection.protocols is None:
            yield Hit(
                subject=connection,
                span=strategy.span,
                message="the suite of this profile is left out, as its protocol is Automatic: the connection offers "
                "what Windows offers by itself",
                value="Automatic",
                related=(("the suite", policy.span),),
                fix=Fix(note="Write IKEv2 as NativeProtocolType; VpnStrategy in rasphone.pbk may name SSTP after it."),
            )


class WeakCrypto(Options):
    """The registry value that allows DES and MD5 for L2TP."""

    registry_key: str
    registry_value: str


@rule("CR029", "l2tp-weak-crypto-allowed", basis=Basis.DOCUMENTED, options=WeakCrypto)
def l2tp_weak_crypto_allowed(machine: Machine, options: WeakCrypto) -> Iterator[Hit]:
    """The registry lets L2TP connections use DES and MD5.

    Why: After Windows Server 2003 MD5 and DES are off for L2TP by default; AllowL2TPWeakCrypto at 1 brings them back,
    and Microsoft recommends that only where it is required. Recipes of many VPN guides copy it without need. A server
    that still asks for them can then be read.

    Seen as: Nothing.

    Bad: `"AllowL2TPWeakCrypto"=dword:00000001` under Services\\RasMan\\Parameters

    Good: the value absent or 0

    Fix: Delete the value; replace the server that needs it.

    Waive: For one old server, until it is replaced.
    """
    value = values_of(machine.policy, options.registry_key).get(options.registry_value.casefold())
    if value is not None and number(value) not in {None, 0}:
        yield Hit(
            subject=registry_subject(value),
            span=value.data.span,
            message=f"{options.registry_value} is {value.data.known}: L2TP may use DES and MD5; delete it",
            value=value.data.known,
            fix=Fix(note=f"Run `reg delete {SERVICES}\\{options.registry_key} /v {options.registry_value} /f`."),
        )
