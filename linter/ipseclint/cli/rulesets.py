"""`ipseclint rulesets`: the rulesets that come with the program."""

from __future__ import annotations

from ipseclint.cli.messages import say
from ipseclint.escape import visible


def command() -> None:
    """List the rulesets."""
    from ipseclint.engine.ruleset import available_rulesets, load_ruleset

    for name in available_rulesets():
        chosen = load_ruleset(name)
        on = sum(1 for settings in chosen.rules.values() if settings.enabled)
        say(visible(f"{chosen.label}  {chosen.title} ({on} rules)"))
