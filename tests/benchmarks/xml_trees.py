"""XML read into trees with exact places, against a bare parse by lxml and a tree that Python's handlers build.

python -m tests.benchmarks.xml_trees [--copies N]
"""

from __future__ import annotations

import argparse
import gc
import re
import time
from collections.abc import Callable
from xml.parsers import expat

from lxml import etree

from ipseclint.formats import recognise
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.source import Source, bytes_source, file_source
from tests import ROOT

FORMATS = ROOT / "fixtures" / "formats"


def main() -> None:
    """Print how many times the CPU time of a bare parse by lxml each takes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--copies", type=int, default=200)
    copies = options.parse_args().copies
    print(f"{'':18} {'MB':>5} {'handlers':>9} {'read':>9} {'all places':>11} {'format':>9}   (times a bare lxml parse)")
    for name, data, wanted in inputs(copies):
        source = bytes_source(name, data)
        found = recognise(source)
        assert found is not None, name
        works = (
            lambda data=data: etree.fromstring(data),
            lambda data=data: tree_of_handlers(data),
            lambda source=source, wanted=wanted: list(read(source, wanted)),
            lambda source=source, wanted=wanted: every_place(source, wanted),
            lambda found=found, source=source: found.parse(source),
        )
        bare, handlers, parts, places, whole = map(seconds, works)
        ratios = f"{handlers / bare:9.1f} {parts / bare:9.1f} {places / bare:11.1f} {whole / bare:9.1f}"
        print(f"{found.name:18} {len(data) / 1e6:5.1f} {ratios}")


def every_place(source: Source, wanted: Wanted) -> int:
    """Read, look at every element, and ask where each stands."""
    parts = (part.element for part in read(source, wanted) if isinstance(part, Subtree))
    return sum(element.line + element.end_column for part in parts for element in part.walk())


def inputs(copies: int) -> list[tuple[str, bytes, Wanted]]:
    """Fixtures, with what they hold many times over."""
    objects = file_source(FORMATS / "powershell-clixml" / "policy.xml").read_text()
    events = file_source(FORMATS / "security-events" / "without-root.xml").read_text()
    return [
        (
            "objects.xml",
            repeated(objects, r"<Objs[^>]*>", "</Objs>", copies).encode(),
            Wanted({"Obj": frozenset({"Objs"})}),
        ),
        ("events.xml", f"<Events>{events * copies * 10}</Events>".encode(), Wanted({"Event": frozenset()})),
    ]


def repeated(text: str, opening: str, closing: str, copies: int) -> str:
    """A document whose root holds the same again and again."""
    match = re.search(opening, text)
    assert match is not None, opening
    begin, end = match.end(), text.rindex(closing)
    return text[:begin] + text[begin:end] * copies + text[end:]


def tree_of_handlers(data: bytes) -> object:
    """What a tree with exact places costs when Python makes every element."""
    parser = expat.ParserCreate()
    root: list[object] = []
    stack = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        element: list[object] = [name, attributes, parser.CurrentLineNumber, parser.CurrentColumnNumber]
        stack[-1].append(element)
        stack.append(element)

    def end(_name: str) -> None:
        stack.pop().extend((parser.CurrentLineNumber, parser.CurrentColumnNumber))

    def characters(text: str) -> None:
        stack[-1].append(text)

    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.Parse(data, True)
    return root


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of the best of three."""
    best = float("inf")
    for _ in range(3):
        gc.collect()
        gc.disable()
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
        gc.enable()
    return best


if __name__ == "__main__":
    main()
