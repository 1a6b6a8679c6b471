"""The commands of `netsh ipsec static` and `netsh ipsec dynamic`: verbs, objects, tags in positional order.

Sources: the tool's own help (`netsh ipsec static add rule ?` and the like) and the page `netsh ipsec` of the
Windows Commands reference on Microsoft Learn; both agree on what stands here.
"""

from __future__ import annotations

from msgspec import Struct

REPEATABLE = frozenset({"rootca"})
"""The only tag that may be given more than once; the order of the methods is the order of preference."""

AUTHENTICATION = ("kerberos", "psk", "rootca")


class Form(Struct, frozen=True):
    """The arguments of one command: tags in positional order, required tags, and tags without a position."""

    tags: tuple[str, ...]
    required: tuple[str, ...] = ()
    named_only: frozenset[str] = frozenset()


_POLICY = ("description", "mmpfs", "qmpermm", "mmlifetime", "activatedefaultrule", "pollinginterval", "assign")
_FILTER_TAIL = ("srcmask", "dstmask", "srcport", "dstport")
_FILTER_ACTION = ("description", "qmpfs", "inpass", "soft", "action", "qmsecmethods")
_BY_GUID = frozenset({"guid"})
_BY_ID = frozenset({"id"})

STATIC: dict[str, dict[str, Form]] = {
    "add": {
        "policy": Form(("name", *_POLICY, "mmsecmethods"), ("name",)),
        "filterlist": Form(("name", "description"), ("name",)),
        "filter": Form(
            ("filterlist", "srcaddr", "dstaddr", "description", "protocol", "mirrored", *_FILTER_TAIL),
            ("filterlist", "srcaddr", "dstaddr"),
        ),
        "filteraction": Form(("name", *_FILTER_ACTION), ("name",)),
        "rule": Form(
            (
                "name",
                "policy",
                "filterlist",
                "filteraction",
                "tunnel",
                "conntype",
                "activate",
                "description",
                *AUTHENTICATION,
            ),
            ("name", "policy", "filterlist", "filteraction"),
        ),
    },
    "set": {
        "policy": Form(("name", "guid", "newname", *_POLICY, "gponame", "mmsecmethods"), (), _BY_GUID),
        "filterlist": Form(("name", "guid", "newname", "description"), (), _BY_GUID),
        "filteraction": Form(("name", "guid", "newname", *_FILTER_ACTION), (), _BY_GUID),
        "rule": Form(
            (
                "name",
                "id",
                "policy",
                "newname",
                "description",
                "filterlist",
                "filteraction",
                "tunnel",
                "conntype",
                "activate",
                *AUTHENTICATION,
            ),
            ("policy",),
            _BY_ID,
        ),
        "defaultrule": Form(("policy", "qmpfs", "activate", "qmsecmethods", *AUTHENTICATION), ("policy",)),
        "store": Form(("location", "domain"), ("location",)),
        "batch": Form(("mode",), ("mode",)),
    },
    "delete": {
        "policy": Form(("name",), ("name",)),
        "filterlist": Form(("name",), ("name",)),
        "filteraction": Form(("name",), ("name",)),
        "rule": Form(("name", "id", "policy"), ("policy",), _BY_ID),
        "filter": Form(
            ("filterlist", "srcaddr", "dstaddr", "protocol", "mirrored", *_FILTER_TAIL),
            ("filterlist", "srcaddr", "dstaddr"),
        ),
        "all": Form(()),
    },
}
"""What changes a static policy."""

_MAIN_MODE = Form(("name", "qmpermm", "mmlifetime", "softsaexpirationtime", "mmsecmethods"), ("name",))
_QUICK_MODE = Form(("name", "soft", "pfsgroup", "qmsecmethods"), ("name",))
_TRAFFIC = ("protocol", "srcport", "dstport", "mirrored", "conntype")
_MASKS = ("srcmask", "dstmask", "tunneldstaddress")
_ACTIONS = ("actioninbound", "actionoutbound")

DYNAMIC: dict[str, dict[str, Form]] = {
    "add": {
        "mmpolicy": _MAIN_MODE,
        "qmpolicy": _QUICK_MODE,
        "rule": Form(
            ("srcaddr", "dstaddr", "mmpolicy", "qmpolicy", *_TRAFFIC, *_ACTIONS, *_MASKS, *AUTHENTICATION),
            ("srcaddr", "dstaddr", "mmpolicy"),
        ),
    },
    "set": {
        "mmpolicy": _MAIN_MODE,
        "qmpolicy": _QUICK_MODE,
        "rule": Form(
            ("srcaddr", "dstaddr", *_TRAFFIC, *_MASKS, "mmpolicy", "qmpolicy", *_ACTIONS, *AUTHENTICATION),
            ("srcaddr", "dstaddr", "protocol", "srcport", "dstport", "mirrored", "conntype"),
        ),
        "config": Form(("property", "value"), ("property", "value")),
    },
    "delete": {
        "mmpolicy": Form(("name",), ("name",)),
        "qmpolicy": Form(("name",), ("name",)),
        "rule": Form(
            ("srcaddr", "dstaddr", *_TRAFFIC, *_MASKS),
            ("srcaddr", "dstaddr", "protocol", "srcport", "dstport", "mirrored", "conntype"),
        ),
        "all": Form(()),
    },
}
"""What changes the running policy."""

SILENT_VERBS = ("show", "dump", "exportpolicy", "help")
"""What changes no policy."""

SHOWN = {
    "ipsec static": ("all", "filteraction", "filterlist", "gpoassignedpolicy", "policy", "rule", "store"),
    "ipsec dynamic": (
        "all",
        "config",
        "mmfilter",
        "mmpolicy",
        "mmsas",
        "qmfilter",
        "qmpolicy",
        "qmsas",
        "rule",
        "stats",
    ),
}
"""What `show` takes: of `ipsec static` on the page `netsh ipsec`, of `ipsec dynamic` in the built-in help."""

IMPORT_VERBS = ("importpolicy",)
"""What brings a policy in from a file that is not part of the script."""

VERBS = (*STATIC, *SILENT_VERBS, *IMPORT_VERBS)

ALL_TAGS = frozenset(
    tag for grammar in (STATIC, DYNAMIC) for forms in grammar.values() for form in forms.values() for tag in form.tags
)
"""Every tag of the tool."""
