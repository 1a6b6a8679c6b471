"""What the probe measures with: the primes of RFC 3526."""

from __future__ import annotations

import pytest

from ipseclint.load.probe import _MODP, _modp_prime


@pytest.mark.parametrize("name", sorted(_MODP))
def test_the_groups_are_those_of_rfc_3526(name: str) -> None:
    bits, offset = _MODP[name]
    prime = _modp_prime(bits, offset)
    assert prime.bit_length() == bits
    assert f"{prime:x}".startswith("ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd1")
    assert f"{prime:x}".endswith("ffffffffffffffff")
    # Both it and half of it are prime, as the RFC says; Fermat's test to base 3 tells any slip of a digit.
    assert pow(3, prime - 1, prime) == 1
    assert pow(3, prime // 2 - 1, prime // 2) == 1
