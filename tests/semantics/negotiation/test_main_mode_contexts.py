"""Which main-mode policy of a WFP state holds between two sides: of the first filter that takes all of both."""

from __future__ import annotations

from typing import Any

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, MainModeCryptoSet, Policy
from ipseclint.model.selectors import WfpFilter
from ipseclint.model.setting import Unknown
from ipseclint.semantics.negotiation.main_mode_contexts import MainModeContexts
from ipseclint.vocabulary.algorithms import Cipher, KeyModule
from tests.cases import cases
from tests.made_objects import addresses, main_mode_proposal, main_mode_set, said

LAYER = "FWPM_LAYER_IKEEXT_V4"
FILTER = WfpFilter("{f}", "F", LAYER, "", 10, "", "{a}", (), (), None, (), (), (), 1, 1)
IKE = frozenset({KeyModule.IKEV1})
HERE, THERE = addresses("10.1.0.5"), addresses("10.2.0.0/24")


def context(name: str, cipher: Cipher = Cipher.AES_256, **fields: Any) -> MainModeCryptoSet:
    facts = {"id": f"{{{name}}}", "dialect": Dialect.WFP, "key_module": said(KeyModule.IKEV1)}
    return main_mode_set(name, proposals=(main_mode_proposal(cipher),), **facts | fields)


A, SAME, B = context("A"), context("SAME"), context("B", Cipher.AES_128)
BUILT_IN, OTHER_DIALECT = context("B", builtin=True), context("B", dialect=Dialect.WFAS)
AUTHIP, NOT_KNOWN = (
    context("B", key_module=said(KeyModule.AUTHIP)),
    context("B", key_module=said(Unknown("FWPM_NEW"))),
)


def row(key: str | None, weight: int = 10, **fields: Any) -> WfpFilter:
    return FILTER._replace(context_key=key, effective_weight=weight, **fields)


OF_B = row("{b}", 5)


@cases(
    ("sets", "filters", "expected"),
    [
        ((A,), (), ("A", True)),
        ((), (), (None, False)),
        ((A, B), (), (None, False)),
        ((A, BUILT_IN), (), ("A", True)),
        ((A, OTHER_DIALECT), (), ("A", True)),
        ((A, AUTHIP), (), ("A", True)),
        ((A, NOT_KNOWN), (), ("A", True)),
        ((AUTHIP,), (row("{b}"),), (None, False)),
        ((A, B), (row("{A}"), OF_B), ("A", True)),
        ((A, B), (OF_B, row("{a}")), ("A", True)),
        ((A, B), (row("{a}", 4), OF_B), ("B", True)),
        ((A, B), (row("{a}", disabled=True), OF_B), ("B", True)),
        ((A, B), (row(None), OF_B), ("B", True)),
        ((A, B), (row("{z}"), OF_B), ("B", True)),
        ((A, B), (row("{a}", layer="FWPM_LAYER_IPSEC_V4"), OF_B), ("B", True)),
        ((A, B), (row("{a}", layer="FWPM_LAYER_IKEEXT_V6"), OF_B), ("B", True)),
        ((A, B), (row("{a}", remote=addresses("10.2.0.0/16")), OF_B), ("A", True)),
        ((A, B), (row("{a}", remote=addresses("10.3.0.0/16")), OF_B), ("B", True)),
        ((A, B), (row("{a}", local=addresses("10.1.0.6")), OF_B), ("B", True)),
        ((A, B), (row("{a}", remote=addresses("10.2.0.7")), OF_B), (None, False)),
        ((A, B), (row("{a}", not_understood=("FWPM_CONDITION_NEW",)), OF_B), (None, False)),
        ((A, B), (row("{a}", not_understood=("FWPM_CONDITION_NEW",)),), (None, False)),
        ((A,), (row("{a}", not_understood=("FWPM_CONDITION_NEW",)),), ("A", True)),
        ((A, SAME), (row("{a}", remote=addresses("10.2.0.7")), row("{same}", 5)), ("A", True)),
        ((A, B), (row("{a}", remote=addresses("10.2.0.0/25", "10.2.0.128/25")), OF_B), (None, False)),
    ],
)
def test_the_context_of_the_first_filter_that_takes_both_sides(
    sets: tuple[MainModeCryptoSet, ...], filters: tuple[WfpFilter, ...], expected: tuple[str | None, bool]
) -> None:
    machine = Machine(name="M", policy=Policy(main_mode_crypto_sets=sets, wfp_filters=filters))
    crypto, is_certain = MainModeContexts(machine).of(IKE, HERE, THERE)
    assert (crypto and crypto.name, is_certain) == expected
