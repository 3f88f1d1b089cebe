"""Checks golden questions against the corpus: ``python -m eval.check_golden [FILE…]``.

Names near-duplicates, gold sections that are gone, facts that do not stand in their gold section, and prints how many
words a question shares with its gold section: the fewer, the more it asks in a person's own words.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from statistics import median

from rapidfuzz import process
from rapidfuzz.fuzz import token_sort_ratio

from eval.errors import EvalError
from eval.facts import hold_facts
from eval.golden_set import KINDS, GoldenItem, load_golden, read_items
from ingest.loaders import load_document
from ingest.normalise import extract_words
from ingest.settings import IngestSettings

# Two questions this alike in their sorted words ask the same.
NEAR_DUPLICATE = 92.0
MOST_BYTES = 20_000_000


def check_items(items: Sequence[GoldenItem], corpus: Path) -> list[str]:
    """Every problem of the items, as "id: what is wrong"."""
    problems = []
    for item in items:
        texts = [[read_section(corpus, gold) for gold in alternatives] for alternatives in item.gold]
        for alternatives, found in zip(item.gold, texts, strict=True):
            missing = [gold for gold, text in zip(alternatives, found, strict=True) if not text]
            problems += [f"{item.id}: there is no section {gold}" for gold in missing]
        everything = "\n".join(text for found in texts for text in found)
        for wordings, held in zip(item.facts, hold_facts(everything, item.facts), strict=True):
            if not held:
                problems.append(f"{item.id}: no wording of the fact {wordings} stands in its gold sections")
        if len(item.gold) == 1:
            for gold, text in zip(item.gold[0], texts[0], strict=True):
                if text and not all(hold_facts(text, item.facts)):
                    problems.append(f"{item.id}: {gold} does not hold all facts, so it is no alternative")
        if item.kind == "follow_up" and len(item.messages) < 2:
            problems.append(f"{item.id}: a follow-up has turns before it")
    return problems + find_near_duplicates(items)


def find_near_duplicates(items: Sequence[GoldenItem]) -> list[str]:
    """Pairs of items with nearly the same words."""
    texts = [" ".join(extract_words(" ".join(m.content for m in item.messages if m.role == "user"))) for item in items]
    alike = process.cdist(texts, texts, scorer=token_sort_ratio, score_cutoff=NEAR_DUPLICATE, workers=-1)
    return [
        f"{items[i].id}: nearly the same question as {items[j].id}"
        for i, j in zip(*alike.nonzero(), strict=True)
        if i < j and texts[i]
    ]


def measure_overlap(item: GoldenItem, corpus: Path) -> float:
    """Share of the question's content words that stand in its gold sections, 0 to 1."""
    words = set(extract_words(item.question))
    text = {word for found in item.gold for gold in found for word in extract_words(read_section(corpus, gold))}
    return len(words & text) / len(words) if words else 0.0


@lru_cache(maxsize=4096)
def read_section(corpus: Path, gold: str) -> str:
    """Text under a heading, deeper headings included; "" where there is no such section."""
    source, _, heading = gold.partition("#")
    parts: list[str] = []
    for path, text in _read_sections(corpus / source):
        if heading in path:
            parts.append(text)
    return "\n".join(parts)


@lru_cache(maxsize=512)
def _read_sections(path: Path) -> list[tuple[tuple[str, ...], str]]:
    if not path.is_file():
        return []
    document = load_document(path, path.name, MOST_BYTES)
    return [
        (
            section.path or (document.meta.title,),
            "\n".join([*section.path, *(part for block in section.blocks for part in block.parts)]),
        )
        for section in document.sections
    ]


def main() -> None:
    corpus = IngestSettings().corpus_dir
    try:
        items = [item for name in sys.argv[1:] for item in read_items(Path(name))] or load_golden()
    except EvalError as error:
        sys.exit(str(error))
    counts = Counter((item.kind, item.split) for item in items)
    print(f"{'kind':14} {'dev':>5} {'holdout':>8} {'checked':>8} {'shared words, median':>21}")
    for kind in KINDS:
        of_kind = [item for item in items if item.kind == kind]
        if of_kind:
            shared = [measure_overlap(item, corpus) for item in of_kind if item.gold]
            print(
                f"{kind:14} {counts[kind, 'dev']:5} {counts[kind, 'holdout']:8} {sum(i.checked for i in of_kind):8} "
                f"{median(shared) if shared else float('nan'):21.2f}"
            )
    problems = check_items(items, corpus)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(f"{len(problems)} problems in {len(items)} golden questions")


if __name__ == "__main__":
    main()
