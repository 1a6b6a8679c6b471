"""Security associations as Get-NetIPsecMainModeSA and Get-NetIPsecQuickModeSA show them.

Properties: MSFT_NetMainModeSA and MSFT_NetQuickModeSA (Windows Firewall WMI provider, Microsoft Learn).
"""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import shown_address
from ipseclint.formats.powershell.crypto import agreed_main_mode
from ipseclint.formats.powershell.instance import Instance
from ipseclint.model.events import EventKind, SecurityAssociation

_OFFER = (
    ("GroupId",),
    ("CipherAlgorithm", "FirstCipherAlgorithm"),
    ("HashAlgorithm", "FirstIntegrityAlgorithm"),
)
"""What was agreed on, in the order in which netsh prints it."""


def association(item: Instance, kind: EventKind, diagnostics: Diagnostics) -> SecurityAssociation:
    """A security association; its algorithms stay as shown, words or numbers."""
    offered = [word.text.strip() for names in _OFFER if (word := item.text(*names)) is not None and word.text.strip()]
    return SecurityAssociation(
        span=item.span,
        kind=kind,
        local_address=shown_address(item.text("LocalEndpoint"), diagnostics),
        remote_address=shown_address(item.text("RemoteEndpoint"), diagnostics),
        offer="-".join(offered) or None,
        first_authentication=_shown(item, "FirstAuthenticationMethod", "AuthenticationMethod"),
        second_authentication=_shown(item, "SecondAuthenticationMethod"),
        proposal=agreed_main_mode(item, diagnostics) if kind is EventKind.MAIN_MODE else None,
    )


def _shown(item: Instance, *names: str) -> str | None:
    word = item.text(*names)
    return None if word is None or not word.text.strip() else word.text.strip()
