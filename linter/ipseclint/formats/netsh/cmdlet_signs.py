"""Signs that PowerShell sets policy in a script, for its text in lower case behind the end of a line."""

from __future__ import annotations

import re

from ipseclint.late import late
from ipseclint.vocabulary import registry_keys, services

_CMDLET_NOUN = (
    r"(?:netipsec|netfirewall|netgpo|vpnserver|vpns2s|vpnauth|vpnipaddress|netadapteripsec"
    r"|vpnconnection(?!proxy|route|trigger|username))"
)
_CMDLET_NAME = rf"(?:new|set|remove|rename|copy|enable|disable|open|save|add)-{_CMDLET_NOUN}"
CMDLET = late(rf"\n(?:[^#\r\n\"']*?[\s(={{;|])?{_CMDLET_NAME}")
"""A cmdlet that sets policy, where a command can begin."""
CMDLET_BEHIND_QUOTES = late(rf"\n(?:[^#\r\n\"']|'[^'\r\n]*+'|\"[^\"\r\n]*+\")*?[\s(={{;|]{_CMDLET_NAME}")
"""A cmdlet on a line of a script, alone or behind others that have texts in quotes."""
NAMED_CMDLET = late(
    r"-(?:(?<=\b(?:new|set|add)-)|(?<=\b(?:copy|open|save)-)|(?<=\b(?:remove|rename|enable)-)|(?<=\bdisable-))"
    rf"{_CMDLET_NOUN}"
)
ECHOED_CMDLET = late(
    rf"^[ \t]*@?\(?(?:>{{1,2}}[^\r\n]{{1,200}}?)?echo\b[^\r\n]*?\b{_CMDLET_NAME}", re.IGNORECASE | re.MULTILINE
)
HANDED_CMDLET = late(rf"\b{_CMDLET_NAME}", re.IGNORECASE)
SETS_VALUES = late(r"-item(?:(?<=\b(?:set|new)-item)|(?<=\bremove-item))(?:property)?\b")
SETS_VALUES_SHORTLY = late(r"[\n|;({][ \t]*(?:sp|rp|ri|rm|rd|rmdir|del|erase)[ \t]+\S")
"""The same by an alias, where a command can begin; cmd.exe has some of them for files."""
DRIVES_OF_KEYS = ("hklm:", "registry::")
"""One of these stands in each script that names a key to a cmdlet."""
CONFIGURATION = late(r"\n[ \t]*+configuration[ \t]+['\"]?\w{1,100}['\"]?\s*+\{")
DECLARED = late(
    r"allowlocalipsecrules[ \t]*=|ipsec (?:main|quick|extended) mode\b|0cce921[89a]-"
    r"|(?:authentication(?<=\bauthentication)|encryption(?<=\bencryption))[ \t]*=[ \t]*['\"]"
    r"(?:required|noencap|dynamic)\b"
)
"""What a resource of such a configuration says of IPsec."""
SETS_ELSEWHERE = late(r"\[(?:microsoft\.win32\.)?registry(?:key)?\]::|\bset-gp(?:pref)?registryvalue\b")
"""What sets values of the registry through .NET, or in a GPO."""
KEY = late(rf"{registry_keys.MENTIONS}|{registry_keys.SERVICES}")
TOOL = late(
    r"\n[ \t]*+(?:&[ \t]*+)?+(?:reg(?:\.exe)?[ \t]+(?:add|delete)|sc\.exe[ \t]+(?:config|stop)"
    r"|net(?:\.exe)?[ \t]+stop)\b"
)
SIGNS_OF_TOOLS = ("reg", "sc.exe", "stop")
"""One of these stands in each such line."""
NETSH_IN_CONTEXT = late(r"netsh(?<=\bnetsh)(?:\.exe)?[ \t]+(?:ips|adv|(?:ras|exec)[ \t])")
NETSH_WITH_VALUE = late(
    r"\n(?>[^#\r\n]*?\bnetsh(?:\.exe)?[ \t]+(?:ips|adv|(?:ras|exec)[ \t]))(?:[^\r\n$'>|`]|`(?:\r?\n)?){0,400}+\$[\w({]"
)
"""A command of netsh that takes a value of the script, in its line or in one that goes on with it."""
NETSH_IN_STATEMENT = late(
    r"\n[ \t]*+(?:"
    r"(?:\$\w+[ \t]*=|(?:start-process|saps|start-job|sajb|invoke-command|icm|invoke-expression|iex)\b|\[void\]"
    r"|&[ \t]*[\"']|az[ \t]+vm[ \t]|\[(?:system\.)?diagnostics\.process)"
    r"[^#\r\n]{0,200}?\bnetsh(?:\.exe)?\b"
    r"|cmd(?:\.exe)?[ \t]+/[ck][ \t]+'[^'\r\n]{0,200}?\bnetsh\b"
    r"|(?:['\"]@|@?\([^\r\n]{0,400}\)|\$\w+|'[^'\r\n]{0,400}'|\"[^\"\r\n]{0,400}\")[ \t]*\|[ \t]*netsh\b)"
)
"""A statement of PowerShell within which netsh is called."""
RUNS_GIVEN = (
    late(r"\b(?:iex|invoke-expression)[ \t]+[$(]"),
    late(r"\bnetsh(?:\.exe)?[\"']?[ \t]+[$@(]"),
    late(r"(?:&|\b(?:start-process|saps)(?:[ \t]+-filepath)?)[ \t]+\$\w"),
)
"""What runs a text or a program that a variable holds, or netsh with words that one holds or that are put together."""
WRITES_FILE = (
    ("-content", late(r"-content(?<=\b(?:set|add)-content)\b")),
    ("out-file", late(r"out-file(?<=\bout-file)\b")),
    ("|", late(r"\|[ \t]*(?:sc|ac)[ \t]")),
    ("::", late(r"::(?:write|append)all(?:text|lines)\b")),
    (">", late(r"\n[ \t]*+(?:(?:write-output|echo)[ \t]+)?(?:\$\w+|[\"'][^\r\n]*[\"'])[ \t]*>{1,2}[ \t]*[\w.$\"']")),
)
"""What writes a file in PowerShell, each with what stands in it."""
CONTROL = late(
    r"\n[ \t]*+(?:param[ \t]*\(|function[ \t]+[\w-]+[ \t\r\n]{0,20}[{(]"
    r"|(?:\}[ \t]*)?(?:(?:else)?if|foreach|while|switch)[ \t]*\([^\r\n]{0,300}[$-]\w)"
)
"""What decides, in PowerShell, whether commands run, or with which values."""
CALLS_CONTEXT = late(r"\n(?:[^#\r\n\"']*[\s;{(&|])?netsh(?:\.exe)?[ \t]+(?:ips|adv|ras[ \t])")
"""A command of netsh, not what a text says of one."""
CONTEXT = late(r"(?:advfirewall(?<=\badvfirewall)|ipsec(?<=\bipsec)|ras(?<=\bnetsh ras)|ras(?<=\bnetsh\.exe ras))\b")
SETS_SERVICES = late(
    r"-service(?:(?<=\bset-service)|(?<=\bstop-service)|(?<=\bsuspend-service))\b|(?<![\w$-])spsv(?=\s)"
)
SIGNS_OF_SERVICES = ("-service", "spsv")
"""What sets services, also by its alias, and what stands in it."""
METHOD_OF_SERVICE = late(
    r"(?:\.[ \t]*|(?:%|\bforeach(?:-object)?|-membername|-methodname|-name)[ \t]+['\"]?)"
    r"(?:stop(?:service)?|changestartmode)\b"
)
METHODS_OF_SERVICES = ("stop", "changestartmode")
OBJECTS_OF_SERVICES = ("get-service", "servicecontroller", "win32_service")
"""A method that stops a service or sets how it starts, how its name begins, and what gives objects with such a one."""
NEARLY_CMDLET = late(r"\n[ \t]*+(?!get-)([a-z]{2,8}[-\u2010-\u2015\u2212]?[a-z]{5,16})[ \t]")
"""A line that begins like a cmdlet, whatever stands for its hyphen."""
SERVICE = late(services.SURE_MENTIONS)
SENT_TO_INTUNE = late(
    r"[\"'](?:\./)?(?:(?:device|user)/)?vendor/msft/(?:vpnv2/|firewall/mdmstore/(?!firewallrules))"
    r"|vendor_msft_firewall_mdmstore_|microsoft\.graph\.windows10vpnconfiguration\b"
    r"|\bfirewall(?:presharedkeyencoding|certificaterevocation|mergekeying|packetqueueing|idletimeout|ipsecexemptions)"
)
"""What a device configuration of Intune sets that concerns IPsec, in lower case: a node in quotes, or a member."""
SIGNS_OF_GRAPH = ("omauri", "microsoft.graph.", "settingdefinitionid")
"""Signs of a script with such a configuration: quicker to look for."""
SIGNS_OF_DOCUMENTS = (
    *("<vpnprofile", "windows registry editor", "encoding=1", "pbversion=", "$chicago", "addreg", "addservice"),
    "/mit/task",
    "&lt;vpnprofile",
)
"""What a text with one of them holds, in lower case: quicker to look for."""
WORDS_OF_DOCUMENTS = ("<vpnprofile", "registry", *SIGNS_OF_DOCUMENTS[2:])
"""A word of each of them."""
DOCUMENT = late(
    r"@['\"][ \t]{0,100}\r?\n\s{0,100}(?:<\?xml[^<>]{0,100}\?>\s{0,100})?(?:<vpnprofile|windows registry editor"
    r"|<task\b[^<>]{0,200}/mit/task|\[(?:version|unicode)\][ \t]*\r?\n"
    r"|\[[^\]\r\n]{1,200}\][ \t]*\r?\n[ \t]*(?:encoding|pbversion)=)"
    r"|(?:=|\breturn[ \t])\s{0,40}(?:\[xml\][ \t]{0,8})?(?:@?\([ \t]{0,8})?['\"]\s{0,100}"
    r"(?:<\?xml[^<>]{0,100}\?>\s{0,100})?<vpnprofile"
)
"""A text in a script that is a VPN profile, a registry file, a task, an INF or a phone book."""
