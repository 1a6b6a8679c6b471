"""The entry point: answers `--version`, and what is unchanged, at once; everything else through the command line."""

from __future__ import annotations

import atexit
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_COLLECT_AFTER = 1_000_000
"""How many more objects Python may hold before it looks for cycles: more than a start and a policy of ten thousand
rules make."""

_INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of the signal, as shells count."""


def main() -> None:
    """Run the command line with the arguments of the process, which ends with it."""
    end: list[object] = []
    registered: Callable[[], int] | None = getattr(atexit, "_ncallbacks", None)
    if registered is not None and not registered():  # what was registered before is done behind it, or not at all
        atexit.register(_leave, end)  # first, so that all that others register is done before
    try:
        answer()
    except SystemExit as given:
        end.append(given.code)
        raise


def answer() -> None:
    """Run the command line with the arguments of the process. Raises SystemExit."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        # Answered before anything is imported, so that scripts may ask often.
        from ipseclint import __version__

        try:
            print(f"ipseclint {__version__}", flush=True)
        except OSError:
            pass  # the command line says what is wrong with the stream
        else:
            return
    from ipseclint.cli.unchanged import kept_answers

    answers = kept_answers(sys.argv[1:])
    if answers is not None:
        code = answers.given()
        if code is not None:
            sys.exit(code)
        answers.listen()
    import gc

    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    try:
        from ipseclint.kept_modules import find_kept_modules

        find_kept_modules()
        from ipseclint.cli.app import run
        from ipseclint.cli.lazily import load_kept_code

        load_kept_code()
        run(sys.argv[1:])
    except SystemExit as end:
        if answers is not None:
            answers.keep(end.code)
        raise
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)  # while the program was still starting; later the command line sees to it


def _leave(end: Sequence[object]) -> None:
    """End the process at once: taking apart what it holds would take longer than Python takes to start."""
    code = end[0] if end else None
    if not isinstance(code, int):
        return  # it ends otherwise, such as with a traceback
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
    except OSError:
        return  # Python says what is wrong with the stream
    os._exit(code)


if __name__ == "__main__":
    main()
