"""Replays `netsh advfirewall` commands into the policy that a script creates.

`set rule` changes the rules that this script created, `delete rule` removes them, `reset` removes all, in
the store that `set store` chose. Of the rules of the firewall itself those are read that demand security, or block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall import firewall_rules
from ipseclint.formats.netsh.advfirewall.authentication import NUMBERS, authentication_methods, note_unused
from ipseclint.formats.netsh.advfirewall.crypto import DEFAULT_WORD
from ipseclint.formats.netsh.advfirewall.rulebook import RuleBook, ScriptedRule
from ipseclint.formats.netsh.advfirewall.rules import RuleText, add_connection_rule, add_main_mode_rule, meaning
from ipseclint.formats.netsh.advfirewall.settings import ScriptedSettings
from ipseclint.formats.netsh.contexts import VERBS
from ipseclint.formats.netsh.lexer import Command
from ipseclint.formats.netsh.tags import Arguments, listing, resolve_arguments, unique_prefix
from ipseclint.model.policy import Policy
from ipseclint.source import Span

_AUTHORITY_TAGS = tuple(
    f"auth{number}{signing}ca" for number in NUMBERS.values() for signing in ("", "ecdsap256", "ecdsap384")
)
_FIRST_AUTHENTICATION_TAGS = (
    "auth1", "auth1psk", "auth1healthcert", "auth1ecdsap256healthcert", "auth1ecdsap384healthcert",
    *(tag for tag in _AUTHORITY_TAGS if tag.startswith("auth1")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grammar:
    """The tags of one kind of rule: those of `add`, which of them it needs, and those that choose rules."""

    tags: tuple[str, ...]
    required: tuple[str, ...]
    selectors: tuple[str, ...]


CONSEC = Grammar(
    tags=(
        "name", "endpoint1", "endpoint2", "action", "description", "mode", "enable", "profile", "type",
        "localtunnelendpoint", "remotetunnelendpoint", "port1", "port2", "protocol", "interfacetype",
        *_FIRST_AUTHENTICATION_TAGS, "auth2", *(tag for tag in _AUTHORITY_TAGS if tag.startswith("auth2")),
        "qmpfs", "qmsecmethods", "exemptipsecprotectedconnections", "applyauthz",
    ),
    required=("name", "endpoint1", "endpoint2", "action"),
    selectors=("name", "group", "type", "profile", "endpoint1", "endpoint2", "port1", "port2", "protocol"),
)  # fmt: skip
"""Tags of `consec … rule` (help of Windows 7 and the reference of 2025)."""

MAIN_MODE = Grammar(
    tags=(
        "name", "mmsecmethods", "mmforcedh", "mmkeylifetime", "description", "enable", "profile", "endpoint1",
        "endpoint2", "type", *_FIRST_AUTHENTICATION_TAGS,
    ),
    required=("name",),
    selectors=("name", "profile", "type"),
)  # fmt: skip
"""Tags of `mainmode … rule` (reference of 2025)."""

FIREWALL = Grammar(firewall_rules.TAGS, firewall_rules.REQUIRED, firewall_rules.SELECTORS)
"""Tags of `firewall … rule`."""

GRAMMARS = {"advfirewall consec": CONSEC, "advfirewall mainmode": MAIN_MODE, "advfirewall firewall": FIREWALL}


MAX_EXAMINED_RULES = 1_000_000
"""How many rules `set` and `delete` of one script may look at (reasoned: far above any real script, and a hostile one
could change every rule with every line)."""


class AdvfirewallReplay:
    """Carries out the `netsh advfirewall` commands of one script."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._rules = RuleBook()
        self._examined = 0
        self._settings = ScriptedSettings(diagnostics)

    def apply(self, command: Command) -> None:
        """Carry out one command."""
        verb, *rest = command.words
        known = unique_prefix(verb.text, VERBS)
        if len(known) != 1:
            self._diagnostics.malformed(f"unknown command in `{command.context}`", verb.span)
        elif known[0] in {"show", "dump", "help", "export"}:
            return
        elif command.context in GRAMMARS:
            self._apply_to_rules(known[0], command.context, rest, command.span)
        elif command.context == "advfirewall":
            self._apply_to_store(known[0], verb, rest)

    def finish(self) -> Policy:
        """The policy that the commands so far amount to."""
        parts = PolicyParts()
        self._settings.add_to(parts)
        names: Counter[str] = Counter()
        for rule in self._rules:
            if GRAMMARS[rule.context] is FIREWALL:
                of_firewall = firewall_rules.firewall_rule(rule.tags, rule.span, rule.store, self._diagnostics)
                parts.firewall_rules += [of_firewall] if of_firewall else []
                continue
            name = rule.tags["name"].text
            names[name.casefold()] += 1
            number = names[name.casefold()]
            text = RuleText(
                span=rule.span,
                tags=rule.tags,
                set_name=name if number == 1 else f"{name} ({number})",
                methods={
                    phase: authentication_methods(rule.tags, phase, self._diagnostics)
                    for phase, digit in NUMBERS.items()
                    if f"auth{digit}" in rule.tags
                },
                store=rule.store,
            )
            for phase, digit in NUMBERS.items():
                if phase not in text.methods:
                    note_unused(rule.tags, f"auth{digit}", set(), self._diagnostics)
            add = add_connection_rule if GRAMMARS[rule.context] is CONSEC else add_main_mode_rule
            add(text, parts, self._diagnostics)
        return parts.policy()

    def _apply_to_store(self, verb: str, word: Token, rest: Sequence[Token]) -> None:
        if verb == "set":
            self._settings.apply(word, rest)
        elif verb == "reset":
            self._settings.reset()
            self._rules.clear(self._settings.store)
        elif verb == "import":
            self._diagnostics.not_understood("brings in a policy from another file", word.span)
        else:
            self._diagnostics.malformed(f"unknown command `{verb}` in `advfirewall`", word.span)

    def _apply_to_rules(self, verb: str, context: str, words: Sequence[Token], span: Span) -> None:
        if not words or not words[0].text or not "rule".startswith(words[0].text.casefold()):
            self._diagnostics.malformed(f"`{verb}` without `rule`", span)
        elif verb == "add":
            self._add(context, words[1:], span)
        elif verb == "set":
            self._set(context, words[1:], span)
        elif verb == "delete":
            selection = self._arguments(words[1:], GRAMMARS[context].selectors)
            for rule in self._chosen(context, selection, span) if selection is not None else ():
                self._rules.remove(rule)
        else:
            self._diagnostics.malformed(f"unknown command `{verb} rule` in `{context}`", span)

    def _add(self, context: str, words: Sequence[Token], span: Span) -> None:
        grammar = GRAMMARS[context]
        tags = self._arguments(words, grammar.tags)
        if tags is None:
            return
        missing = [tag for tag in grammar.required if tag not in tags or not tags[tag].text]
        if missing:
            self._diagnostics.malformed(f"`add rule` without {listing(missing)}: Windows creates no rule", span)
            return
        self._rules.add(ScriptedRule(context, self._settings.store, span, tags))

    def _set(self, context: str, words: Sequence[Token], span: Span) -> None:
        at = next((index for index, _ in enumerate(words) if is_new(words, index)), None)
        if at is None:
            self._diagnostics.malformed("`set rule` without `new`: Windows changes nothing", span)
            return
        selection = self._arguments(words[:at], GRAMMARS[context].selectors)
        changes = self._arguments(words[at + 1 :], GRAMMARS[context].tags)
        if selection is None or changes is None:
            return
        chosen = self._chosen(context, selection, span)
        is_foreign = GRAMMARS[context] is not FIREWALL or firewall_rules.bears_on_ipsec(changes)
        if not chosen and "name" in selection and is_foreign:
            self._diagnostics.not_understood("changes a rule that this script does not create", selection["name"].span)
        for rule in chosen:
            self._rules.change(rule, _changed(rule.tags, changes))

    def _chosen(self, context: str, selection: dict[str, Token], span: Span) -> list[ScriptedRule]:
        """The rules of the current store that a selection means."""
        if "group" in selection and GRAMMARS[context] is FIREWALL:
            return []  # the groups of Windows and of programs; a rule of a script has none
        if "group" in selection:
            self._diagnostics.not_understood(
                "which rules belong to a group is not in a script", selection["group"].span
            )
            return []
        name = selection.get("name")
        if name is None:
            self._diagnostics.malformed("no `name`: which rule is meant?", span)
            return []
        wanted = {tag: meaning(tag, value, self._diagnostics) for tag, value in selection.items() if tag != "name"}
        candidates = self._rules.named(context, self._settings.store, name.text)
        self._examined += len(candidates)
        if self._examined > MAX_EXAMINED_RULES:
            self._diagnostics.refused("too many changes to too many rules: this and later ones are not followed", span)
            return []
        return [
            rule
            for rule in candidates
            if all(meaning(tag, rule.tags.get(tag), Diagnostics(span.path)) == value for tag, value in wanted.items())
        ]

    def _arguments(self, words: Sequence[Token], tags: Sequence[str]) -> dict[str, Token] | None:
        """The arguments by tag; None if Windows refuses the command, which is noted."""
        arguments = resolve_arguments(words, tags, positional=False)
        for problem in arguments.problems:
            self._diagnostics.add(problem)
        self._diagnostics.secrets.extend(_secrets(arguments, words))
        if arguments.is_refused:
            return None
        return {argument.tag: argument.value for argument in arguments.ordered}


def _secrets(arguments: Arguments, words: Sequence[Token]) -> list[Span]:
    """The places of keys; beside a key, everything that could not be told is taken for a part of it."""
    if not any("psk" in word.text.casefold() or word.text.casefold().startswith("auth1p") for word in words):
        return []
    keys = [argument.value for argument in arguments.ordered if argument.tag.endswith("psk")]
    return [word.span for word in (*keys, *arguments.unresolved)]


def is_new(words: Sequence[Token], index: int) -> bool:
    """Whether a word is the `new` between selection and changes, and neither a tag nor a value."""
    if words[index].text.casefold() != "new" or (index and _is_equals(words[index - 1])):
        return False
    return index + 1 >= len(words) or not _is_equals(words[index + 1])


def _is_equals(word: Token) -> bool:
    # A rule may be called "=", in quotes.
    return word.text == "=" and not word.quoted


def _changed(tags: dict[str, Token], changes: dict[str, Token]) -> dict[str, Token]:
    """The tags of a rule after `set rule … new`."""
    # New methods come with their own keys and authorities.
    replaced = tuple(prefix for digit in NUMBERS.values() if (prefix := f"auth{digit}") in changes)
    kept = {tag: value for tag, value in tags.items() if not replaced or not tag.startswith(replaced)}
    methods = changes.get("qmsecmethods")
    if methods is not None and methods.word == DEFAULT_WORD:
        kept.pop("qmpfs", None)
    return kept | changes
