"""Code of the program's modules, kept together beside the program.

A check loads hundreds of modules, and to find, open and check the compiled file of each takes Python twice as long as
to start. Here the code of all lies in one file, of which the part of a module is read when it is imported. Size and
times of change of its source decide whether it still is its code, as for Python's own file, and the version of the
program: a package may give all files one time. Where they say no, Python finds the module as ever.
"""

from __future__ import annotations

import atexit
import contextlib
import marshal
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any

from ipseclint.kept import CHECK_BYTES, KeptFile, check_of, keep, kept_at, may_keep, place_of
from ipseclint.version import __version__

_OURS = f"{__package__}."
_HERE = Path(__file__)

_Stamp = tuple[int, int, int]
"""Size and time of change of a source, and the time at which the file itself was changed or, on Windows, made."""
_Source = tuple[str, str | None, _Stamp]
"""The paths of a source and of Python's compiled file of it; its stamp."""
_Part = tuple[_Source, int, int]
"""A source, and where its code begins and ends."""


def _module_of(spec: ModuleSpec) -> ModuleType:
    """A module with the names of its files: Python asks for each before it gives it, which costs as much as to find
    the module."""
    module = ModuleType(spec.name)
    vars(module).update(__file__=spec.origin, __cached__=spec.cached)
    return module


class _Loader(SourceFileLoader):
    """Python's loader of a module whose code is at hand."""

    code: CodeType | None = None

    create_module = staticmethod(_module_of)

    def get_code(self, fullname: str) -> CodeType | None:
        """The code, which the loader lets go."""
        code, self.code = self.code, None
        return super().get_code(fullname) if code is None else code


class KeptModules:
    """Modules of the program whose code is kept at `place`; `index` is the place of what tells where."""

    def __init__(self, place: Path, index: Path) -> None:
        self._place = place
        self._index = index
        self._parts: dict[str, bytes] = {}  # each still packed: most are for other inputs
        self._file: KeptFile | None = None
        self._finder: Any = SimpleNamespace(find_spec=self._found)

    def take_up(self) -> None:
        """Find modules that are kept from now on, and keep those that were loaded besides when the run ends."""
        try:
            known, size, check, parts = marshal.loads(kept_at(self._index))  # noqa: S302 - as the modules beside it
            if known == _common():
                self._file = file = KeptFile(self._place)
                # Two runs may have kept theirs at once.
                self._parts = parts if file.size == size and file.part(0, CHECK_BYTES) == check else {}
        except (OSError, EOFError, TypeError, ValueError):
            pass  # nothing is kept, or it is damaged
        sys.meta_path.insert(0, self._finder)
        atexit.register(self.end)

    def _found(self, name: str, _path: Sequence[str] | None, _target: object = None) -> ModuleSpec | None:
        """The module with its code; None where that is not kept, or its source has changed."""
        packed = self._parts.get(name)
        if packed is None:
            return None
        try:
            part: _Part = marshal.loads(packed)  # noqa: S302 - as above
            code = marshal.loads(self._code(part))  # noqa: S302 - as above
        except (OSError, EOFError, TypeError, ValueError):
            del self._parts[name]
            return None
        path, compiled, _ = part[0]
        loader = _Loader(name, path)
        loader.code = code
        is_package = path.endswith("__init__.py")
        spec = ModuleSpec(name, loader, origin=path, is_package=is_package)
        spec.has_location, spec.cached = True, compiled
        if is_package:
            spec.submodule_search_locations = [os.path.dirname(path)]  # noqa: PTH120 - as Python does
        return spec

    def _code(self, part: _Part) -> bytes:
        """The bytes of a module's code. Raises OSError or ValueError where it has changed."""
        (path, _, stamp), begin, end = part
        if self._file is None or _stamp(path) != stamp:
            raise ValueError("it is of another source")
        return self._file.part(begin, end)

    def end(self) -> None:
        """Find nothing any more, and keep what was loaded and is not kept, unless Python may not write."""
        with contextlib.suppress(ValueError):
            sys.meta_path.remove(self._finder)
        new = [each for each in _found_by_python() if each.name not in self._parts]
        if new and may_keep(self._place):
            self._keep(new)
        if self._file is not None:
            self._file.close()

    def _keep(self, new: Sequence[ModuleSpec]) -> None:
        codes, parts = [], {}
        end = CHECK_BYTES
        for name, source, code in (*self._old(), *_read(new)):
            begin, end = end, end + len(code)
            parts[name] = marshal.dumps((source, begin, end))
            codes.append(code)
        if self._file is not None:
            self._file.close()  # or Windows would not replace it
        data = b"".join(codes)
        if keep(self._place, data):  # else another run that reads it holds it fast
            keep(self._index, marshal.dumps((_common(), end, check_of(data), parts)))

    def _old(self) -> Iterator[tuple[str, _Source, bytes]]:
        """The code that is kept and may be used again."""
        for name, packed in self._parts.items():
            with contextlib.suppress(OSError, EOFError, TypeError, ValueError):
                part: _Part = marshal.loads(packed)  # noqa: S302 - as above
                yield name, part[0], self._code(part)


def _common() -> tuple[bytes, str, str]:
    """What all code that is kept together has in common: it names its source by where it was."""
    return MAGIC_NUMBER, __version__, os.path.normcase(_HERE)


def find_kept_modules() -> None:
    """Find the program's modules by what is kept beside it from now on."""
    KeptModules(*(place_of(_HERE.with_name(f"kept_{part}.of_modules")) for part in ("code", "index"))).take_up()


def _found_by_python() -> Iterator[ModuleSpec]:
    """The modules of the program that were loaded and are not kept."""
    for name, module in sys.modules.items():
        spec = getattr(module, "__spec__", None) if name.startswith(_OURS) else None
        if spec is not None and type(spec.loader) is SourceFileLoader:
            yield spec


def _read(modules: Sequence[ModuleSpec]) -> Iterator[tuple[str, _Source, bytes]]:
    """The code of modules, from what Python keeps of each."""
    for spec in modules:
        loader = spec.loader
        if isinstance(loader, SourceFileLoader):
            with contextlib.suppress(OSError, ImportError, SyntaxError, ValueError):
                stamp = _stamp(loader.path)  # first: what is changed meanwhile then has another
                yield spec.name, (loader.path, spec.cached, stamp), marshal.dumps(loader.get_code(spec.name))


def _stamp(source: str) -> _Stamp:
    state = os.stat(source)  # noqa: PTH116 - a Path for each of many modules takes longer
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns
