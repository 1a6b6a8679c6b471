"""The cost of a negotiation for a worker: the cryptography measured, the rest assumed."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

RATES_SOURCE = "OpenSSL 3.0.19 on one AMD EPYC vCPU, one second per operation; upper bounds, use their ratios"

KEY_AGREEMENTS_PER_SECOND = MappingProxyType(
    {"modp2048": 3_671.0, "modp3072": 1_418.0, "modp4096": 690.0, "ecp256": 21_996.0, "ecp384": 1_375.0}
)
"""Diffie-Hellman operations per second. `ecp384` was slow in the build measured: it depends on the build."""

SIGNATURES_PER_SECOND = MappingProxyType(
    {
        "rsa2048": (3_942.0, 61_223.0),
        "rsa3072": (566.0, 28_688.0),
        "rsa4096": (251.0, 16_611.0),
        "ecdsa256": (51_810.0, 16_996.0),
        "ecdsa384": (1_308.0, 1_598.0),
    }
)
"""Signatures made and verified per second."""

VERIFICATIONS = 2
"""The peer's signature and one link of its certificate chain."""


class Suite(Struct, frozen=True):
    """A key agreement and a signature, by the names of the tables; None is none (no exchange, preshared key)."""

    key_agreement: str | None
    signature: str | None

    def __post_init__(self) -> None:
        if self.key_agreement is not None and self.key_agreement not in KEY_AGREEMENTS_PER_SECOND:
            raise ValueError(f"the cost of {self.key_agreement} was not measured")
        if self.signature is not None and self.signature not in SIGNATURES_PER_SECOND:
            raise ValueError(f"the cost of {self.signature} was not measured")


class CryptoRates(Struct, frozen=True):
    """Operations per second by the names of the tables, of signatures (made, verified), and where they were measured.

    Names that are missing were not measured.
    """

    key_agreements: Mapping[str, float]
    signatures: Mapping[str, tuple[float, float]]
    source: str


RATES = CryptoRates(KEY_AGREEMENTS_PER_SECOND, SIGNATURES_PER_SECOND, RATES_SOURCE)
"""The rates of the tables above."""

REFERENCE_SUITE = Suite("modp2048", "rsa2048")
"""The suite behind the assumed worker time of a main mode."""


def key_agreement_seconds(name: str, rates: CryptoRates = RATES) -> float:
    """Worker time of one side's Diffie-Hellman exchange: a key pair and a shared secret."""
    return 2 / rates.key_agreements[name]


def crypto_seconds(suite: Suite, rates: CryptoRates = RATES) -> float:
    """Worker time of a main mode's cryptography; the floor below which no main mode can be.

    AuthIP exchanges no Diffie-Hellman keys unless ForceDiffieHellman is set: give no key agreement then.
    """
    seconds = key_agreement_seconds(suite.key_agreement, rates) if suite.key_agreement else 0.0
    if suite.signature:
        signs, verifies = rates.signatures[suite.signature]
        seconds += 1 / signs + VERIFICATIONS / verifies
    return seconds


def main_mode_seconds(
    suite: Suite, reference_seconds: float, crypto_scale: float = 1.0, rates: CryptoRates = RATES
) -> float:
    """Worker time of a main mode with another suite than the reference suite, which takes `reference_seconds`.

    `crypto_scale` is how much slower this host's cryptography is than the one measured. Never below the floor.
    """
    own = crypto_seconds(suite, rates)
    return max(reference_seconds + crypto_scale * (own - crypto_seconds(REFERENCE_SUITE, rates)), crypto_scale * own)


def quick_mode_seconds(
    plain_seconds: float, pfs_group: str | None, crypto_scale: float = 1.0, rates: CryptoRates = RATES
) -> float:
    """Worker time of a quick mode; perfect forward secrecy adds a Diffie-Hellman exchange."""
    return plain_seconds + (crypto_scale * key_agreement_seconds(pfs_group, rates) if pfs_group else 0.0)
