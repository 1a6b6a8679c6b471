"""The user's configuration: what to check, how strictly, and what is known of the site.

`ipseclint.toml`, or `[tool.ipseclint]` in a `pyproject.toml`, in the working folder or above it. UTF-8 or
UTF-16, with or without byte order mark. A key that is unknown is an error, and so is one without effect.
"""

from __future__ import annotations

import errno
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from msgspec import Struct
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ipseclint.finding import Severity
from ipseclint.model import patterns
from ipseclint.model.intent import NO_NAMES, Intent, Names, UnknownNameError
from ipseclint.model.site import NO_FACTS, Site
from ipseclint.reporters import format_names
from ipseclint.source import MAX_TEXT_BYTES, is_file, reason_of
from ipseclint.version import __version__

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

FILE_NAME = "ipseclint.toml"
PYPROJECT = "pyproject.toml"
_MAX_TOML_BYTES = 16 * 1024 * 1024
"""The largest file of TOML that is read (reasoned: a thousand waivers are a quarter of a megabyte)."""


class ConfigError(Exception):
    """A configuration that cannot be used; the message says which key is wrong and what is expected."""


class Written(BaseModel):
    """The base of what users write: keys with hyphens, nothing that is not declared."""

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.replace("_", "-"),
        validate_by_name=False,
    )


def _is_name(text: str) -> str:
    if "\0" in text:
        raise ValueError("a name cannot hold a zero byte")
    return text


def _is_pattern(text: str) -> str:
    from ipseclint.engine.inputs import path_matcher

    path_matcher([text])
    return text


Name = Annotated[str, AfterValidator(_is_name), Field(json_schema_extra=patterns.NAME)]
Pattern = Annotated[str, AfterValidator(_is_pattern)]

FailOn = Literal["error", "warning", "info", "never"]


class Override(Written):
    """Other rules for some paths: patterns as in .gitignore, matched against the path as given."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["ignore"], "properties": {"ignore": {"minItems": 1}}},
                {"required": ["severity"], "properties": {"severity": {"minProperties": 1}}},
            ]
        }
    )

    paths: tuple[Annotated[Pattern, Field(json_schema_extra={"pattern": r"^(?![#!])[^\u0000]*\S"})], ...] = Field(
        min_length=1, description="For which paths, as in .gitignore", examples=[["policies/lab/"]]
    )
    ignore: tuple[str, ...] = Field(
        default=(), description="Not these rules, by code, name or family", examples=[["QD001", "QD025"]]
    )
    severity: dict[str, Severity] = Field(
        default_factory=dict, description="Another severity for a rule", examples=[{"CR004": "info"}]
    )

    @field_validator("paths")
    @classmethod
    def _name_a_path(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        for path in paths:
            if not path.strip() or path.startswith(("#", "!")):
                raise ValueError(f"{path!r} names no path")
        return paths

    @model_validator(mode="after")
    def _change_a_rule(self) -> Override:
        if not self.ignore and not self.severity:
            raise ValueError("it changes no rule; it needs ignore or severity")
        return self


class Config(Written):
    """A validated configuration; what is not written has the program's default.

    `ruleset` names one or several, each optionally pinned to a version as in `default@2026.1`.
    """

    required_version: str | None = Field(
        default=None,
        description="Which versions of ipseclint may run",
        examples=[">=0.1,<1"],
        json_schema_extra=patterns.VERSIONS,
    )
    ruleset: tuple[str, ...] = Field(
        default=("default",),
        min_length=1,
        description="Rulesets to check by, name or name@version; one may stand without brackets",
        examples=[["default", "nist-sp800-77r1"]],
    )
    select: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Only these rules, by code, name or family", examples=[["QD", "CR005"]]
    )
    ignore: tuple[str, ...] = Field(
        default=(), description="Not these rules, by code, name or family", examples=[["QD025"]]
    )
    fail_on: FailOn = Field(
        default="warning", description="The least severity that fails a run, or never", examples=["error"]
    )
    severity: dict[str, Severity] = Field(
        default_factory=dict, description="Another severity for a rule", examples=[{"CR004": "info"}]
    )
    exclude: tuple[Pattern, ...] = Field(
        default=(),
        description="Paths never read when a folder is walked, as in .gitignore",
        examples=[["old/", "*.bak"]],
    )
    output: tuple[Name, ...] = Field(
        default=(), description="Reports to write when no -o is given", examples=[["text", "sarif:ipseclint.sarif"]]
    )
    waivers: Name | None = Field(
        default=None, description="The file of waivers, beside this one", examples=["ipseclint-waivers.toml"]
    )
    baseline: Name | None = Field(
        default=None, description="The baseline file, beside this one", examples=["ipseclint-baseline.json"]
    )
    overrides: tuple[Override, ...] = Field(default=(), description="Other rules for some paths")
    names: Names = Field(default=NO_NAMES, description="What intents call some addresses and ports")
    intent: tuple[Intent, ...] = Field(default=(), description="What must become of some traffic")
    site: Site = Field(default=NO_FACTS, description="What no export holds: facts about the network")


class Loaded(Struct, frozen=True):
    """A configuration and where it came from; `written` are the keys that the file sets."""

    config: Config
    path: Path | None
    written: frozenset[str]

    def beside(self, name: str) -> Path:
        """A file that the configuration names, relative to the configuration's own folder."""
        return (self.path.parent if self.path else Path()) / name


def find_config(start: Path) -> Path | None:
    """The nearest configuration in a folder or above it; `ipseclint.toml` goes before `pyproject.toml`."""
    for folder in (start, *start.parents):
        own = folder / FILE_NAME
        if is_file(own):
            return own
        shared = folder / PYPROJECT
        if is_file(shared) and _own_table(shared) is not None:
            return shared
    return None


def load_config(path: Path | None) -> Loaded:
    """The configuration in a file, or the defaults without one. Raises ConfigError."""
    if path is None:
        return Loaded(Config.model_construct(), None, frozenset())
    data = read_toml(path)
    if path.name == PYPROJECT:
        data = _own_part(data)
        if not isinstance(data, dict):
            raise ConfigError(f"{path}: tool.ipseclint: a table is expected")
    if isinstance(data.get("ruleset"), str):
        data = {**data, "ruleset": [data["ruleset"]]}
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"{path}: {explain(error)}") from error
    _check_version(config, path)
    return Loaded(config.model_copy(update={"intent": _spelt_out(config, path)}), path, frozenset(data))


def _spelt_out(config: Config, path: Path) -> tuple[Intent, ...]:
    intents = []
    for number, intent in enumerate(config.intent):
        try:
            intents.append(intent.spelt_out(config.names))
        except UnknownNameError as error:
            raise ConfigError(f"{path}: intent.{number}.{error.key}: {error}") from error
    return tuple(intents)


def bytes_of(path: Path, limit_bytes: int = MAX_TEXT_BYTES) -> bytes:
    """What a file of the user's own holds. Raises OSError, also where it goes on behind a limit, as a device does."""
    with path.open("rb") as stream:
        data = stream.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise OSError(errno.EFBIG, f"it holds more than {limit_bytes // (1024 * 1024)} MB, and is no such file")
    return data


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file in UTF-8 or UTF-16. Raises ConfigError."""
    try:
        return tomllib.loads(decode(bytes_of(path, _MAX_TOML_BYTES)))
    except OSError as error:
        raise ConfigError(f"{path}: {reason_of(error)}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: it is not text in UTF-8 or UTF-16 (at byte {error.start})") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: its values are nested too deep") from error
    except ValueError as error:  # not TOML, not text, or a number with too many digits
        raise ConfigError(f"{path}: {error}") from error


def decode(data: bytes) -> str:
    """Text written by any Windows editor. Raises UnicodeDecodeError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le")
    return data.decode("utf-8-sig")


def explain(error: ValidationError, model: type[BaseModel] | None = None) -> str:
    """Which key of a model, by default the configuration, is wrong, what was found, and what is expected."""
    parts = []
    # What is misspelt says more than that something else is then missing.
    for detail in sorted(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")[:5]:
        key = ".".join(str(part) for part in detail["loc"])
        unknown = detail["type"] == "extra_forbidden"
        fault = _unknown_key(model or Config, detail["loc"]) if unknown else _fault(detail, model or Config)
        parts.append(f"{key}: {fault}")
    return "; ".join(parts)


def _meant(model: type[BaseModel], detail: ErrorDetails) -> str:
    """`; did you mean peers?` for a value that does not suit its key, and does suit one spelt nearly so."""
    from difflib import get_close_matches

    owner, key = _owner(model, detail["loc"]), str(detail["loc"][-1])
    for near in get_close_matches(key, [name for name in _names(owner) if name != key]):
        try:
            owner.model_validate({near: detail["input"]})
        except ValidationError:
            continue
        return f"; did you mean {near}?"
    return ""


def _example(model: type[BaseModel], detail: ErrorDetails) -> str:
    """`, such as …` for a value of another shape than its key takes: the value in a list, or the key's own example."""
    value, key = detail["input"], detail["loc"][-1]
    if detail["type"] in {"tuple_type", "frozen_set_type"} and isinstance(value, str | int | float):
        return f", such as [{json.dumps(value)}]"
    fields = _owner(model, detail["loc"]).model_fields.items()
    field = next((field for name, field in fields if key in {name, field.alias}), None)
    if detail["type"] == "string_type" and isinstance(value, dict | list) and field and field.examples:
        return f", such as {json.dumps(field.examples[0])}"
    return ""


def _unknown_key(model: type[BaseModel], place: tuple[int | str, ...]) -> str:
    from difflib import get_close_matches

    keys = _names(_owner(model, place))
    near = get_close_matches(str(place[-1]), keys, n=1)
    if near:
        return f"unknown key; did you mean {near[0]}?"
    return f"unknown key; the keys are {', '.join(keys)}" if keys else "unknown key; there are none"


_PLAIN_WORDS = {
    "a valid tuple": "a list",
    "a valid frozenset": "a list",
    "a valid dictionary": "a table",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid string": "text in quotation marks",
    "a valid boolean": "true or false",
    "Tuple should have": "the list should have",
    "Field required": "it must be given",
}
"""What pydantic calls things, and what a configuration does."""


def _fault(error: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong with a value, in the words of a configuration instead of Python's."""
    value = error["input"]
    words = error["msg"].removeprefix("Value error, ")
    for technical, plain in _PLAIN_WORDS.items():
        words = words.replace(technical, plain)
    words = re.sub(r" or instance of \w+| after validation.*", "", words)
    text = f"{words[:1].lower()}{words[1:]}".replace("input should be", "should be")
    if error["type"] in {"value_error", "missing"}:
        return text
    shape = "a table" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)
    if not text.startswith("should"):
        return text
    return f"{shape} {text}{_meant(model, error) or _example(model, error)}"


def schema() -> dict[str, Any]:
    """The JSON schema of the configuration file."""
    body = Config.model_json_schema(by_alias=True)
    ruleset = body["properties"]["ruleset"]
    ruleset["anyOf"] = [{"type": "string"}, {key: ruleset.pop(key) for key in _OF_A_LIST}]
    # Not the only words: a file whose name tells the format will do.
    body["properties"]["output"]["items"]["examples"] = list(format_names())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body, "title": "ipseclint.toml"}


_OF_A_LIST = ("type", "items", "minItems")


def _owner(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel]:
    """The table that a place of a model is in."""
    for key in place[:-1]:
        field = next((item for name, item in model.model_fields.items() if key in {name, item.alias}), None)
        model = next(_models_in(field.annotation), model) if field else model
    return model


def _names(model: type[BaseModel]) -> list[str]:
    """The keys of a table."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _own_part(data: dict[str, Any]) -> Any:
    """What a pyproject.toml says for us, whatever else stands in it."""
    tools = data.get("tool")
    return tools.get("ipseclint") if isinstance(tools, dict) else None


def _own_table(path: Path) -> dict[str, Any] | None:
    try:
        table = _own_part(read_toml(path))
    except ConfigError:
        return None  # somebody else's file: its mistakes are not ours to report
    return table if isinstance(table, dict) else None


def _check_version(config: Config, path: Path) -> None:
    if config.required_version is None:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        required = SpecifierSet(config.required_version)
    except InvalidSpecifier as error:
        raise ConfigError(f"{path}: required-version: {error}") from error
    if not required.contains(__version__, prereleases=True):
        raise ConfigError(f"{path}: required-version: this is ipseclint {__version__}, which is not {required}")
