import typer.main

from ipseclint.cli.app import build


def help_of(app: typer.Typer) -> str:
    group = typer.main.get_command(app)
    return group.get_help(group.make_context("ipseclint", [], resilient_parsing=True))


def test_the_help_without_options_lists_the_same_commands() -> None:
    assert help_of(build(summaries=True)) == help_of(build())
