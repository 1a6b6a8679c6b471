"""Cmdlets that only show what they would do: `-WhatIf`, `$WhatIfPreference`.

Source: about_CommonParameters, about_Preference_Variables; the page of Start-Process (Microsoft.PowerShell.Management).
"""

from __future__ import annotations

import re

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.values.value import truth_of
from ipseclint.late import late

MAY_BE_SHOWN = "whether this is only shown, by `-WhatIf`, is not known: it is read as if it ran"
_PROGRAM = "start-process"
"""What has `-WhatIf` since PowerShell 6; before, it refuses the parameter, and does not heed the preference."""
_CHANGES = late(
    r"(?:new|set|remove|clear|rename|copy|move)-item(?:property)?"
    r"|(?:new|set|remove|start|stop|restart|suspend|resume)-service"
    rf"|{_PROGRAM}",
    re.IGNORECASE,
)
"""Cmdlets of the registry, of services and of programs that take `-WhatIf`, by their pages."""


def is_only_shown(call: Call, evaluator: Evaluator) -> bool | None:
    """Whether a cmdlet of the registry, of services or of programs changes nothing; None if that is not known."""
    if _CHANGES.fullmatch(call.name) is None:
        return False
    named, _ = parameters(call)
    asked = given(named, "whatif") or named.get("wi")
    preferred = evaluator.look_up("whatifpreference") if asked is None else None
    if preferred is not None and call.name == _PROGRAM:
        return False if truth_of(preferred) is False else None
    asked = asked or preferred
    return False if asked is None else truth_of(asked)
