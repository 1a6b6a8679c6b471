"""What stands in while pydantic is loaded is gone behind it."""

from __future__ import annotations

import subprocess
import sys

LOADED = "from ipseclint.cli import lazily\nlazily.load_kept_code()\nlazily.load_pydantic()\n"
CHECKS = {
    "what finds packages is Python's own": (
        "assert 'importlib.metadata' not in sys.modules\n"
        "import importlib.metadata\n"
        "assert importlib.metadata.version('pydantic')"
    ),
    "what compares secrets is Python's own, and loaded where secrets are compared": (
        "assert not {'secrets', '_hashlib'} & sys.modules.keys()\n"
        "from pydantic import SecretStr\n"
        "assert SecretStr('a') == SecretStr('a') != SecretStr('b')\n"
        "import secrets\n"
        "assert secrets is sys.modules['secrets'] and len(secrets.token_bytes(4)) == 4"
    ),
    "what describes types is msgspec's own, and loaded where a schema is made": (
        "assert 'msgspec.inspect' not in sys.modules\n"
        "import msgspec\n"
        "class Row(msgspec.Struct): name: str\n"
        "assert msgspec.json.schema(Row)['$defs']['Row']['properties'] == {'name': {'type': 'string'}}\n"
        "import msgspec.inspect\n"
        "assert msgspec.inspect is sys.modules['msgspec.inspect']\n"
        "from msgspec.inspect import StrType, type_info\n"
        "assert type(type_info(str)) is StrType"
    ),
    "msgspec's names of what describes types are its own before it is asked": (
        "import msgspec\nassert type(msgspec.inspect.type_info(str)).__name__ == 'StrType'"
    ),
    "what takes source code apart is Python's own, and loaded where it is asked": (
        "assert not {'ast', 'tokenize'} & sys.modules.keys()\n"
        "import inspect, linecache, pydantic\n"
        "assert linecache.getline(inspect.__file__, 1) and inspect.getsource(inspect.getsource).startswith('def ')\n"
        "assert str(inspect.signature(sorted)) == '(iterable, /, *, key=None, reverse=False)'\n"
        "import ast, tokenize\n"
        "assert ast is sys.modules['ast'] and ast.NodeVisitor is not object\n"
        "assert type(ast.parse('a')) is ast.Module is inspect.ast.Module"
    ),
    "types of dictionaries are types, and checked": (
        "import pydantic, typing, typing_extensions\n"
        "for module in (typing, typing_extensions):\n"
        "    kind = module.TypedDict('Described', {'name': str})\n"
        "    assert module.is_typeddict(kind)\n"
        "kind = typing_extensions.TypedDict('Described', {'name': str})\n"
        "assert pydantic.TypeAdapter(kind).validate_python({'name': 'a'}) == {'name': 'a'}\n"
        "try: pydantic.TypeAdapter(kind).validate_python({'other': 1})\n"
        "except pydantic.ValidationError as error: assert type(error.errors()[0]) is dict\n"
        "else: raise AssertionError\n"
        "from pydantic_core import core_schema\n"
        "assert core_schema.CoreConfig(title='a') == {'title': 'a'}"
    ),
    "models are checked": (
        "from ipseclint.model.policy import ServiceState\n"
        "import pydantic\n"
        "try: ServiceState.model_validate({'name': 1})\n"
        "except pydantic.ValidationError: pass\n"
        "else: raise AssertionError"
    ),
}


def test_what_stood_in_is_gone() -> None:
    failed = {}
    for name, check in CHECKS.items():
        program = f"import sys\n{LOADED}{check}"
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        if ran.returncode:
            failed[name] = ran.stderr
    assert failed == {}


def test_a_core_that_needs_its_types_of_dictionaries_is_loaded_with_them() -> None:
    program = (
        "from ipseclint.cli import lazily\n"
        "def refused(*parts, **named): raise TypeError\n"
        "lazily._OneType.__call__ = lazily._OneType.__new__ = refused\n"
        f"lazily.load_pydantic()\n{CHECKS['models are checked']}"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_where_what_finds_plugins_is_loaded_it_is_left_as_it_is() -> None:
    program = (
        "import sys, importlib.metadata\nbefore = dict(sys.modules)\n"
        "from ipseclint.cli.lazily import load_pydantic\nload_pydantic()\n"
        "assert all(sys.modules[name] is module for name, module in before.items())"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
