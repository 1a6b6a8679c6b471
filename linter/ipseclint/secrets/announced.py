"""Values announced by the name of a key: behind a sign, in an element or attribute, or beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ipseclint.late import late
from ipseclint.secrets.lost_signs import after_locator, before_end_tag, behind_name
from ipseclint.secrets.masks import is_odd
from ipseclint.secrets.places import Place
from ipseclint.secrets.sentences import answered_at, beside_label, changed_at, owned_at, said_at, said_before
from ipseclint.secrets.values import (
    REST,
    begin_of_line,
    closing_quote,
    end_of,
    places_of,
    value_at,
    value_within,
)

_WORD_SIGNS = late(r"[\w.-]*")
_HARMLESS = (
    *("authproposal", "encoding", "encodingmethod", "encrypted", "only"),
    *("exchange", "lifetime", "length", "size", "name"),
)
"""Endings of names that mention a key and hold none, such as `PSKOnly` of site-to-site interfaces, the class
`MSFT_NetIKEPSKAuthProposal`, and `ipsec_key_exchange`."""
_OWNER = late(r"(?:[-_\d]|computer|machine|user|l2tp|vpn|ipsec|ike|tunnel)\Z", re.IGNORECASE)
"""What stands before the name of a key within a name, and is not part of a word."""
_VERBS = ("add", "copy", "deploy", "export", "get", "import", "install", "new", "remove", "set", "test", "update")
"""With which commands of PowerShell begin."""
_GLUED_ON = late(r"[!#$%&*+,;?@^|~{}][^\s<>\"'=]{3,256}")
_GIVEN_AS_NAME = late(
    r"(?:-\w{0,40}(?:name|description|set|group|policy|rule)(?:[ \t]{1,4}|:[ \t]{0,4})"
    r"|(?:name|description|group|[a-z]set|list|action|policy|rule|id)[\"']?[ \t]{0,40}[=:][ \t]{0,4}"
    r"|(?:rule|policy|group|list)[ \t](?=[\"']))[\"'({@]{0,3}\Z"
    r"|<(?:\w{1,16}:)?\w{0,40}(?:name|description|group)(?:\s[^<>]{0,80})?>\Z",
    re.IGNORECASE,
)
"""What gives a name to an object, before a word that begins like the name of a key, as `PskRule1`."""
_FILE = late(
    r"[\w-]{0,64}\.(?:bat|cmd|csv|docx?|exe|json|md|pdf|pol|ps[dm]?1|reg|txt|wfw|xlsx?|xml|ya?ml|zip)(?!\w)",
    re.IGNORECASE,
)
"""The rest of the name of a file."""
_MAX_LABEL_CHARACTERS = 120
_GLUED_ON_LINE = late(r"[^\n<>=]{0,256}")
"""The rest of a key that begins directly behind its name; in a file of settings it is all the line."""
_IN_PLACE_OF_SIGN = late(
    r"[?\ufffd](?=\w)([^\s\"'<>&]{4,256})"
    r"|;\\{0,8}[\"'](?=\w)([^\"'\\\n]{4,256}(?:(?:\\{1,4}[rn]){1,2}[^\"'\\\n]{1,64}(?=\\{0,8}[\"']))?)"
    r"|<(?=\w[^<>\n]{3,256}(?:[\n<]|\Z))(?![\w.\\/:-]{1,256}\.[a-z]{2,4}(?:[\s<]|\Z))([^\s<]{4,})"
)
"""A value behind a sign that stands where another was, and opens no tag and names no file."""
_LONGER_NAME = late(r"authentication\Z|s[-._]|[eo]s?\Z")
"""The rest of a name in which the name of a key ends, as of an element of WFP or of `preshared-keys-differ`; so do a
hyphen and a dot, as in `psk-rules.txt`."""
_TAILS = frozenset(
    {
        "",
        "key",
        "keys",
        "value",
        "data",
        "text",
        "string",
        "secret",
        "secrets",
        "s",
        "id",
        "_key",
        "-key",
        "secret-remote",
    }
)
_QUALIFIED = late(
    r"(?:[*_]{1,2}|(?:</(?:b|strong|em|i|u|span|code|label|font)>){1,3}|\)"
    r"|[ \t]{1,4}(?:secure)?string(?=[ \t]*=)|[ \t]{0,4}\([^()\n]{0,40}\)|\[[^\]\n]{0,20}\]"
    r"|[ \t]{0,4}#\d{1,4}"
    r"|[ \t]+(?:for|f\u00fcr|von|of|pour)[ \t][^\n:=<>\"'|]{1,60}"
    r"|[ \t]+(?:(?:currently[ \t])?used|in[ \t]use|below|today|now|here|again))"
    r"(?=[*_]{0,2}[\"']?[ \t]*[:=\uff1a](?![/\\=]))[*_]{0,2}"
)
"""Text that may stand between a name and its sign: emphasis, a bracket, a number, the key's owner."""
_TO_FILE = r"[ \t]*[\w./\\$~-]{1,200}\.[A-Za-z]\w{1,15}(?:\s|\Z)"
_ENDED_NAME = late(
    rf"(?:\\*+[\"']{{1,2}}\]?[*_]{{0,2}}|&quot;|\])?[ \t]*(?:[`^]?\n[> \t]{{0,80}}(?=[=:\uff1d]>?[ \t]))?"
    rf"([=\uff1d]|[:\uff1a](?!//)|(?<![ \t])>(?!=)|(?<=[ \t])>(?!=|{_TO_FILE}))[ \t]*"
)
"""The sign behind a name, with the quote that closes the name: escaped as often as documents hold each other,
or doubled in the cell of a table. The line of a printed list may be broken before it."""
_DASHED = late(r"\s[\u2010-\u2015\u2212]\Z")
"""The sign of a parameter as a document or a mail has changed it."""
_OPTION = late(r"(?:\A|\s)/\Z")
"""The sign of an option of a command, and no path."""
_TYPE = late(r"<(?:System\.)?(?:Secure)?String(?:\[\])?>(?=[\s\])]|\Z)", re.IGNORECASE)
"""The type of a parameter, as the help of a command names it."""
_NEXT_PARAMETER = late(
    r"-(?:asjob|authenticationmethod|cimsession|confirm|connectionname|encryptionlevel|force|machine|name|passthru"
    r"|protocol|purpose|remembercredential|serveraddress|servername|splittunneling|throttlelimit|tunneltype|whatif)"
    r"(?=[\s:)}|;]|\Z)",
    re.IGNORECASE,
)
"""A parameter beside that of a key, whose value is missing: PowerShell takes no bare word with a hyphen as one."""
_SPACED = late(
    r"[ \t]+|[ \t]*\n[> \t]{0,40}"
    r"(?=(?:\"[^\"\n]{3,256}\"|'[^'\n]{3,256}')[ \t]*(?:[`\n|;)}]|-\w|\Z))"
)
"""The blanks behind a parameter, and a break before a value in quotation marks."""
_BLANK_OF_MARKUP = r"(?:&(?:amp;)?(?:nbsp|#160|#xa0);|[ \t\u00a0])"
_SPACED_IN_MARKUP = late(rf"(?=[&\u00a0]){_BLANK_OF_MARKUP}{{1,8}}", re.IGNORECASE)
_VALUE_IN_MARKUP = late(
    rf"(?:(?!{_BLANK_OF_MARKUP}{{1,8}}-[a-z]\w{{1,40}}(?:[\s&:<]|\Z))[^\n<]){{1,256}}", re.IGNORECASE
)
"""The value of a parameter behind blanks that do not break, as markup writes them: up to the next parameter."""
_MEMBER_END = late(r"[\"']\s*[,}]")
_LGPO_VALUE = late(r"[ \t]*\n(?:[^\n]{0,200}\n){0,3}?[ \t]*(?:SZ|EXSZ|MULTISZ|BINARY):([^\n]+)", re.IGNORECASE)
"""The value below a name on a line of its own, as LGPO writes them, with lines that damage has inserted."""
_BLANKS_AND_KIND = late(
    r"\}?[ \t]+(?:(?:(?:local|remote)[ \t]+)?(?:ascii-text|hexadecimal|hex|[0-9](?=[ \t])|local|remote"
    r"|address[ \t]+[^\s]+[ \t]+(?:[\d.]++[ \t]+)?key)[ \t]+)?"
)
"""The gap between a name and its key in configurations of routers."""
_GOES_ON = late(
    r"(?:without|with|for|and|or|of|in|on|is|are|as|to|from|by|that|which|when|if|must|should|can|will|may|was|does"
    r"|instead)[,;]?[ ](?:(?:[a-z]{1,20}|[A-Z]{2,6})\b(?![-_.:=@/\\]\w)|(?:AES|SHA|DH|IKE|RSA)[-\w]*)"
    r"|authentication:[ \t]*(?=\n|\Z)"
    r"|(?:authentication|methods?|mode|values?|fields?|box|settings?|option|configuration|exchange|mismatch)"
    r"[.,;:]?(?=[ ]\S|\n)"
    r"|\((?:[Pp][Ss][Kk]s?|[A-Z]{2,5}s?)\)|(?:update|show|reset)[ ]+-"
)
"""The continuation of a sentence after the words for a key: a small word and another, where a key is one word."""
_GLUED = late(r"[\"'](?=\w)([^\"'\n]+)")
"""A quoted key directly after its name: the sign between them is lost."""
_COLUMN = late(
    r"[ \t]+REG_\w+[ \t]+|[ \t]{2,}|[ \t]+(?:/t[ \t]+\S+[ \t]+|/f[ \t]+)?/d[ \t]+"
    r"|[\"']?(?:[ \t]+|[ \t]?`?\n[> \t]{0,8})(?:-\w+[ \t]+\w+[ \t]+)?-V(?:alue)?[ \t]*(?=[\"'\w$(])",
    re.IGNORECASE,
)
_SIGN_OF_COLUMN = late(r"REG_|/d|-V", re.IGNORECASE)
"""What is between the name of a value of the registry and the value, beside blanks."""
_NAMES_VALUE = late(r"(?:-(?:value)?name|/v)[ \t]{1,8}[\"']?\Z", re.IGNORECASE)
_VALUE_AHEAD = late(
    r"(?:-v(?:alue)?|/d)[ \t]{1,8}(?:\"([^\"\n]{1,200})\"|'([^'\n]{1,200})'|([^\s\"'-][^\s\"']{0,200}))(?=[ \t])",
    re.IGNORECASE,
)
"""The registry value that a command gets before its name."""
_OBJECT_OF_CMDLET = late(
    r"(?:new|get|set|copy)-(?:netipsec(?!authproposal)|vpnconnection)\w{0,40}\b"
    r"|new-netipsecauthproposal\b[^\n|;]{0,200}?[ \t]-presharedkey\b",
    re.IGNORECASE,
)
"""A command that returns an object of IPsec, and takes a key only by a parameter that is recognised by name."""
_NAMES_OBJECT = late(
    r"(?:_|\d{1,2}|auth|proposals?|sets?|rules?|methods?|phase|p1|p2|props?|crypto|params?|splat|configuration|config)++"
    r"(?:\.(?:name|displayname|instanceid))?",
    re.IGNORECASE,
)
"""The continuation of a variable's name after the name of a key if it holds an object: `$pskAuthSet`."""
_MAX_TAG_CHARACTERS = 400
_FILE_NAME = late(r"[\w:-]{1,64}[.\\]")
_IN_YAML = late(
    r"[\"']?[ \t]*\n(?:[ \t]+(?!name:|key:)[\w-]{1,40}:[^\n]{0,200}\n){0,3}?"
    r"[ \t]+(?:value|data):[ \t]+(?![|>][+-]?[ \t]*\n)[\"']?([^\s\"'][^\"'\n]*)",
    re.IGNORECASE,
)
"""The value below a name in an item of a list in YAML."""
_MEMBER_BELOW = late(
    r"(?:[ \t]{0,80}+(?:#[^\n]{0,200})?\n(?![ \t]{0,80}+\n)){1,3}?(?:[ \t]{1,80}+(?!-)[\w-]{1,40}:[^\n]{0,200}\n){0,3}?"
    r"(?:[ \t]{1,80}+[\"']?(?:value|data|default|secure|plain(?:text)?|text|content|string)[\"']?:"
    r"[ \t]{1,80}+(?![|>&!*])"
    r"|[ \t]{0,80}+(?P<item>-)[ \t]{1,80}+(?![^\n]{0,200}:(?:[ \t]|\n)))"
    r"[\"']?(?!(?:\d{1,3}|true|false|yes|no)[\"']?[ \t]{0,80}+(?:#|\n|\Z))([^\s\"'#][^\"'\n]*)",
    re.IGNORECASE,
)
"""The value of a member of YAML that says it on a line below the name, or an item of its list."""
_DATA_BESIDE = late(
    r"[\"']?[\s,;:]{1,60}(?:(?!\bname\b)[^{}<]){0,300}?(?<![\w-])(?:v|value[-_ ]?)?data[\"']?[ \t]{0,8}"
    r"(?:=>|[:=])[ \t]{0,8}(?![\"']?\d{1,10}(?![\w.-]))(?:\"([^\"\n]+)|'([^'\n]+)|([^\s\"',;}]+))",
    re.IGNORECASE,
)
_NAMED_AS_VALUE = late(
    r"(?:\b(?:v|value[-_ ]?)?name[\"']?[ \t]{0,8}(?:=>?|:)[ \t]{0,8}[\"']?|\w\\{1,2})\Z", re.IGNORECASE
)
"""The data of a value of the registry, as Puppet, Ansible and DSC declare it, and what stands before its name."""
_MAX_DECLARED_CHARACTERS = 40
_IN_TERRAFORM = late(r"\"[ \t]*\{[^{}]{0,1000}?\bdefault[ \t]*=[ \t]*\"([^\"\n]+)")
_NAMED_IN_TERRAFORM = late(r"\bvariable[ \t]+\"\Z")
"""What stands around a name of a variable that has a value."""
_NAMED_IN_YAML = late(r"\b(?:name|key):[ \t]+[\"']?\Z", re.IGNORECASE)
_NEIGHBOUR = late(
    r"(?:</(?:\w+:)?(?:LocURI|OmaUri|key|name)>(?:(?!<(?:\w+:)?(?:LocURI|OmaUri|key|name)\b)[\s\S]){0,1000}?"
    r"<(?:\w+:)?(?:data|string|value)|</?(?:\w+:)?val\w{0,8}>?(?:(?!<Value\b)[\s\S]){0,400}?<(?:Reg|Value)Data)"
    r"\b[^<>]*>(?:<!\[CDATA\[)?\s*([^<>\s][^<>]*)",
    re.IGNORECASE,
)
"""The value after an element whose text is the name of a key: SyncML, property lists, baselines of Policy Analyzer."""
_VALUE_MEMBER = r"[\"'](?:value|data)[\"']\s*+:\s*+(?:\"\"?)?+((?:[^\"\\]|\\.)*)"
_VALUE_BEHIND = late(r"[\"']\s*,[^{}]{0,1000}?" + _VALUE_MEMBER, re.IGNORECASE)
_ESCAPED_VALUE_BEHIND = late(
    r"(\\++)\"\s*,[^{}]{0,1000}?\"(?:value|data)\1\"\s*:\s*\1\"((?:(?!(?<!\\)\1\")[^\n]){1,1000})", re.IGNORECASE
)
"""The same in JSON that a text of JSON holds, where the value ends at a quote that is escaped as often."""
_ANY_BEHIND = late(r"[\"']\s*,[^{}]{0,1000}?[\"'](?!type)\w*[\"']\s*:\s*\"((?!REG_|HK)(?:[^\"\\]|\\.)*)", re.IGNORECASE)
"""The value of another member, no type or path, if none is called a value."""
_OF_AN_OBJECT = late(
    r"[\"'](?:display(?:name|group)|elementname|description|ipsecrulename|caption)[\"']\s*:\s*[\"'][^\"'\n]*$",
    re.IGNORECASE,
)
"""The member that makes the name of a key beside it that of a rule or a set."""
_VALUE_BEFORE = late(_VALUE_MEMBER + r"\"[^{}]*$", re.IGNORECASE)
"""The member beside one whose value is the name of a key, as Intune writes them."""
_CHANGED = late(
    r"(?:[^\n<]{0,40}\n(?:[^\n]{0,200}\n){0,12}?[ \t]*|</Data>[\s\S]{0,600}?<Data Name=[\"'])"
    r"(?:(?:old|new) ?value|details)(?:[\"']>|:)"
    r"[ \t]*([^\s<][^\n<]*)",
    re.IGNORECASE,
)
"""The registry value in an event, after the name of the value: event 4657, Sysmon's 13."""
_LINE_BELOW = late(
    r"[`*_\"' \t]*\n(?:[^\n]{0,200}\n){0,4}?(?:PS [^\n>]{0,80}>)?[ \t*_>-]*value[ \t*_]*:[ \t*_]*([^\n]+)",
    re.IGNORECASE,
)
"""The value below a line that ends in the path of a node, as instructions list them."""
_CELL = late(
    r"[^<>\n]{0,24}(?:</(?:b|strong|span|p|code)>)?\s{0,40}</(?:td|th|dt|label)>\s{0,40}(?:<(?:td|dd|span|p|code|b)\b[^<>]{0,80}>\s{0,40}){1,4}"
    r"([^<>\s][^<>\n]*)(?:</(?:span|p|code|b)>\s{0,40}){0,3}(?:</dd>|</td>\s{0,40}(?:</?t[rabh]|\Z)|\Z)"
    r"|</(?:\w{1,8}:)?[tp]>\s{0,40}(?:</[\w:-]{1,24}>\s{0,40}){0,4}</(?:c|si|\w:tc|table:table-cell)>\s{0,40}"
    r"(?:<[\w:-]{1,24}\b[^<>]{0,200}>\s{0,40}){1,8}([^<>\s][^<>\n]*)"
    r"|[^<>\n]{0,24}</label>\s{0,40}<input\b[^<>]{0,200}?\bvalue=[\"']([^\"'<>\n]+)",
    re.IGNORECASE,
)
"""The cell beside one that names a key, if it is the last of its row: with more cells the name may be a method's. In
the files of spreadsheets and documents it is the next."""
_NEXT_CELL = late(
    r"[^<>\n]{0,24}(?:</(?:b|strong|span|p|code)>)?\s{0,40}</(?:t[dh]|label|span|div)>\s{0,40}(?:<(?:td|span|p|code|b|div|kbd|output)\b[^<>]{0,80}>\s{0,40}){1,4}"
    r"([^<>\s]+)(?=\s{0,40}<)",
    re.IGNORECASE,
)
"""The next cell, where more follow: a word that may be a key."""
_ROW = late(r"[^|\n]{0,24}\|[ \t]*+`?[ \t]*+([^|`\n \t]++(?:[ \t]++[^|`\n \t]++)*+)[ \t]*+`?[ \t]*+\|?[ \t]*+(?=\n|\Z)")
"""The cell beside one that names a key in a Markdown table with two columns."""
_OWNERS_IN_ROW = frozenset({"", "eap", "ike", "ikev1", "ikev2", "ipsec", "l2tp", "radius", "tunnel", "user", "vpn"})
_BELOW_A_NODE = late(r"/(?!\w{1,24}>)([^<>\"'`|\n]{3,256}(?:\n[ \t]{0,40}[^<>\"'`|\s]{3,256}(?=[ \t]{0,40}</))?)")
"""What stands in the path of a node below one that has a key, and no nodes."""
_CALL = late(r"[\"'][ \t]{0,8},[ \t]{0,8}[\"']([^\"'\n]+)")
_SETTER = late(
    r"(?:\.(?:add|put|set_item|setvalue)|define|setenvironmentvariable)\([ \t]{0,8}[\"']$"
    r"|setvalue\([^\n()]{1,300}?,[ \t]{0,8}[\"']$",
    re.IGNORECASE,
)
"""A method called with a name and then its value."""
_KIND_OF_NODE = r"(?:string|chr|xml)"
_IN_ROW = late(
    r"[`\"']?[ ]{0,40}(\||\t|[,;](?![ ]|[\"']?(?:value|data)\b))[ ]{0,40}"
    rf"(?:[`\"']?{_KIND_OF_NODE}[^|\t,;\n]{{0,24}}\1[ ]{{0,40}})?[`\"']?([^\n]+)"
    rf"|[ \t]{{1,40}}{_KIND_OF_NODE}[ \t]{{1,40}}([^\s|][^\n]*)"
    r"|[^<>\n]{0,24}(?:</\w{1,8}>\s{0,40}){1,3}<td\b[^<>]{0,80}>\s{0,40}"
    rf"{_KIND_OF_NODE}[^<>\n]{{0,24}}</td>\s{{0,40}}(?:<(?:td|code|span|p)\b[^<>]{{0,80}}>\s{{0,40}}){{1,3}}([^<>]*)",
    re.IGNORECASE,
)
"""The last cell of a row that has the path of a node in another."""
_NEXT_ARGUMENT = late(
    r"[\"'],\s{0,40}(?:[a-z]{0,2}([\"'`])((?:(?!\1)[^\n\\]|\\.){1,256})\1|(\w[\w.]{0,80}))(?=\s{0,40}[,\])])"
)
"""The argument behind one that names a key, in a list of a program: a text, or a variable."""
_NEXT_SETTING = late(r"[ \t]\w{1,40}=")
_INF_VALUE = late(r"\"?,[^,\n]{0,16},(?:[ \t]*\\?\n)?[ \t]*\"?([^\"\n]+)")
"""The value in a setup file, after a key, the value's name and flags."""
_VALUE_ATTRIBUTE = late(r"<[^<>]*?\s(?:value|data)\s*=\s*([\"'])(?P<value>[^<>]*?)\1", re.IGNORECASE)


def after_names(text: str, names: Iterable[re.Match[str]]) -> Iterator[Place]:
    """The places of values that names of keys announce. A name within such a place is masked, and announces nothing."""
    reach = 0
    for match in names:
        if match.start() >= reach:
            for place in _after_name(text, match):
                yield place
                reach = max(reach, place[1])
        elif text[match.end() : match.end() + 1] in {'"', "'"}:  # in a tag of an element, whose text alone is masked
            tag = _tag_of(text, match.start())
            value = None if tag is None else _VALUE_ATTRIBUTE.match(text, tag, tag + 4096)
            yield from [] if value is None else [value.span("value")]


def _after_name(text: str, match: re.Match[str]) -> Iterator[Place]:
    """The places of the value that a name announces, or may announce if the sign between them is lost."""
    begin = match.start()
    while begin > 0 and match.start() - begin < 64 and (text[begin - 1].isalnum() or text[begin - 1] in "_-"):
        begin -= 1
    end = _WORD_SIGNS.match(text, match.end(), match.end() + 128).end()  # type: ignore[union-attr]
    tail = text[match.end() : end].casefold()
    if tail.endswith(_HARMLESS) or text.startswith("](", end):  # a link of a document
        return
    if _names_object(text, match, begin, end, tail):
        return
    if not _is_whole(tail) and not _is_of_a_word(text, begin, match, tail) and not _is_cmdlet(text, begin, match):
        is_setting = match[0].casefold() == "presharedkey" and _begins_line(text, match.start())
        glued_on = _GLUED_ON_LINE if is_setting else _GLUED_ON
        yield match.end(), end_of(glued_on.match(text, end), end)  # what stood between name and key is lost
    yield from _next_to(text, begin, end)
    if text[max(0, begin - 2) : begin] == "</":
        yield from before_end_tag(text, begin - 2)
        return
    if text[begin - 1 : begin] in {"", "\n"} and (below := _LGPO_VALUE.match(text, end)) is not None:
        yield below.span(1)
        return
    tag = None if tail.startswith(".") else _tag_of(text, begin)  # a file that is read, as in <psk.txt
    if tag is None:
        beside = list(_beside(text, begin, end))
        yield from beside or (after_locator(text, begin, end) if tail in _TAILS else ())
        if beside:
            return
    elif text[end : end + 1] in {'"', "'"} and (value := _VALUE_ATTRIBUTE.match(text, tag, tag + 4096)) is not None:
        yield value.span("value")
    is_on_line = tag is None
    if tag is not None:
        from ipseclint.secrets.markup import in_element, is_torn  # few texts with keys are of it

        yield from in_element(text, tag, begin, end)
        is_on_line = "\n" in text[tag:begin] and is_torn(text, tag)
    if is_on_line:  # the sign of a key on a line before
        beside = [*beside_label(text, begin, end)] if tail in _TAILS else []
        yield from [*said_at(text, end)] or [*answered_at(text, end)] or beside or _on_line(text, match, begin, end)
        yield from owned_at(text, end)
        yield from said_before(text, begin)
        yield from changed_at(text, begin, end)


def _next_to(text: str, begin: int, end: int) -> Iterator[Place]:
    """The value behind a sign that stands for another, and the data of a value of the registry that is declared."""
    yield from places_of(_IN_PLACE_OF_SIGN.match(text, end))
    if _NAMED_AS_VALUE.search(text, max(0, begin - _MAX_DECLARED_CHARACTERS), begin) is not None:
        yield from places_of(_DATA_BESIDE.match(text, end))


def _is_whole(tail: str) -> bool:
    """Whether a name goes on with nothing, or with another part of it."""
    return tail in _TAILS or tail[0] in "-_."


def _names_object(text: str, match: re.Match[str], begin: int, end: int, tail: str) -> bool:
    """Whether a name of a key begins that of an object, as of a variable that holds one, or of a file."""
    if text[begin - 1 : begin] in {"$", "@"}:
        return _is_object(text, tail, end)
    if begin < match.start() or _is_whole(tail):
        return False
    low = max(0, begin - _MAX_LABEL_CHARACTERS)
    return _FILE.match(text, match.end()) is not None or _GIVEN_AS_NAME.search(text, low, begin) is not None


def _is_of_a_word(text: str, begin: int, name: re.Match[str], tail: str) -> bool:
    """Whether a name is within a longer one, or by chance within a word."""
    at, end = name.span()
    is_plural = text[end] == "s" and text[end + 1 : end + 2].isupper()  # as in keyVaultSecretsUser
    is_owned = _OWNER.search(text, begin, at) is not None or (text[at].isupper() and text[at - 1 : at].islower())
    return is_plural or _LONGER_NAME.match(tail) is not None or (at > begin and not is_owned)


def _is_cmdlet(text: str, begin: int, name: re.Match[str]) -> bool:
    """Whether a name is within that of a command of PowerShell or of its script, as in `New-PreSharedKeyRule`."""
    verb, hyphen, _ = text[begin : name.start()].casefold().rpartition("-")
    return bool(hyphen) and verb.endswith(_VERBS) and text[name.end() : name.end() + 1].isupper()


def _on_line(text: str, match: re.Match[str], begin: int, end: int) -> Iterator[Place]:
    """The value behind a name: past a sign, blanks or table columns, or directly behind it."""
    name, tail = match[0], text[match.end() : end].casefold()
    dashed = text[begin] == "-" or _DASHED.search(text, max(0, begin - 2), begin) is not None
    if _NAMES_VALUE.search(text, max(0, begin - 20), begin) is not None:
        start = begin_of_line(text, begin, within=600)
        yield from (ahead.span(ahead.lastindex or 0) for ahead in _VALUE_AHEAD.finditer(text, start, begin))
    if (qualified := _QUALIFIED.match(text, end)) is not None:
        end = qualified.end()
    ended = _ENDED_NAME.match(text, end)
    if ended is not None:
        is_parameter = dashed and ended[1] == ">"  # no tag: its value begins so
        is_option = dashed or _OPTION.search(text, max(0, begin - 2), begin) is not None
        colon = ":" if ended[1] == "\uff1a" else ended[1]
        sign = "-" if is_parameter or (is_option and ended[0] == ":") else colon  # behind a colon
        at = ended.start(1) if is_parameter else ended.end()
        is_member = ended[0][0] in "\"'\\&]"
        argument = None if is_member else _in_argument(text, begin, at) or value_within(text, begin, at, sign)
        yield from value_at(text, at, is_member, sign) if argument is None else [argument]
        yield from _below_member(text, at, is_listed=name.casefold() != "secret") if sign == ":" else ()
    elif dashed and (spaced := _SPACED.match(text, end) or _SPACED_IN_MARKUP.match(text, end)) is not None:
        yield from _of_parameter(text, spaced)
    elif name.casefold().startswith("shk"):
        if (column := _COLUMN.match(text, end)) is not None:
            yield from places_of(REST.match(text, column.end()))
        elif text[begin - 1 : begin] in {",", '"'}:
            yield from places_of(_INF_VALUE.match(text, end))
    elif (
        (spaced := _BLANKS_AND_KIND.match(text, end)) is not None
        and _is_before_key(text, name, spaced.end())
        and not _is_within_a_name(text, begin, end)
        and (spaced[0].strip() or _GOES_ON.match(text, spaced.end()) is None)
    ):
        yield from value_at(text, spaced.end(), False, "-")
    elif (column := _COLUMN.match(text, end)) is not None and _SIGN_OF_COLUMN.search(column[0]) is not None:
        is_argument = "-" in column[0]
        yield from (
            value_at(text, column.end(), False, "-") if is_argument else places_of(REST.match(text, column.end()))
        )
    elif (glued := _GLUED.match(text, end)) is not None:
        yield glued.span(1)
    elif tail in _TAILS:
        yield from behind_name(text, end, is_indented=_is_indented(text, begin))


def _below_member(text: str, at: int, *, is_listed: bool) -> Iterator[Place]:
    """The value of a member on a line below, where nothing stands behind the name of a key, or the items of its list; a
    list of secrets has their names."""
    below = _MEMBER_BELOW.match(text, at)
    while below is not None and (is_listed or not below["item"]):
        yield from places_of(below)
        below = _MEMBER_BELOW.match(text, below.end()) if below["item"] else None


def _in_argument(text: str, begin: int, at: int) -> Place | None:
    """The place of a value with blanks to the end of its text, if this is one of a list and has no other setting."""
    quote = text[begin - 1 : begin]
    if quote not in {'"', "'", "`"} or text[max(0, begin - 40) : begin - 1].rstrip()[-1:] not in {",", "[", "("}:
        return None
    end = closing_quote(text, at, quote, is_member=False)
    is_listed = text[end + 1 : end + 40].lstrip()[:1] in {",", "]", ")"}
    has_blank = any(map(str.isspace, text[at:end]))
    return (at, end) if is_listed and has_blank and _NEXT_SETTING.search(text, at, end) is None else None


def _of_parameter(text: str, spaced: re.Match[str]) -> Iterator[Place]:
    """The value behind a parameter and blanks."""
    if _TYPE.match(text, spaced.end()) is not None or _NEXT_PARAMETER.match(text, spaced.end()) is not None:
        return
    if not spaced[0].strip(" \t"):
        yield from value_at(text, spaced.end(), False, "-")
    else:
        yield from places_of(_VALUE_IN_MARKUP.match(text, spaced.end()))


def _is_object(text: str, tail: str, end: int) -> bool:
    """Whether a variable named after a key, as in `$pskProposal`, holds an object with a key in it."""
    ended = _ENDED_NAME.match(text, end)
    if ended is None:
        return _NAMES_OBJECT.fullmatch(tail) is not None
    return _OBJECT_OF_CMDLET.match(text, ended.end()) is not None


def _beside(text: str, begin: int, end: int) -> Iterator[Place]:
    """The value beside a name of a key that is itself the value of an element or member."""
    if (value := _NEIGHBOUR.match(text, end)) is not None or (value := _VALUE_BEHIND.match(text, end)) is not None:
        yield value.span(1)
    elif (value := _ESCAPED_VALUE_BEHIND.match(text, end)) is not None:
        yield value.span(2)
    elif (call := _in_call(text, begin, end)) is not None:
        yield call
    elif (changed := _CHANGED.match(text, end)) is not None:
        yield changed.span(1)
        while (changed := _CHANGED.match(text, changed.end())) is not None:
            yield changed.span(1)
    elif (declared := _declared(text, begin, end)) is not None:
        yield declared
    elif text[begin - 1 : begin] == "/" and (below := _behind_path(text, begin, end)) is not None:
        yield below.span(1)
    elif (cell := cell_beside(text, begin, end)) is not None:
        yield cell
    elif _MEMBER_END.match(text, end) is not None:
        opening = text.rfind("{", max(0, begin - 1000), begin)
        value = _VALUE_BEFORE.search(text, opening, begin) if opening >= 0 else None
        if value is None and _OF_AN_OBJECT.search(text[max(0, begin - 40) : begin]) is None:
            value = _ANY_BEHIND.match(text, end)
        if value is not None:
            yield value.span(1)


def _behind_path(text: str, begin: int, end: int) -> re.Match[str] | None:
    """The value below a path that ends in the name of a key, or behind that of a node."""
    below = _LINE_BELOW.match(text, end)
    return _BELOW_A_NODE.match(text, end) if below is None and _is_node(text, begin) else below


def _declared(text: str, begin: int, end: int) -> Place | None:
    """The value in a declaration that is called by the name of a key, in YAML or Terraform."""
    for before, behind in ((_NAMED_IN_YAML, _IN_YAML), (_NAMED_IN_TERRAFORM, _IN_TERRAFORM)):
        value = behind.match(text, end)
        if value is not None and before.search(text, max(0, begin - 80), begin) is not None:
            return value.span(1)
    return None


def _in_call(text: str, begin: int, end: int) -> Place | None:
    """The argument of a program behind one that names a key."""
    call = _CALL.match(text, end)
    if call is not None and _SETTER.search(text[max(0, begin - 320) : begin]) is not None:
        return call.span(1)
    following = _NEXT_ARGUMENT.match(text, end) if text[begin : begin + 1] == "-" else None
    return None if following is None else following.span(following.lastindex or 0)


def _is_node(text: str, begin: int) -> bool:
    """Whether a name ends the path of a node of device management."""
    return text[begin - 1 : begin] == "/" and "/msft/" in text[max(0, begin - 200) : begin].lower()


def cell_beside(text: str, begin: int, end: int) -> Place | None:
    """The table cell beside one that names a key, if the row has only these two; the last beside a path of a node."""
    if _is_node(text, begin) and (beside := _IN_ROW.match(text, end)) is not None:
        begin, end = beside.span(beside.lastindex or 0)
        return begin, begin + len(text[begin:end].rstrip(" \t|`\"'"))
    cell = _CELL.match(text, end)
    if cell is not None:
        row = text[max(0, begin - 400) : begin].casefold()
        row = row[max(map(row.rfind, ("<tr", "<dl", "<dt", "<label"))) :]
        return None if row.count("</td") or row.count("</th") else cell.span(cell.lastindex or 0)
    if (cell := _NEXT_CELL.match(text, end)) is not None and is_odd(cell[1]):
        return cell.span(1)
    row_of_two = _ROW.match(text, end)
    if row_of_two is None:
        return None
    line = text[begin_of_line(text, begin, within=400) : begin]
    is_first = "|" in line and line.strip(" \t|*_`>").casefold() in _OWNERS_IN_ROW
    return row_of_two.span(1) if is_first else None


def _begins_line(text: str, begin: int) -> bool:
    """Whether only blanks and marks of a mail precede a place on its line."""
    return not text[begin_of_line(text, begin, within=100) : begin].strip("> \t")


def _is_indented(text: str, begin: int) -> bool:
    """Whether a place is preceded by blanks only, at least one, on its line."""
    line = text[begin_of_line(text, begin, within=100) : begin]
    return bool(line) and not line.strip()


_WITHIN_A_NAME = late(r"(?:name|description)[\"']?[ \t]{0,4}(?:[=:][ \t]{0,4})?([\"'])[^\"'=\n]*$", re.IGNORECASE)
_REST_OF_A_NAME = late(r"[^\"'=\n]*")


def _is_within_a_name(text: str, begin: int, end: int) -> bool:
    """Whether a name of a key is within the quoted name or description of an object."""
    opened = _WITHIN_A_NAME.search(text[begin_of_line(text, begin, within=200) : begin])
    return opened is not None and text.startswith(opened[1], end_of(_REST_OF_A_NAME.match(text, end), end))


def _is_before_key(text: str, name: str, at: int) -> bool:
    """Whether only blanks, no sign, separate a name from its key: ipsec.secrets, router configurations."""
    return text[at : at + 1] in {'"', "'"} or text[at : at + 2] in {"0s", "0x"} or "-" in name


def _tag_of(text: str, begin: int) -> int | None:
    """The start of the tag around a name; None if there is none."""
    low = max(0, begin - _MAX_TAG_CHARACTERS)
    start = max(text.rfind("<", low, begin), text.rfind("&lt;", low, begin))
    if start < 0 or text[start - 1 : start] == "<":  # a here-document of a shell, as in <<EOF
        return None
    if ">" in text[start:begin] or "&gt;" in text[start:begin] or "\n\n" in text[start:begin]:
        return None
    following = text[start:begin].removeprefix("&lt;").removeprefix("<")
    is_file = _FILE_NAME.match(following) is not None  # that cmd.exe reads from
    return start if (following[:1].isalpha() and not is_file) or not following else None
