"""What the readers refuse or leave out stands in docs/limits.md, as the code has it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from tests import ROOT

PACKAGE = ROOT / "linter" / "ipseclint"
RANGES = frozenset({"MAX_PROTOCOL", "_MAX_PORT", "_MAX_UINT32", "_MAX_DIGITS", "_MAX_TAG_CHARACTERS"})
"""The largest values that words of a format can have: no caps of ours."""

ROW = re.compile(r"\| [^|]+ \| ([0-9,]+) \| `([^`]+)` \|")


def caps() -> Iterator[tuple[str, int]]:
    """Each cap of a reader, as `module: NAME`, with its value."""
    for path in (
        PACKAGE / "source.py",
        PACKAGE / "engine" / "inputs" / "consoles.py",
        PACKAGE / "engine" / "inputs" / "scripts.py",
        PACKAGE / "engine" / "unread" / "errors_alone.py",
        PACKAGE / "engine" / "unread" / "statements.py",
        PACKAGE / "secrets" / "__init__.py",
        *sorted((PACKAGE / "formats").rglob("*.py")),
    ):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for name in assigned(path):
            if name.lstrip("_").startswith("MAX_") and name not in RANGES:
                where = module.removeprefix("ipseclint.").removesuffix(".__init__")
                yield f"{where}: {name}", getattr(importlib.import_module(module), name)


def assigned(path: Path) -> Iterator[str]:
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id


def test_the_page_lists_every_cap_with_its_value() -> None:
    page = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    listed = {where: int(value.replace(",", "")) for value, where in ROW.findall(page)}
    assert listed == dict(caps())
