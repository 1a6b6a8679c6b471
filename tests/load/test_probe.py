"""What the probe measures with: the primes of RFC 3526."""

from __future__ import annotations

import pytest

from ipseclint.load import probe
from ipseclint.load.probe import _MODP, _elliptic, _modp_prime, measure
from tests.cases import cases


@cases("name", sorted(_MODP))
def test_the_groups_are_those_of_rfc_3526(name: str) -> None:
    bits, offset = _MODP[name]
    prime = _modp_prime(bits, offset)
    assert prime.bit_length() == bits
    assert f"{prime:x}".startswith("ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd1")
    assert f"{prime:x}".endswith("ffffffffffffffff")
    # Both it and half of it are prime, as the RFC says; Fermat's test to base 3 tells any slip of a digit.
    assert pow(3, prime - 1, prime) == 1
    assert pow(3, prime // 2 - 1, prime // 2) == 1


def test_an_exchange_is_two_operations_and_a_signature_and_its_check_are_one_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("cryptography")
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(probe, "_agreements", lambda: {"modp": lambda: "exchange"})
    monkeypatch.setattr(probe, "_signatures", lambda: {"rsa": (lambda: "sign", lambda: "verify")})
    monkeypatch.setattr(probe, "_per_second", lambda work: {"exchange": 10.0, "sign": 3.0, "verify": 7.0}[work()])
    rates = measure(lambda done, steps: told.append((done, steps)))
    assert (rates.key_agreements, rates.signatures) == ({"modp": 20.0}, {"rsa": (3.0, 7.0)})
    assert told == [(1, 3), (3, 3)]


@pytest.mark.parametrize(("curve", "octets"), [("SECP256R1", 32), ("SECP384R1", 48)])
def test_an_exchange_over_a_curve_gives_a_secret_of_its_size(curve: str, octets: int) -> None:
    ec = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ec")
    secret = _elliptic(getattr(ec, curve)())()
    assert isinstance(secret, bytes)
    assert len(secret) == octets
