"""Jupyter notebooks: their Markdown and code cells; outputs are results of a run, not material."""

from __future__ import annotations

import warnings

import nbformat

from ingest.documents import Document
from ingest.errors import UnreadableFile
from ingest.loaders.decoding import decode_text
from ingest.loaders.front_matter import Fields, choose_title, make_meta
from ingest.loaders.hidden_text import Quarantine
from ingest.loaders.markdown import read_markdown
from ingest.loaders.outline import Outline, make_listing


def load_notebook(data: bytes, source_id: str) -> Document:
    """Read a Jupyter notebook of any format version."""
    notebook = _parse(decode_text(data))
    outline = Outline()
    hidden: Quarantine = ()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            hidden += read_markdown(cell.source, outline)
        elif cell.cell_type == "code":
            for block in make_listing(cell.source):
                outline.add(block)
    fields: Fields = {"title": notebook.metadata.get("title", "")}
    meta = make_meta(fields, choose_title(fields, outline.name(), source_id))
    return Document(source_id, meta, outline.sections(meta.title), hidden)


def _parse(text: str) -> nbformat.NotebookNode:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about cell ids, which older notebooks do not have
            notebook: nbformat.NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
            return notebook
    except nbformat.reader.NotJSONError:
        raise UnreadableFile("the notebook is not valid JSON; open it in Jupyter and save it again") from None
