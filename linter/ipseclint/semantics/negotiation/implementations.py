"""The behaviour of IKE implementations where the standards leave it open.

For strongSwan 5.9.8 and libreswan 4.10 it was observed with both as initiator and as responder (tests/daemons).
Windows: the responder takes the first of its own proposals in IKEv2 (MS-IKEE 3.1.5) and AuthIP (MS-AIPS 3.3.5.1), and
adds a filter where the initiator asks for a part of its traffic (IKEEXT_POLICY2, which counts them for each transport
layer and says nothing of tunnels). Its order in IKEv1, and whether it narrows wider traffic, are not documented. RFC
2409 5.5 makes the group part of the offer, and RFC 2407 4.5 the mode.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.peer import Narrowing, Order, Peer
from ipseclint.vocabulary.algorithms import Cipher, DhGroup


class Implementation(Struct, frozen=True):
    """The behaviour of an implementation. None: not known, or it differs between releases.

    As responder: `refuses_mode_ikev1` other than its own, and in IKEv2 `refuses_mode` tunnel and `refuses_transport`;
    as initiator of IKEv2 it `keeps_transport`, refusing an answer that makes it a tunnel. `takes_part` of its own
    traffic in transport mode, where that is known by itself; `narrows` a wider request; `takes_narrowed` answers in
    IKEv2. `takes_extra_pfs`: in IKEv1, a group that only the initiator asks for, `takes_other_pfs` one other than its
    own, and `may_take_missing_pfs` none where it has one itself; `renews_with_extra_pfs` and `renews_without_pfs`: in a
    renewal of IKEv2, what differs from its own. `renews_with_main_mode_group`: with PFS, it uses the group of main mode
    whatever is written; libreswan 4.10 does, and its later tests show otherwise. `retries_group` in a renewal, as in
    RFC 7296 1.3. `one_value_in_ikev1`: as initiator it offers only the first of several values of an attribute there.
    `takes_prf_in_ikev1`: it takes a proposal whose pseudorandom function is not its hash there.
    `asks_for_main_mode_group`: of several groups for PFS in IKEv1 it asks for that of main mode, else for its first;
    `tries_each_group`: for one after the other. `hosts_in_transport`: in transport mode it protects no more than the
    two hosts, whatever networks are written.
    `begins_with_ikev2`: a connection that takes both versions begins with IKEv2 alone (`version`, swanctl.conf(5);
    `keyexchange`, ipsec.conf(5)). `refuses_aggressive_key`: as responder it refuses a preshared key in aggressive mode,
    by default. `shows_address`: with a preshared key it presents its address where no identity is written.
    `shows_what_is_asked`: as responder of IKEv2 without a literal identity it presents the one that is asked for,
    and as initiator it asks for a literal one that it expects, as seen with two daemons of strongSwan.
    `types_identities`: what it shows and expects has a type, and what it expects may be a pattern. `optional`
    are algorithms that some builds leave out, which then refuse a configuration that names one: Debian's libreswan 4.10
    has no DH1, DH2, DH22 to DH24 and DES (its `algparse`, and ipsec.conf(5)), packages that are built with USE_DH2
    (xcp-ng-rpms/libreswan, SPECS/libreswan.spec) have DH2.
    """

    name: str
    title: str
    ikev1_order: Order = Order.UNKNOWN
    order: Order = Order.UNKNOWN
    refuses_mode_ikev1: bool | None = None
    refuses_mode: bool | None = None
    refuses_transport: bool | None = None
    keeps_transport: bool | None = None
    takes_part: bool | None = None
    narrows: bool | None = None
    takes_narrowed: bool | None = None
    takes_extra_pfs: bool | None = None
    takes_other_pfs: bool = False
    may_take_missing_pfs: bool = False
    renews_with_extra_pfs: bool | None = False
    renews_without_pfs: bool | None = False
    renews_with_main_mode_group: bool | None = False
    retries_group: bool = True
    one_value_in_ikev1: bool = False
    takes_prf_in_ikev1: bool = True
    asks_for_main_mode_group: bool = False
    tries_each_group: bool = False
    hosts_in_transport: bool = False
    begins_with_ikev2: bool = False
    refuses_aggressive_key: bool = False
    shows_address: bool = False
    shows_what_is_asked: bool = False
    types_identities: bool = False
    optional: frozenset[str] = frozenset()
    is_windows: bool = False


WINDOWS = Implementation(
    "windows",
    "Windows",
    order=Order.OWN,
    takes_part=True,
    takes_extra_pfs=False,
    is_windows=True,
)

_KNOWN = {
    implementation.name: implementation
    for implementation in (
        WINDOWS,
        Implementation(
            "strongswan",
            "strongSwan",
            ikev1_order=Order.OWN,
            order=Order.OWN,
            refuses_mode_ikev1=True,
            refuses_mode=False,
            refuses_transport=False,
            keeps_transport=False,
            narrows=True,
            takes_narrowed=True,
            takes_extra_pfs=False,
            one_value_in_ikev1=True,
            takes_prf_in_ikev1=False,
            asks_for_main_mode_group=True,
            hosts_in_transport=True,
            begins_with_ikev2=True,
            shows_address=True,
            shows_what_is_asked=True,
            types_identities=True,
            refuses_aggressive_key=True,
        ),
        Implementation(
            "libreswan",
            "libreswan",
            ikev1_order=Order.PEER,
            order=Order.OWN,
            refuses_mode_ikev1=False,
            refuses_mode=True,
            refuses_transport=False,
            keeps_transport=True,
            narrows=False,
            takes_narrowed=False,
            takes_extra_pfs=True,
            takes_other_pfs=True,
            renews_without_pfs=None,
            renews_with_main_mode_group=None,
            retries_group=False,
            shows_address=True,
            optional=frozenset({DhGroup.GROUP_1, DhGroup.GROUP_2, "DH22", "DH23", DhGroup.GROUP_24, Cipher.DES}),
        ),
        # `proposal-check=obey`, its default, is the word of racoon, which then takes the initiator's group, or none
        # (racoon.conf(5)); the manual of RouterOS speaks of lifetimes alone.
        Implementation("routeros", "RouterOS", may_take_missing_pfs=True),
        # "Prioritizing DH Group Configuration" (FortiOS 5.2 Help, What's New): groups are negotiated in their order.
        Implementation("fortios", "FortiOS", tries_each_group=True),
    )
}


def implementation_of(peer: Peer) -> Implementation:
    """The behaviour of a peer: that of its implementation, with what its description adds."""
    known = _KNOWN.get(peer.implementation) or Implementation(peer.implementation, peer.name)
    said: dict[str, object] = {}
    if peer.order is not None:
        said |= {"order": peer.order, "ikev1_order": peer.order}
    if peer.is_mode_strict is not None:
        strict = peer.is_mode_strict
        said |= dict.fromkeys(("refuses_mode_ikev1", "refuses_mode", "refuses_transport", "keeps_transport"), strict)
    if peer.is_pfs_strict is not None:
        lax = not peer.is_pfs_strict
        said |= {"takes_extra_pfs": lax, "renews_with_extra_pfs": lax, "renews_without_pfs": lax}
    if peer.narrowing is not None:
        narrows = peer.narrowing is Narrowing.NARROWS
        said |= {"narrows": narrows, "takes_narrowed": narrows}
    return replace(known, **said)
