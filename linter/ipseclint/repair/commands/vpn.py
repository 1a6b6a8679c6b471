"""VPN connections, servers and interfaces between sites in PowerShell: one command states a suite whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from msgspec import Struct

from ipseclint.model.change import Edit
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
)
from ipseclint.model.remote_access import RemoteAccess, VpnConnection, VpnInterface, VpnServer
from ipseclint.model.setting import Origin, Setting
from ipseclint.repair.commands.arguments import Unwritable, joined, powershell_string, spelled
from ipseclint.repair.commands.given_names import why_not_named
from ipseclint.semantics.effective import byte_lifetime, quick_mode_lifetime
from ipseclint.semantics.vpn_suites import main_mode_of, mended, owner_of, owners, quick_mode_of
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity

V = TypeVar("V", Cipher, Integrity, DhGroup)

NOT_IN_NETSH = "netsh has no commands for VPN connections and servers"
"""Why no change of a VPN is written for netsh."""

_CONNECTION = "Set-VpnConnectionIPsecConfiguration"
_SERVER = "Set-VpnServerConfiguration"
_INTERFACE = "Set-VpnS2SInterface"
_SERVER_NUMBERS = {
    "ikev2_ports": "Ikev2Ports",
    "l2tp_ports": "L2tpPorts",
    "sstp_ports": "SstpPorts",
    "gre_ports": "GrePorts",
    "idle_disconnect_seconds": "IdleDisconnectSeconds",
}
_INTERFACE_NUMBERS = {
    "idle_disconnect_seconds": "IdleDisconnectSeconds",
    "network_outage_seconds": "NetworkOutageTimeSeconds",
}
"""The parameters that set a field of the owner itself (RemoteAccess reference)."""


class _Todo(Struct):
    """The changes of one owner."""

    owner: RemoteAccess
    main: MainModeCryptoSet | None = None
    quick: QuickModeCryptoSet | None = None
    fields: tuple[str, ...] = ()


class _Suite(NamedTuple):
    """The two halves of a suite."""

    main: MainModeCryptoSet
    quick: QuickModeCryptoSet

    @property
    def algorithms(self) -> tuple[object, ...]:
        """All negotiated values except lifetimes."""
        offers = (proposal.algorithms for half in self for proposal in half.proposals)
        return (self.quick.pfs_group.value, *offers)

    @property
    def is_windows_own(self) -> bool:
        """Whether it is Windows' default offer."""
        return all(proposal.encryption.origin is Origin.DEFAULT for half in self for proposal in half.proposals)


def _suite_of(policy: Policy, owner: RemoteAccess) -> _Suite | None:
    main, quick = main_mode_of(policy, owner), quick_mode_of(policy, owner)
    return None if main is None or quick is None else _Suite(main, quick)


def vpn_commands(edits: Iterable[Edit], index: PolicyIndex, *, as_it_is: bool = False) -> tuple[str, ...] | Unwritable:
    """The commands for edits of VPN objects and their sets, one for each object, or why one cannot be written.

    A suite is stated whole. Unless it is to be stated `as_it_is`, its other weak parts are repaired with it.
    """
    todo: dict[int, _Todo] = {}
    for edit in edits:
        if index.policy.names_given and (why_not := why_not_named(edit, index.policy)) is not None:
            return why_not
        owner = _owner(edit, index.policy)
        if isinstance(owner, Unwritable):
            return owner
        place = todo.setdefault(id(owner), _Todo(owner))
        match edit.after:
            case MainModeCryptoSet() as main:
                place.main = main
            case QuickModeCryptoSet() as quick:
                place.quick = quick
            case VpnConnection() | VpnServer() | VpnInterface() as changed:
                place.owner, place.fields = changed, edit.fields
    commands: list[str] = []
    for place in todo.values():
        command = _command(place, index.policy, as_it_is=as_it_is)
        if isinstance(command, Unwritable):
            return command
        commands.append(command)
    return tuple(commands)


def suite_command(
    owner: RemoteAccess,
    before: tuple[MainModeCryptoSet, QuickModeCryptoSet],
    after: tuple[MainModeCryptoSet, QuickModeCryptoSet],
) -> str | None:
    """The command that gives an owner a whole suite; None if it cannot be written. Lifetimes stay as they are."""
    if isinstance(owner, VpnConnection) and not owner.is_named:
        owner = owner.model_copy(update={"name": "name of the connection", "is_named": True})
    words = _algorithms(owner, _Suite(*after), _Suite(*before), as_it_is=True)
    command = joined(" ", (_head(owner), *words, *_force(owner)))
    return None if isinstance(command, Unwritable) else command


def owner_of_edit(edit: Edit, policy: Policy) -> RemoteAccess | None:
    """The connection, server or interface that an edit changes; None if it changes none."""
    owner = _owner(edit, policy)
    return None if isinstance(owner, Unwritable) else owner


def _owner(edit: Edit, policy: Policy) -> RemoteAccess | Unwritable:
    """The owner of an edit: for an edit of a set, the connection, server or interface that has the set."""
    subject = edit.before
    if isinstance(subject, VpnConnection | VpnServer | VpnInterface) and edit.after is not None:
        # The owner as it stands in the policy, which its sets lead to as well.
        return next(
            (each for each in owners(policy) if each.span == subject.span and each.name == subject.name), subject
        )
    if isinstance(subject, MainModeCryptoSet | QuickModeCryptoSet) and edit.after is not None:
        owner = owner_of(policy, subject)
        if owner is not None:
            return owner
    return Unwritable("no cmdlet makes this change of a VPN")


def _command(todo: _Todo, policy: Policy, *, as_it_is: bool) -> str | Unwritable:
    owner = todo.owner
    words: list[str | Unwritable] = []
    before = _suite_of(policy, owner)
    if before is not None and (todo.main is not None or todo.quick is not None):
        after = _Suite(todo.main or before.main, todo.quick or before.quick)
        if as_it_is and after.is_windows_own and not before.is_windows_own:
            return joined(" ", (_head(owner), _to_default(owner), *_force(owner)))
        words += _algorithms(owner, after, before, as_it_is=as_it_is)
        words += _lifetimes(owner, after, before)
    words += _numbers(owner, todo.fields)
    if not words:
        return Unwritable(f"{_tool(owner)} has nothing that says this")
    return joined(" ", (_head(owner), *words, *_force(owner)))


def _to_default(owner: RemoteAccess) -> str | Unwritable:
    """The command that restores Windows' default suites of an owner: an interface is given its previous type of
    encryption."""
    if not isinstance(owner, VpnInterface):
        return "-RevertToDefault"
    level = None if owner.encryption_level is None else owner.encryption_level.known
    if level not in _ENCRYPTION_TYPES:
        return Unwritable("Set-VpnS2SInterface goes back by -EncryptionType alone, and which it was is not known")
    return f"-EncryptionType {level}"


_ENCRYPTION_TYPES = ("NoEncryption", "RequireEncryption", "OptionalEncryption", "MaximumEncryption")
"""The words of -EncryptionType (Set-VpnS2SInterface)."""


def _force(owner: RemoteAccess) -> tuple[str, ...]:
    return () if isinstance(owner, VpnServer) else ("-Force",)


def _tool(owner: RemoteAccess) -> str:
    if isinstance(owner, VpnServer):
        return _SERVER
    return _INTERFACE if isinstance(owner, VpnInterface) else _CONNECTION


def _head(owner: RemoteAccess) -> str | Unwritable:
    """The cmdlet with the parameters that identify the object: all-user connections are distinct from a user's own."""
    if isinstance(owner, VpnServer):
        return _SERVER
    if isinstance(owner, VpnInterface):
        return f"{_INTERFACE} -Name {powershell_string(owner.name)}"
    if not owner.is_named:
        return Unwritable(
            f"the input does not hold the name of the connection, which {_CONNECTION} needs; "
            "it is the name of the profile on the device"
        )
    everybody = any(setting is not None and setting.known for setting in (owner.all_users, owner.device_tunnel))
    return f"{_CONNECTION} -ConnectionName {powershell_string(owner.name)}{' -AllUserConnection' if everybody else ''}"


def _algorithms(owner: RemoteAccess, after: _Suite, before: _Suite, *, as_it_is: bool) -> Iterator[str | Unwritable]:
    """The six parts; none where only lifetimes change and the owner has no suite."""
    changed = after.algorithms != before.algorithms
    has_own = owner.custom_policy is not None and owner.custom_policy.known is True
    if not changed and not has_own:
        return
    main, quick = mended(after.main, after.quick) if changed and not as_it_is else (after.main, after.quick)
    if len(main.proposals) != 1 or len(quick.proposals) != 1:
        yield Unwritable(f"{_tool(owner)} takes one proposal for main mode and one for quick mode")
        return
    if not isinstance(owner, VpnConnection):
        yield "-CustomPolicy"
    one, offer = main.proposals[0], quick.proposals[0]
    yield _parameter(vpn.AUTHENTICATION_TRANSFORM, offer.esp_integrity)
    yield _parameter(vpn.CIPHER_TRANSFORM, offer.encryption)
    yield _parameter(vpn.ENCRYPTION_METHOD, one.encryption)
    yield _parameter(vpn.INTEGRITY_CHECK_METHOD, one.integrity)
    yield _parameter(vpn.PFS_GROUP, quick.pfs_group)
    yield _parameter(vpn.DH_GROUP, one.dh_group)


def _lifetimes(owner: RemoteAccess, after: _Suite, before: _Suite) -> Iterator[str]:
    """The lifetimes that change; a connection has none."""
    if isinstance(owner, VpnConnection):
        return
    for name, new, old in (
        ("SALifeTimeSeconds", quick_mode_lifetime(after.quick), quick_mode_lifetime(before.quick)),
        ("MMSALifeTimeSeconds", after.main.lifetime_seconds, before.main.lifetime_seconds),
        ("SADataSizeForRenegotiationKilobytes", byte_lifetime(after.quick), byte_lifetime(before.quick)),
    ):
        if new is not None and new.known is not None and (old is None or old.known != new.known):
            yield f"-{name} {new.known}"


def _numbers(owner: RemoteAccess, fields: Iterable[str]) -> Iterator[str | Unwritable]:
    table: Mapping[str, str] = {}
    if isinstance(owner, VpnServer):
        table = _SERVER_NUMBERS
    elif isinstance(owner, VpnInterface):
        table = _INTERFACE_NUMBERS
    for field in fields:
        if field == "custom_policy":
            continue  # that its algorithms are stated gives it one
        setting = getattr(owner, field)
        if field not in table or setting is None or setting.known is None:
            yield Unwritable(f"{_tool(owner)} has no parameter for this")
        else:
            yield f"-{table[field]} {setting.known}"


def _parameter(part: vpn.Part[V], setting: Setting[V]) -> str | Unwritable:
    word = spelled(setting, part.written, part.name, "this cmdlet")
    return word if isinstance(word, Unwritable) else f"-{part.name} {word}"
