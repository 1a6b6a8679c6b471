"""TOML files that users write: read, with errors explained in words that their author knows."""

from __future__ import annotations

import errno
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from ipseclint.model.values import Table, model_of
from ipseclint.source import MAX_TEXT_BYTES, reason_of, special_kind

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_MAX_TOML_BYTES = 16 * 1024 * 1024
"""The largest TOML file that is read (reasoned: a thousand waivers are a quarter of a megabyte)."""


class ConfigError(Exception):
    """A configuration that cannot be used; the message says which key is wrong and what is expected."""


HYPHENS: ConfigDict = {"alias_generator": lambda name: name.replace("_", "-"), "validate_by_name": False}
"""The form of tables with hyphens in their keys."""


def bytes_of(path: Path, limit_bytes: int = MAX_TEXT_BYTES) -> bytes:
    """The bytes of a user's file.

    Raises OSError, also for a file beyond the limit, as a device is, and for a named pipe, which may never end.
    """
    if stat.S_ISFIFO(mode := path.stat().st_mode):
        raise OSError(errno.EINVAL, f"it is a {special_kind(mode)}, not a file")
    with path.open("rb") as stream:
        data = stream.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise OSError(errno.EFBIG, f"it holds more than {limit_bytes // (1024 * 1024)} MB, too much for such a file")
    return data


def holds(path: Path, sign: re.Pattern[bytes]) -> bool:
    """Whether a sign stands in a file, in any encoding, without parsing it, which takes far longer. Raises
    ConfigError."""
    try:
        return sign.search(bytes_of(path, _MAX_TOML_BYTES).replace(b"\0", b"")) is not None
    except OSError as error:
        raise ConfigError(f"{path}: {reason_of(error)}") from error


def read_written(path: Path) -> dict[str, Any]:
    """A TOML file that a user has written, with the keys masked that stand in it. Raises ConfigError."""
    from ipseclint.engine.keys.written import without_keys

    return without_keys(read_toml(path))


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file in UTF-8 or UTF-16. Raises ConfigError."""
    from ipseclint.toml_documents import toml_document

    try:
        return toml_document(decode(bytes_of(path, _MAX_TOML_BYTES)))
    except OSError as error:
        raise ConfigError(f"{path}: {reason_of(error)}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: it is not text in UTF-8 or UTF-16 (at byte {error.start})") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error


def decode(data: bytes) -> str:
    """Text as any Windows editor saves it. Raises UnicodeDecodeError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le")
    return data.decode("utf-8-sig")


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """An error of validation in words: the key, the value found, and what is expected."""
    from ipseclint.engine.keys.written import without_given

    parts = []
    details = error.errors()
    places = [detail["loc"] for detail in details]
    # A list with a wrong value is not reported as too short as well.
    details = [each for each in details if each["type"] != "too_short" or not _has_below(each["loc"], places)]
    # A misspelt key says more than the missing one that it causes.
    for detail in sorted(details, key=lambda detail: detail["type"] != "extra_forbidden")[:5]:
        key = ".".join(str(part) for part in detail["loc"])
        unknown = detail["type"] == "extra_forbidden"
        fault = _unknown_key(model, detail["loc"]) if unknown else _fault(detail, model)
        parts.append(f"{key}: {fault}")
    return without_given("; ".join(parts), details)


def _has_below(place: tuple[int | str, ...], places: Iterable[tuple[int | str, ...]]) -> bool:
    return any(len(each) > len(place) and each[: len(place)] == place for each in places)


def _meant(model: type[BaseModel], detail: ErrorDetails) -> str:
    """`; did you mean peers?` for a value that does not suit its key, but suits one spelt similarly."""
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
    """`, such as …` for a value of another shape than its key takes: the value as a list, or the key's own example."""
    import json

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
"""Terms of pydantic, and those of a configuration."""


def _fault(error: ErrorDetails, model: type[BaseModel]) -> str:
    """The fault of a value, in the terms of a configuration instead of Python's."""
    value = error["input"]
    words = error["msg"].removeprefix("Value error, ")
    for technical, plain in _PLAIN_WORDS.items():
        words = words.replace(technical, plain)
    words = re.sub(r" or instance of \w+| after validation.*", "", words)
    text = f"{words[:1].lower()}{words[1:]}".replace("input should be", "should be")
    if error["type"] in {"value_error", "missing"}:
        return text
    if error["type"] == "string_too_short":
        return "it must not be empty"
    if error["type"] == "tuple_type" and isinstance(value, dict) and len(error["loc"]) == 1:
        return f"a table should be a list: [[{error['loc'][0]}]] begins each of its entries"
    shape = "a table" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)
    if not text.startswith("should"):
        return text
    return f"{shape} {text}{_meant(model, error) or _example(model, error)}"


def _owner(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel]:
    """The table that holds a place of a model."""
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
    if isinstance(annotation, type) and issubclass(annotation, Table):
        yield model_of(annotation)
    for part in get_args(annotation):
        yield from _models_in(part)
