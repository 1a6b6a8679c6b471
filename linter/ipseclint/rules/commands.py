"""Rules about commands of a script that Windows does not carry out."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.settings import StrayValue
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.words import plural

_CORRECT = "Correct the command; see its help for the tags and values that it has."
_AS_ADMINISTRATOR = 'Start the prompt with "Run as administrator", and run the command again as it is.'


@rule("RF019", "refused-command", basis=Basis.DOCUMENTED, looks_at=LooksAt.PARTS)
def refused_command(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A script has a command that Windows refuses.

    Why: A command with a tag, parameter, word or value that its tool does not have, with one that it needs left out,
    or for an object that exists already ends with a message and does nothing: what it was to create is missing, and
    what it was to change stays as it was. What looks like a comment behind a command of a batch file (`# why`) is none
    for cmd.exe, which hands the words on as values. netsh goes on with the next line, and PowerShell does unless the
    script tells it to stop, so that the rest of the script builds on what is not there.

    Seen as: A message that scrolled by, such as "A specified value is not valid" or the usage of the command; a policy
    that lacks what the script was to set.

    Bad: `netsh ipsec static add filterlist name=Web colour=blue`

    Good: `netsh ipsec static add filterlist name=Web description="Web servers"`

    Fix: Correct the command, or take it out. If the object exists already, change it with `set` in place of `add`. If
    what is printed below it says that access is denied or that it requires elevation, the command is right: run it from
    a prompt that was started as an administrator.

    Waive: When the script is run again over a policy that exists, and a refused command is meant to change nothing.
    """
    for command in machine.policy.refused_commands:
        yield Hit(
            subject=Subject(kind="refused_command", name=command.command),
            span=command.span,
            message=f"Windows refuses `{command.command}`, which does nothing: {command.reason}",
            value=command.reason,
            related=tuple((f"also: {reason}", span) for reason, span in command.more),
            fix=Fix(note=_AS_ADMINISTRATOR if command.lacks_rights else _CORRECT),
        )


@rule("RF021", "store-lost-with-process", basis=Basis.DOCUMENTED, leads_to=(13825,), looks_at=LooksAt.PARTS)
def store_lost_with_process(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A script chooses a store in one run of netsh and means it for the next.

    Why: The store that `set store` chooses is that of the netsh session, and ends with it. In a batch file each line
    that begins with `netsh` is a session of its own: the lines after `netsh advfirewall set store gpo=...` change the
    local policy of the machine that the script runs on, and the GPO stays as it is. The machines of the GPO never get
    the policy, and the administrator's own machine does.

    Seen as: Nothing: each command says "Ok." Rules of the GPO in the local store of the machine on which the script
    ran; the peers' 13825 ERROR_IPSEC_IKE_NO_POLICY, since only one side has the policy.

    Bad: `netsh advfirewall set store gpo=CONTOSO\\Isolation` and, on the next line, `netsh advfirewall consec add rule
    ...`

    Good: The commands without `netsh` in a file for `netsh -f`, with `set store` first

    Fix: Put the commands into a file, one a line and without `netsh`, and run it with `netsh -f`; or use PowerShell,
    where each cmdlet takes `-PolicyStore` or `-GPOSession`.

    Waive: Never: if the local store is meant, take `set store` out.
    """
    for lost in machine.policy.lost_stores:
        change = "changes" if lost.count == 1 else "change"
        what = f"{plural(lost.count, 'command')}, from line {lost.first.line} on, {change} the local store instead"
        yield Hit(
            subject=Subject(kind="lost_store", name=lost.store),
            span=lost.span,
            message=f'the store "{lost.store}" ends with this run of netsh: {what}',
            value=lost.store,
            related=(("first command that was meant for it", lost.first),),
            fix=Fix(note="Put the commands into a file for `netsh -f`, or use cmdlets with `-PolicyStore`."),
        )


@rule("RF024", "value-beside-switch", basis=Basis.DOCUMENTED, looks_at=LooksAt.PARTS)
def value_beside_switch(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A script writes a value behind a switch, and PowerShell gives it to another parameter.

    Why: A switch takes no value: that it is there turns it on, also where `$false` stands behind it. A value of its own
    has to be joined by a colon. One behind a blank is a word without a name, which PowerShell gives to the next
    parameter that has a position and is not given yet: `-RememberCredential $true -SplitTunneling $true` can make a
    connection for all users, whose preshared key is `True`. Where no parameter takes it, the command is refused
    (RF019). Some parameters of the same name are no switch in another cmdlet: `-SplitTunneling` is one of
    Add-VpnConnection, and takes a value in Set-VpnConnection.

    Seen as: Nothing: the command ends without a message. A connection that is in another phone book, or has another
    key, than the script says; later commands that do not find it.

    Bad: `Add-VpnConnection ... -SplitTunneling $false`

    Good: `Add-VpnConnection ... -SplitTunneling:$false`

    Fix: Join the value to its switch by a colon, or take it out: a switch alone is on, and one that is left out is off.

    Waive: Never: what is written is not what is done.
    """
    for stray in machine.policy.stray_values:
        takes = f"the key of `-{stray.taker}`" if stray.takes_key else f"`-{stray.taker}`"
        stays_on = ", which stays on," if stray.truth is False else ""
        yield Hit(
            subject=Subject(kind="stray_value", name=stray.command),
            span=stray.span,
            message=(
                f"`{stray.value}` behind the switch `-{stray.switch}`{stays_on} is a word of its own: "
                f"PowerShell takes it for {takes}"
            ),
            value=f"-{stray.switch} {stray.value}",
            fix=Fix(note=_joined(stray)),
        )


def _joined(stray: StrayValue) -> str:
    """How the switch is given as it is meant."""
    switch = f"-{stray.switch}"
    if stray.truth is None:
        return f"Write `{switch}:{stray.value}`."
    return f"Write `{switch}` alone." if stray.truth else f"Leave `{switch}` out, or write `{switch}:$false`."
