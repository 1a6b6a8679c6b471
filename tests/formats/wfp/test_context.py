"""Of provider contexts only those of IPsec are read, and only what sounds like one of them is said to be unknown."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.xml.element import build_document
from ipseclint.formats.wfp.context import OTHER_CONTEXT_TYPES, context_of
from ipseclint.formats.wfp.values import ElementReader


def said_of(item: str) -> list[str]:
    """The problems of an item that is no context that is read."""
    diagnostics = Diagnostics("in.xml")
    element = build_document(item.encode())
    assert element is not None
    assert context_of(ElementReader(diagnostics), element) is None
    return [problem.message for problem in diagnostics.problems]


@cases("word", sorted(OTHER_CONTEXT_TYPES))
def test_a_context_that_holds_no_policy_says_nothing(word: str) -> None:
    assert said_of(f"<item><type>{word}</type></item>") == []


@cases("word", ["FWPM_IPSEC_NEW_CONTEXT", "FWPM_IKE_NEW_CONTEXT"])
def test_a_new_context_of_ipsec_is_said(word: str) -> None:
    assert said_of(f"<item><type>{word}</type></item>") == [f"unknown type of provider context `{word}`"]


@cases("written", ["", "<type/>", "<type></type>", "<typ>FWPM_IPSEC_DOSP_CONTEXT</typ>"])
def test_a_context_that_holds_policy_and_lacks_its_type_is_said(written: str) -> None:
    arm = "<idpOptions><maxStateEntries>1000</maxStateEntries></idpOptions>"
    assert said_of(f"<item>{written}{arm}</item>") == ["a provider context of IPsec without its <type>"]


def test_a_context_without_a_type_or_of_another_kind_says_nothing() -> None:
    assert said_of("<item/>") == said_of("<item><type/></item>") == said_of("<item><type>OTHER</type></item>") == []
