"""`ipseclint config`: what is configured, from where, and the schema of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipseclint.cli.messages import fail
from ipseclint.cli.outputs import output_of, output_option
from ipseclint.escape import json_text, visible

app = typer.Typer(help="Show the configuration, or the schema of its file.", no_args_is_help=True)


@app.command()
def show(
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="This file instead of the nearest.")] = None,
    output: Annotated[str | None, output_option(("toml",))] = None,
) -> None:
    """Print every setting as TOML that means the same, and where each value comes from."""
    from msgspec import to_builtins

    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.configuration.config import Config
    from ipseclint.engine.configuration.toml_files import ConfigError
    from ipseclint.engine.configuration.toml_text import toml_value
    from ipseclint.engine.keys.gate import hidden_from
    from ipseclint.engine.keys.written import texts_in
    from ipseclint.model.values import model_of

    target = output_of(output, None, ("toml",))
    try:
        loaded = configuration(config)
    except ConfigError as error:
        fail(str(error))
    lines = []
    for name, field in model_of(Config).model_fields.items():
        key, value = field.alias or name, getattr(loaded.config, name)
        origin = visible(str(loaded.path)) if key in loaded.written else "default"
        shown = hidden_from(toml_value(value), texts_in(to_builtins(value)))
        lines.append(f"# {key} is not set\n" if value is None else f"{key} = {shown}  # {origin}\n")
    target.put("".join(lines), [str(loaded.path)] if loaded.path else [])


@app.command()
def schema(output: Annotated[str | None, output_option(("json",))] = None) -> None:
    """Print the JSON schema of ipseclint.toml."""
    from ipseclint.engine.configuration.config import schema as config_schema

    output_of(output, None, ("json",)).put(json_text(config_schema(), indent=2) + "\n")
