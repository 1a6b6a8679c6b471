"""Shared by the rules on crypto sets: how many proposals are meant, and the repair of a set."""

from __future__ import annotations

from ipseclint.model.change import Assign, Fix
from ipseclint.semantics.algorithms_in_use import CryptoSet, mode_of
from ipseclint.semantics.proposals import repaired

REFUSED = 13868
"""The error of peers without a common proposal; a peer may instead name the part that it refused."""

REFUSED_GROUP, REFUSED_CIPHER, REFUSED_HASH = (REFUSED, 13865), (REFUSED, 13873), (REFUSED, 13871, 13874)

TOGETHER = "Change this set on all peers together: a peer that offers nothing better stops connecting."

BEYOND_NETSH_IPSEC = (
    "This tool (netsh ipsec) offers no AES, no SHA-2 and no elliptic curves: move this policy to connection security "
    "rules (netsh advfirewall or PowerShell); until then 3DES-SHA1-3 is the least weak that it has."
)


def share(crypto_set: CryptoSet, number: int) -> str:
    """How many of a set's proposals are meant, for example `2 of 3 quick-mode proposals`."""
    total = len(crypto_set.proposals)
    mode = mode_of(crypto_set)
    return f"the only {mode} proposal" if total == 1 else f"{number} of {total} {mode} proposals"


def repair_of(crypto_set: CryptoSet) -> Fix:
    """The fix that gives a set its repaired proposals; risky, since a peer may need the removed ones."""
    return Fix((Assign(crypto_set, "proposals", repaired(crypto_set)),), TOGETHER, risky=True)
