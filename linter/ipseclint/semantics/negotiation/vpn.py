"""The ends of VPN connections and servers."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, RuleAction, RuleMode, Security
from ipseclint.semantics.effective import byte_lifetime, main_mode_lifetime, quick_mode_lifetime
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.windows import main_mode_offer, quick_mode_offer
from ipseclint.vocabulary.algorithms import KeyModule


def vpn_ends(machine: Machine) -> Iterator[End]:
    """The end of each connection with a custom IPsec policy: IKEv2 in tunnel mode, what is protected is assigned."""
    policy = machine.policy
    quick_sets = {each.name: each for each in policy.quick_mode_crypto_sets if each.dialect is Dialect.VPN}
    for main in policy.main_mode_crypto_sets:
        quick = quick_sets.get(main.name)
        if main.dialect is not Dialect.VPN or quick is None:
            continue
        yield End(
            path=main.span.path,
            subject=f'connection "{main.name}"',
            span=main.span,
            action=RuleAction.NEGOTIATE,
            key_modules=frozenset({KeyModule.IKEV2}),
            key_modules_span=main.span,
            main_mode=tuple(map(main_mode_offer, main.proposals)),
            main_mode_span=main.span,
            main_mode_seconds=main_mode_lifetime(main),
            quick_mode=tuple(quick_mode_offer(each, each.pfs_group or quick.pfs_group) for each in quick.proposals),
            quick_mode_span=quick.span,
            pfs_span=quick.pfs_group.span,
            quick_mode_seconds=quick_mode_lifetime(quick),
            quick_mode_kilobytes=byte_lifetime(quick),
            authentication_span=main.span,
            mode=RuleMode.TUNNEL,
            mode_span=main.span,
            inbound=Security.REQUIRE,
            outbound=Security.REQUIRE,
        )
