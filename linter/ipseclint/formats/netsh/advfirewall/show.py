"""Output of `netsh advfirewall … show`: rules, global settings, profiles, security associations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.read import shown_address
from ipseclint.formats.kit.token import LEFT_OUT, Token, lines_of
from ipseclint.formats.netsh.advfirewall.output import ASSOCIATION, GLOBAL, PROFILE, RULE, Block, BlockReader
from ipseclint.formats.netsh.advfirewall.unknown_locale import RULER, looks_like_rules, resolve_labels
from ipseclint.formats.netsh.advfirewall.words import AGREED_KEY_EXCHANGES, SINGLE_PROFILES
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.pasted.signs import END_OF_BLOCK
from ipseclint.formats.transcript.parting_lines import NOTHING_BEHIND, own_line
from ipseclint.late import late, late_names
from ipseclint.model.events import EventKind, SecurityAssociation
from ipseclint.model.policy import MainModeCryptoSet, MainModeProposal, Profile, QuickModeProposal
from ipseclint.source import Source, ended_by_lf
from ipseclint.vocabulary import builtin, netsh_labels

if TYPE_CHECKING:
    from ipseclint.formats.kit.policy_parts import PolicyParts, default_quick_mode_proposals
    from ipseclint.formats.netsh.advfirewall.crypto import main_mode_proposals, quick_mode_proposals
    from ipseclint.formats.netsh.advfirewall.global_settings import default_main_mode, global_settings
    from ipseclint.formats.netsh.advfirewall.printed_alike import PrintedAlike, parts_of
    from ipseclint.formats.netsh.advfirewall.rules import PrintedRule, RuleText, connection_rule, main_mode_rule
    from ipseclint.formats.netsh.advfirewall.shown_authentication import shown_methods
else:  # what reads is loaded where there is something to read: every text is asked whether it is such an output
    (default_quick_mode_proposals,) = late_names("ipseclint.formats.kit.policy_parts", "default_quick_mode_proposals")
    (PolicyParts,) = late_names("ipseclint.formats.kit.policy_parts", "PolicyParts")
    main_mode_proposals, quick_mode_proposals = late_names(
        "ipseclint.formats.netsh.advfirewall.crypto", "main_mode_proposals", "quick_mode_proposals"
    )
    default_main_mode, global_settings = late_names(
        "ipseclint.formats.netsh.advfirewall.global_settings", "default_main_mode", "global_settings"
    )
    PrintedAlike, parts_of = late_names("ipseclint.formats.netsh.advfirewall.printed_alike", "PrintedAlike", "parts_of")
    PrintedRule, RuleText, connection_rule, main_mode_rule = late_names(
        "ipseclint.formats.netsh.advfirewall.rules", "PrintedRule", "RuleText", "connection_rule", "main_mode_rule"
    )
    (shown_methods,) = late_names("ipseclint.formats.netsh.advfirewall.shown_authentication", "shown_methods")

_CONNECTION_RULE_ONLY = frozenset({"action", "mode", "protocol", "port1", "port2", "qmsecmethods", "qmpfs"})
_MAIN_MODE_RULE_ONLY = frozenset({"auth1", "mmsecmethods", "mmkeylifetime"})
"""What every main-mode rule is printed with."""
_ALWAYS = {True: frozenset({"auth1"}), False: frozenset({"auth1", "qmsecmethods"})}
"""What every rule that negotiates is printed with; `True` for main-mode rules."""
_REQUIRED = ("name", "endpoint1", "endpoint2", "action")
_NOT_CONFIGURED = "notconfigured"
_ONLY_IN_GPO = "gpo"
"""What the value says in every language where it can be set in a GPO alone: `N/A (GPO-store only)`."""


_MANY_CHARACTERS = 100_000
"""From how many on rules that are printed alike are worth a mould (reasoned: some eighty rules)."""


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The contents of all blocks of the output, whichever commands printed it."""
    reader, output = _ShowReader(diagnostics), BlockReader()
    if len(text) < _MANY_CHARACTERS:
        _read_lines(reader, output, lines_of(text, diagnostics.path))
    else:
        _read_alike(reader, output, ended_by_lf(text), diagnostics.path)
    for block in output.rest():
        reader.read(block)
    return reader.finish()


def _read_lines(reader: _ShowReader, output: BlockReader, lines: Iterable[Token]) -> None:
    for line in lines:
        output.feed(line)
        for block in output.finished():
            reader.read(block)


def _read_alike(reader: _ShowReader, output: BlockReader, text: str, path: str) -> None:
    """Read a long text, in which many rules are printed alike."""
    alike = PrintedAlike(path, partial(_rule_alone, path))
    for number, part in parts_of(text):
        if output.is_in_rule:
            for block in output.rest():
                reader.read(block)
        printed = alike.rule(number, part) if not output.blocks else None
        if printed is None or not reader.take_again(printed):
            _read_lines(reader, output, lines_of(part, path, number))


def _rule_alone(path: str, number: int, text: str) -> PrintedRule | None:
    """The rule that a text prints, read on its own; None if it prints anything else, or if there is something to
    report."""
    diagnostics, output = Diagnostics(path), BlockReader()
    for line in lines_of(text, path, number):
        output.feed(line)
    blocks = output.rest()
    if len(blocks) != 1:
        return None
    printed = _ShowReader(diagnostics).read(blocks[0])
    return printed if diagnostics == Diagnostics(path) else None


class _ShowReader:
    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._parts = PolicyParts()
        self._names: Counter[str] = Counter()
        self._global: dict[str, Token] = {}
        self._merge: dict[Profile, Token] = {}
        self._effective: list[tuple[Mapping[str, Token], int]] = []
        """What rules show of the main mode in effect, and how many lines below its places."""
        self._associations: list[SecurityAssociation] = []

    def read(self, block: Block) -> PrintedRule | None:
        """Take one block; the rule that it prints, if it is one."""
        if netsh_labels.FIREWALL_RULE in block.entries:
            return None
        if block.kind == RULE:
            block = resolve_labels(block)
        if block.guessed and block.entries.keys() == {"name"}:
            return None  # a rule has at least an action, or methods, whose words no language changes
        self._note_keys_and_strange_lines(block)
        values = block.values
        if block.kind == RULE:
            return self._read_rule(block, values)
        if block.kind == ASSOCIATION:
            self._associations.append(_association(block, values, self._diagnostics))
        elif block.kind == GLOBAL:
            for name, value in values.items():
                if value.word != _NOT_CONFIGURED:
                    self._global.setdefault(name, value)
        elif block.kind == PROFILE and "localconsecrules" in values:
            self._read_merge(block, values["localconsecrules"])
        return None

    def _note_keys_and_strange_lines(self, block: Block) -> None:
        of_keys = set[int]()
        for entry in block.entries.get("auth1psk", ()):
            self._diagnostics.secrets.extend(piece.span for piece in entry.pieces)
            of_keys |= {entry.line.line, *(piece.line for piece in entry.pieces)}
        # A label with nothing behind it is a heading, or says nothing.
        others = [each.line for each in block.others if each.value.text]
        for line in sorted((*block.strange, *others), key=lambda each: each.line):
            if not of_keys.isdisjoint({line.line - 1, line.line - 2}):  # the rest of a key that was broken
                of_keys.add(line.line)
            self._note_strange(line, is_of_key=line.line in of_keys or "psk" in line.word)

    def take_again(self, printed: PrintedRule) -> bool:
        """Take a rule that is printed like another; False if there is one of its name, which its sets have too."""
        name = printed.made[0].name.casefold()
        if name in self._names:
            return False
        self._names[name] = 1
        self._take(printed)
        return True

    def _take(self, printed: PrintedRule) -> None:
        self._parts.take(printed.made)
        if printed.effective:
            self._effective.append((printed.effective, printed.below))

    def finish(self) -> Parsed:
        """The result of all blocks."""
        settings = global_settings(self._global, self._merge, self._diagnostics, shown=True)
        if settings is not None:
            self._parts.globals.append(settings)
        crypto = self._main_mode()
        if crypto is not None:
            self._parts.main_mode.insert(0, crypto)
        return Parsed(
            policy=self._parts.policy(),
            associations=tuple(self._associations),
            problems=self._diagnostics.listed(),
            secrets=tuple(self._diagnostics.secrets),
            unread=self._diagnostics.unread_names(),
        )

    def _read_rule(self, block: Block, values: dict[str, Token]) -> PrintedRule | None:
        main_mode_only = not (values.keys() & _CONNECTION_RULE_ONLY)
        missing = [label for label in (_REQUIRED[:1] if main_mode_only else _REQUIRED) if label not in values]
        is_cut = any(LEFT_OUT.fullmatch(line.text) for line in block.strange)
        if is_cut and (missing or not values.keys() >= _ALWAYS[main_mode_only]):
            self._diagnostics.not_understood("a rule of which lines are left out is not read", block.span)
            return None
        if missing:
            self._diagnostics.malformed(f"a rule is printed without its {', '.join(missing)}", block.span)
            return None
        if main_mode_only and not values.keys() & _MAIN_MODE_RULE_ONLY:
            self._diagnostics.malformed(
                "a rule is printed without what it asks for: the list may be cut off", block.span
            )
            return None
        name = values["name"].text
        self._names[name.casefold()] += 1
        number = self._names[name.casefold()]
        text = RuleText(
            span=values["name"].span,
            tags=_without_default_quick_mode(values),
            set_name=name if number == 1 else f"{name} ({number})",
            methods=shown_methods(block, self._diagnostics),
        )
        if main_mode_only:
            printed = PrintedRule(main_mode_rule(text, self._diagnostics), {})
        else:
            effective = {name: value for name, value in values.items() if name in {"mmsecmethods", "mmkeylifetime"}}
            printed = PrintedRule(connection_rule(text, self._diagnostics), effective)
        self._take(printed)
        return printed

    def _read_merge(self, block: Block, merge: Token) -> None:
        if merge.word == _NOT_CONFIGURED or _ONLY_IN_GPO in merge.word:
            return
        profile = SINGLE_PROFILES.get(block.profile)
        if profile is not None:
            self._merge.setdefault(profile, merge)
        else:
            self._diagnostics.not_understood("no known profile heading precedes this line", merge.span)

    def _main_mode(self) -> MainModeCryptoSet | None:
        """The default main mode, from `show global`, else as the rules show it in effect."""
        if any(tag in self._global for tag in ("mmsecmethods", "mmkeylifetime", "mmforcedh")):
            chosen: Mapping[str, Token] = self._global
        elif self._effective:
            chosen, _ = self._effective[0]
        else:
            return None
        for other, below in self._effective:
            for name, value in other.items():
                if name in chosen and value.word != chosen[name].word:
                    self._diagnostics.contradictory(
                        f"main mode takes effect here with {quoted(value.text)}, and with {quoted(chosen[name].text)} "
                        f"in line {chosen[name].line}; the latter is taken for the default",
                        replace(value.span, line=value.line + below),
                    )
        return default_main_mode(chosen, self._diagnostics, shown=True)

    def _note_strange(self, line: Token, *, is_of_key: bool) -> None:
        if is_of_key:
            self._diagnostics.secrets.append(line.span)
            self._diagnostics.not_understood("a line about a preshared key is not understood", line.span)
        elif LEFT_OUT.fullmatch(line.text) is not None:
            self._diagnostics.cut_short(line.span)
        elif END_OF_BLOCK.fullmatch(line.text) is None:
            self._diagnostics.not_understood(f"unknown label in {quoted(line.text)}", line.span)


def _without_default_quick_mode(values: dict[str, Token]) -> dict[str, Token]:
    """The values without the quick-mode proposals if they are Windows' defaults, which it prints for every rule."""
    methods, pfs = values.get("qmsecmethods"), values.get("qmpfs")
    if methods is None or (pfs is not None and pfs.word != builtin.QUICK_MODE_PFS_GROUP):
        return values
    windows = default_quick_mode_proposals(methods.span)
    shown = quick_mode_proposals(methods, Diagnostics(methods.path))
    # No source promises the order in which Windows offers its own.
    if len(shown) != len(windows) or set(map(_offer, shown)) != set(map(_offer, windows)):
        return values
    return {name: value for name, value in values.items() if name not in {"qmsecmethods", "qmpfs"}}


def _offer(proposal: QuickModeProposal) -> tuple[object, ...]:
    return *proposal.algorithms, proposal.lifetime_seconds.value, proposal.lifetime_kilobytes.value


def _association(block: Block, values: dict[str, Token], diagnostics: Diagnostics) -> SecurityAssociation:
    quick = "quick_mode_offer" in values
    text = {name: value.text for name, value in values.items() if value.text}
    offer = values.get("quick_mode_offer" if quick else "main_mode_offer")
    return SecurityAssociation(
        span=block.span,
        kind=EventKind.QUICK_MODE if quick else EventKind.MAIN_MODE,
        local_address=shown_address(values.get("local_address"), diagnostics),
        remote_address=shown_address(values.get("remote_address"), diagnostics),
        offer=offer.text or None if offer else None,
        first_authentication=text.get("first_authentication"),
        second_authentication=text.get("second_authentication"),
        proposal=_agreed(offer, diagnostics, quick=quick) if offer else None,
    )


def _agreed(offer: Token, diagnostics: Diagnostics, *, quick: bool) -> MainModeProposal | QuickModeProposal | None:
    """The proposal that an association agreed on, printed like one of a set; None if not understood."""
    unknown = Diagnostics(offer.path)
    if quick:
        proposals: Sequence[MainModeProposal | QuickModeProposal] = quick_mode_proposals(offer, unknown)
    else:
        proposals = main_mode_proposals(offer, unknown, AGREED_KEY_EXCHANGES)
    diagnostics.take(unknown)
    return proposals[0] if len(proposals) == 1 and not unknown.listed() else None


def _starts(*tables: Mapping[str, Mapping[str, str]], meanings: frozenset[str]) -> str:
    """A pattern for lines that begin with labels of these meanings in any language, in folded text."""
    labels = sorted(
        {
            label.casefold()
            for table in tables
            for each in table.values()
            for label, meaning in each.items()
            if meaning in meanings
        },
        key=lambda label: (-len(label), label),
    )
    # In the output of reg query the same words are names of values, in a manifest of Puppet those of parameters.
    return rf"\n[ \t]*+({'|'.join(map(re.escape, labels))})(?![ \t]+(?:reg_|=>))"


_RULE_NAME = late(_starts(netsh_labels.RULE_LABELS, meanings=frozenset({"name"})))
_OF_RULES = late(
    _starts(netsh_labels.RULE_LABELS, meanings=frozenset({"endpoint1", "auth1", "mmsecmethods", "qmsecmethods"}))
)
_OF_SETTINGS = (netsh_labels.GLOBAL_LABELS, netsh_labels.PROFILE_LABELS)
_OF_GLOBAL = late(
    _starts(
        netsh_labels.GLOBAL_LABELS,
        meanings=frozenset(
            {"strongcrlcheck", "saidletimemin", "defaultexemptions", "ipsecthroughnat", "mmkeylifetime", "mmsecmethods"}
        ),
    )
)
_OF_PROFILES = late(_starts(netsh_labels.PROFILE_LABELS, meanings=frozenset({"localconsecrules"})))
_OF_ASSOCIATIONS = late(
    _starts(
        netsh_labels.SA_LABELS,
        meanings=frozenset({"local_address", "remote_address", "main_mode_offer", "quick_mode_offer"}),
    )
)


_IN_EVENT = "rule id:\t"
"""How an event of the firewall's log tells a rule, which has some of the same labels, folded."""

_OWN_LINE = late(
    own_line(
        r"netsh(?:\.exe)?[ ]advfirewall[ ]show[ ](?:global|(?:all|current|domain|private|public)profile)"
        r"(?:[ ]\w{1,40})?",
        rf"(?:{'|'.join(re.escape(heading) for heading in netsh_labels.HEADINGS['english'] if heading.endswith(':'))})",
        r"-{20,90}",
        rf"(?:{'|'.join(label for labels in _OF_SETTINGS for label in labels['english'])})[ ]{{2,60}}{NOTHING_BEHIND}",
        r"[ ]{30,60}[\w-]{1,60},?",
        r"Ok\.",
    ),
    re.IGNORECASE,
)
"""A line of a session that shows settings in English."""


def recognise(source: Source) -> bool:
    """Whether lines begin with the labels of a connection security or main-mode rule, or of settings."""
    lines = source.head_lines
    return _has_labels(source) or (RULER in lines and not source.once(_has_associations) and looks_like_rules(lines))


def recognise_associations(source: Source) -> bool:
    """Whether lines begin with the labels of a security association, and none with those of rules or settings."""
    return source.once(_has_associations) and not _has_labels(source)


def _has_labels(source: Source) -> bool:
    lines = source.head_lines_folded
    if _IN_EVENT in lines:
        return False
    of_rules = _RULE_NAME.search(lines) is not None and _OF_RULES.search(lines) is not None
    return of_rules or _has_of(_OF_GLOBAL, lines, 2) or _OF_PROFILES.search(lines) is not None


def _has_associations(source: Source) -> bool:
    return _has_of(_OF_ASSOCIATIONS, source.head_lines_folded, 3)


def _has_of(labels: re.Pattern[str], lines: str, number: int) -> bool:
    """Whether lines begin with at least this many of the labels."""
    labels_met: set[str] = set()
    for match in labels.finditer(lines):
        labels_met.add(match[1])
        if len(labels_met) == number:
            return True
    return False


FORMATS = (
    Format(
        name="advfirewall-show",
        title="output of netsh advfirewall show, consec show rule, mainmode show rule",
        recognise=recognise,
        parse=parse,
        how_to_export=(
            "elevated: netsh advfirewall consec show rule name=all verbose > rules.txt"
            " & netsh advfirewall show global >> rules.txt"
        ),
        can_express=(
            "connection security and main-mode rules with their sets, global IPsec settings; printed by a Windows that "
            "is not English, as far as known words, values and the order of lines tell, and the rest is reported"
        ),
        cannot_express="names of shared sets, certificate criteria, key modules, the GPO a rule comes from",
        is_alone=lambda source: source.has_only(_OWN_LINE),
    ),
    Format(
        name="advfirewall-monitor-sa",
        title="output of netsh advfirewall monitor show mmsa and qmsa",
        recognise=recognise_associations,
        parse=parse,
        how_to_export="netsh advfirewall monitor show mmsa > sa.txt & netsh advfirewall monitor show qmsa >> sa.txt",
        can_express="the security associations at one moment: addresses, offers, authentication",
        cannot_express="the policy that led to them",
        without_key="associations name the method of authentication, never the key",
    ),
)
