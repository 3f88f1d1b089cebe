"""Bytes to text, for files that say nothing reliable about their encoding."""

from __future__ import annotations

import codecs
import unicodedata

from charset_normalizer import from_bytes

from ingest.errors import UnreadableFile

_BYTE_ORDER_MARKS = (
    # The UTF-32 mark begins with the UTF-16 one, so it has to be tried first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_MAX_CONTROL_SHARE = 0.05
_SAMPLE = 20_000


def decode_text(data: bytes, declared: str | None = None) -> str:
    """The text of a file: by byte order mark, else UTF-8, else as declared, else the best guess.

    declared: an encoding that the file itself names, such as the charset of an HTML page.
    Line ends come back as newlines. Raises UnreadableFile when the bytes are not text.
    """
    text = _decode(data, declared)
    if "\x00" in text or _share_of_controls(text[:_SAMPLE]) > _MAX_CONTROL_SHARE:
        raise UnreadableFile("binary data in a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes, declared: str | None) -> str:
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    for encoding in filter(None, (marked, "utf-8", declared)):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    if b"\x00" in data:
        # No encoding without a byte order mark has them; a guess would be expensive and wrong.
        raise UnreadableFile("binary data in a text file")
    guesses = from_bytes(data)
    best = guesses.best()
    if best is None:
        raise UnreadableFile("the text encoding is not recognised; save the file as UTF-8")
    # Short texts fit many encodings equally well; among equals, Western Windows is by far the likeliest here.
    equals = (guess for guess in guesses if guess.chaos <= best.chaos and guess.coherence >= best.coherence)
    return str(next((guess for guess in equals if "cp1252" in guess.could_be_from_charset), best))


def _share_of_controls(text: str) -> float:
    controls = sum(1 for char in text if char not in "\n\r\t\f" and unicodedata.category(char) == "Cc")
    return controls / max(len(text), 1)
