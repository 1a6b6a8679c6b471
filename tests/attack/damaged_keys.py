"""Damaged documents with a key, no piece of which may show: `python -m tests.attack.damaged_keys 2000 --seed S`.

A document has a key in one of the places in which one can stand. It is damaged as files, pastes and mails are: the
signs around the key and the lines may be lost, doubled or framed, what names the key stays. What leaks is printed by
kind, with an input and the line that shows it. The bounded run in the gate is the same code.
"""

from __future__ import annotations

import argparse
import base64
import html
import json
import random
import re
import shutil
import sys
import tempfile
import textwrap
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from ipseclint.secrets.names import NAME, lowered
from tests.attack.key_places import HOLE, PLACES
from tests.attack.mutated_inputs import COMMANDS, PEERS, TWIN, kept_what_no_input_changes, said

MIN_PIECE_CHARACTERS = 6
_SYLLABLES = (
    *("bra", "vol", "kune", "zwet", "dro", "fim", "gul", "heb", "jor", "kla", "lup", "mov", "nud", "pfo", "quil"),
    *("ruk", "sav", "tirn", "vex", "wob", "yst", "zam"),
)
_SIGNS = "&<>^%!$#'\";,)@/\\|~={}[?*+ "
_NEAR = 24
"""So far around a key signs are lost and doubled."""


def made_key(chance: random.Random) -> str:
    """A key that no word of ours holds a piece of: letters and digits, a word, or both with a sign between."""
    letters = "".join(chance.sample(_SYLLABLES, 4)).capitalize()
    mixed = "".join(chance.choice("abcdefghkmnpqrstuvwxyz") + chance.choice("23456789XKQZ") for _ in range(6))
    kind = chance.randrange(10)
    if kind < 4:
        return mixed
    return letters if kind < 8 else f"{letters[:8]}{chance.choice(_SIGNS)}{mixed[:8]}"


def _at(text: str, key: str) -> int:
    return max(0, text.find(key))


def _signs_near(text: str, key: str, signs: str) -> list[int]:
    begin = _at(text, key)
    end = begin + len(key)
    near = (*range(max(0, begin - _NEAR), begin), *range(end, min(len(text), end + _NEAR)))
    return [at for at in near if text[at] in signs]


def _cut(text: str, key: str, chance: random.Random) -> str:
    return text[: chance.randrange(min(len(text), _at(text, key) + MIN_PIECE_CHARACTERS), len(text) + 1)]


def _cut_at_begin(text: str, key: str, chance: random.Random) -> str:
    """Without some of its first lines, none of which names a key."""
    lines = text.splitlines(keepends=True)
    last = next((number for number, line in enumerate(lines) if _tells(line, key)), 0)
    return "".join(lines[chance.randrange(last + 1) :])


def _tells(line: str, key: str) -> bool:
    return key[:MIN_PIECE_CHARACTERS] in line or NAME.search(lowered(line)) is not None


def _lost_line(text: str, key: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    others = [number for number, line in enumerate(lines) if not _tells(line, key)]
    if not others or not any(map(NAME.search, map(lowered, lines))):
        return text
    lost = chance.choice(others)
    return "".join(line for number, line in enumerate(lines) if number != lost)


def _lost_sign(text: str, key: str, chance: random.Random) -> str:
    signs = _signs_near(text, key, "\"'=:;,()[]{}<>^`@|")
    at = chance.choice(signs) if signs else len(text)
    return text[:at] + text[at + 1 :]


def _doubled_sign(text: str, key: str, chance: random.Random) -> str:
    signs = _signs_near(text, key, "\"'=:;,()[]{}<>^`@|-")
    at = chance.choice(signs) if signs else len(text)
    return text[:at] + text[at : at + 1] + text[at:]


def _foreign_sign(text: str, key: str, chance: random.Random) -> str:
    signs = _signs_near(text, key, "\"'=:;,()[]{}<>^`@| \n")
    at = chance.choice(signs) if signs else len(text)
    return text[:at] + chance.choice("\"'<>&|^`;,(){}[]=\0\t") + text[at + chance.randrange(2) :]


def _lost_break(text: str, _: str, chance: random.Random) -> str:
    ends = [at for at, sign in enumerate(text) if sign == "\n"]
    at = chance.choice(ends) if ends else len(text)
    return text[:at] + chance.choice(("", " ")) + text[at + 1 :]


def _lost_breaks(text: str, _: str, chance: random.Random) -> str:
    return text.replace("\n", chance.choice(("", " ", "  ", "\\n", "; ")))


def _more_breaks(text: str, _: str, chance: random.Random) -> str:
    return text.replace("\n", chance.choice(("\n\n", "\n \n", " \n", "\r\n", "\r", "\n    ", "\u2028")))


def _broken_at_blank(text: str, key: str, chance: random.Random) -> str:
    signs = _signs_near(text, key, " =:,(")
    at = chance.choice(signs) + 1 if signs else len(text)
    return text[:at] + chance.choice(("\n", "\n  ", " \n", "\n> ", "\r\n", "\n\n", "`\n", "^\n")) + text[at:]


def _broken_in_key(text: str, key: str, chance: random.Random) -> str:
    at = _at(text, key) + chance.randrange(1, len(key))
    return text[:at] + chance.choice(("\n", "\n  ", "=\n", "\n> ", "\r\n", " ", "\u00ad", "^\n", "`\n")) + text[at:]


def _wrapped(text: str, _: str, chance: random.Random) -> str:
    width, begin = chance.randrange(40, 100), chance.choice(("", "", "> ", "    "))
    wrapped = (
        textwrap.wrap(line, width, subsequent_indent=begin, break_on_hyphens=False, break_long_words=False) or [""]
        for line in text.split("\n")
    )
    return "\n".join(line for lines in wrapped for line in lines)


def _before_lines(*begins: str) -> Callable[[str, str, random.Random], str]:
    """A damage that puts the same before each line, numbered where a begin has a place for it."""

    def damage(text: str, _: str, chance: random.Random) -> str:
        begin = chance.choice(begins)
        return "\n".join(begin.format(number % 60) + line for number, line in enumerate(text.split("\n"), 1))

    return damage


def _in_html(text: str, _: str, chance: random.Random) -> str:
    escaped = html.escape(text, quote=chance.random() < 0.5)
    if chance.random() < 0.3:
        escaped = escaped.replace(" ", "&nbsp;")
    frame = chance.choice(("<pre>{}</pre>", "<p>{}</p>", "<code>{}</code>", "<td>{}</td>", "<div>{}", "{}"))
    between = chance.choice(("\n", "<br>\n", "<br/>", "</p>\n<p>", '</span>\n<span class="x">'))
    return frame.format(escaped.replace("\n", between))


def _in_table(text: str, _: str, chance: random.Random) -> str:
    match chance.randrange(4):
        case 0:
            return "\n".join(f"| {line} |" for line in text.split("\n"))
        case 1:
            return "step,command\n" + "\n".join(
                f'1,"{line.replace(chr(34), chr(34) * 2)}"' for line in text.split("\n")
            )
        case 2:
            return 'step,command,note\n1,"' + text.replace('"', '""') + '",done\n'
        case _:
            return "| Step | Command |\n|---|---|\n" + "\n".join(f"| 1 | `{line}` |" for line in text.split("\n"))


def _in_program(text: str, _: str, chance: random.Random) -> str:
    match chance.randrange(5):
        case 0:
            return json.dumps({"name": "vpn", "script": text})
        case 1:
            return json.dumps({"commands": text.split("\n")}, indent=2)
        case 2:
            return f"run({json.dumps(text)})\n"
        case 3:
            return "script: |\n" + textwrap.indent(text, "  ")
        case _:
            return "cat > x <<'EOF'\n" + text + "\nEOF\n"


def _in_document(text: str, _: str, chance: random.Random) -> str:
    fence = chance.choice(("```", "~~~", "```powershell", "{code}", "----"))
    return f"# How to\n\nDo this:\n\n{fence}\n{text}\n{fence.removesuffix('powershell')}\n\nThen restart.\n"


def _with_other_signs(text: str, _: str, chance: random.Random) -> str:
    old, new = chance.choice(
        (('"', "\u201c"), ("\"'", "\u201d\u2019"), ("-", "\u2013"), (" ", "\u00a0"), ("=", "\uff1d"))
    )
    return text.translate(str.maketrans(old, new))


def _with_blanks(text: str, key: str, chance: random.Random) -> str:
    signs = _signs_near(text, key, "=:,\"'")
    at = chance.choice(signs) if signs else len(text)
    blanks = chance.choice((" ", "  ", "\t", "\u00a0"))
    return text[:at] + chance.choice(("", blanks)) + text[at : at + 1] + blanks + text[at + 1 :]


DAMAGES: Mapping[str, Callable[[str, str, random.Random], str]] = {
    "whole": lambda text, _key, _chance: text,
    "cut": _cut,
    "cut at begin": _cut_at_begin,
    "lost line": _lost_line,
    "lost sign": _lost_sign,
    "doubled sign": _doubled_sign,
    "foreign sign": _foreign_sign,
    "lost break": _lost_break,
    "lost breaks": _lost_breaks,
    "more breaks": _more_breaks,
    "broken at blank": _broken_at_blank,
    "broken in key": _broken_in_key,
    "wrapped": _wrapped,
    "mail": _before_lines("> ", ">", ">> ", "| ", "    "),
    "list": _before_lines("- ", "* ", "{}. ", "  - ", "{}) "),
    "log": _before_lines(
        "2026-03-04 10:11:{:02} ",
        "[10:11:{:02}] ",
        "2026-03-04T10:11:{:02}.120Z INFO ",
        "Mar  4 10:11:{:02} gw app[7]: ",
    ),
    "diff": _before_lines("+", "-", " ", "+ ", "< "),
    "numbers": _before_lines("{}: ", "{:4}  ", "a.cmd:{}:"),
    "prompt": _before_lines("C:\\> ", "PS C:\\> ", "gw# ", "$ ", "C:\\Windows\\system32>", "[srv01]: PS C:\\> "),
    "html": _in_html,
    "table": _in_table,
    "program": _in_program,
    "document": _in_document,
    "other signs": _with_other_signs,
    "blanks": _with_blanks,
}
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
DRAWN = tuple((kind, words) for weight, kind, words in COMMANDS for _ in range(min(weight, 3)))


class Leak(NamedTuple):
    """What showed a piece of a key: the number of the input, its place, its damages, the command, and the line."""

    number: int
    place: str
    damages: tuple[str, ...]
    command: str
    line: str

    @property
    def kind(self) -> tuple[str, str]:
        """What leaks are grouped by."""
        return self.place.partition("-")[0], "+".join(sorted({*self.damages} - {"whole"})) or "whole"


class Damaged(NamedTuple):
    """A damaged document, by the name of its file, and the key in it."""

    place: str
    damages: tuple[str, ...]
    name: str
    data: bytes
    key: str


def damaged(number: int, seed: int) -> Damaged:
    """The document of a number: always the same one for a seed, and almost always where there are more places."""
    chance = random.Random(f"{seed}/{number}")
    place = max(PLACES, key=lambda each: blake2b(f"{seed}/{number}/{each}".encode(), digest_size=8).digest())
    name, template = PLACES[place]
    key = made_key(chance)
    text = template.replace(HOLE, key)
    damages = tuple(chance.choice([*DAMAGES]) for _ in range(chance.choice((1, 1, 1, 2))))
    for damage in damages:
        text = DAMAGES[damage](text, key, chance)
    data = text.encode(chance.choice(ENCODINGS), "replace")
    if chance.random() < 0.1:
        name = chance.choice(("notes.txt", "page.md", "mail.eml", "x", f"{key[:7]}.txt".translate(_IN_NAMES)))
    return Damaged(place, damages, name, data, key)


_IN_NAMES = {ord(sign): "_" for sign in '/\\<>:"|?*\0 '}


def shown(text: str, key: str) -> str | None:
    """The first line that holds a piece of a key, as it is or in another writing."""
    pieces = _pieces(key)
    folded = text.casefold()
    if not any(piece in folded for piece in pieces) and not any(each in text for each in _base64_of(key)):
        return None
    lines = text.split("\n")
    return next((line for line in lines if any(piece in line.casefold() for piece in pieces)), "in base64")


def _pieces(key: str) -> set[str]:
    plain = {key[at : at + MIN_PIECE_CHARACTERS].casefold() for at in range(len(key) - MIN_PIECE_CHARACTERS + 1)}
    pieces = {piece for piece in plain if not piece.isspace() and re.fullmatch(r"\w+", piece)} or plain
    hexes = {piece.encode(code).hex() for piece in _cased(key) for code in ("utf-8", "utf-16-le")}
    signs = ("".join(form.format(ord(sign)) for sign in piece) for piece in _cased(key) for form in _WRITTEN)
    return {*pieces, *hexes, *map(str.casefold, signs)}


_WRITTEN = ("&#{};", "&#x{:x};", "%{:02x}", "\\u{:04x}", "{:02x},", "{:02x} ", "{:02x},00,")


def _cased(key: str) -> set[str]:
    return {key[at : at + MIN_PIECE_CHARACTERS] for at in range(len(key) - MIN_PIECE_CHARACTERS + 1)}


def _base64_of(key: str) -> Iterator[str]:
    for code in ("utf-8", "utf-16-le"):
        for shift in range(3):
            data = key.encode(code)
            yield base64.b64encode(bytes(shift) + data)[(shift * 8 + 5) // 6 :].decode().rstrip("=")[:-1]


def run(inputs: int, seed: int, folder: Path, first: int = 0, keep: Path | None = None) -> Iterator[Leak]:
    """What shows a piece of a key among so many damaged documents; these are kept with it where `keep` says."""
    with chdir(folder), kept_what_no_input_changes():
        Path("since.json").write_text(said("check", str(TWIN), "-o", "json")[1], encoding="utf-8")
        for number in range(first, first + inputs):
            document = damaged(number, seed)
            chance = random.Random(f"{seed}/{number}/commands")
            drawn = [chance.choice(DRAWN)[1] for _ in range(2)]
            for words in (("check", "IN", "-v"), ("inspect", "IN"), *drawn):
                line = _leak(document, words, chance)
                if line is None:
                    continue
                yield Leak(number, document.place, document.damages, " ".join(words), line)
                if keep is not None:
                    (keep / f"{number}-{Path(document.name).name}").write_bytes(document.data)


def _leak(document: Damaged, words: tuple[str, ...], chance: random.Random) -> str | None:
    """The line of an output, or of a file that a command writes, with a piece of the key; or how the command broke."""
    path = Path(document.name)
    path.write_bytes(document.data)
    text = document.data[:20_000].decode("utf-8", "replace").replace("\0", "") or "x"
    put = {"IN": document.name, "NAME": document.name, "TWIN": str(TWIN), "TEXT": text}
    put |= {"RULE": chance.choice(("QD", "CR", "AU", "AU001", "RF007")), "PEER": chance.choice((str(TWIN), *PEERS))}
    code, out, err = said(*(put.get(word, word) for word in words), stdin=document.data)
    texts = [out, err]
    for file in Path().iterdir():
        if file.name not in {document.name, "since.json"} and file.is_file():
            texts += [file.name, file.read_bytes().decode("utf-8", "replace")]
            file.unlink()
        elif file.is_dir():
            shutil.rmtree(file)
    path.unlink()
    name = document.name if shown(document.name, document.key) else ""
    lines = (shown(text.replace(name, "NAME") if name else text, document.key) for text in texts)
    leaked = next(filter(None, lines), None)
    return leaked if leaked is not None or code in {0, 1, 2, 3, 4} else f"exit {code}: {err[-200:]}"


def main() -> int:
    """Run so many inputs, and print what leaks by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the inputs that leak")
    options = parser.parse_args()
    if options.keep:
        options.keep = options.keep.resolve()
        options.keep.mkdir(parents=True, exist_ok=True)
    started = time.process_time()
    by_kind: defaultdict[tuple[str, str], list[Leak]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for leak in run(options.inputs, options.seed, Path(folder), options.first, options.keep):
            by_kind[leak.kind].append(leak)
    for kind, leaks in sorted(by_kind.items(), key=lambda item: -len({leak.number for leak in item[1]})):
        print(f"{len({leak.number for leak in leaks}):4} inputs  {': '.join(kind)}")
        for leak in leaks[:3]:
            print(f"       {leak.number} {leak.place} by {leak.command}: {leak.line.strip()[:200]}")
    numbers = {leak.number for leaks in by_kind.values() for leak in leaks}
    print(f"{len(numbers)} of {options.inputs} inputs leak, in {time.process_time() - started:.0f} s of CPU")
    return bool(numbers)


if __name__ == "__main__":
    sys.exit(main())
