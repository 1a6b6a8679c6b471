"""Documents with a hole for a key, `~KEY~`, in each place in which one can stand: by kind, and by the name of a file.

`tests/data/key_places.txt` has them, each below a line with its kind and its file. Those of other suites, which test
one place each, are taken from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tests import ROOT
from tests.attack import keys, test_keys_elsewhere
from tests.secrets import test_broken_keys, test_keys_in, test_router_commands, test_windows_commands

HOLE = "~KEY~"
_HEAD = re.compile(r"^==== (\S+) (\S+)\n", re.MULTILINE)
_UNTOLD = frozenset({"custom.pbk", "wrong-element.xml", "named.cmd", "described.cmd", "static-unquoted.cmd"})
"""Documents in which a key stands for another value, or as a name too, so that damage leaves nothing that tells it."""


def _written() -> dict[str, tuple[str, str]]:
    _, *parts = _HEAD.split((ROOT / "tests" / "data" / "key_places.txt").read_text("utf-8"))
    each = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return {f"{kind}-{number:03} {name}": (name, text) for number, (kind, name, text) in enumerate(each)}


def _numbered(kind: str, ending: str, texts: Iterable[str]) -> dict[str, tuple[str, str]]:
    return {f"{kind}-{number:02}": (f"a{ending}", text) for number, text in enumerate(texts)}


def _named(kind: str, texts: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {f"{kind}-{name}": (name, text) for name, text in texts.items()}


def _with_hole(kind: str, texts: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Documents of other suites, without those that hold the key in another writing, or where nothing tells it."""
    told = {name: text for name, text in texts.items() if keys.KEY in text and name not in _UNTOLD}
    return _named(kind, {name: text.replace(keys.KEY, HOLE) for name, text in told.items()})


_WINDOWS = "{}\nnetsh ipsec static add policy name=p\n"
_ROUTER = "crypto isakmp policy 10\n{}\ncrypto ipsec transform-set T esp-aes 256\n"

PLACES: Mapping[str, tuple[str, str]] = {
    **_written(),
    **_numbered("program", ".cmd", (_WINDOWS.format(line.format(HOLE)) for line in test_windows_commands.GIVEN)),
    **_numbered("router", ".cfg", (_ROUTER.format(line.format(HOLE)) for line in test_router_commands.COMMANDS)),
    **_numbered("beside", ".txt", (text.format(HOLE) for text, _ in test_keys_in.BESIDE.values())),
    **_named("broken", {name: text.format(HOLE) for name, text in test_broken_keys.CARRIERS.items()}),
    **_with_hole("document", keys.DOCUMENTS),
    **_with_hole("elsewhere", test_keys_elsewhere.FILES),
}
"""The name of the file and the text of each document; what stands before the hyphen tells its kind."""
