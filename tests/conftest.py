"""What the whole suite shares: where things are, and the option for long runs."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from tests import ROOT

# A busy machine makes no test fail: what is generated is bounded by number, never by time.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the width of the terminal that runs it."""
    monkeypatch.delenv("COLUMNS", raising=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the suites for a whole run before a release")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collects with the garbage collector off: modules, tests and parameters stay, and looking for rubbish is slow."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="a long suite: select it with --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return ROOT / "fixtures"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real exports that lie beside the checkout of those who have them."""
    folder = ROOT.parent / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("no corpus of real exports here")
    return folder


class Ran(NamedTuple):
    """What a command line left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli() -> Callable[..., Ran]:
    """Runs a command line in this process, as the entry point does."""

    def run(*arguments: str | Path, stdin: bytes = b"", encoding: str = "utf-8") -> Ran:
        from ipseclint.cli.app import run as run_app

        out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2))
        kept = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), out, err
        code = 0
        try:
            run_app([str(each) for each in arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            sys.stdin, sys.stdout, sys.stderr = kept
        texts = [stream.buffer.getvalue().decode(encoding, errors="replace") for stream in (out, err)]  # type: ignore[attr-defined]
        return Ran(code, *texts)

    return run
