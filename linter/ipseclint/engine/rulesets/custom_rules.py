"""Rules that users write in their own ruleset: a CEL expression over the plain values of an object.

A rule examines every object of one kind. Its expression sees `object`, the object's values under the names of
`inspect`; for rules also the sets they use, as `object.main_mode`, `object.quick_mode`,
`object.first_authentication_set`, `object.second_authentication_set`; and `site`. A value that is not set, or was not
understood, is missing: test with `has(object.field)`, otherwise such an object does not match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from ipseclint.engine.configuration.toml_files import explain
from ipseclint.finding import Basis, Severity
from ipseclint.late import late, late_names
from ipseclint.model.machine import Machine
from ipseclint.model.plain import plain, value_only
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule, PolicyObject
from ipseclint.model.setting import Setting
from ipseclint.model.values import Validated
from ipseclint.rule import HEADINGS, CustomRuleError, Hit, NoOptions, Rule, RuleText
from ipseclint.source import Span
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.engine.rulesets.expression_members import (
        literal_patterns,
        object_shape,
        site_shape,
        unknown_functions,
        unknown_members,
        unknown_path,
    )
else:
    literal_patterns, object_shape, site_shape, unknown_functions, unknown_members, unknown_path = late_names(
        "ipseclint.engine.rulesets.expression_members",
        "literal_patterns",
        "object_shape",
        "site_shape",
        "unknown_functions",
        "unknown_members",
        "unknown_path",
    )

_PLACEHOLDER = late(r"\{([a-z_][a-z0-9_.]*)\}")
CODE = late(r"[A-Z]{2,10}[0-9]{3}")
OWN_FAMILIES = frozenset({"QD", "DP", "EX", "FL", "RF", "AU", "CR", "RT", "IN", "WV"})


class CustomTest(Validated):
    """A policy in any text format, and how often the rule must fire on it."""

    policy: str
    fires: int = Field(ge=0)


class CustomRule(Validated):
    """One rule as a user writes it.

    `when` is a CEL expression that is true for what is wrong. `{field}` in `message` stands for a value of
    the object. `place` is the field whose place is shown, if not the object's own.
    """

    code: str = Field(pattern=f"^{CODE.pattern}$")
    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    severity: Severity
    object: Literal[
        "ipsec_policy",
        "filter_list",
        "filter_action",
        "main_mode_crypto_set",
        "quick_mode_crypto_set",
        "authentication_set",
        "connection_security_rule",
        "main_mode_rule",
        "global_settings",
        "dos_protection",
        "firewall_rule",
        "vpn_connection",
        "vpn_server",
        "vpn_interface",
        "certificate",
    ]
    when: str
    message: str
    summary: str
    place: str | None = None
    why: str = ""
    seen_as: str = ""
    bad: str = ""
    good: str = ""
    fix: str = ""
    waive: str = ""
    leads_to: tuple[int, ...] = ()
    basis: Basis = Basis.REASONED
    cite: tuple[str, ...] = ()
    enabled: bool = True
    tests: tuple[CustomTest, ...] = ()


class _Written(Validated):
    custom: tuple[CustomRule, ...]


def custom_rules(written: Sequence[Mapping[str, Any]]) -> tuple[CustomRule, ...]:
    """The rules of a ruleset, validated. Raises CustomRuleError."""
    try:
        return _Written.model_validate({"custom": written}).custom
    except ValidationError as error:
        raise CustomRuleError(explain(error, _Written)) from None


def make_rule(custom: CustomRule) -> Rule:
    """The rule of the engine for a user's rule. Raises CustomRuleError."""
    if custom.code[:2] in OWN_FAMILIES and custom.code[2:].isdigit():
        raise CustomRuleError(f"{custom.code}: the family {custom.code[:2]} is the program's own; choose another")
    _check_members(custom)
    matches = compiled(custom)
    kind_name = custom.object.replace("_", " ")

    def check(machine: Machine, _options: object) -> Iterator[Hit]:
        site = plain(machine.site)
        failed: list[str] = []
        for policy_object in machine.policy.objects():
            if policy_object.kind != custom.object or getattr(policy_object, "builtin", False):
                continue
            values = values_of(policy_object, machine)
            try:
                fires = matches({"object": values, "site": site})
            except CustomRuleError as error:
                span = _span(policy_object)
                failed.append(f"{error} (seen on the {kind_name} in {span.path}:{span.line})")
                continue
            if fires:
                place = getattr(policy_object, custom.place, None) if custom.place else None
                yield Hit(
                    subject=policy_object,
                    span=place.span if isinstance(place, Setting) else _span(policy_object),
                    message=filled(custom.message, values),
                    value=plain(place, value_only) if place is not None else "",
                )
        if failed:
            more = f", and on {plural(len(failed) - 1, 'other object')}" if len(failed) > 1 else ""
            raise CustomRuleError(failed[0] + more)

    texts = {heading: getattr(custom, heading.lower().replace(" ", "_")) for heading in HEADINGS}
    return Rule(
        code=custom.code,
        name=custom.name,
        check=check,
        options=NoOptions,
        basis=(custom.basis,),
        leads_to=custom.leads_to,
        told=RuleText(custom.summary, tuple((heading, text) for heading, text in texts.items() if text)),
    )


def _check_members(custom: CustomRule) -> None:
    """Raises CustomRuleError for a name in the expression, the message or the place that no object of the kind has."""
    shape = object_shape(custom.object)
    faults = (*unknown_functions(custom.when), *unknown_members(custom.when, {"object": shape, "site": site_shape()}))
    for fault in faults:
        raise CustomRuleError(f"{custom.code}: when: {fault}")
    paths = [("message", path) for path in _PLACEHOLDER.findall(custom.message)]
    paths += [("place", custom.place)] if custom.place is not None else []
    for key, path in paths:
        if (reason := unknown_path(path, shape)) is not None:
            raise CustomRuleError(f"{custom.code}: {key}: {reason}")


def compiled(custom: CustomRule) -> Callable[[dict[str, Any]], bool]:
    """The expression of a rule, ready to run. Raises CustomRuleError if it is invalid, or the extra is missing."""
    try:
        import cel
    except ImportError as error:
        raise CustomRuleError(
            f"{custom.code}: rules with expressions need the extra: pip install 'ipseclint[cel]'"
        ) from error
    try:
        program = cel.compile(custom.when)
    except ValueError as error:
        raise CustomRuleError(f"{custom.code}: when: {' '.join(str(error).split())}") from error

    def matches(variables: dict[str, Any]) -> bool:
        try:
            result = program.execute(variables)
        except KeyError:
            return False  # what the input does not say can be no evidence
        except Exception as error:
            raise CustomRuleError(f"{custom.code}: when: {_reason(error)}") from error
        if not isinstance(result, bool):
            raise CustomRuleError(f"{custom.code}: when: gives {type(result).__name__}, true or false is expected")
        return result

    # What is wrong without any object, such as a division of constants, is wrong for every one.
    matches({"object": {}, "site": {}})
    for pattern in literal_patterns(custom.when):
        try:
            cel.evaluate(f"''.matches({pattern})", {})
        except Exception as error:
            raise CustomRuleError(f"{custom.code}: when: {pattern} is not a regular expression") from error
    return matches


_REFUSED = late(r"(?:Function|function:) '(\w+)'")
"""The function that an error of the package `cel` names."""


def _reason(error: Exception) -> str:
    """Why an expression failed, and what to do; the library's own message may quote the input."""
    match error:
        case IndexError():
            return "a list is shorter than the index asked for; test its size() first, or use exists or all"
        case ZeroDivisionError():
            return "a number is divided by zero; test the divisor first"
        case OverflowError():
            return "a number is beyond 64 bits; compare smaller numbers, or use double()"
        case TypeError():
            return "values of different types are compared or computed; convert one with int(), double() or string()"
    function = _REFUSED.search(str(error))
    if function is None:
        return "it cannot be computed; try its parts one by one with `ipseclint rules test`"
    return f"{function[1]}() cannot use what it is given; test the value first, or give it one of its kind"


def values_of(policy_object: PolicyObject, machine: Machine) -> dict[str, Any]:
    """The values of an object that expressions see."""
    values: dict[str, Any] = _without_unknown(plain(policy_object, value_only))
    if isinstance(policy_object, ConnectionSecurityRule | MainModeRule):
        sets = machine.index.sets_of(policy_object)
        used = {
            "main_mode": sets.main_mode_crypto,
            "first_authentication_set": sets.first_authentication,
            "quick_mode": sets.quick_mode_crypto,
            "second_authentication_set": sets.second_authentication,
        }
        values |= {name: _without_unknown(plain(used_set, value_only)) for name, used_set in used.items() if used_set}
    return values


def filled(message: str, values: dict[str, Any]) -> str:
    """The message with the object's values in place of `{field}`."""
    return _PLACEHOLDER.sub(lambda match: _lookup(match[1], values), message)


def _lookup(path: str, values: Any) -> str:
    for part in path.split("."):
        values = values.get(part) if isinstance(values, dict) else None
    if isinstance(values, list):
        return ", ".join(str(each) for each in values)
    return "?" if values is None else str(values)


def _without_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_unknown(item) for key, item in value.items() if item is not None}
    return [_without_unknown(each) for each in value if each is not None] if isinstance(value, list) else value


def _span(policy_object: PolicyObject) -> Span:
    return policy_object.span
