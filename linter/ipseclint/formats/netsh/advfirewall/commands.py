"""Replay of `netsh advfirewall` commands into the policy that a script creates.

`set rule` changes the rules that this script created, `delete rule` removes them, `reset` removes all, in the store
that `set store` chose. Firewall rules are kept only if they require security, or block.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall import firewall_rules
from ipseclint.formats.netsh.advfirewall.aims import AIMED, Aim
from ipseclint.formats.netsh.advfirewall.authentication import NUMBERS, authentication_methods, note_unused
from ipseclint.formats.netsh.advfirewall.crypto import DEFAULT_WORD
from ipseclint.formats.netsh.advfirewall.rules import (
    RuleText,
    connection_rule,
    inline_sets,
    main_mode_rule,
    meaning,
)
from ipseclint.formats.netsh.advfirewall.state import (
    ALL,
    RuleBook,
    ScriptedRule,
    ScriptedSettings,
    chooses_store,
)
from ipseclint.formats.netsh.command import Command, breaks_the_rules, is_taken
from ipseclint.formats.netsh.command_words import VERBS
from ipseclint.formats.netsh.process import Session
from ipseclint.formats.netsh.tags import Arguments, listing, resolve_arguments, swallowed, unique_prefix
from ipseclint.model.policy import Policy, PolicyObject
from ipseclint.source import Span

_AUTHORITY_TAGS = tuple(
    f"auth{number}{signing}ca" for number in NUMBERS.values() for signing in ("", "ecdsap256", "ecdsap384")
)
_FIRST_AUTHENTICATION_TAGS = (
    "auth1", "auth1psk", "auth1healthcert", "auth1ecdsap256healthcert", "auth1ecdsap384healthcert",
    *(tag for tag in _AUTHORITY_TAGS if tag.startswith("auth1")),
)  # fmt: skip


class Grammar(Struct, frozen=True):
    """The tags of one kind of rule: those of `add`, the required ones, and those that select rules."""

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


_LOOKS = frozenset({"show", "dump", "help", "export"})
_MONITOR = "advfirewall monitor"
_OF_IPSEC = frozenset({"advfirewall consec", "advfirewall mainmode"})
_CHANGES = frozenset({"add", "set", "delete", "reset", "import"})

MAX_EXAMINED_RULES = 1_000_000
"""How many rules `set` and `delete` of one script may look at (reasoned: far above any real script, and a hostile one
could change every rule with every line)."""

_Other = tuple[dict[str, Token], tuple[PolicyObject, ...]]
"""What a rule is given that the script does not create: the tags, and the sets of them."""


class AdvfirewallReplay:
    """Carries out the `netsh advfirewall` commands of one script."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._rules = RuleBook()
        self._others: defaultdict[tuple[str, str | None], dict[str, _Other]] = defaultdict(dict)
        self._examined = 0
        self._settings = ScriptedSettings()
        self._session = Session()
        self._has_missed = False
        self._is_of_no_concern = False
        self._is_told = False
        self.aims: list[Aim] = []

    def apply(self, command: Command) -> bool:
        """Carry out one command, unless netsh refuses it; whether it surely finds what it changes."""
        self._has_missed = False
        return self._take(command) and not self._has_missed

    def _take(self, command: Command) -> bool:
        if self._session.begins_anew(command.process):
            self._settings.store = None
        places = tuple(variable.span for variable in command.variables)
        trial = Diagnostics(self._diagnostics.path, of_command=True, open_places=places)
        self._is_of_no_concern = self._is_told = False
        self._carry_out(command, trial)
        if self._is_of_no_concern:
            command = replace(command, variables=())
        if not is_taken(command, trial, self._diagnostics):
            return False
        (verb,) = unique_prefix(command.words[0].text, VERBS)
        if verb == "set" and command.context == "advfirewall" and chooses_store(command.words[1:]):
            self._session.choose(self._settings.store, command)
        elif verb in _CHANGES:
            self._session.change(command.span)
        if verb in AIMED and command.context in _OF_IPSEC and not self._is_told:
            self.aims.append(Aim(verb, _named(command.words), command.span))
        return True

    def made_at(self) -> set[Span]:
        """Where the rules stand that the script has made."""
        return {rule.span for rule in self._rules}

    @property
    def adds_locally(self) -> bool:
        """Whether the next rule goes into the local store."""
        return self._settings.store is None

    def add(self, rule: ScriptedRule) -> None:
        """Add a rule to the local store, which is the current one."""
        self._session.change(rule.span)
        self._rules.add(rule)

    def only_rule(self) -> ScriptedRule | None:
        """The only rule so far; None if there are none or several."""
        rules = list(self._rules)
        return rules[0] if len(rules) == 1 else None

    def finish(self) -> Policy:
        """The resulting policy."""
        parts = PolicyParts()
        done = Diagnostics(self._diagnostics.path)  # what a command's values lack was noted with the command
        self._settings.add_to(parts, done)
        names: Counter[str] = Counter()
        for rule in self._rules:
            if GRAMMARS[rule.context] is FIREWALL:
                parts.take(rule.made)
                continue
            name = rule.name
            names[name.casefold()] += 1
            number = names[name.casefold()]
            if number > 1:
                parts.take(_made(rule.context, rule.store, rule.span, rule.tags, done, f"{name} ({number})"))
            else:
                parts.take(rule.made)
        for others in self._others.values():
            for _, sets in others.values():
                parts.take(sets)
        names_of_others = tuple(sorted({name for others in self._others.values() for name in others}))
        more = {"lost_stores": self._session.lost(), "names_not_followed": names_of_others}
        return parts.policy().model_copy(update=more)

    def _carry_out(self, command: Command, trial: Diagnostics) -> None:
        """Carry out a command in full, or, if something in it is malformed, note that and change nothing."""
        verb, *rest = command.words
        known = unique_prefix(verb.text, VERBS)
        if len(known) != 1:
            trial.malformed(f"unknown command in `{command.context}`", verb.span)
        elif known[0] in _LOOKS or command.context == _MONITOR:
            from ipseclint.formats.netsh.advfirewall.looking import note_misdirected

            note_misdirected(known[0], command, rest, trial)
        elif command.context in GRAMMARS:
            self._apply_to_rules(known[0], command, rest, trial)
        elif command.context == "advfirewall":
            self._apply_to_store(known[0], verb, rest, trial)

    def _apply_to_store(self, verb: str, word: Token, rest: Sequence[Token], trial: Diagnostics) -> None:
        if verb == "set":
            self._settings.apply(word, rest, trial)
        elif verb == "reset" and rest and not "export".startswith(rest[0].word):
            trial.malformed("`reset` takes `export` and a file, or nothing", rest[0].span)
        elif verb == "reset":
            self._settings.reset()
            self._rules.clear(self._settings.store)
            for context in GRAMMARS:
                self._others.pop((context, self._settings.store), None)
        elif verb == "import" and not rest:
            trial.malformed("`import` without a file", word.span)
        elif verb == "import":
            trial.not_understood("brings in a policy from another file", word.span)
        else:
            trial.malformed(f"unknown command `{verb}` in `advfirewall`", word.span)

    def _apply_to_rules(self, verb: str, command: Command, words: Sequence[Token], trial: Diagnostics) -> None:
        context = command.context
        if not words or not words[0].text or not "rule".startswith(words[0].text.casefold()):
            trial.malformed(f"`{verb}` without `rule`", command.span)
        elif verb == "add":
            self._add(command, words[1:], trial)
        elif verb == "set":
            self._set(command, words[1:], trial)
        elif verb == "delete":
            selection = _selection(words[1:], GRAMMARS[context].selectors, trial)
            chosen = self._chosen(command, selection, trial) if selection is not None else []
            self._has_missed = not chosen
            for rule in chosen:
                self._rules.remove(rule)
            if selection is not None and selection.keys() == {"name"}:
                self._forget_other(context, selection["name"].text.casefold())
        else:
            trial.malformed(f"unknown command `{verb} rule` in `{context}`", command.span)

    def _add(self, command: Command, words: Sequence[Token], trial: Diagnostics) -> None:
        grammar, store, span = GRAMMARS[command.context], self._settings.store, command.span
        tags = _arguments(words, grammar.tags, trial)
        if tags is None:
            return
        missing = [tag for tag in grammar.required if tag not in tags or not tags[tag].text]
        if missing:
            trial.malformed(f"`add rule` without {listing(missing)}{swallowed(missing, tags)}", span)
            return
        made = _made(command.context, store, span, tags, trial)
        self._is_of_no_concern = not made
        if not breaks_the_rules(trial):
            self._rules.add(ScriptedRule(command.context, store, span, tags["name"].text, lambda: tags, made))

    def _set(self, command: Command, words: Sequence[Token], trial: Diagnostics) -> None:
        context, span = command.context, command.span
        at = next((index for index, _ in enumerate(words) if is_new(words, index)), None)
        if at is None:
            trial.malformed("`set rule` without `new`", span)
            return
        if at + 1 == len(words):
            trial.malformed("`new` without a value behind it: nothing is changed", words[at].span)
            return
        selection = _selection(words[:at], GRAMMARS[context].selectors, trial)
        changes = _arguments(words[at + 1 :], GRAMMARS[context].tags, trial)
        if selection is None or changes is None:
            return
        chosen = self._chosen(command, selection, trial)
        is_foreign = GRAMMARS[context] is not FIREWALL or firewall_rules.bears_on_ipsec(changes)
        if not chosen and "name" in selection and is_foreign:
            trial.not_understood("changes a rule that this script does not create", selection["name"].span)
            self._is_told = True
            self._change_another(command, selection["name"], changes, trial)
        changed = []
        for rule in chosen:
            tags = _changed(rule.tags, changes)
            changed.append((rule, tags, _made(context, rule.store, rule.span, tags, trial)))
        if not breaks_the_rules(trial):
            for rule, tags, made in changed:
                self._rules.change(rule, tags, made)

    def _change_another(self, command: Command, name: Token, changes: dict[str, Token], trial: Diagnostics) -> None:
        """Keep the sets that a rule is given which the script does not create: of the rule no more is known."""
        context, store = command.context, self._settings.store
        if GRAMMARS[context] is FIREWALL or name.text.casefold() == ALL:
            return
        others, old = self._others[context, store], name.text.casefold()
        tags = _changed(others[old][0] if old in others else {}, changes)
        called = tags.get("name", name).text
        text = _rule_text(store, command.span, tags, trial, called)
        sets = inline_sets(text, trial, of_main_mode=GRAMMARS[context] is MAIN_MODE)
        if not breaks_the_rules(trial):
            others.pop(old, None)
            others[called.casefold()] = tags, sets

    def _forget_other(self, context: str, name: str) -> None:
        """Forget what a rule of another script was given that is deleted."""
        others = self._others[context, self._settings.store]
        if name == ALL:
            others.clear()
        else:
            others.pop(name, None)

    def _chosen(self, command: Command, selection: dict[str, Token], trial: Diagnostics) -> list[ScriptedRule]:
        """The rules of the current store that a selection matches."""
        context, span = command.context, command.span
        if "group" in selection and GRAMMARS[context] is FIREWALL:
            return []  # the groups of Windows and of programs; a rule of a script has none
        if "group" in selection:
            trial.not_understood("which rules belong to a group is not in a script", selection["group"].span)
            return []
        name = selection.get("name")
        if name is None:
            trial.malformed("no `name`: which rule is meant?", span)
            return []
        wanted = {tag: meaning(tag, value, trial) for tag, value in selection.items() if tag != "name"}
        candidates = self._rules.named(context, self._settings.store, name.text)
        self._examined += len(candidates)
        if self._examined > MAX_EXAMINED_RULES:
            trial.refused("too many changes to too many rules: this and later ones are not followed", span)
            return []
        return [
            rule
            for rule in candidates
            if all(meaning(tag, rule.tags.get(tag), Diagnostics(span.path)) == value for tag, value in wanted.items())
        ]


def _made(
    context: str,
    store: str | None,
    span: Span,
    tags: dict[str, Token],
    diagnostics: Diagnostics,
    set_name: str | None = None,
) -> tuple[PolicyObject, ...]:
    """The objects of one rule's tags; its sets have the rule's name, unless `set_name` is given."""
    if GRAMMARS[context] is FIREWALL:
        of_firewall = firewall_rules.firewall_rule(tags, span, store, diagnostics)
        return (of_firewall,) if of_firewall else ()
    text = _rule_text(store, span, tags, diagnostics, set_name or tags["name"].text)
    make = connection_rule if GRAMMARS[context] is CONSEC else main_mode_rule
    return make(text, diagnostics)


def _rule_text(
    store: str | None, span: Span, tags: dict[str, Token], diagnostics: Diagnostics, set_name: str
) -> RuleText:
    text = RuleText(
        span=span,
        tags=tags,
        set_name=set_name,
        methods={
            phase: authentication_methods(tags, phase, diagnostics)
            for phase, digit in NUMBERS.items()
            if f"auth{digit}" in tags
        },
        store=store,
        of_command=True,
    )
    for phase, digit in NUMBERS.items():
        if phase not in text.methods:
            note_unused(tags, f"auth{digit}", set(), diagnostics)
    return text


def _selection(words: Sequence[Token], tags: Sequence[str], trial: Diagnostics) -> dict[str, Token] | None:
    """The arguments that choose rules; None if netsh refuses the command, which is noted.

    `delete rule all` chooses every rule: no page has `all` without its tag, and very many scripts in use do.
    """
    if not words or words[0].text.casefold() != ALL or any(map(_is_equals, words[1:2])):
        return _arguments(words, tags, trial)
    chosen = _arguments(words[1:], tags, trial)
    return None if chosen is None else {"name": words[0]} | chosen


def _arguments(words: Sequence[Token], tags: Sequence[str], trial: Diagnostics) -> dict[str, Token] | None:
    """The arguments by tag; None if netsh refuses the command, which is noted."""
    arguments = resolve_arguments(words, tags, positional=False)
    for problem in arguments.problems:
        trial.add(problem)
    trial.secrets.extend(_secrets(arguments, words))
    if arguments.is_refused:
        return None
    return {argument.tag: argument.value for argument in arguments.ordered}


def _secrets(arguments: Arguments, words: Sequence[Token]) -> list[Span]:
    """The places of keys; beside a key, every unresolved word is taken for a part of it."""
    keys = [argument.value for argument in arguments.ordered if argument.tag.endswith("psk")]
    if not keys and not arguments.unresolved:
        return []
    text = "\0".join(["", *(word.text for word in words)]).casefold()
    if "psk" not in text and "\0auth1p" not in text:
        return []
    return [span for word in (*keys, *arguments.unresolved) for span in word.spans]


def _named(words: Sequence[Token]) -> str:
    """The folded name of the rules that a command looks for; all where it gives none."""
    at = next((index for index, word in enumerate(words) if is_new(words, index)), len(words))
    named = resolve_arguments(words[2:at], CONSEC.selectors, positional=False).ordered
    return next((each.value.text.casefold() for each in named if each.tag == "name"), ALL)


def is_new(words: Sequence[Token], index: int) -> bool:
    """Whether a word is the keyword `new` between selection and changes, rather than a tag or a value."""
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
