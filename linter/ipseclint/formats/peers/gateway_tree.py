"""Gateway configurations as trees of words, from lines of `set`, braces, blocks, or menus of RouterOS.

A node is a word, with the words that may follow it below. `set vpn ipsec ike-group G lifetime 3600` is six nodes, and
so is the same in braces; in blocks and menus the values of a key are siblings below it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from msgspec import Struct, field

from ipseclint.formats.kit.templates import PUT_IN
from ipseclint.formats.kit.token import Token, joined, lines_of
from ipseclint.formats.kit.xml.element import Element, text_of
from ipseclint.late import late

MAX_WORDS = 64
"""So many words of a line are taken (reasoned: no line that is read has as many)."""
KEY_DEPTH = 4
"""So many words name an object of any of these makes, as in `vpn ipsec ike-group G`; behind them are its keys."""
DEACTIVATED = " deactivated"
"""The word, which no configuration has, below which the tree counts what is deactivated."""
_WORD = late(
    r"\"((?:\\.|[^\"\\\r\n])*)\"?|'([^'\r\n]*)'?"
    rf"|((?:{PUT_IN}|[^\s\"';{{}}\[\]$<]++|[$<])+|\[[^\[\]\r\n]*+\]|[{{}};])"
)
_OF_LIST = late(r"\"([^\"]*)\"|[^\s\[\]\"]+")
_PAIR = late(rf"(?<![\w-])([a-z][\w-]*+)=(\"(?:\\.|[^\"\\\r\n])*\"?|(?:{PUT_IN}|[^\s$<{{]++|[$<{{])*)")
_FIND = late(r"set[ \t]+\[[ \t]*find[ \t]+(?:[\w-]+[ \t]+)?default=yes[ \t]*\]")
_PROMPT = late(r"\[[^\[\]@\r\n]{1,80}@[^\[\]\r\n]{1,80}\][ ]?(?P<menu>/[\w/ -]{0,80}?)?[ ]?>[ ]?")
_ITEM = late(r"[ \t]{0,4}\d{1,4}[ \t]+(?:[A-Z*]{1,8}[ \t]+){0,4}(?=;;;|[a-z][\w-]*=)")
"""How an object begins that `print` lists: its number and its flags."""
_DISABLED = "X"
_COMMENT = ";;;"
_WITHIN_MODE = frozenset(
    {
        *("encryption", "encr", "integrity", "hash", "group", "prf", "lifetime", "authentication", "proposal"),
        *("peer", "address", "pre-shared-key", "match", "keyring", "identity", "dpd", "ikev1", "ikev2", "protocol"),
        *("set", "mode", "tunnel", "permit", "deny", "subnet", "host", "range", "network-object", "group-object"),
    }
)
"""What IOS and ASA take within the modes of IPsec, access lists and networks, and not outside of any mode."""
_LAST_HOLDS = frozenset(
    {
        *((key,) for key in ("encryption", "encr", "integrity", "hash", "group", "prf")),
        *(("set", key) for key in ("pfs", "transform-set", "ikev2-profile")),
        *(("set", "ikev1", "transform-set"), ("set", "ikev2", "ipsec-proposal"), ("match", "address")),
        ("authentication", "local"),
    }
)
"""Keys of which the last line holds, within the modes of IPsec (Cisco IOS Security Command Reference)."""
_OUTSIDE_MODE = late(
    r"[ \t]*+(?:crypto (?:ikev[12]|isakmp) "
    r"|crypto ipsec (?:ikev[12] )?(?:transform-set|ipsec-proposal|profile|security-association) "
    r"|crypto (?:dynamic-)?map \S{1,80} \d|tunnel-group )"
)
"""What IOS and ASA take outside of any mode only, at whatever margin a document sets it."""
_REMARK = late(r"[ \t]*(?:#|!|/\*|##)")


class Node(Struct):
    """A word with the words that follow it. `place` is its first occurrence; `is_read`: somebody asked for it.

    `asked` are all words that somebody asked for in the tree. `again` are the keys that another line sets anew.
    """

    place: Token
    below: dict[str, Node] = field(default_factory=dict)
    is_read: bool = False
    asked: set[str] = field(default_factory=set)
    again: list[tuple[Node, Token]] = field(default_factory=list)

    def at(self, *words: str) -> Node | None:
        """The node at a path of words; None if there is none."""
        node: Node | None = self
        self.asked.update(words)
        for word in words:
            node = None if node is None else node.below.get(word)
            if node is not None:
                node.is_read = True
        return node

    def named(self, *words: str) -> Iterator[Node]:
        """The nodes below a path of words: objects by name, or values of a key."""
        node = self.at(*words)
        for below in () if node is None else node.below.values():
            below.is_read = True
        yield from () if node is None else node.below.values()

    def value(self, *words: str) -> Token | None:
        """The first value of a key, which has one; another one on another line sets it anew."""
        places = self.values(*words)
        key = self.at(*words)
        if key is None or not places:
            return None
        self.again += [(key, each) for each in places if each.line != places[0].line][:1]
        return places[0]

    def number(self, *words: str) -> Token | None:
        """The value of a key that is a number, with the numbers that follow it: a part of one is none."""
        first, key = self.value(*words), self.at(*words)
        parts = [] if first is None or key is None else [*key.digits(first.span.line)]
        return first if first is None or len(parts) < 2 else first.standing_for(" ".join(each.text for each in parts))

    def digits(self, line: int) -> Iterator[Token]:
        """The words below this one on a line, as long as they begin with a digit."""
        for node in self.below.values():
            if node.place.line == line and node.place.text[:1].isdigit():
                node.is_read = True
                yield node.place
                yield from node.digits(line)

    def only(self, *words: str) -> list[Token]:
        """The value of a key, which has one, alone; none without it."""
        return [] if (value := self.value(*words)) is None else [value]

    def values(self, *words: str) -> list[Token]:
        """The values of a key."""
        return [node.place for node in self.named(*words)]

    def chain(self) -> list[Token]:
        """The words below this one, in order."""
        chain: list[Token] = []
        waiting = [*reversed(self.below.values())]
        while waiting:
            first = waiting.pop()
            first.is_read = True
            chain.append(first.place)
            waiting += reversed(first.below.values())
        return chain

    def read(self) -> Iterator[Token]:
        """The words that somebody asked for."""
        for node in self.below.values():
            if node.is_read:
                yield node.place
                yield from node.read()

    def unread(self, depth: int = 0) -> Iterator[Token]:
        """The keys, in objects that are read, that nobody asked for."""
        for node in self.below.values():
            if node.is_read:
                yield from node.unread(depth + 1)
            elif depth >= KEY_DEPTH:
                yield node.place

    def grown(self, words: Iterable[Token]) -> Node:
        """The node at the end of a path of words, which is created as needed."""
        node = self
        for word in islice(words, MAX_WORDS):
            node = node.below.setdefault(word.text, Node(word, asked=self.asked, again=self.again))
        return node

    def set(self, key: Sequence[Token], *values: Sequence[Token]) -> None:
        """Give a key these values alone, each a path of words, as a gateway does that is told them later."""
        node = self.grown(key)
        if node.below and values and [word.text for path in values for word in path] != node.texts():
            node.again.append((node, values[0][0]))
            node.below.clear()
        for path in values:
            node.grown(path)

    def texts(self) -> list[str]:
        """The words below this one, in order."""
        return [text for node in self.below.values() for text in (node.place.text, *node.texts())]


def words_of(line: Token) -> list[Token]:
    """The words of a line up to a comment: the first ones, and of a longer line also the last, which may be a brace."""
    found = takewhile(lambda match: not match[0].startswith(("##", "/*")), _WORD.finditer(line.text))
    kept = [*islice(found, MAX_WORDS + 2), *deque(found, maxlen=1)]
    return [line.part(*match.span(match.lastindex or 0)) for match in kept]


def of_statements(text: str, path: str) -> Node:
    """The tree of lines of `set`, or of braces; Junos, VyOS and PAN-OS write either.

    What Junos has deactivated (`deactivate`, `inactive:`) is left out, and counted below `DEACTIVATED`.
    """
    root = _root(path)
    around = [root]
    deactivated: list[list[Token]] = []
    for line in lines_of(text, path):
        words = [] if _REMARK.match(line.text) else words_of(line)
        if not words:
            continue
        if words[0].text == "set":
            _leaf(root, words[1:])
            continue
        if words[0].text == "deactivate":
            deactivated.append(words[1:])
            continue
        last = words[-1].text
        if words[0].text == "inactive:":
            root.grown([words[0].standing_for(DEACTIVATED), line])
            around += [_root(path)] if last == "{" else []
            continue
        if words[0].text == "}":
            around[1:] = around[1:-1]
        elif last == "{":
            around.append(around[-1].grown(words[:-1]))
        else:
            _leaf(around[-1], [word for word in words if word.text not in {"{", "}", ";"}])
    for path_of_words in deactivated:
        _deactivate(root, path_of_words)
    return root


def _deactivate(root: Node, words: list[Token]) -> None:
    """Take out what stands at the end of a path of words."""
    node: Node | None = root
    for word in words[:-1]:
        node = None if node is None else node.below.get(word.text)
    if words and node is not None and node.below.pop(words[-1].text, None) is not None:
        root.grown([words[0].standing_for(each) for each in (DEACTIVATED, " ".join(word.text for word in words))])


def _root(path: str) -> Node:
    """The node above all others, which stands for no word."""
    return Node(Token("", path, 1, 1))


def _leaf(node: Node, words: list[Token]) -> None:
    """Add words at the end of a branch; the values of a list in brackets become siblings, as does a key behind it."""
    before: list[Token] = []
    for word in words:
        if word.text.startswith("["):
            key = node.grown(before)
            for match in _OF_LIST.finditer(word.text):
                key.grown([word.part(*match.span(match.lastindex or 0))])
            del before[-1:]
        else:
            before.append(word)
    node.grown(before)


def of_elements(elements: Iterable[Element], path: str) -> Node:
    """The tree of XML elements of PAN-OS, where an `entry` is its name and a `member` its text."""
    root = _root(path)
    waiting = deque((element, root) for element in elements)
    while waiting:
        element, above = waiting.popleft()
        name = element.attributes.get("name") if element.name == "entry" else element.name
        place = Token(name or "", path, element.line, element.column)
        node = above if element.name == "member" else above.grown([place])
        text = text_of(element, path).strip()
        if text.text:
            node.grown([text])
        waiting.extend((child, node) for child in element.children)
    return root


_OF_BLOCKS = frozenset({"config", "edit", "set", "unset", "next", "end"})
_ENDS_BLOCK = frozenset({"next", "end"})


def of_blocks(text: str, path: str) -> Node:
    """The tree of FortiOS: `config`, `edit`, `set` with the values of a key, `next`, `end`."""
    root = _root(path)
    around = [root]
    for line in lines_of(text, path):
        for words in _statements(line):
            match words[0].text:
                case "config":
                    around.append(around[-1].grown(words[1:]))
                case "edit":
                    around.append(around[-1].grown(words[1:2]))
                case "next" | "end":
                    around[1:] = around[1:-1]
                case "set":
                    around[-1].set(words[1:2], *([word] for word in words[2:MAX_WORDS]))
    return root


def _statements(line: Token) -> Iterator[list[Token]]:
    """The statements of a line: one, or all of a block whose line ends a web page has lost."""
    statement: list[Token] = []
    for match in _WORD.finditer(line.text):
        word = line.part(*match.span(match.lastindex or 0))
        begins = match.lastindex == 3 and word.text in _OF_BLOCKS  # none in quotes
        is_named = len(statement) == 1 and statement[0].text not in _ENDS_BLOCK  # `set end 18:00`
        if begins and not is_named:
            if statement:
                yield statement
            statement = []
        if begins or statement:
            statement.append(word)
    if statement:
        yield statement


def of_indents(text: str, path: str, *, is_typed: bool = False) -> Node:
    """The tree of IOS and ASA: a line, and the lines indented below it, whose first words are keys.

    A page or a mail may have lost the indentation: what only a mode takes belongs to the line that entered the mode.
    `is_typed`: blanks stand for the prompts before all lines, which are longer within a mode.
    """
    root = _root(path)
    head, margin, is_of_crypto = root, 0, False
    for line in lines_of(text, path):
        words = [] if _REMARK.match(line.text) else words_of(line)
        if not words or words[0].text == "exit":
            continue
        column = words[0].span.column
        is_deeper = head is not root and column > margin
        is_below = is_deeper if is_typed else line.text[:1].isspace() and (head is root or is_deeper)
        if _OUTSIDE_MODE.match(line.text) is not None:
            head, margin, is_of_crypto = root.grown(words), column, True
        elif is_below or (head is not root and words[0].text in _WITHIN_MODE):
            key = _key_of(words) if is_of_crypto else 0
            if key:
                head.set(words[:key], words[key:])
            else:
                head.grown(words)
        else:
            head, margin, is_of_crypto = root.grown(words), column, False
    return root


def _key_of(words: Sequence[Token]) -> int:
    """How many words of a line of IOS or ASA are a key of which the last line holds; 0 if it may have several lines."""
    texts = tuple(word.text for word in words[:3])
    return next((length for length in (1, 2, 3) if texts[:length] in _LAST_HOLDS and len(words) > length), 0)


_OF_POLICY = frozenset({"gateway", "auth-method", "shared-secret", "proposal"})
"""What SonicOS takes in a VPN policy alone."""


def of_policies(text: str, path: str) -> Node:
    """The tree of SonicOS: a VPN policy with the lines indented below it, or in a script without indentation those
    that only such a policy takes.

    Each block of a policy is an object, though another one has its name.
    """
    root = _root(path)
    head, margin = root, 0
    is_block: bool | None = None
    for line in lines_of(text, path):
        words = [] if _REMARK.match(line.text) else words_of(line)
        if not words:
            continue
        column = words[0].span.column
        if [word.text for word in words[:2]] == ["vpn", "policy"]:
            kind = root.grown(words[:-1])
            head, margin, is_block = Node(words[-1], asked=root.asked, again=root.again), column, None
            kind.below[f"{words[-1].text} of line {line.line}"] = head
            continue
        is_block = column > margin if is_block is None else is_block
        typed = words[1:] if words[0].text == "no" else words
        if is_block and column <= margin:
            head = root
        elif head is not root and words[0].text != "exit" and (is_block or (typed and typed[0].text in _OF_POLICY)):
            head.grown(words)
    return root


def of_menus(text: str, path: str) -> Node:
    """The tree of RouterOS: a menu, `add` or `set` of an object by name or number, values separated by commas.

    What `print` lists are objects, too: a number, flags, and the same names and values.
    """
    root = _root(path)
    menu = root
    for line in _printed(_continued(lines_of(text, path))):
        words = _command(line.text).split()
        if words and words[0].startswith("/"):
            names, command = _menu(words)
            menu = root
            for name in names:
                menu = menu.below.setdefault(name, Node(line, asked=root.asked, again=root.again))
            if not command:
                continue
        elif not words or words[0] not in {"add", "set"}:
            continue
        pairs = [match for match in _PAIR.finditer(line.text) if match[1] != "default"]
        named = next((match[2].strip('"') for match in pairs if match[1] == "name"), None)
        is_default = _FIND.search(line.text) is not None
        name = "default" if is_default and named is None else named or str(len(menu.below))
        thing = menu.below.setdefault(name, Node(line.standing_for(name), asked=menu.asked, again=menu.again))
        for match in pairs:
            if match[1] == "name":
                continue
            key = line.part(match.start(1), match.end(1))
            value = line.part(match.start(2), match.end(2))
            if value.text.startswith('"'):
                value = value.part(1, len(value.text) - (len(value.text) > 1 and value.text.endswith('"')))
            thing.set([key], *([part] for part in value.split(",")))
    return root


def _command(line: str) -> str:
    """A line as it is typed at the root menu: without a prompt, behind the menu that the prompt names."""
    prompt = _PROMPT.match(line)
    typed = line if prompt is None else line[prompt.end() :]
    return typed if prompt is None or typed.startswith("/") else f"{prompt['menu'] or ''} {typed}"


_GIVES_VALUES = frozenset({"add", "set"})
_OTHER_COMMANDS = frozenset(
    {"comment", "disable", "edit", "enable", "export", "find", "get", "print", "remove", "unset"}
)
"""The commands that every menu has."""
_ABOVE = ".."
"""What stands for the menu above another."""


def _menu(words: list[str]) -> tuple[list[str], bool]:
    """The words of a menu path, separated by blanks or slashes, and whether its line has a command with values."""
    names: list[str] = []
    for part in (part for word in words for part in word.split("/") if part):
        if part in _OTHER_COMMANDS:
            return names, False
        if part in _GIVES_VALUES or "=" in part:
            return names, True
        if part.startswith(_ABOVE):
            del names[-1:]
        names += filter(None, [part.removeprefix(_ABOVE)])
    return names, False


def _printed(lines: Iterable[Token]) -> Iterator[Token]:
    """Lines, with each object that `print` lists joined behind `add`; a value is cut behind a comma alone."""
    pieces: list[Token] = []
    for line in lines:
        begin = _ITEM.match(line.text)
        goes_on = bool(pieces) and begin is None and line.text[:1].isspace() and bool(line.text.strip())
        if pieces and (not goes_on or len(pieces) >= MAX_WORDS):
            yield joined(pieces)
            pieces = []
        if begin is not None:
            is_off = _DISABLED in begin[0]
            pieces = [line.standing_for("add disabled=yes" if is_off else "add"), line.part(begin.end() - 1)]
        elif not goes_on:
            yield line
        if pieces and pieces[-1].text.lstrip().startswith(_COMMENT):
            pieces.pop()
        if goes_on and pieces:
            at = len(line.text) - len(line.text.lstrip())
            pieces.append(line.part(at if pieces[-1].text.endswith(",") else at - 1))
    if pieces:
        yield joined(pieces)


def _continued(lines: Iterable[Token]) -> Iterator[Token]:
    """Lines, joined where a backslash at the end continues one."""
    pieces: list[Token] = []
    for line in lines:
        text = line.text.rstrip()  # a copy of a page leaves blanks, or puts empty lines between all lines
        if text.endswith("\\") and len(pieces) < MAX_WORDS:
            pieces.append(line.part(0, len(text) - 1))
            continue
        if pieces and not text:
            continue
        if pieces:
            start = len(line.text) - len(line.text.lstrip())
            yield joined([*pieces, line.part(start)])
            pieces = []
        else:
            yield line
    if pieces:
        yield joined(pieces)
