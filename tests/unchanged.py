"""What every input gives, written down, so that a move of code can be held to it byte for byte.

    python -m tests.unchanged write DIR [FOLDER...]      before the move
    python -m tests.unchanged compare DIR [FOLDER...]    after it: what differs, and exit code 1

Inputs are the fixtures, and every file below the folders named. Each gives the JSON report, the text report and
`inspect`, as the command line prints them, with the exit code.
"""

from __future__ import annotations

import difflib
import io
import json
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests import ROOT

COMMANDS = (("check", "-o", "json"), ("check", "-o", "text", "-v"), ("inspect",))
NO_INPUTS = frozenset({"expect.toml", "details.toml", "site.toml"})
MAX_DIFFERENCE_LINES = 40


def inputs(folders: list[str]) -> Iterator[Path]:
    """Every file that may be an input, and every fixture folder that is one machine."""
    for base in (ROOT / "fixtures", *map(Path, folders)):
        for path in sorted(base.rglob("*")):
            one_machine = path.is_dir() and path.name.startswith(("bad", "good"))
            one_input = path.is_file() and path.name not in NO_INPUTS and not path.name.startswith("site-")
            if one_machine or one_input:
                yield path


def outputs(path: Path) -> str:
    """What the commands print for one input, one after the other."""
    shown = os.path.relpath(path, ROOT)
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "ipseclint.toml"
        config.write_text(f"site = {_toml(_site(path))}\n", encoding="utf-8")
        parts = []
        for command in COMMANDS:
            options = ["--config", str(config)] if command[0] == "check" else []
            code, out, err = _run([*command, *options, shown])
            printed = f"$ {' '.join(command)} -> {code}\n{out}{err}"
            for written in (os.path.relpath(config, ROOT), str(config)):
                printed = printed.replace(written, "ipseclint.toml")
            parts.append(printed)
    return "\n".join(parts)


def _site(path: Path) -> dict[str, object]:
    for name in (f"site-{path.stem}.toml", "site.toml"):
        file = path.parent / name
        if file.is_file():
            return tomllib.loads(file.read_text(encoding="utf-8"))
    return {}


def _toml(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case _:
            return json.dumps(value)


def _run(arguments: list[str]) -> tuple[int, str, str]:
    from ipseclint.cli.app import run

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    code = 0
    try:
        run(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout, sys.stderr = kept
    printed, complained = (stream.buffer.getvalue().decode("utf-8", "replace") for stream in (out, err))  # type: ignore[attr-defined]
    return code, printed, complained


def main() -> int:
    """Write or compare; the exit code is 1 when anything differs."""
    action, target, *folders = sys.argv[1:]
    os.chdir(ROOT)
    paths = list(inputs(folders))
    kept = Path(target) / "outputs.json"
    with ProcessPoolExecutor() as pool:
        now = dict(
            zip((os.path.relpath(path, ROOT) for path in paths), pool.map(outputs, paths, chunksize=8), strict=True)
        )
    if action == "write":
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(now), encoding="utf-8")
        print(f"{len(now)} inputs written down")
        return 0
    before: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
    differing = [name for name in sorted(before | now) if before.get(name) != now.get(name)]
    for name in differing:
        lines = difflib.unified_diff(
            before.get(name, "").splitlines(),
            now.get(name, "").splitlines(),
            f"before/{name}",
            f"now/{name}",
            "",
            "",
            1,
        )
        print("\n".join(list(lines)[:MAX_DIFFERENCE_LINES]))
    print(f"{len(now)} inputs, {len(differing)} differ")
    return 1 if differing or not now else 0


if __name__ == "__main__":
    sys.exit(main())
