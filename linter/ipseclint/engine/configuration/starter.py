"""The first `ipseclint.toml` of a site: every key with its meaning, its default and an example.

Facts that policies suggest are written as values, with the place they were read from; all else is a comment.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ipseclint.engine.configuration.config import Config, Override
from ipseclint.engine.configuration.toml_text import toml_value
from ipseclint.escape import visible
from ipseclint.model.intent import Intent, Names
from ipseclint.model.site import Site
from ipseclint.model.values import Table, model_of
from ipseclint.semantics.site_proposals import Proposal

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_WIDTH = 100
_TABLES = {"severity", "overrides", "names", "intent", "site"}
_HEAD = """\
# What ipseclint checks, how strictly, and what is known of the site.
# A line that begins with # is off: take the sign away, and change the value, to switch it on.
# `ipseclint config show` prints what holds; every key is described in docs/configuration.md.
"""


def starter(proposals: Mapping[str, Proposal], intents: Sequence[Intent] = (), *, site_only: bool = False) -> str:
    """The text of a configuration, which is valid TOML; `site_only` leaves out all but the facts of the site.

    `intents` are offered as comments: that a policy keeps one today does not mean that it is intended.
    """
    lines = [_HEAD.rstrip()]
    if not site_only:
        for name, field in model_of(Config).model_fields.items():
            if name not in _TABLES:
                lines += ["", *_entry(field.alias or name, field)]
        lines += ["", *_severity(), "", *_overrides(), "", *_names(), "", *_intents(intents)]
    lines += ["", "[site]", "# Facts that no export holds. Rules that need one that is missing say so, and do not run."]
    for name, field in model_of(Site).model_fields.items():
        lines += ["", *_site_entry(name, field, proposals.get(name))]
    return "\n".join(lines) + "\n"


def keys() -> Iterator[tuple[str, FieldInfo]]:
    """Every key that the file may hold, by its full name, with its definition."""
    yield from _keys(Config, "")


def _keys(table: type[Table], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model_of(table).model_fields.items():
        key = f"{prefix}{field.alias or name}"
        if name == "overrides":
            yield from _keys(Override, "overrides.")
        elif name == "names":
            yield from _keys(Names, "names.")
        elif name == "intent":
            yield from _keys(Intent, "intent.")
        elif name == "site":
            yield from _keys(Site, "site.")
        else:
            yield key, field


def example_of(field: FieldInfo) -> object:
    """The example of a key."""
    return (field.examples or [field.default])[0]


def default_of(field: FieldInfo) -> str:
    """The default of a key, in words."""
    if field.is_required():
        return "it must be given"
    value = field.get_default(call_default_factory=True, validated_data={})
    return "not given" if value is None or value in ((), {}) else toml_value(value)


def _entry(key: str, field: FieldInfo) -> list[str]:
    return [*_comment(f"{field.description}. Default: {default_of(field)}."), f"# {key} = {_example(field)}"]


def _site_entry(key: str, field: FieldInfo, proposal: Proposal | None) -> list[str]:
    lines = _comment(f"{field.description}.")
    if proposal is None:
        return [*lines, f"# {key} = {_example(field)}"]
    lines += _comment(f"Read from {proposal.origin}: check it.")
    return [*lines, f"{'' if proposal.is_certain else '# '}{key} = {toml_value(proposal.value)}"]


def _example(field: FieldInfo) -> str:
    return toml_value(example_of(field))


def _severity() -> list[str]:
    field = model_of(Config).model_fields["severity"]
    return [*_comment(f"{field.description}: error, warning or info."), *_table("severity", _rows(field))]


def _overrides() -> list[str]:
    lines = ["# Other rules for some paths.", "# [[overrides]]"]
    for name, field in model_of(Override).model_fields.items():
        lines += _comment(f"{field.description}.")
        is_table = field.default_factory is dict
        lines += _table(f"overrides.{name}", _rows(field)) if is_table else [f"# {name} = {_example(field)}"]
    return lines


def _names() -> list[str]:
    lines = ["# What intents call some addresses and ports."]
    for name, field in model_of(Names).model_fields.items():
        lines += _table(f"names.{name}", _rows(field))
    return lines


def _rows(field: FieldInfo) -> Mapping[str, object]:
    rows: Mapping[str, object] = (field.examples or [{}])[0]
    return rows


def _intents(proposed: Sequence[Intent]) -> list[str]:
    lines = _comment("What must become of some traffic, whatever rules bring it about.")
    if not proposed:
        lines.append("# [[intent]]")
        for name, field in model_of(Intent).model_fields.items():
            lines += [*_comment(f"{field.description}."), f"# {name} = {_example(field)}"]
        return lines
    lines += _comment("This holds of the policies as they are. Switch on what is meant, so that it goes on to hold.")
    for intent in proposed:
        lines.append("# [[intent]]")
        for name, field in model_of(Intent).model_fields.items():
            if (value := getattr(intent, name)) != field.default:
                lines.append(f"# {name} = {toml_value(value)}")
        lines.append("#")
    return lines[:-1]


def _table(name: str, rows: Mapping[str, object]) -> list[str]:
    return [f"# [{name}]", *(f"# {key} = {toml_value(value)}" for key, value in rows.items())]


def _comment(text: str) -> list[str]:
    plain = visible(text)
    return [f"# {line}" for line in textwrap.wrap(plain, _WIDTH, break_long_words=False, break_on_hyphens=False)]
