"""The one reader of XML: a single streaming pass of expat in which safety and structure are the same handlers.

So no second parser can see other values (security.md 5.5). The reader refuses what is unsafe (DOCTYPE, entities, CDATA,
processing instructions, comments in the payload, everything beyond a limit), refuses what the grammar does not know, and
notes what deviates without making a figure uncertain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, Protocol
from xml.parsers import expat

from waarmerk.errors import BadData, Place
from waarmerk.formats.grammar import EML, KNOWN_NAMESPACES, XAL, XNL, XSI, Element, Text

FEED = 32 * 1024
"""Bytes given to expat at a time; with the token limit this keeps expat 2.5 from re-scanning a long token for seconds."""
MAX_PENDING = 96 * 1024
"""Bytes of one unfinished token (a tag, an attribute); real tags are under 1 KiB. Also stops 200,000 attributes."""
MAX_DEPTH = 32
"""Nested elements; real files reach 10."""
MAX_ATTRIBUTES = 16
"""Attributes and namespace declarations of one element; real files have at most 7."""
MAX_ATTRIBUTE = 4 * 1024
"""Characters of one attribute value; the longest real one is a namespace of 60."""
MAX_TEXT = 4 * 1024
"""Characters of one text; the longest real one has 65, a schema location some 500."""
MAX_ELEMENTS = 10_000_000
"""Elements of one file; Amsterdam has 2.7 million."""
MAX_NAMES = 1_000
"""Different names of elements and attributes that we do not know: expat keeps every one. Real files have none to a dozen."""
MAX_NAMESPACES = 100
"""Different namespace declarations, for the same reason; real files have at most 7."""
MAX_BYTES = 256 * 1024 * 1024
"""Bytes of one file; Amsterdam 70-85 MB (eml-nl.md 11.2)."""

WHITE = " \t\r\n"
BOM = b"\xef\xbb\xbf"
DECLARATION = re.compile(rb"\A\s*<\?xml([^>]{0,300})\?>")


Begin = Callable[[Mapping[str, str]], None]


class Builder(Protocol):
    """What makes a value of the events: the methods that its grammar names, and where it is now."""

    unit: str | None
    """The unit that is being read, for the place of a refusal."""
    newer: bool
    """Set when an element of EML_NL 1.3 was met."""


class Node:
    """An element of the grammar bound to a builder, with what the handlers ask of it at every tag."""

    __slots__ = ("begin", "bit", "children", "element", "end", "full", "required", "should")

    def __init__(self, element: Element, builder: Builder, rank: int = 0) -> None:
        self.element = element
        self.children = {child.name: Node(child, builder, rank) for rank, child in enumerate(element.children)}
        self.bit = 1 << rank
        # From this value of "seen so far" on the element is out of order or comes again when it may not.
        self.full = self.bit << 1 if element.many else self.bit
        self.required = sum(1 << rank for rank, child in enumerate(element.children) if child.must)
        self.should = sum(1 << rank for rank, child in enumerate(element.children) if child.must or child.should)
        self.begin: Begin | None = _method(builder, element.begin)
        self.end: Callable[[str], None] | None = _method(builder, element.end)
        if element.newer:
            self.begin = _noting_newer(builder, self.begin)


def _method(builder: Builder, name: str) -> Any:
    return getattr(builder, f"_on_{name}") if name else None


def _noting_newer(builder: Builder, begin: Begin | None) -> Begin:
    def noting(attributes: Mapping[str, str]) -> None:
        builder.newer = True
        if begin is not None:
            begin(attributes)

    return noting


OpenRoot = Callable[[str, Mapping[str, str]], tuple[Element, Builder]]
"""Decides by the name and attributes of the root which grammar and builder a document gets; may raise anything."""


class Reader:
    """Reads one document, fed in blocks; :meth:`close` must be called at the end. ``notes`` counts what was tolerated."""

    def __init__(self, open_root: OpenRoot) -> None:
        self.notes: Counter[str] = Counter()
        self.laid_out = False
        """Whether there is an XML declaration or white space between elements: then it is not its canonical form."""
        self._open_root = open_root
        self._builder: Builder | None = None
        self._fed = 0
        self._skipped = 0
        self._shift = (0, 0)
        self._elements = 0
        self._declared = 0
        self._text = ""
        self._stack: list[tuple[Node, int]] = []
        self._node: Node | None = None
        self._seen = 0
        self._skipping = 0
        self._names: set[str] = set()
        self._namespaces: set[tuple[str | None, str]] = set()
        self._expat = self._parser()

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.buffer_size = MAX_TEXT * 4
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartNamespaceDeclHandler = self._namespace
        parser.XmlDeclHandler = self._declaration
        parser.CommentHandler = self._comment
        parser.StartCdataSectionHandler = lambda: refuse("E-XML-COMMENT", "CDATA section")
        parser.ProcessingInstructionHandler = lambda *_: refuse("E-XML-PI", "processing instruction")
        for handler in ("StartDoctypeDecl", "EntityDecl", "UnparsedEntityDecl", "NotationDecl", "ExternalEntityRef"):
            setattr(parser, f"{handler}Handler", lambda *_: refuse("E-XML-DTD", "DOCTYPE or entity declaration"))
        return parser

    def feed(self, block: bytes) -> None:
        """Read on; raises ``BadData`` with the place of what is refused."""
        if not self._fed:
            block = self._first(block)
        for start in range(0, len(block), FEED):
            self._feed(block[start : start + FEED])

    def _first(self, block: bytes) -> bytes:
        check_encoding(block)
        if block.startswith(BOM):
            self.notes["byte-order mark (W-XML-BOM)"] += 1
            return block[len(BOM) :]
        return block

    def _feed(self, block: bytes) -> None:
        self._fed += len(block)
        if self._fed > MAX_BYTES:
            raise BadData("E-XML-LIMIT", f"more than {MAX_BYTES} bytes", self._place())
        self._parse(block, final=False)
        if self._fed - self._skipped - self._expat.CurrentByteIndex > MAX_PENDING:
            raise BadData("E-XML-LIMIT", f"a tag of more than {MAX_PENDING} bytes", self._place())

    def close(self) -> None:
        """Say that the document ended; raises ``BadData`` when it was not complete."""
        self._parse(b"", final=True)

    def _parse(self, block: bytes, *, final: bool) -> None:
        try:
            self._expat.Parse(block, final)
        except BadData as error:
            raise BadData(error.code, error.reason, self._place()) from None
        except expat.ExpatError as error:
            place = self._at(error.lineno, error.offset)
            raise BadData("E-XML-WELLFORMED", expat.ErrorString(error.code) or "not well-formed", place) from None

    def _unit(self) -> str | None:
        return self._builder.unit if self._builder else None

    @property
    def path(self) -> str:
        """The open elements of the grammar, outermost first, with slashes between them."""
        nodes = [node for node, _ in self._stack[1:]] + ([self._node] if self._node else [])
        return "/".join(local(node.element.name) for node in nodes)

    def _place(self) -> Place:
        return self._at(self._expat.CurrentLineNumber, self._expat.CurrentColumnNumber)

    def _at(self, line: int, column: int) -> Place:
        shifted, shift = self._shift
        return Place(self.path or None, self._unit(), line, column + 1 + (shift if line == shifted else 0))

    @property
    def elements(self) -> int:
        """How many elements were read."""
        return self._elements

    @property
    def builder(self) -> Builder | None:
        """The builder that the root has chosen."""
        return self._builder

    def room(self, size: int, elements: int) -> bool:
        """Whether so much more stays within the limits of one file."""
        return self._elements + elements <= MAX_ELEMENTS and self._fed + size <= MAX_BYTES

    def skip(self, characters: int, size: int, elements: int) -> None:
        """Go past something that was read elsewhere and has no line ends: places and limits count it."""
        line = self._expat.CurrentLineNumber
        self._shift = (line, characters + (self._shift[1] if self._shift[0] == line else 0))
        self._elements += elements
        self._fed += size
        self._skipped += size

    # The three handlers of every tag and text. They run some three million times for one city: kept flat on purpose.

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            refuse("E-XML-LIMIT", f"more than {MAX_ELEMENTS} elements")
        if self._declared or len(attributes) > 1:
            self._bounded(attributes)
        parent = self._node
        if parent is None or self._skipping:
            self._start_elsewhere(name, attributes)
            return
        if self._text:
            if self._text.strip(WHITE) and parent.element.text is not Text.UNREAD:
                refuse("E-XML-SCHEMA", "text where only elements may stand")
            self._text = ""
            self.laid_out = True
        node = parent.children.get(name)
        if node is None:
            node = self._unknown(parent, name)
            if node is None:
                return
        seen = self._seen
        if seen >= node.full:
            self._order(node, seen)
        self._stack.append((parent, seen | node.bit))
        self._node = node
        self._seen = 0
        if attributes:
            for attribute, value in attributes.items():
                if attribute not in node.element.attributes:
                    self._unknown_attribute(node, attribute)
                if len(value) > MAX_ATTRIBUTE:
                    refuse("E-XML-LIMIT", f"an attribute of more than {MAX_ATTRIBUTE} characters")
        required = node.element.required
        if required:
            for attribute in required:
                if attribute not in attributes:
                    refuse("E-XML-SCHEMA", f"{local(name)} without {attribute}")
        begin = node.begin
        if begin is not None:
            begin(attributes)

    def _end(self, name: str) -> None:
        if self._skipping:
            self._end_skipped()
            return
        node = self._node
        if node is None:
            return
        if node.should & ~self._seen:
            self._absent(node)
        text = self._text
        if text:
            self._text = ""
            if node.element.text is Text.NONE:
                if text.strip(WHITE):
                    refuse("E-XML-SCHEMA", "text where only elements may stand")
                self.laid_out = True
        end = node.end
        if end is not None:
            end(text)
        self._node, self._seen = self._stack.pop()

    def _characters(self, data: str) -> None:
        self._text += data
        if len(self._text) > MAX_TEXT:
            refuse("E-XML-LIMIT", f"a text of more than {MAX_TEXT} characters")

    # What happens rarely.

    def _start_elsewhere(self, name: str, attributes: dict[str, str]) -> None:
        """The root, or something inside what is only scanned for safety."""
        self._bounded(attributes)
        if self._skipping:
            self._text = ""
            self._skip()
            self._another_name(name, *attributes)
            return
        element, builder = self._open_root(name, attributes)
        self._builder = builder
        root = Node(element, builder)
        for attribute in attributes:
            if attribute not in element.attributes and not attribute.startswith(f"{XSI} "):
                self._unknown_attribute(root, attribute)
        if root.begin is not None:
            root.begin(attributes)
        # A sentinel below the root, so that the handler of end tags needs no case of its own.
        self._stack.append((root, 0))
        self._node = root

    def _skip(self) -> None:
        self._skipping += 1
        if self._skipping + len(self._stack) > MAX_DEPTH:
            refuse("E-XML-LIMIT", f"nested deeper than {MAX_DEPTH}")

    def _end_skipped(self) -> None:
        self._text = ""
        self._skipping -= 1

    def _another_name(self, *names: str) -> None:
        self._names.update(names)
        if len(self._names) > MAX_NAMES:
            refuse("E-XML-LIMIT", f"more than {MAX_NAMES} different names that are not known")

    def _bounded(self, attributes: dict[str, str]) -> None:
        if self._declared + len(attributes) > MAX_ATTRIBUTES:
            refuse("E-XML-LIMIT", f"more than {MAX_ATTRIBUTES} attributes")
        self._declared = 0
        if any(len(value) > MAX_ATTRIBUTE for value in attributes.values()):
            refuse("E-XML-LIMIT", f"an attribute of more than {MAX_ATTRIBUTE} characters")

    def _unknown(self, parent: Node, name: str) -> Node | None:
        """Return the node that was meant, ``None`` when the element is passed over; refuse any other."""
        if parent.element.text is Text.UNREAD:
            self._another_name(name)
            self._skip()
            return None
        namespace, space, tag = name.rpartition(" ")
        if parent.element.foreign and self._foreign(parent, namespace):
            self._another_name(name)
            self.notes["foreign content, not read"] += 1
            self._skip()
            return None
        # The lists of EP2019 have names and addresses in unexpected namespaces (eml-nl.md 2.2).
        meant = [node for node in parent.children.values() if local(node.element.name) == tag]
        if len(meant) == 1 and meant[0].element.name.startswith((XAL, XNL)):
            self.notes["name or address element in another namespace"] += 1
            return meant[0]
        if len(self._stack) == 1 and namespace == EML and tag in PAYLOADS:
            refuse("E-XML-ROOT", f"the payload {tag} does not belong to the Id of the root")
        return refuse("E-XML-SCHEMA", f"unknown element {tag[:60]}" + (f" of {namespace[:60]}" if space else ""))

    def _foreign(self, parent: Node, namespace: str) -> bool:
        if parent.element.foreign != "*":
            return namespace == parent.element.foreign
        at_the_end = not parent.required & ~self._seen
        return at_the_end and namespace not in KNOWN_NAMESPACES

    def _unknown_attribute(self, node: Node, attribute: str) -> None:
        self._another_name(attribute)
        if not attribute.startswith(f"{XSI} ") and attribute != "http://www.w3.org/XML/1998/namespace space":
            self.notes[f"unknown attribute {local(attribute)[:40]} of {local(node.element.name)}"] += 1

    def _order(self, node: Node, seen: int) -> None:
        tag = local(node.element.name)
        if not node.element.many and seen & node.bit:
            refuse("E-XML-SCHEMA", f"{tag} more than once")
        self.notes["elements in another order than in the specification"] += 1

    def _absent(self, node: Node) -> None:
        lacking = node.should & ~self._seen
        names = [local(name) for name, child in node.children.items() if child.bit & lacking]
        if node.required & ~self._seen:
            refuse("E-XML-SCHEMA", f"{local(node.element.name)} without {', '.join(names)}")
        for name in names:
            self.notes[f"{local(node.element.name)} without {name}"] += 1

    def _namespace(self, prefix: str | None, uri: str) -> None:
        self._declared += 1
        self._namespaces.add((prefix, uri))
        if len(self._namespaces) > MAX_NAMESPACES:
            refuse("E-XML-LIMIT", f"more than {MAX_NAMESPACES} different namespace declarations")
        if self._declared > MAX_ATTRIBUTES:
            refuse("E-XML-LIMIT", f"more than {MAX_ATTRIBUTES} namespace declarations")
        if uri and uri not in KNOWN_NAMESPACES:
            self.notes["declaration of a foreign namespace"] += 1

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        self.laid_out = True

    def _comment(self, text: str) -> None:
        before = self._node is None and not self._stack
        if not before and (len(self._stack) != 1 or self._skipping):
            refuse("E-XML-COMMENT", "comment where none may stand")
        if len(text) > MAX_TEXT:
            refuse("E-XML-LIMIT", f"a comment of more than {MAX_TEXT} characters")
        self.notes["comment"] += 1


PAYLOADS = frozenset({"ElectionEvent", "Nomination", "CandidateList", "Count", "Result", "OptionsList"})


def refuse(code: str, reason: str) -> NoReturn:
    """Refuse the document; the reader adds the place."""
    raise BadData(code, reason)


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition(" ")[2]


def check_encoding(start: bytes) -> None:
    """Refuse other encodings than UTF-8 and other versions than 1.0 by the first bytes, before anything parses them."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:4] or start[:4] == b"\x4c\x6f\xa7\x94":
        raise BadData("E-XML-ENCODING", "not UTF-8", Place(line=1, column=1))
    found = DECLARATION.match(start.removeprefix(BOM))
    if found is None:
        return
    encoding = re.search(rb"encoding\s*=\s*[\"']([^\"']*)", found[1])
    if encoding is not None and encoding[1].upper() not in (b"UTF-8", b"UTF8"):
        raise BadData("E-XML-ENCODING", f"declared as {encoding[1][:40]!r}", Place(line=1, column=1))
    version = re.search(rb"version\s*=\s*[\"']([^\"']*)", found[1])
    if version is not None and version[1] != b"1.0":
        raise BadData("E-XML-ENCODING", f"XML version {version[1][:20]!r}", Place(line=1, column=1))
