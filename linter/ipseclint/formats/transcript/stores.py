"""One store of `netsh ipsec` of which a text shows how it was made and what was printed of it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ipseclint.formats.parsed import SCRIPT_FORMATS, Format, Parsed
from ipseclint.model.policy import FilterList, IpsecPolicy
from ipseclint.vocabulary.netsh_ipsec_labels import NOT_PRINTED

_PRINTED = "netsh-ipsec-show"
_SHOWN_OF_POLICIES = ("span", "assigned", "polling_interval_seconds", "master_pfs")


def one_store(parts: Sequence[Parsed], forms: Sequence[Format]) -> list[Parsed]:
    """The parts, of which what was printed takes the place of the typed policies and filter lists of the same names.

    A policy keeps what no output prints of it, a filter list the filters that were added after it was printed.
    """
    printed = [part.policy for part, form in zip(parts, forms, strict=True) if form.name == _PRINTED]
    policies = {each.name.casefold(): each for policy in printed for each in policy.policies}
    lists = {each.name.casefold(): each for policy in printed for each in policy.filter_lists}
    if not (policies or lists):
        return list(parts)
    joined: list[Parsed] = []
    untyped = set(policies)
    for part, form in zip(parts, forms, strict=True):
        policy = part.policy
        if form.name in SCRIPT_FORMATS:
            for typed in policy.policies:
                if (key := typed.name.casefold()) in policies:
                    policies[key] = _as_printed(typed, policies[key])
                    untyped.discard(key)
            for own in policy.filter_lists:
                if (key := own.name.casefold()) in lists:
                    lists[key] = _with_added(lists[key], own)
            kept = {
                "policies": tuple(each for each in policy.policies if each.name.casefold() not in policies),
                "filter_lists": tuple(each for each in policy.filter_lists if each.name.casefold() not in lists),
            }
            policy = policy.model_copy(update=kept)
        joined.append(replace(part, policy=policy))
    found = {"policies": tuple(policies.values()), "filter_lists": tuple(lists.values())}
    not_held = ((NOT_PRINTED, len(untyped)),) if untyped else ()
    return [
        replace(part, policy=part.policy.model_copy(update=found), not_held=not_held) if form.name == _PRINTED else part
        for part, form in zip(joined, forms, strict=True)
    ]


def _as_printed(typed: IpsecPolicy, printed: IpsecPolicy) -> IpsecPolicy:
    """A typed policy with what was printed of it afterwards, as far as that is known."""
    values = {name: getattr(printed, name) for name in _SHOWN_OF_POLICIES}
    known = {name: value for name, value in values.items() if getattr(value, "known", value) is not None}
    return typed.model_copy(update=known)


def _with_added(printed: FilterList, typed: FilterList) -> FilterList:
    """A printed filter list with the filters of the typed one that it lacks."""
    traffic = {row[:-2] for row in printed.filters}
    added = tuple(row for row in typed.filters if row[:-2] not in traffic)
    return printed.model_copy(update={"filters": (*printed.filters, *added)})
