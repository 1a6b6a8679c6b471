"""EAP configuration of a connection (EapHostConfig), as far as it selects certificates.

Source: "EAP configuration" and the schemas of EapTls (learn.microsoft.com, client-management/mdm/eap-configuration).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.element import Element, text_of
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.model.policy import EapChoice
from ipseclint.model.setting import Setting
from ipseclint.source import bytes_source
from ipseclint.vocabulary.authentication import CLIENT_AUTHENTICATION

ROOT = "EapHostConfig"
_TRUE = frozenset({"true", "1"})

Place = Callable[[Element], Token]
"""The text of an element as a token at its place in the input."""


def eap_choice(configuration: Token, diagnostics: Diagnostics) -> EapChoice | None:
    """The selection in the text of a configuration; None if there is none."""
    if f"<{ROOT}" not in configuration.text:
        return None
    source = bytes_source(diagnostics.path, configuration.text.encode("utf-8", "replace"))
    for part in read(source, Wanted(subtrees={ROOT: frozenset()})):
        if isinstance(part, Subtree):
            return eap_of(part.element, lambda element: _at(configuration, text_of(element, "").text))
    diagnostics.malformed("an EAP configuration that is not well-formed XML", configuration.span)
    return None


def eap_of(root: Element, place: Place) -> EapChoice:
    """The selection in the element EapHostConfig."""
    elements = list(root.walk())
    methods = dict.fromkeys(_numbers(element for element in elements if element.name == "Type"))
    return EapChoice(
        span=place(root).span,
        methods=tuple(methods),
        simple_selection=_flag(elements, "SimpleCertSelection", place),
        ekus=_ekus(elements, place),
        issuers=_texts(elements, "IssuerHash", place),
        validates_server=_flag(elements, "PerformServerValidation", place),
        server_names=_text(elements, "ServerNames", place),
        trusted_roots=_texts(elements, "TrustedRootCA", place),
    )


def _at(configuration: Token, text: str) -> Token:
    """A text within a text, placed at the start of the latter, since escapes shift columns."""
    return Token(text, configuration.path, configuration.line, configuration.column)


def _numbers(elements: Iterable[Element]) -> list[int]:
    numbers = (decimal(element.text.strip()) for element in elements)
    return [number for number in numbers if number is not None]


def _flag(elements: Iterable[Element], name: str, place: Place) -> Setting[bool] | None:
    for element in elements:
        if element.name == name and element.text.strip():
            return Setting(element.text.strip().casefold() in _TRUE, place(element).span)
    return None


def _text(elements: Iterable[Element], name: str, place: Place) -> Setting[str] | None:
    for element in elements:
        if element.name == name and element.text.strip():
            return Setting(element.text.strip(), place(element).span)
    return None


def _texts(elements: Iterable[Element], name: str, place: Place) -> Setting[tuple[str, ...]] | None:
    named = [element for element in elements if element.name == name and element.text.strip()]
    return Setting(tuple(element.text.strip() for element in named), place(named[0]).span) if named else None


def _ekus(elements: Iterable[Element], place: Place) -> Setting[tuple[str, ...]] | None:
    """The usages that a certificate must have: those of the mapping, and client authentication if selected."""
    ekus: dict[str, Element] = {}
    for element in elements:
        if element.name == "EKUOID" and element.text.strip():
            ekus.setdefault(element.text.strip(), element)
        elif element.name == "ClientAuthEKUList" and element.attributes.get("Enabled", "").casefold() in _TRUE:
            ekus.setdefault(CLIENT_AUTHENTICATION, element)
    return Setting(tuple(ekus), place(next(iter(ekus.values()))).span) if ekus else None
