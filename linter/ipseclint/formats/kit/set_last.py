"""What several tools of one script set in turn, as the last of them leaves it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from ipseclint.model.policy import GlobalSettings, Policy, RegistryValue, ServiceState
from ipseclint.model.setting import Setting

_State = TypeVar("_State", GlobalSettings, RegistryValue, ServiceState)
_OF_ONE_VALUE = (("crl_check", "crl_check_level"), ("exemptions", "exemption_bits"))
"""Fields that one value sets: a tool that has no word for one of them overwrites it all the same."""


def set_last(policy: Policy) -> Policy:
    """The policy of a script with one state of each service, value and group of settings.

    `sc config` and `Set-Service` set the same start of a service: the one that stands below is in force.
    """
    return policy.model_copy(
        update={
            "services": _each_once(policy.services, lambda service: service.name.casefold()),
            "registry": _each_once(policy.registry, lambda value: (value.path.casefold(), value.store)),
            "global_settings": _each_once(policy.global_settings, lambda each: (each.dialect, each.store)),
        }
    )


def _each_once(states: Iterable[_State], key: Callable[[_State], Hashable]) -> tuple[_State, ...]:
    kept: dict[Hashable, _State] = {}
    for state in states:
        of_file = next((setting.span.path for setting in _settings(state).values()), "")
        known = key(state), of_file  # what stands in another file is neither above nor below
        kept[known] = _one(kept[known], state) if known in kept else state
    return tuple(kept.values())


def _one(one: _State, other: _State) -> _State:
    """Two states as one, with the fields of each value from the one that sets it below."""
    fields: dict[str, object] = {}
    for name in (*_settings(one), *_settings(other)):
        names = next((each for each in _OF_ONE_VALUE if name in each), (name,))
        setter = _below(one, other, names)
        fields |= {each: getattr(setter, each) for each in names}
    return _below(one, other, tuple(fields)).model_copy(update=fields)


def _below(one: _State, other: _State, names: Iterable[str]) -> _State:
    """Which of two states sets one of these fields further below."""
    places = ([each.span for name, each in _settings(state).items() if name in names] for state in (one, other))
    ends = [max(((span.line, span.column) for span in spans), default=(0, 0)) for spans in places]
    return one if ends[0] > ends[1] else other


def _settings(state: GlobalSettings | RegistryValue | ServiceState) -> dict[str, Setting[object]]:
    fields = {name: getattr(state, name) for name in type(state).model_fields}
    return {name: field for name, field in fields.items() if isinstance(field, Setting)}
