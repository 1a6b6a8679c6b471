"""WFP provider contexts, the envelopes of IPsec policies."""

from __future__ import annotations

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.wfp.filters import CONTEXT_KEY_TAG
from ipseclint.formats.wfp.marks import Marks
from ipseclint.formats.wfp.structures import CONTEXT
from ipseclint.formats.wfp.values import ElementReader, flags
from ipseclint.model.setting import Setting
from ipseclint.source import Span
from ipseclint.vocabulary.key_modules import KeyModule
from ipseclint.vocabulary.rows import readings
from ipseclint.vocabulary.wfp_words import (
    BUILTIN_CONTEXTS,
    CONTEXT_TYPES,
    OTHER_CONTEXT_TYPES,
    ContextType,
)


class Context(Struct, frozen=True):
    """One IPsec provider context: its key and display name, its type, and its policy element.

    The name is the display name, or the key if there is none; display names are localised and not unique.
    """

    key: str
    name: str
    span: Span
    type: ContextType
    type_span: Span
    policy: Element
    builtin: bool

    @property
    def key_module(self) -> Setting[KeyModule] | None:
        """The key module of the context's type."""
        return None if self.type.key_module is None else Setting(self.type.key_module, self.type_span)


_KEYING_MODULES = readings(KeyModule, lambda module: module.row.wfp_key)


def context_of(reader: ElementReader, item: Element) -> Context | None:
    """The IPsec context in an item of `providerContexts`; None if it is none, or is not read, which is noted."""
    type_element = item.child("type")
    word = item.child_text("type")
    if not word and any(item.child(each.arm) is not None for each in CONTEXT_TYPES.values()):
        reader.not_understood(item, "a provider context of IPsec without its <type>")
    if type_element is None or word in OTHER_CONTEXT_TYPES:
        return None
    context_type = CONTEXT_TYPES.get(word)
    if context_type is None:
        if "IPSEC" in word or "IKE" in word:
            reader.not_understood(type_element, f"unknown type of provider context {quoted(word)}")
        return None
    key = item.child_text("providerContextKey")
    policy = item.child(context_type.arm)
    if policy is None:
        reader.not_understood(type_element, f"a provider context of type {word} without its <{context_type.arm}>")
        return None
    reader.check_structure(item, {**CONTEXT, context_type.arm: None})
    display = item.child("displayData")
    name = display.child_text("name") if display is not None else ""
    key_element = item.child("providerContextKey")
    return Context(
        key=key,
        name=name or key,
        span=reader.text_span(key_element) if key_element is not None else reader.span(item),
        type=context_type,
        type_span=reader.text_span(type_element),
        policy=policy,
        builtin=key in BUILTIN_CONTEXTS,
    )


def context_marks() -> Marks:
    """The signs in a provider context's bytes that it may concern IPsec, also with an unknown type."""
    return Marks((b"IPSEC", b"IKE"), each=CONTEXT_KEY_TAG)


def check_keying_policy(reader: ElementReader, context: Context) -> None:
    """Note unknown parts of a keying policy, which only selects key modules by name."""
    policy = context.policy
    reader.check_children(policy, ("keyModKeys", "flags"))
    for item in reader.items(policy, "keyModKeys"):
        if item.text.strip() not in _KEYING_MODULES:
            reader.not_understood(item, f"unknown key module {quoted(item.text.strip())}")
    flags(reader, policy, ())
