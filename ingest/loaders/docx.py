"""Word documents, by way of HTML, so that headings, lists and tables survive."""

from __future__ import annotations

import io
import zipfile

import mammoth

from ingest.documents import Document
from ingest.errors import UnreadableFile
from ingest.loaders.html import build_document

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Code'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
"""
_MAX_UNPACKED_BYTES = 300_000_000


def load_docx(data: bytes, source_id: str) -> Document:
    """Read a Word document (.docx)."""
    _check_archive(data)
    result = mammoth.convert_to_html(
        io.BytesIO(data), style_map=_STYLES, convert_image=mammoth.images.img_element(lambda image: {})
    )
    return build_document(result.value, source_id)


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise UnreadableFile(
            "not a Word document, or damaged; open it in Word and save it again as .docx without a password"
        ) from None
    if unpacked > _MAX_UNPACKED_BYTES:
        raise UnreadableFile(f"unpacks to more than {_MAX_UNPACKED_BYTES // 1_000_000} MB")
