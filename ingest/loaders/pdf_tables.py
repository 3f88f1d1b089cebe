"""Finds the rows of tables among printed lines: short texts side by side, aligned with those above and below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.loaders.line_shapes import read_bullet
from ingest.loaders.pdf_lines import PrintedLine

_ALIGNED = 6.0
"""Points by which the edges of one column may differ."""
_NARROW_CHARS = 30
"""One column at least holds nothing longer; in running text set in two columns both are wider."""


def join_rows(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines of a page, each table row as one line with its cells."""
    joined = list(lines)
    for table in _find_tables(_find_rows(lines)):
        at = min(joined.index(cell) for row in table for cell in row)
        rows = [_join_cells(row) for row in table]
        cells = {cell for row in table for cell in row}
        joined = (
            [line for line in joined[:at] if line not in cells]
            + rows
            + [line for line in joined[at:] if line not in cells]
        )
    return joined


def _join_cells(row: Sequence[PrintedLine]) -> PrintedLine:
    texts = tuple(cell.text for cell in row)
    return replace(row[0], text=" | ".join(texts), cells=texts, right=row[-1].right)


def _find_rows(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Lines that stand at the same height, from the top of the page down, each row from left to right."""
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda line: -(line.top + line.bottom)):
        if rows and abs(line.top + line.bottom - rows[-1][0].top - rows[-1][0].bottom) < line.size / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _find_tables(rows: Sequence[Sequence[PrintedLine]]) -> list[list[Sequence[PrintedLine]]]:
    runs: list[list[Sequence[PrintedLine]]] = []
    for row in rows:
        if runs and _matches(runs[-1][-1], row):
            runs[-1].append(row)
        else:
            runs.append([row])
    return [run for run in runs if len(run) > 1 and _is_narrow(run)]


def _matches(above: Sequence[PrintedLine], row: Sequence[PrintedLine]) -> bool:
    if len(row) < 2 or len(row) != len(above) or any(read_bullet(cell.text) for cell in row):
        return False
    if any(left.right > right.left for left, right in pairwise(row)):
        return False
    return all(
        min(abs(a.left - b.left), abs(a.right - b.right), abs(a.left + a.right - b.left - b.right) / 2) < _ALIGNED
        for a, b in zip(above, row, strict=True)
    )


def _is_narrow(table: Sequence[Sequence[PrintedLine]]) -> bool:
    return any(all(len(cell.text) <= _NARROW_CHARS for cell in column) for column in zip(*table, strict=True))
