"""`ipseclint config`: what is configured, from where, and the schema of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipseclint.cli.messages import fail, say
from ipseclint.escape import json_text, visible

app = typer.Typer(help="Show the configuration, or the schema of its file.", no_args_is_help=True)


@app.command()
def show(
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="This file instead of the nearest.")] = None,
) -> None:
    """Print every setting as TOML that means the same, and where each value comes from."""
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.config import ConfigError
    from ipseclint.engine.toml_text import toml_value

    try:
        loaded = configuration(config)
    except ConfigError as error:
        fail(str(error))
    values = loaded.config.model_dump(mode="json", by_alias=True, exclude_none=True)
    for key in loaded.config.model_dump(by_alias=True):
        origin = visible(str(loaded.path)) if key in loaded.written else "default"
        value = values.get(key)
        say(f"# {key} is not set" if value is None else f"{key} = {toml_value(value)}  # {origin}")


@app.command()
def schema() -> None:
    """Print the JSON schema of ipseclint.toml."""
    from ipseclint.engine.config import schema as config_schema

    say(json_text(config_schema(), indent=2))
