"""Markdown: front matter, headings, paragraphs, lists, tables and code."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from ingest.documents import Block, Document
from ingest.loaders.decoding import decode_text
from ingest.loaders.front_matter import choose_title, make_meta, split_front_matter
from ingest.loaders.hidden_text import Quarantine, drop_hidden
from ingest.loaders.outline import Outline, attach_items, join_lines, make_block, make_listing, make_table

_PARSER = MarkdownIt("commonmark").enable("table")
_TASK_BOX = re.compile(r"^\[[ xX]\]\s+")
_PLAIN_WORD = re.compile(r"[\w.+#/-]*")
_UNSEEN_ELEMENTS = ["script", "style", "template", "noscript"]


def load_markdown(data: bytes, source_id: str) -> Document:
    """Read a Markdown file."""
    fields, body = split_front_matter(decode_text(data))
    outline = Outline()
    hidden = read_markdown(body, outline)
    meta = make_meta(fields, choose_title(fields, outline.name(), source_id))
    return Document(source_id, meta, outline.sections(meta.title), hidden)


def read_markdown(text: str, outline: Outline) -> Quarantine:
    """Add a Markdown text to an outline; returns what raw HTML in it hides from readers."""
    reader = _Reader()
    for node in SyntaxTreeNode(_PARSER.parse(text)).children:
        if node.type != "heading":
            for block in reader.read_blocks(node):
                outline.add(block)
        elif heading := reader.read_words(node).rstrip("¶ "):
            outline.open_section(int(node.tag[1]), heading)
    return tuple(reader.hidden)


class _Reader:
    """Turns nodes into blocks and keeps the hidden text it meets on the way."""

    def __init__(self) -> None:
        self.hidden: list[tuple[str, str]] = []

    def read_blocks(self, node: SyntaxTreeNode) -> list[Block]:
        match node.type:
            case "paragraph" | "heading":  # a heading inside a quotation or a list opens no section
                return make_block("paragraph", [self.read_words(node)])
            case "bullet_list" | "ordered_list":
                detached: list[Block] = []
                items = [self._read_item(item, detached) for item in node.children]
                return make_block("list", items) + detached
            case "table":
                rows = [row for part in node.children for row in part.children]
                return make_table([self.read_words(cell) for cell in row.children] for row in rows)
            case "fence" | "code_block":
                return make_listing(node.content)
            case "html_block":
                return make_block("paragraph", [self._strip_html(node.content, separator=" ")])
            case _:
                return [block for child in node.children for block in self.read_blocks(child)]

    def read_words(self, node: SyntaxTreeNode) -> str:
        """The words of a heading, paragraph or cell on one line; of a link its text, of a picture its caption."""
        inlines = [inline.token for inline in node.children if inline.token]
        tokens = [token for inline in inlines for token in inline.children or []]
        if any(token.type == "html_inline" for token in tokens):
            return self._strip_html(_PARSER.renderer.render(inlines, _PARSER.options, {}))
        return join_lines("".join(map(_read_token, tokens)))

    def _read_item(self, item: SyntaxTreeNode, detached: list[Block]) -> str:
        """The text of a list item. Listings and tables in it go to `detached`, to follow the list in one piece."""
        words: list[str] = []
        nested: list[str] = []
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                nested += [self._read_item(inner, detached) for inner in child.children]
                continue
            for block in self.read_blocks(child):
                if block.kind == "paragraph":
                    words += block.parts
                else:
                    detached.append(block)
        return attach_items(_TASK_BOX.sub("", " ".join(words)), nested)

    def _strip_html(self, source: str, separator: str = "") -> str:
        if source.lstrip().startswith("<!--") and "-->" not in source:
            return ""  # Markdown lets an unclosed comment run to the end of the file
        soup = BeautifulSoup(source, "html.parser")
        for element in soup(_UNSEEN_ELEMENTS):
            element.decompose()
        self.hidden += drop_hidden(soup)
        for code in soup("code"):
            code.string = _quote_code(code.get_text())
        return join_lines(soup.get_text(separator))


def _read_token(token: Token) -> str:
    match token.type:
        case "code_inline":
            return _quote_code(token.content)
        case "softbreak" | "hardbreak":
            return " "
        case "image":
            return "".join(map(_read_token, token.children or []))
        case _:
            return token.content


def _quote_code(code: str) -> str:
    """Plain words lose their backticks; anything else keeps them, as the marks of a quotation.

    Without them a command, or an attack that a course shows as an example, would read as a part of the sentence.
    """
    return code if _PLAIN_WORD.fullmatch(code) else f"`{code}`"
