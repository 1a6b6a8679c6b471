"""Windows services from `Get-CimInstance Win32_Service`, `Get-Service` and osquery's table `services`."""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import word
from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.instance import Instance
from ipseclint.late import late
from ipseclint.model.policy import ServiceState
from ipseclint.model.setting import Setting
from ipseclint.vocabulary.services import SERVICES

_START = {
    "auto": "automatic",
    "automatic": "automatic",
    "2": "automatic",
    "automaticdelayedstart": "automatic",
    "manual": "manual",
    "3": "manual",
    "disabled": "disabled",
    "auto_start": "automatic",
    "demand_start": "manual",
    "4": "disabled",
    "automatisch": "automatic",
    "manuell": "manual",
    "deaktiviert": "disabled",
}
"""StartMode of Win32_Service and StartType of Get-Service (ServiceStartMode: 2 automatic, 3 manual, 4 disabled); of
osquery the constants of the service control manager, of services.msc in German what it shows."""

_STARTS = frozenset(start for start in _START if not start.isdigit())
"""The words among them, which a property of another name has too."""

_STATUS = {
    "running": "running",
    "4": "running",
    "stopped": "stopped",
    "1": "stopped",
    "startpending": "start pending",
    "start_pending": "start pending",
    "stop_pending": "stop pending",
    "2": "start pending",
    "stoppending": "stop pending",
    "3": "stop pending",
    "continuepending": "continue pending",
    "continue_pending": "continue pending",
    "5": "continue pending",
    "pausepending": "pause pending",
    "pause_pending": "pause pending",
    "6": "pause pending",
    "paused": "paused",
    "7": "paused",
    "wirdausgeführt": "running",
    "gestartet": "running",
    "angehalten": "paused",
}
"""State of Win32_Service and Status of Get-Service (ServiceControllerStatus)."""


STATES = frozenset({*_START, *_STATUS})
"""All words for how a service starts, and whether it runs, folded."""

_OF_HEALTH = frozenset(
    {"ok", "error", "degraded", "unknown", "pred fail", "service", "stressed", "nonrecover", "no contact", "lost comm"}
)
"""What `Status` of Win32_Service says, which is not whether the service runs, folded."""


def is_told(item: Instance) -> bool:
    """Whether an object is a service that IPsec depends on, with a word for how it starts, or its status."""
    name = item.text("Name", "ServiceName")
    if name is None or name.word not in SERVICES:
        return False
    status = item.text("Status")
    is_known = item.has("StartMode") or (status is not None and status.word in _STATUS)
    return is_known or _start_elsewhere(item) is not None


def _start_elsewhere(item: Instance) -> tuple[str, Token] | None:
    """The first property whose value is a word for how a service starts."""
    texts = ((name, node) for name, node in item.properties.items() if isinstance(node, Token))
    return next(((name, node) for name, node in texts if node.word in _STARTS), None)


def service_state(item: Instance, diagnostics: Diagnostics) -> ServiceState | None:
    """The state of a service; None if IPsec does not depend on it."""
    name = item.text("Name", "ServiceName")
    start, status = item.text("StartMode", "StartType", "StartupType", "start_type"), item.text("State", "Status")
    if name is None and (start is None or start.word in _START) and (start is not None or item.has("State")):
        diagnostics.not_understood(
            "how a service starts, or whether it runs, and not which: ask for Name too", item.span
        )
    if name is None or name.word not in SERVICES:
        return None
    if start is None and (elsewhere := _start_elsewhere(item)) is not None:
        property_name, value = elsewhere
        message = (
            f"how `{name.text.strip()}` starts is told as {quoted(property_name)}, which is not read: ask for StartType"
        )
        diagnostics.not_understood(message, value.span)
    if status is not None and status.word in _OF_HEALTH and not item.has("State"):
        status = None
    start_setting: Setting[str] | None = (
        None if start is None else word(start, _START, "start of a service", diagnostics)
    )
    status_setting: Setting[str] | None = (
        None if status is None else word(status, _STATUS, "state of a service", diagnostics)
    )
    return ServiceState(
        name=name.text.strip(), start=start_setting, status=status_setting, exit_code=_exit_code(item, diagnostics)
    )


_OF_SC = late(r"(\d{1,10})(?:\s*\(0x[0-9a-f]{1,8}\))?", re.IGNORECASE)
"""An exit code as `sc query` prints it, with its hexadecimal form, or as WMI does."""


def _exit_code(item: Instance, diagnostics: Diagnostics) -> Setting[int] | None:
    """The error with which a service ended; None without one."""
    told = item.text("ExitCode", "WIN32_EXIT_CODE")
    if told is None or not told.text.strip():
        return None
    match = _OF_SC.fullmatch(told.text.strip())
    if match is None:
        diagnostics.not_understood(f"{quoted(told.text.strip())} is not the exit code of a service", told.span)
        return None
    return Setting(int(match[1]), told.span)
