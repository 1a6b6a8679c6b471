"""Measures the cost of key agreement and signatures on this machine."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurve

    from ipseclint.load.service import CryptoRates

SECONDS_EACH = 0.3
_MESSAGE = b"the octets that a main mode signs are a hash, which is short"


class ProbeError(Exception):
    """Why nothing can be measured; the message says what is missing."""


def measure(progress: Callable[[int, int], None] = lambda _done, _all: None) -> CryptoRates:
    """Operations per second of the library `cryptography`, one core, by the names of the load model's tables.

    A key agreement counts as two operations, a key pair and a shared secret, as in the model's tables. Raises
    ProbeError without the library.
    """
    try:
        from cryptography import __version__
        from cryptography.hazmat.backends.openssl import backend
    except ImportError as error:
        raise ProbeError("needs the package cryptography: pip install 'ipseclint[probe]'") from error

    from ipseclint.load.service import CryptoRates

    agreements, signatures = _agreements(), _signatures()
    steps = len(agreements) + 2 * len(signatures)
    done = 0
    agreed: dict[str, float] = {}
    for name, exchange in agreements.items():
        agreed[name] = 2 * _per_second(exchange)
        progress(done := done + 1, steps)
    signed: dict[str, tuple[float, float]] = {}
    for name, (sign, verify) in signatures.items():
        signed[name] = (_per_second(sign), _per_second(verify))
        progress(done := done + 2, steps)
    source = f"measured here: cryptography {__version__}, {backend.openssl_version_text()}, one core"
    return CryptoRates(agreed, signed, source)


def _agreements() -> dict[str, Callable[[], object]]:
    from cryptography.hazmat.primitives.asymmetric import ec

    made = {name: _finite_field(_modp_prime(bits, offset)) for name, (bits, offset) in _MODP.items()}
    for name, curve in (("ecp256", ec.SECP256R1()), ("ecp384", ec.SECP384R1())):
        made[name] = _elliptic(curve)
    return made


def _finite_field(prime: int) -> Callable[[], object]:
    try:
        from cryptography.hazmat.primitives.asymmetric import dh
    except ImportError as error:
        raise ProbeError("this version of cryptography has no Diffie-Hellman over finite fields any more") from error
    with warnings.catch_warnings():
        # It is deprecated there, and what Windows offers first.
        warnings.simplefilter("ignore")
        group = dh.DHParameterNumbers(prime, 2).parameters()
    peer = group.generate_private_key().public_key()
    return lambda: group.generate_private_key().exchange(peer)


def _elliptic(curve: EllipticCurve) -> Callable[[], object]:
    from cryptography.hazmat.primitives.asymmetric import ec

    peer = ec.generate_private_key(curve).public_key()
    return lambda: ec.generate_private_key(curve).exchange(ec.ECDH(), peer)


def _signatures() -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    from cryptography.hazmat.primitives.asymmetric import ec

    made = {f"rsa{bits}": _rsa(bits) for bits in (2048, 3072, 4096)}
    return made | {"ecdsa256": _ecdsa(ec.SECP256R1()), "ecdsa384": _ecdsa(ec.SECP384R1())}


def _rsa(bits: int) -> tuple[Callable[[], object], Callable[[], object]]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    public, padded, hashed = key.public_key(), padding.PKCS1v15(), hashes.SHA256()
    signature = key.sign(_MESSAGE, padded, hashed)
    return lambda: key.sign(_MESSAGE, padded, hashed), lambda: public.verify(signature, _MESSAGE, padded, hashed)


def _ecdsa(curve: EllipticCurve) -> tuple[Callable[[], object], Callable[[], object]]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key, method = ec.generate_private_key(curve), ec.ECDSA(hashes.SHA256())
    public, signature = key.public_key(), key.sign(_MESSAGE, method)
    return lambda: key.sign(_MESSAGE, method), lambda: public.verify(signature, _MESSAGE, method)


def _per_second(operation: Callable[[], object]) -> float:
    operation()
    began, count = time.perf_counter(), 0
    while (spent := time.perf_counter() - began) < SECONDS_EACH or count == 0:
        operation()
        count += 1
    return count / spent


_MODP = {"modp2048": (2048, 124_476), "modp3072": (3072, 1_690_314), "modp4096": (4096, 240_904)}
"""Bits of each group's prime, and what RFC 3526 adds to the digits of pi in it."""


def _modp_prime(bits: int, offset: int) -> int:
    """The prime of a group: 2^n - 2^(n-64) - 1 + 2^64 (floor(2^(n-130) pi) + offset), as RFC 3526 defines it."""
    return (1 << bits) - (1 << bits - 64) - 1 + ((_pi(bits - 130) + offset) << 64)


def _pi(bits: int) -> int:
    """The whole part of 2^bits times pi, by Machin's formula."""
    guard = 64
    one = 1 << bits + guard
    return (16 * _arctan_inverse(5, one) - 4 * _arctan_inverse(239, one)) >> guard


def _arctan_inverse(number: int, one: int) -> int:
    power = total = one // number
    divisor, sign = 3, -1
    while power:
        power //= number * number
        total += sign * (power // divisor)
        divisor, sign = divisor + 2, -sign
    return total
