"""The user's configuration: what to check, how strictly, and the facts of the site.

`ipseclint.toml`, or `[tool.ipseclint]` in a `pyproject.toml`, in the working folder or above it. UTF-8 or UTF-16, with
or without byte order mark. A key that is unknown is an error, and so is one without effect.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Struct, field
from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from ipseclint.engine.configuration.toml_files import HYPHENS, ConfigError, explain, holds, read_toml, read_written
from ipseclint.finding import Severity
from ipseclint.late import late
from ipseclint.model import patterns
from ipseclint.model.intent import NO_NAMES, Intent, Names, UnknownNameError
from ipseclint.model.site import NO_FACTS, Site
from ipseclint.model.values import Table, model_of
from ipseclint.reporters import format_names
from ipseclint.source import is_file
from ipseclint.version import __version__

FILE_NAME = "ipseclint.toml"
PYPROJECT = "pyproject.toml"


_PARTS_FOLDERS = late(r"\\(?![ !#])")
"""A backslash that escapes no special character of .gitignore: the character after it would be part of the name."""


def _is_name(text: str) -> str:
    if "\0" in text:
        raise ValueError("a name cannot hold a zero byte")
    return text


def _is_pattern(text: str) -> str:
    from ipseclint.engine.inputs.paths import path_matcher

    if _PARTS_FOLDERS.search(text):
        raise ValueError(f"{text!r} parts folders by a backslash; write /, on Windows too")
    path_matcher([text])
    return text


Name = Annotated[str, AfterValidator(_is_name), Field(json_schema_extra=patterns.NAME)]
Pattern = Annotated[str, AfterValidator(_is_pattern), Field(json_schema_extra={"pattern": r"^(?:[^\\]|\\[ !#])*$"})]

FailOn = Literal["error", "warning", "info", "never"]


def _naming_paths(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        if not pattern.strip() or pattern.startswith(("#", "!")):
            raise ValueError(f"{pattern!r} names no path")
    return patterns


class Override(Table):
    """Other rules for some paths: patterns as in .gitignore, matched against the path as given."""

    form: ClassVar[ConfigDict] = HYPHENS | {
        "json_schema_extra": {
            "anyOf": [
                {"required": ["ignore"], "properties": {"ignore": {"minItems": 1}}},
                {"required": ["severity"], "properties": {"severity": {"minProperties": 1}}},
            ]
        }
    }

    paths: Annotated[
        tuple[
            Annotated[Pattern, Field(json_schema_extra={"pattern": r"^(?![#!])(?=.*\S)(?:[^\u0000\\]|\\[ !#])*$"})], ...
        ],
        Field(min_length=1, description="For which paths, as in .gitignore", examples=[["policies/lab/"]]),
        AfterValidator(_naming_paths),
    ]
    ignore: Annotated[
        tuple[str, ...], Field(description="Not these rules, by code, name or family", examples=[["QD001", "QD025"]])
    ] = ()
    severity: Annotated[
        dict[str, Severity], Field(description="Another severity for a rule", examples=[{"CR004": "info"}])
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError if it changes no rule."""
        if not self.ignore and not self.severity:
            raise ValueError("it changes no rule; it needs ignore or severity")


class Config(Table):
    """A validated configuration; what is not written has the program's default.

    `ruleset` names one or several, each optionally pinned to a version as in `default@2026.1`.
    """

    form: ClassVar[ConfigDict] = HYPHENS

    required_version: Annotated[
        str | None,
        Field(
            description="Which versions of ipseclint may run",
            examples=[">=0.1,<1"],
            json_schema_extra=patterns.VERSIONS,
        ),
    ] = None
    ruleset: Annotated[
        tuple[str, ...],
        Field(
            min_length=1,
            description="Rulesets to check by, name or name@version; one may stand without brackets",
            examples=[["default", "nist-sp800-77r1"]],
        ),
    ] = ("default",)
    select: Annotated[
        tuple[str, ...] | None,
        Field(min_length=1, description="Only these rules, by code, name or family", examples=[["QD", "CR005"]]),
    ] = None
    ignore: Annotated[
        tuple[str, ...], Field(description="Not these rules, by code, name or family", examples=[["QD025"]])
    ] = ()
    fail_on: Annotated[
        FailOn, Field(description="The least severity that fails a run, or never", examples=["error"])
    ] = "warning"
    severity: Annotated[
        dict[str, Severity], Field(description="Another severity for a rule", examples=[{"CR004": "info"}])
    ] = field(default_factory=dict)
    exclude: Annotated[
        tuple[Pattern, ...],
        Field(description="Paths never read when a folder is walked, as in .gitignore", examples=[["old/", "*.bak"]]),
    ] = ()
    output: Annotated[
        tuple[Name, ...],
        Field(description="Reports to write when no -o is given", examples=[["text", "sarif:ipseclint.sarif"]]),
    ] = ()
    waivers: Annotated[
        Name | None, Field(description="The file of waivers, beside this one", examples=["ipseclint-waivers.toml"])
    ] = None
    baseline: Annotated[
        Name | None, Field(description="The baseline file, beside this one", examples=["ipseclint-baseline.json"])
    ] = None
    overrides: Annotated[tuple[Override, ...], Field(description="Other rules for some paths")] = ()
    names: Annotated[Names, Field(description="What intents call some addresses and ports")] = NO_NAMES
    intent: Annotated[tuple[Intent, ...], Field(description="What must become of some traffic")] = ()
    site: Annotated[Site, Field(description="What no export holds: facts about the network")] = NO_FACTS


class Loaded(Struct, frozen=True):
    """A configuration and the file it came from; `written` are the keys that the file sets."""

    config: Config
    path: Path | None
    written: frozenset[str]

    def beside(self, name: str) -> Path:
        """A file that the configuration names, relative to the configuration's own folder."""
        return (self.path.parent if self.path else Path()) / name


def find_config(start: Path) -> Path | None:
    """The nearest configuration in a folder or above it; `ipseclint.toml` takes precedence over `pyproject.toml`."""
    for folder in (start, *start.parents):
        own = folder / FILE_NAME
        if is_file(own):
            return own
        shared = folder / PYPROJECT
        if is_file(shared) and _speaks_of_us(shared):
            return shared
    return None


def load_config(path: Path | None) -> Loaded:
    """The configuration in a file, or the defaults without one. Raises ConfigError."""
    if path is None:
        return Loaded(Config(), None, frozenset())
    data = read_written(path)
    if path.name == PYPROJECT:
        data = _own_part(data)
        if not isinstance(data, dict):
            raise ConfigError(f"{path}: tool.ipseclint: a table is expected")
    if isinstance(data.get("ruleset"), str):
        data = {**data, "ruleset": [data["ruleset"]]}
    try:
        config = Config.of(data)
    except ValidationError as error:
        raise ConfigError(f"{path}: {explain(error, model_of(Config))}") from None
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


def schema() -> dict[str, Any]:
    """The JSON schema of the configuration file."""
    body = model_of(Config).model_json_schema(by_alias=True)
    ruleset = body["properties"]["ruleset"]
    ruleset["anyOf"] = [{"type": "string"}, {key: ruleset.pop(key) for key in _OF_A_LIST}]
    # Not the only words: a file whose name tells the format will do.
    body["properties"]["output"]["items"]["examples"] = list(format_names())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body, "title": "ipseclint.toml"}


_OF_A_LIST = ("type", "items", "minItems")


def _own_part(data: dict[str, Any]) -> Any:
    """Our table of a pyproject.toml, whatever else stands in it."""
    tools = data.get("tool")
    return tools.get("ipseclint") if isinstance(tools, dict) else None


_MAY_NAME_US = late(
    rb"tool[\"']?[ \t]*\.[ \t]*[\"']?ipseclint|\[[ \t]*[\"']?tool[\"']?[ \t]*\]|\btool[\"']?[ \t]*=|\\[uU]"
)
"""A sign of our table in a file: its name, the table that holds it, or an escape that may spell them."""


def _speaks_of_us(path: Path) -> bool:
    try:
        return holds(path, _MAY_NAME_US) and _own_part(read_toml(path)) is not None
    except ConfigError:
        return False  # somebody else's file: its mistakes are not ours to report


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
