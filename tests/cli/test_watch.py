"""Watching: once at the start, then after each change, until interrupted."""

from __future__ import annotations

from pathlib import Path

from ipseclint.cli.watching import watch


def test_runs_again_after_each_change(tmp_path: Path) -> None:
    path = tmp_path / "policy.cmd"
    path.write_text("a")
    runs: list[str] = []
    steps = iter([lambda: None, lambda: path.write_text("bb"), lambda: None, path.unlink])

    def pause(_seconds: float) -> None:
        step = next(steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    watch(lambda: [str(path)], lambda: runs.append(path.read_text() if path.exists() else "gone"), pause)
    assert runs == ["a", "bb", "gone"]
