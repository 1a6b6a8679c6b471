"""What `netsh wfp` writes: the state, the filters, the network events of the Windows Filtering Platform."""

from __future__ import annotations

import re

from ipseclint.finding import Problem
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.wfp_context import Context, context_of
from ipseclint.formats.wfp_main_mode import main_mode_policy
from ipseclint.formats.wfp_quick_mode import quick_mode_policy
from ipseclint.formats.wfp_values import Notes
from ipseclint.formats.xml_stream import stream
from ipseclint.formats.xml_wanted import ListEnd, Records, Wanted
from ipseclint.model.policy import (
    AuthenticationSet,
    DosProtection,
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
)
from ipseclint.source import Source

_CONTEXT_MARK = re.compile(rb"<type>FWPM_(?!GENERAL_CONTEXT<|CLASSIFY_OPTIONS_CONTEXT<)")


def _find(pattern: re.Pattern[bytes], data: bytes, start: int, end: int) -> int:
    match = pattern.search(data, start, end)
    return match.start() if match else -1


_WANTED = Wanted(
    subtrees={"item": frozenset({"providerContexts"})},
    lists={
        "providerContexts": Records(
            tag="item",
            first=b"<providerContextKey>",
            find_mark=lambda data, start, end: _find(_CONTEXT_MARK, data, start, end),
        ),
    },
)


class _Contents:
    """The objects of one input as they come in."""

    def __init__(self) -> None:
        self.main_mode: list[MainModeCryptoSet] = []
        self.quick_mode: list[QuickModeCryptoSet] = []
        self.authentication: list[AuthenticationSet] = []
        self.dos_protection: list[DosProtection] = []

    def add_context(self, notes: Notes, context: Context) -> None:
        """Read the policy of a provider context."""
        match context.type.purpose:
            case "main-mode":
                crypto, first = main_mode_policy(notes, context)
                self.main_mode.append(crypto)
                self.authentication.append(first)
            case "transport" | "tunnel":
                quick, second = quick_mode_policy(notes, context)
                self.quick_mode.append(quick)
                if second is not None:
                    self.authentication.append(second)


def parse(source: Source) -> Parsed:
    """All that a WFP export says about IPsec."""
    notes = Notes(source.path)
    contents = _Contents()
    for each in stream(source, _WANTED):
        if isinstance(each, Problem):
            notes.add(each)
        elif isinstance(each, ListEnd):
            notes.check_count(each.element, each.records)
        else:
            context = context_of(notes, each.element)
            if context is not None:
                contents.add_context(notes, context)
    policy = Policy(
        main_mode_crypto_sets=tuple(contents.main_mode),
        quick_mode_crypto_sets=tuple(contents.quick_mode),
        authentication_sets=tuple(contents.authentication),
        dos_protection=tuple(contents.dos_protection),
    )
    return Parsed(policy=policy, problems=tuple(notes.problems), secrets=tuple(notes.secrets))


_ROOT = re.compile(r"<(?!\?|!--)(?:!DOCTYPE\s+)?([A-Za-z_][\w.-]*)")


def _root(source: Source) -> str:
    match = _ROOT.search(source.head_text)
    return match[1] if match else ""


FORMATS = (
    Format(
        name="wfp-state",
        title="WFP state (wfpstate.xml)",
        recognise=lambda source: _root(source) == "wfpstate",
        parse=parse,
        how_to_export="netsh wfp show state file=wfpstate.xml",
        can_express="provider contexts with main-mode and quick-mode policies as the filtering engine holds them, "
        "IPsec filters, denial-of-service protection, counters of IKE and IPsec",
        cannot_express="names of firewall rules and profiles, key exchange settings of the firewall as a whole, "
        "which policies are about to change",
    ),
)
