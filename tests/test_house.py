"""How the package is built: no circles among its modules, nothing only tests use, no library without use."""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

from tests import ROOT

LINTER = ROOT / "linter"

_OWN_DECORATORS = frozenset(
    {"property", "cached_property", "staticmethod", "classmethod", "contextmanager", "lru_cache"}
)
"""Decorators that say how a function is called; any other hands it to somebody who calls it."""


@cache
def modules() -> dict[str, ast.Module]:
    """The modules of the package, parsed, by name."""
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in LINTER.glob("ipseclint/**/*.py")}


@cache
def walked(tree: ast.Module) -> tuple[ast.AST, ...]:
    """All nodes of a module, found once."""
    return tuple(ast.walk(tree))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(LINTER).with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.Module, names: set[str]) -> Iterator[str]:
    for node in walked(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom):
            within = {f"{node.module}.{alias.name}" for alias in node.names} & names
            yield from within or {node.module} & names


def test_no_modules_import_each_other_whether_at_once_or_when_called() -> None:
    trees = modules()
    # The package's own module is the public door: it imports what it offers, and all may ask it for the version.
    names = set(trees) - {"ipseclint"}
    imports = {name: set(imported(trees[name], names)) - {name} for name in names}
    assert sum(map(len, imports.values())) > 1000
    assert len(list(TopologicalSorter(imports).static_order())) == len(names)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions and methods that somebody must name to use; those that a decorator or a base hands out are not."""
    inherited = {
        method
        for node in walked(tree)
        if isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Attribute) for base in node.bases)
        for method in node.body
    }
    for node in walked(tree):
        if isinstance(node, ast.FunctionDef) and node not in inherited and all(map(_is_own, node.decorator_list)):
            yield node


def _is_own(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)) in _OWN_DECORATORS


def uses(tree: ast.Module) -> Iterator[str]:
    """The names that a module uses, and those it lists as public."""
    for node in walked(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name, asname=str()):
                yield name
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=elements)):
                yield from (ast.literal_eval(element) for element in elements)


def classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    """The classes that somebody must name to use."""
    yield from (node for node in walked(tree) if isinstance(node, ast.ClassDef) and not node.decorator_list)


def test_every_function_and_class_is_used_by_the_package_itself() -> None:
    trees = modules()
    used = {name for tree in trees.values() for name in uses(tree)}
    unused = defaultdict(list)
    for module, tree in trees.items():
        for definition in (*functions(tree), *classes(tree)):
            if definition.name not in used and not definition.name.startswith("__"):
                unused[module].append(definition.name)
    assert dict(unused) == {}


LOADED_BY_NAME = ("ipseclint.cli", "ipseclint.reporters", "ipseclint.load.report")
"""Rooms whose modules are loaded by their names in a table, and asked for functions of the same names."""


def named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What a module takes from others, each with its module: by import, or as an attribute of an imported module."""
    modules_by_alias: defaultdict[str, set[str]] = defaultdict(set)
    for node in walked(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                yield node.module, alias.name
                modules_by_alias[alias.asname or alias.name].add(f"{node.module}.{alias.name}")
    for node in walked(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from ((module, node.attr) for module in modules_by_alias[node.value.id])


def test_what_a_module_defines_is_named_in_it_or_taken_from_it() -> None:
    """A name of another module, or a field of a value, that is spelt the same is no use."""
    trees = modules()
    scripts = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / ".ci").glob("*.py")]
    taken = {pair for tree in (*trees.values(), *scripts) for pair in named(tree)}
    unused = []
    for module, tree in trees.items():
        if module.startswith(LOADED_BY_NAME):
            continue
        own = {node.id for node in walked(tree) if isinstance(node, ast.Name)}
        for definition in tree.body:
            if isinstance(definition, ast.FunctionDef | ast.ClassDef) and all(map(_is_own, definition.decorator_list)):
                name = definition.name
                if name not in own and (module, name) not in taken and not name.startswith("__"):
                    unused.append(f"{module}.{name}")
    assert unused == []


def unasked_methods(trees: Mapping[str, ast.Module]) -> list[str]:
    """The methods and properties that nobody asks for but themselves."""
    asked = Counter(node.attr for tree in trees.values() for node in walked(tree) if isinstance(node, ast.Attribute))
    unasked = []
    for module, tree in trees.items():
        own = set(functions(tree))
        for holder in (node for node in walked(tree) if isinstance(node, ast.ClassDef)):
            for method in own.intersection(holder.body):
                within = [node.attr for node in ast.walk(method) if isinstance(node, ast.Attribute)]
                if asked[method.name] == within.count(method.name) and not method.name.startswith("__"):
                    unasked.append(f"{module}.{holder.name}.{method.name}")
    return unasked


def test_every_method_is_asked_for() -> None:
    assert unasked_methods(modules()) == []
    two = "class A:\n def one(self): return self.two\n def two(self): return self.one\n def three(self): pass"
    one = "class B(json.Encoder):\n def four(self): pass\nclass C:\n def five(self): return self.five()"
    assert unasked_methods({"a": ast.parse(two), "b": ast.parse(one)}) == ["a.A.three", "b.C.five"]


def constants(tree: ast.Module) -> Iterator[str]:
    """The names that a module gives to values, each of a tuple of names too."""
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else ()
        for target in (statement.target,) if isinstance(statement, ast.AnnAssign) else targets:
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def read_names(tree: ast.Module) -> Iterator[str]:
    """The names that a module reads, those in the text of a type for `cast` too."""
    for node in walked(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "cast":
            yield from re.findall(r"\w+", ast.unparse(node.args[0]))


ASKED_FOR = {"FORMATS": "ipseclint.formats."}
"""Constants that the modules of a room are asked for by the room itself."""


def unread_constants(trees: Mapping[str, ast.Module], taken: Set[tuple[str, str]]) -> list[str]:
    """The constants of modules that neither the module itself reads nor another takes."""
    unread = []
    for module, tree in trees.items():
        own = set(read_names(tree))
        for name in constants(tree):
            is_asked_for = module.startswith(ASKED_FOR.get(name, "-")) or name.startswith("__")
            if name not in own and (module, name) not in taken and not is_asked_for:
                unread.append(f"{module}.{name}")
    return unread


def test_every_constant_is_read_in_its_module_or_taken_from_it() -> None:
    trees = modules()
    assert unread_constants(trees, {pair for tree in trees.values() for pair in named(tree)}) == []


def test_a_constant_that_nobody_reads_is_seen() -> None:
    one = ast.parse("LONE, _SHARED = 1, 2\nTYPE = int\nTAKEN: int = 3\nuse = _SHARED, cast('TYPE', use)")
    two = ast.parse("from package import one\nFORMATS = (one.TAKEN, one.use)\nLONE = 4")
    trees = {"package.one": one, "ipseclint.formats.two": two, "package.three": ast.parse("FORMATS = ()")}
    taken = {pair for tree in trees.values() for pair in named(tree)}
    assert unread_constants(trees, taken) == ["package.one.LONE", "ipseclint.formats.two.LONE", "package.three.FORMATS"]


def bound_twice(tree: ast.Module) -> list[str]:
    """The names that a module gives to two values, the first of which is lost."""
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return [name for name, number in Counter([*constants(tree), *defined]).items() if number > 1]


def test_no_name_is_given_to_two_values_of_a_module() -> None:
    assert {module: names for module, tree in modules().items() if (names := bound_twice(tree))} == {}
    assert bound_twice(ast.parse("_RETURNED = 1\n\ndef read(): return _RETURNED\n\n_RETURNED, ONCE = 2, 3")) == [
        "_RETURNED"
    ]


MIN_TABLE_CHARACTERS = 40
"""A shorter table may be the same as another by chance."""


def written_twice(trees: Mapping[str, ast.Module]) -> list[list[str]]:
    """The tables, sets, expressions and unions of types that several constants are written as."""
    places = defaultdict(list)
    for module, tree in trees.items():
        for statement in tree.body:
            value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
            is_table = isinstance(value, ast.Dict | ast.Set | ast.Tuple | ast.Call)
            is_union = isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr)
            text = ast.unparse(value) if value is not None and (is_table or is_union) else ""
            if len(text) >= MIN_TABLE_CHARACTERS and not text.startswith("TypeVar("):
                names = " ".join(constants(ast.Module([statement], [])))
                if " " not in names:
                    places[text].append(f"{module}.{names}")
    return [names for names in places.values() if len(names) > 1]


def test_no_table_is_written_twice() -> None:
    assert written_twice(modules()) == []
    one = ast.parse("_BITS = {'neighbour discovery': 1, 'icmp': 2, 'dhcp': 8}\nSHORT = {'a': 1}\nA, B, C = 1, 2, 3")
    other = ast.parse("WORDS: dict = {'neighbour discovery': 1, 'icmp': 2, 'dhcp': 8}\nSHORT = {'a': 1}")
    assert written_twice({"one": one, "other": other}) == [["one._BITS", "other.WORDS"]]


OTHER_STYLES = re.compile(
    r"_?(?:MOST|LARGEST|LONGEST|HIGHEST|GREATEST|FEWEST|SHORTEST|SMALLEST|LOWEST|LEAST|MAXIMUM|MINIMUM)(?:_.*)?"
    r"|.*_(?:MAX|MIN|MOST|CAP)"
)
"""How limits are named elsewhere; here they are `MAX_` and `MIN_`, with the unit behind."""


def limits_of_other_styles(tree: ast.Module) -> set[str]:
    """The numbers that a module names as limits, but in another style."""
    return {
        name
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Constant | ast.BinOp)
        for name in constants(ast.Module([statement], []))
        if OTHER_STYLES.fullmatch(name)
    }


def test_limits_have_one_style_of_name() -> None:
    assert {module: names for module, tree in modules().items() if (names := limits_of_other_styles(tree))} == {}
    other = ast.parse("MOST_RUNS = 16\n_LONGEST: int = 1 << 20\nBYTES_MAX = 3\nMAX_RUNS = 4\n_LEAST = (1, 2)")
    assert limits_of_other_styles(other) == {"MOST_RUNS", "_LONGEST", "BYTES_MAX"}


_FUNCTION = re.compile(r"^(?:[ ]{4}(?=def test_))?def (\w+)\(", re.MULTILINE)
_ASSERTS = re.compile(r"\b(?:assert|raise|raises|fail|assert_\w+)\b|\bcheck=True\b")


def without_assertion(texts: Mapping[str, str]) -> list[str]:
    """The tests that neither assert nor call, by whatever others, a helper that does, and whose name tells no more.

    A test of which the name says that nothing is raised asserts by that.
    """
    bodies = []
    for file, text in texts.items():
        found = [*_FUNCTION.finditer(text)]
        for match, following in itertools.zip_longest(found, found[1:]):
            bodies.append((file, match[1], text[match.end() : following and following.start()]))
    asserting = {name for _, name, body in bodies if _ASSERTS.search(body) or "raise" in name}
    left = [(file, name, set(re.findall(r"\w+", body))) for file, name, body in bodies if name not in asserting]
    helpers = {name for name in asserting if not name.startswith("test_")}
    while more := {name for _, name, words in left if words & helpers} - asserting:
        asserting |= more
        helpers |= {name for name in more if not name.startswith("test_")}
    return [f"{file}: {name}" for file, name, _ in left if name.startswith("test_") and name not in asserting]


def test_every_test_asserts() -> None:
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    assert len(texts) > 900
    assert without_assertion(texts) == []


def test_a_test_that_asserts_nothing_is_seen() -> None:
    helpers = "def near(x):\n    assert x\n\n\ndef far(x):\n    near(x)\n\n\ndef other(x):\n    print(x)\n"
    tests = (
        "def test_far():\n    far(1)\n\n\ndef test_none():\n    other(1)\n\n\nclass TestOf:\n"
        "    def test_method(self):\n        test_far()\n\n\ndef test_nothing_raises():\n    other(2)\n"
    )
    assert without_assertion({"a": helpers, "b": tests}) == ["b: test_none", "b: test_method"]


TOOLS = frozenset({"import-linter", "lxml-stubs", "mkdocs", "mypy", "ruff", "types-pyyaml"})
"""What the gate runs, or mypy reads, and nothing imports."""


_IMPORT = re.compile(r"""^[ \t]*(?:from|import)[ ]([A-Za-z_]\w*)|importorskip\(["']([A-Za-z_]\w*)""", re.MULTILINE)


@cache
def imported_packages(folder: str) -> frozenset[str]:
    """The top-level packages that the modules below a folder import, at once or when called."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py"))
    return frozenset(match[1] or match[2] for text in texts for match in _IMPORT.finditer(text))


installed = cache(packages_distributions)


def never_imported(requirements: list[str], folders: tuple[str, ...]) -> set[str]:
    """Those of the required distributions of which no package is imported."""
    names = {re.split(r"[\[<>=!~; ]", requirement)[0].lower() for requirement in requirements}
    used = frozenset[str]().union(*map(imported_packages, folders))
    for package, distributions in installed().items():
        if package in used:
            names -= {distribution.lower().replace("_", "-") for distribution in distributions}
    return names


def test_every_declared_library_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert never_imported(project["dependencies"], ("linter",)) == set()
    for name in ("evtx", "fleet", "cel", "png", "probe"):
        assert never_imported(extras[name], ("linter",)) == set(), name
    assert never_imported(extras["dev"], ("linter", "tests", ".ci")) == TOOLS & never_imported(extras["dev"], ())
    of_long = {re.split(r"[\[<>=]", requirement)[0].replace("-", "_") for requirement in extras["long"]}
    assert of_long <= imported_packages("tests")  # by their names, for they need not be installed
    assert never_imported(["platformdirs>=4"], ("linter",)) == {"platformdirs"}
