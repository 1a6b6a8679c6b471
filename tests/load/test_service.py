import pytest

from ipseclint.load.service import (
    REFERENCE_SUITE,
    Suite,
    crypto_seconds,
    key_agreement_seconds,
    main_mode_seconds,
    quick_mode_seconds,
)
from tests.cases import cases


@cases(
    ("suite", "milliseconds", "per_second"),
    [
        (Suite("modp2048", None), 0.545, 1_836),
        (Suite("modp2048", "rsa2048"), 0.831, 1_203),
        (Suite("modp3072", "rsa3072"), 3.247, 308),
        (Suite("modp4096", "rsa4096"), 7.003, 143),
        (Suite("ecp256", None), 0.091, 10_998),
        (Suite("ecp256", "ecdsa256"), 0.228, 4_388),
        (Suite("ecp384", None), 1.455, 687),
        (Suite("ecp384", "ecdsa384"), 3.471, 288),
    ],
)
def test_cryptography_of_a_main_mode(suite, milliseconds, per_second):
    assert crypto_seconds(suite) * 1_000 == pytest.approx(milliseconds, abs=5e-4)
    assert 1 / crypto_seconds(suite) == pytest.approx(per_second, abs=0.5)


def test_authip_without_diffie_hellman():
    assert crypto_seconds(Suite(None, None)) == 0
    assert crypto_seconds(Suite(None, "rsa2048")) == pytest.approx(crypto_seconds(REFERENCE_SUITE) - 2 / 3_671)


def test_another_suite_moves_the_time_of_the_reference():
    assert main_mode_seconds(REFERENCE_SUITE, 0.020) == 0.020
    dearer = main_mode_seconds(Suite("modp4096", "rsa4096"), 0.020)
    assert dearer == pytest.approx(0.020 + 0.007003 - 0.000831, abs=1e-6)
    assert main_mode_seconds(Suite("modp4096", "rsa4096"), 0.020, crypto_scale=10) == pytest.approx(0.0817, abs=1e-4)


def test_a_main_mode_is_never_cheaper_than_its_cryptography():
    suite = Suite("modp4096", "rsa4096")
    assert main_mode_seconds(suite, 0.0) == crypto_seconds(suite)


def test_perfect_forward_secrecy_adds_an_exchange():
    assert quick_mode_seconds(0.001, None) == 0.001
    assert quick_mode_seconds(0.001, "ecp384") == 0.001 + key_agreement_seconds("ecp384")


@cases("names", [("modp1024", None), ("ecp256", "kerberos")])
def test_what_was_not_measured_has_no_cost(names):
    with pytest.raises(ValueError, match="not measured"):
        Suite(*names)
