"""Rooms of the package: the code of each, and the tests that could notice a change of it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PACKAGE = Path("linter/ipseclint")
CONSTANTS = Path("tests/test_stored_constants.py")
"""Sees what any module says outside its functions."""
MAX_IMPORTERS = 8
"""What more modules import, all tests run through: those of its room say more of it."""

READ = tuple(
    f"formats/test_{name}.py" for name in ("stored_decodings", "stored_damage", "stored_small_inputs", "every_format")
)
RULES = ("test_rules.py", "test_twins.py")
OF_SCRIPTS = tuple(
    f"formats/powershell/script/test_{name}.py" for name in ("evaluated", "stored_scripts", "stored_variants")
)
OF_TRANSCRIPTS = tuple(
    f"formats/test_transcript{name}.py"
    for name in ("", "_answers", "_beginnings", "_below", "_heads", "_hosts", "_margins")
)
SHOWN = ("cli/test_stored_answers.py", "test_demo.py")
STORED_OF_ENGINE = tuple(
    f"engine/test_stored_{name}.py"
    for name in ("explanations", "inputs", "machines", "no_policy", "reports", "signs", "starter", "states")
)

ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "source": (
        ("source.py", "code_pages.py"),
        ("engine/test_run.py", "engine/test_machines.py", "cli/test_bad_input.py", *READ),
    ),
    "words": (("words.py",), (*SHOWN, "test_rules.py")),
    "model": (("model",), ("engine/test_apply_rules.py", *READ, *RULES)),
    "vocabulary": (("vocabulary",), (*READ, *RULES)),
    "top": (
        ("",),
        ("engine/test_apply_rules.py", "test_packing.py", "test_escape.py", *SHOWN, "test_rules.py"),
    ),
    "collect": (("collect",), ("test_collector.py",)),
    "secrets": (
        ("secrets",),
        ("cli/test_secrets.py", "engine/keys", "formats/test_every_format.py"),
    ),
    "formats": (("formats",), (*READ, "formats/pasted", *RULES)),
    "pasted": (("formats/pasted",), (*READ, "formats/pasted", *RULES)),
    "transcript": (("formats/transcript",), (*READ, *OF_TRANSCRIPTS, "formats/pasted", *RULES)),
    "kit": (("formats/kit",), (*READ, *RULES)),
    "netsh": (("formats/netsh",), (*READ, *RULES)),
    "powershell": (("formats/powershell",), (*READ, *RULES)),
    "scripts": (("formats/powershell/script",), (*READ, *OF_SCRIPTS, "formats/powershell", *RULES)),
    "wfp": (("formats/wfp",), (*READ, *RULES)),
    "registry": (("formats/registry",), (*READ, *RULES)),
    "gpo": (("formats/gpo",), (*READ, *RULES)),
    "vpn": (("formats/vpn",), (*READ, *RULES)),
    "mdm": (("formats/mdm",), (*READ, *RULES)),
    "peers": (("formats/peers",), (*READ, *RULES)),
    "events": (("formats/events",), (*READ, *RULES)),
    "semantics": (("semantics",), (*SHOWN, *RULES)),
    "packets": (("semantics/packets",), ("cli/test_which.py", *SHOWN, *RULES)),
    "negotiation": (("semantics/negotiation",), ("cli/test_negotiate.py", "reporters/test_negotiation.py", *SHOWN)),
    "load": (("load",), ("cli/test_load.py", *SHOWN, "rules/test_policy_load.py", "test_rules.py")),
    "repair": (("repair",), ("rules/test_repair.py", "cli/test_fix_in_place.py", *SHOWN, *RULES)),
    "rules": (("rules",), ("test_rules.py", "test_twins.py", *SHOWN)),
    "reporters": (("reporters",), (*SHOWN, "cli/test_secrets.py", "cli/test_bad_input.py")),
    "engine": (("engine",), ("test_api.py", "cli/test_jobs.py", *STORED_OF_ENGINE, *SHOWN, *RULES)),
    "unread": (("engine/unread",), ("test_api.py", "engine/test_pasted_signs.py", *STORED_OF_ENGINE, *SHOWN, *RULES)),
    "keys": (("engine/keys",), ("test_api.py", "cli/test_secrets.py", *STORED_OF_ENGINE, *SHOWN, *RULES)),
    "cli": (("cli", "__main__.py"), ("cli/test_streams.py", *SHOWN, "test_docs.py")),
    "api": (("api.py", "__init__.py", "version.py"), ("test_api.py", "engine/test_run.py")),
}
"""Each room's code, and the tests beside the mirrored ones that see it.

A room inside another is not part of it: `top` is the modules that no other has.
"""


def modules_of(room: str) -> list[Path]:
    """The modules of a room."""
    inner = [PACKAGE / part for other, (parts, _) in ROOMS.items() if other != room for part in parts]
    parts = [PACKAGE / part for part in ROOMS[room][0]]
    found = {path for part in parts for path in ([part] if part.suffix else part.rglob("*.py"))}
    of_others = [part for part in inner if any(own in part.parents for own in parts)]
    return sorted(path for path in found if not any(part == path or part in path.parents for part in of_others))


def tests_of(module: Path, room: str) -> tuple[list[Path], list[Path]]:
    """Test files that could notice a change of a module, the near ones and more.

    Near are those beside the one that mirrors it, or those that import it if none does, with the stored answers that
    the room names. More are those of the modules that import it, those in folders below, and the broad ones.

    Each list begins with what most likely notices it: the mirrored module, then what names the module.
    """
    mirrored = _mirrored(module)
    folder = mirrored.parent
    while not folder.is_dir():
        folder = folder.parent
    near = sorted(folder.glob("test_*.py")) if folder != Path("tests") else []
    if not mirrored.is_file():
        near += _that_import(module)
    near += [Path("tests") / part for part in ROOMS[room][1] if part in OF_SCRIPTS or _is_stored(part)]
    near = [path for path in dict.fromkeys((mirrored, *near)) if path.is_file()]
    of_importers = (
        [_mirrored(path) for path in importers()[module]] if len(importers()[module]) <= MAX_IMPORTERS else []
    )
    broad = [test for part in ("test_values.py", *ROOMS[room][1]) for test in _tests(Path("tests") / part)]
    below = sorted(folder.rglob("test_*.py")) if folder != Path("tests") else []
    broad = [path for path in (*of_importers, *below, *broad) if path.is_file()]

    def rank(test: Path) -> tuple[bool, bool, bool, int]:
        names = _names(test, module.stem)
        return test != mirrored, test not in of_importers, not names, test.stat().st_size

    return sorted(_quick(near), key=rank), sorted(_quick(dict.fromkeys(broad), near), key=rank)


def _is_stored(part: str) -> bool:
    return Path(part).stem.startswith("test_stored")


def _mirrored(module: Path) -> Path:
    inside = module.relative_to(PACKAGE)
    return Path("tests") / inside.parent / f"test_{inside.name.lstrip('_')}"


@cache
def _that_import(module: Path) -> list[Path]:
    """The shortest tests that import a module."""
    parts = module.relative_to("linter").with_suffix("").parts
    package, _, name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts).rpartition(".")
    importing = re.compile(
        rf"from {package}\.{name} import|import {package}\.{name}\b|from {package} import.*\b{name}\b"
        if package
        else rf"^import {name}$",
        re.MULTILINE,
    )
    found = [test for test in Path("tests").rglob("test_*.py") if importing.search(_text(test))]
    return sorted(found, key=lambda test: (test.stat().st_size, test))[:MAX_IMPORTERS]


_IMPORT = re.compile(r"^[ \t]*from (?P<module>ipseclint[\w.]*) import (?P<names>\([^)]*\)|.*)", re.MULTILINE)


@cache
def importers() -> dict[Path, list[Path]]:
    """By module those that import it."""
    found: dict[Path, list[Path]] = {path: [] for path in PACKAGE.rglob("*.py")}
    for path in sorted(found):
        for match in _IMPORT.finditer(path.read_text(encoding="utf-8")):
            base = PACKAGE.parent.joinpath(*match["module"].split("."))
            names = re.findall(r"\w+", match["names"])
            for name in (base / "__init__.py", base.with_suffix(".py"), *(base / f"{name}.py" for name in names)):
                if name in found and path not in found[name]:
                    found[name].append(path)
    return found


def _tests(path: Path) -> list[Path]:
    return [path] if path.suffix else sorted(path.rglob("test_*.py"))


def _quick(tests: object, without: object = ()) -> list[Path]:
    """Without what starts a browser: it takes longer than all others."""
    return [path for path in tests if path not in without and not path.stem.endswith("_browser")]  # type: ignore[attr-defined,operator]


@cache
def _text(test: Path) -> str:
    return test.read_text(encoding="utf-8")


@cache
def _names(test: Path, stem: str) -> bool:
    return re.search(rf"\b{stem}\b", _text(test)) is not None


def starts_processes(test: Path) -> bool:
    """Whether the file starts processes of its own, in which nobody sees what is run through."""
    return "subprocess" in _text(test)
