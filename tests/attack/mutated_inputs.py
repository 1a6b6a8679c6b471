"""Mutated inputs through all commands and outputs in one process: `python -m tests.attack.mutated_inputs 100000`.

Seeds are fixtures, and documents with a key. A mutation knows the structure: it moves words, values, lines and pieces
within a document and between documents, and now and then bytes. The bounded run in the gate is the same code.
"""

from __future__ import annotations

import argparse
import csv
import gc
import html
import io
import json
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from lxml import etree

from ipseclint.escape import UNSAFE
from ipseclint.reporters import format_names
from ipseclint.secrets.names import NAME, lowered
from tests import ROOT
from tests.attack.carriers import CARRYING, carriers
from tests.attack.keys import DOCUMENTS, KEY, KEY_HEX, shown_in
from tests.attack.test_evil_names import NAMES

MAX_CPU_SECONDS = 20
MAX_MEGABYTES = 500
MAX_SEED_BYTES = 12_000
"""Larger fixtures are cut to whole lines of so many: a hundred small inputs find more than one large one."""

WORDS = (
    *(
        "",
        "0",
        "-1",
        "1",
        "65536",
        "4294967296",
        "9" * 40,
        "9" * 5000,
        "1e309",
        "0x7fffffff",
        "NaN",
        "null",
        "true",
        "any",
        "me",
    ),
    *("::1", "0.0.0.0/0", "10.0.0.300", "10.0.0.9-10.0.0.1", "fe80::/129", "dhgroup14:aes128-sha256", "none-none"),
    *("%0", "%a%", "!b!", "$x", "$(1)", "${env:x}", "^", "&&", "||", ">nul", '"', "'", "`", "<!--", "]]>", "&#0;", "{"),
    *("}", "[", "]", "(", ")", ",", ";", ":", "=", "\\", "/", "|", "@{", "#", "@'\n", "REG_DWORD", "dword:", "hex(7):"),
)
BINARY = (".pol", ".wfw", ".evtx")
_PIECES = re.compile(rb"\"[^\"\n]{0,80}\"|'[^'\n]{0,80}'|[\w.:{}-]+|[^\s\w]")


class Seed(NamedTuple):
    """A document to mutate; the last part of its name tells its kind. `has_key`: a key stands in it."""

    name: str
    data: bytes
    has_key: bool


def seeds() -> list[Seed]:
    """All fixtures of formats, and those of rules, in whole lines; and the documents with a key."""
    result = [Seed(name, text.encode(), has_key=True) for name, text in DOCUMENTS.items()]
    for kind in CARRYING:
        files = carriers(kind).items()
        result += [Seed(Path(name).name, data, has_key=True) for name, data in files if KEY not in name]
    fixtures = ROOT / "fixtures"
    for folder in ("formats", "rules", "policies"):
        for path in sorted((fixtures / folder).rglob("*")):
            if path.is_file() and path.suffix not in {".toml", ".md"}:
                data = path.read_bytes()
                if len(data) > MAX_SEED_BYTES and path.suffix not in BINARY:
                    data = data[: data.find(b"\n", MAX_SEED_BYTES) + 1] or data[:MAX_SEED_BYTES]
                result.append(Seed(path.name, data, has_key=False))
    return result


def mutated(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    """The document with one to four changes; `donor` gives pieces of another."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        data = _changed(data, donor, chance)[: 4 * MAX_SEED_BYTES]
    return data


def _changed(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return donor[:200]
    at = chance.randrange(len(lines))
    match chance.randrange(14):
        case 0 | 1 | 2:
            return _with_a_piece(data, chance.choice(WORDS).encode(), chance)
        case 3 | 4:
            return _with_a_piece(data, chance.choice(NAMES).encode("utf-8", "surrogatepass")[:300], chance)
        case 5 | 6:
            pieces = _PIECES.findall(donor[:4000])
            return _with_a_piece(data, chance.choice(pieces) if pieces else b"", chance)
        case 7:
            return b"".join([*lines[:at], *lines[at + 1 :]])
        case 8:
            return b"".join([*lines[:at], *([lines[at]] * chance.choice((2, 2, 3, 40))), *lines[at + 1 :]])
        case 9:
            rows = donor.splitlines(keepends=True)
            return b"".join([*lines[:at], *(chance.sample(rows, min(2, len(rows)))), *lines[at:]])
        case 10:
            return data[: chance.randrange(len(data)) + 1]
        case 11:
            begin, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
            return data[:begin] + data[end:] if chance.random() < 0.5 else data[:end] + data[begin:]
        case 12:
            begin = chance.randrange(len(data))
            return data[:begin] + bytes([chance.randrange(256)]) + data[begin + chance.randrange(2) :]
        case _:
            return _encoded(data, chance)


def _with_a_piece(data: bytes, piece: bytes, chance: random.Random) -> bytes:
    """The document with another word or value in the place of one of its own."""
    begin = chance.randrange(len(data) + 1)
    match = _PIECES.search(data, begin)
    if match is None:
        return data + piece
    old = match[0]
    quote = old[:1] if len(old) > 1 and old[:1] in b"\"'" else b""
    return data[: match.start()] + quote + piece + quote + data[match.end() :]


def _encoded(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    match chance.randrange(5):
        case 0:
            return text.encode("utf-16", "replace")
        case 1:
            return text.encode("utf-8-sig", "replace")
        case 2:
            return data.replace(b"\n", b"\r\n")
        case 3:
            return data.replace(b"\n", b"\r")
        case _:
            return text.encode("utf-16-be", "replace")


def keeps_key(before: bytes, after: bytes) -> bool:
    """Whether the lines with the key, and those with a name of keys, are as they were, and no others."""
    kept = [data.replace(b"\r", b"").split(b"\n") for data in (before, after)]
    words = (KEY.encode(), KEY[:6].encode(), KEY_HEX.encode())
    lines = [[line for line in part if any(word in line for word in words) or _names_keys(line)] for part in kept]
    return bool(lines[0]) and lines[0] == lines[1]


def _names_keys(line: bytes) -> bool:
    return NAME.search(lowered(line.decode("utf-8", "replace"))) is not None


PACKET = ("--src", "10.0.0.1", "--dst", "10.9.0.1", "--allow-partial")
PEERS = ("azure-gateway", "aws-vpn", "libreswan-4", "windows-vpn-client")
TWIN = ROOT / "fixtures" / "twins" / "weak" / "policy.json"
COMMANDS: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    *((3, "text", ("check", "IN", *more)) for more in ((), ("-v",), ("--any-files",))),
    (2, "text", ("check", "-", "--stdin-filename", "NAME")),
    *((2, name, ("check", "IN", "-o", name)) for name in format_names() if name not in {"text", "html"}),
    (1, "html", ("check", "IN", "-o", "html")),
    (1, "files", ("check", "IN", *(word for name in format_names() for word in ("-o", f"{name}:out.{name}")))),
    (1, "text", ("check", "IN", "--statistics")),
    (1, "text", ("check", "IN", "--group-by", "object", "--show-sources")),
    (1, "json", ("check", "IN", "--redact", "-o", "json")),
    (1, "csv", ("check", "IN", "-o", "csv", "--action-plan")),
    (1, "text", ("check", "IN", "--since", "since.json")),
    (40, "inspect", ("inspect", "IN")),
    *((3, form, ("coverage", "IN", "--allow-partial", "--format", form)) for form in ("text", "json")),
    *((3, form, ("which", "IN", *PACKET, "--format", form)) for form in ("text", "json")),
    *((2, form, ("load", "IN", "--allow-partial", "--format", form)) for form in ("text", "json", "html", "svg")),
    (1, "text", ("load", "--calibrate", "IN", "--peers", "100")),
    *((1, "script", ("fix", "IN", "--include-risky", "--as", tool)) for tool in ("netsh", "powershell")),
    *((1, "text", ("fix", "IN", *more)) for more in (("--verify",), ("--diff", "--include-risky"), ("--in-place",))),
    *((2, form, ("negotiate", "IN", "PEER", "--format", form)) for form in ("text", "json", "markdown", "html")),
    (2, "text", ("negotiate", "PEER", "IN", "--allow-partial")),
    (2, "peer", ("negotiate", "IN", "--write-peer")),
    (1, "text", ("diff", "TWIN", "IN")),
    *((1, form, ("diff", "TWIN", "IN", "--no-findings", "--format", form)) for form in ("json", "markdown", "html")),
    *((1, "script", ("diff", "IN", "TWIN", "--allow-partial", "--script", tool)) for tool in ("netsh", "powershell")),
    (2, "toml", ("init", "IN", "-o", "-")),
    (1, "files", ("waive", "RULE", "IN", "--reason", "agreed", "--file", "out.toml")),
    (1, "files", ("baseline", "create", "IN", "--file", "out.json")),
    (4, "text", ("explain", "-")),
    (1, "text", ("explain", "TEXT")),
)
"""How often, how what is printed is read back, and the command; words in capitals are put in."""

STORED = (("check", "IN", "-o", "duckdb:s.duckdb"), ("fleet", "report", "s.duckdb"), ("fleet", "report", "s.duckdb"))
"""One input in a hundred goes into a store, which is slow to make, and is reported from it."""

OWN = {"azure": re.compile(r"##vso\[task\.logissue [^\]]*\]"), "github": re.compile(r"::\w+ [^:]*::")}


class TooSlowError(BaseException):
    """More than the CPU time of an input has gone."""


@dataclass
class Figures:
    """What a run has seen: the counts of codes, and what must not be, with what it came from."""

    inputs: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    codes: Counter[object] = field(default_factory=Counter)
    slowest_cpu_seconds: float = 0.0
    peak_megabytes: int = 0
    faults: list[tuple[str, int, str, str]] = field(default_factory=list)


def _peak_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(inputs: int, seed: int, folder: Path, first: int = 0, keep: Path | None = None) -> Figures:
    """So many mutated inputs, each through one command; faults are kept with their inputs where `keep` says."""
    figures = Figures()
    figures.peak_megabytes = _peak_megabytes()  # what ran before in this process is not to blame on the inputs
    all_seeds = seeds()
    keyed = [each for each in all_seeds if each.has_key]
    weighted = [command for weight, *command in COMMANDS for _ in range(weight)]
    signal.signal(signal.SIGVTALRM, _too_slow)
    with chdir(folder), kept_what_no_input_changes():
        Path("since.json").write_text(said("check", str(TWIN), "-o", "json")[1], encoding="utf-8")
        for number in range(first, first + inputs):
            chance = random.Random(f"{seed}/{number}")
            origin = chance.choice(keyed if chance.random() < 0.3 else all_seeds)
            donor = chance.choice(all_seeds)
            data = mutated(origin.data, donor.data, chance)
            kind, words = weighted[number % len(weighted)]
            several = [(kind, words)] if number % 100 != 99 else [("text", words) for words in STORED]
            has_key = origin.has_key and keeps_key(origin.data, data) and KEY.encode() not in donor.data
            for kind, words in several:
                _try(figures, number, origin.name, data, kind, words, has_key=has_key, chance=chance, keep=keep)
            figures.inputs += 1
            if keep is not None and figures.inputs % 5000 == 0:
                print(f"{figures.inputs} inputs, {len(figures.faults)} faults", file=sys.stderr, flush=True)
    return figures


def _try(
    figures: Figures,
    number: int,
    name: str,
    data: bytes,
    kind: str,
    words: tuple[str, ...],
    *,
    has_key: bool,
    chance: random.Random,
    keep: Path | None,
) -> None:
    Path(name).write_bytes(data)
    text = data[:20_000].decode("utf-8", "replace").replace("\0", "") or "x"
    rule = chance.choice(("QD", "CR", "AU", "RF", "CR001", "AU001", "RF007"))
    put = {"IN": name, "NAME": name, "TWIN": str(TWIN), "RULE": rule, "TEXT": text}
    put["PEER"] = chance.choice((str(TWIN), *PEERS))
    started = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, MAX_CPU_SECONDS)
    try:
        code, out, err = said(*(put.get(word, word) for word in words), stdin=data)
    except TooSlowError:
        code, out, err = 70, "", f"more than {MAX_CPU_SECONDS} s"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    figures.slowest_cpu_seconds = max(figures.slowest_cpu_seconds, time.process_time() - started)
    figures.commands[words[0]] += 1
    figures.codes[code] += 1
    known = set(put.values()) | {"since.json", "s.duckdb"}
    grown, figures.peak_megabytes = figures.peak_megabytes, max(figures.peak_megabytes, _peak_megabytes())
    too_large = [f"{figures.peak_megabytes} MB"] if figures.peak_megabytes > max(MAX_MEGABYTES, grown) else []
    for fault in (*too_large, *faults(code, out, err, kind, words, has_key=has_key)):
        figures.faults.append((fault, number, name, " ".join(words)))
        if keep is not None:
            (keep / f"{number}-{name}").write_bytes(data)
            print(fault, number, name, " ".join(words), (out + err)[-300:], sep="\t", file=sys.stderr, flush=True)
    for path in Path().iterdir():
        if path.name not in known - {name} or (path.name == "s.duckdb" and words == STORED[-1]):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def faults(code: object, out: str, err: str, kind: str, words: tuple[str, ...], *, has_key: bool) -> Iterator[str]:
    """What a command left behind that it must not."""
    if code not in {0, 1, 2, 3, 4}:
        yield f"exit {code}: {err[-200:]}"
        return
    texts = {kind: out, "stderr": err}
    if kind == "files":
        # What a file is read back as, its name says.
        texts |= {path.suffix[1:]: path.read_bytes().decode("utf-8-sig") for path in Path().glob("out.*")}
    for form, text in texts.items():
        if "Traceback" in text:
            yield "traceback"
        if has_key and (writing := shown_in(text)):
            yield f"key in {form}: {writing}"
        if form not in {"toml", "peer"} and (line := _harmful(text, OWN.get(form))) is not None:
            yield f"control in {form}: {line[:80]!r}"
        if text and code in {0, 1, 4} and (reason := malformed(form, text)):
            yield f"malformed {form}: {reason}"


def _harmful(text: str, own: re.Pattern[str] | None) -> str | None:
    for line in text.replace("\r\n", "\n").split("\n"):
        ours = own.match(line) if own else None
        rest = (line[ours.end() :] if ours else line).replace("\t", "")
        if UNSAFE.search(rest) or rest.lstrip().startswith("::"):
            return line
    return None


def malformed(form: str, text: str) -> str:
    """Why what is printed is not what it should be, by a parser of its kind; empty if it is."""
    reads: Mapping[str, Callable[[str], object]] = {
        "json": json.loads,
        "sarif": json.loads,
        "gitlab": json.loads,
        "inspect": json.loads,
        "jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
        "junit": lambda text: etree.fromstring(text.encode()),
        "svg": lambda text: etree.fromstring(text.encode()),
        "csv": _same_columns,
        "html": _own_markup,
        "peer": _toml,
        "toml": _toml,
    }
    try:
        reads.get(form, str)(text)
    except (ValueError, SyntaxError) as error:
        return f"{type(error).__name__}: {error}"[:200]
    return ""


def _toml(text: str) -> None:
    import tomllib

    tomllib.loads(text)


def _same_columns(text: str) -> None:
    lengths = {len(row) for row in csv.reader(io.StringIO(text, newline=""))}
    if len(lengths) != 1:
        raise ValueError(f"rows of {sorted(lengths)} columns")


def _own_markup(text: str) -> None:
    names = set(re.findall(r"<(script|img|iframe|object|svg|textarea|a)\b[^>]*\bon[a-z]+=", text, re.IGNORECASE))
    if names or not html.unescape(text).rstrip().endswith("</html>"):
        raise ValueError(f"markup of {sorted(names)}, or no end")


@contextmanager
def kept_what_no_input_changes() -> Iterator[None]:
    """Build command lines, and read names of fields, once meanwhile: they took more than half of the time of a run."""
    from ipseclint.cli import app
    from ipseclint.engine import judged

    asked_again = [(app, "build"), (judged, "_names_of")]
    own = [(module, name, getattr(module, name)) for module, name in asked_again]
    for module, name, function in own:
        setattr(module, name, function if hasattr(function, "cache_info") else cache(function))
    try:
        yield
    finally:
        for module, name, function in own:
            setattr(module, name, function)


OUT, ERR = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
"""Where commands print: Click keeps every stream that it has written to, and a process has these two for its life."""


def said(*words: str, stdin: bytes = b"") -> tuple[object, str, str]:
    """The exit code of a command in this process, and what it prints."""
    from ipseclint.cli.app import run as run_app

    kept = sys.stdin, sys.stdout, sys.stderr, sys.argv
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), OUT, ERR
    sys.argv = ["ipseclint", *words]
    code: object = 0
    try:
        run_app(list(words))
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = kept
        gc.unfreeze()  # a command freezes what it holds where its process would end; here the next one begins
        out, err = (_taken(stream) for stream in (OUT, ERR))
    return code, out, err


def _taken(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    data = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return data.decode("utf-8")


def _too_slow(_number: int, _frame: FrameType | None) -> None:
    raise TooSlowError


def main() -> int:
    """Run so many inputs, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the inputs of faults")
    options = parser.parse_args()
    if options.keep:
        options.keep = options.keep.resolve()
        options.keep.mkdir(parents=True, exist_ok=True)
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(options.inputs, options.seed, Path(folder), options.first, options.keep)
    print(f"{figures.inputs} inputs, {sum(figures.commands.values())} commands: {dict(figures.commands.most_common())}")
    print(f"exit codes {dict(figures.codes.most_common())}")
    print(f"{time.process_time() - started:.0f} s of CPU, slowest {figures.slowest_cpu_seconds:.1f} s, "
          f"{figures.peak_megabytes} MB")  # fmt: skip
    kinds: Counter[Any] = Counter(fault.split(":")[0] for fault, *_ in figures.faults)
    print(f"{len(figures.faults)} faults: {dict(kinds)}")
    return bool(figures.faults)


if __name__ == "__main__":
    sys.exit(main())
