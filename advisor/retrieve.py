"""Finds passages for a question: dense plus BM25 by reciprocal rank fusion, then ranked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from advisor.contextualise import find_context, resolve_question
from advisor.question import Question, read_question
from advisor.rank import Legs, QuestionVectors, Ranked, rank_chunks
from advisor.types import Message, Passage
from ingest.documents import Chunk
from ingest.embedding import Embedder
from ingest.generation import Generation

# Cormack, Clarke and Buettcher (2009) use 60; the golden set showed no better constant.
RRF_CONSTANT = 60
# Passages that each leg finds, and those that are ranked (docs/measurements.md).
LEG = 40
CANDIDATES = 32


def retrieve(question: Question, generation: Generation, embedder: Embedder) -> list[Ranked]:
    """Up to CANDIDATES passages for a question that stands on its own, best first."""
    vectors = QuestionVectors(question, embedder, generation.vocabulary)
    dense = dict(generation.vectors.search(vectors.whole, k=LEG))
    lexical = dict(generation.lexical.search(question.text, k=LEG))
    asked = generation.questions.match(vectors.turn, vectors.bare)
    by_question = sorted(asked, key=lambda id_: -sum(asked[id_]))
    legs = [list(dense), list(lexical), by_question[:LEG]]
    if vectors.context is not None:
        # Where a follow-up has few words of its own, what it is about lies where the conversation is.
        joined = (vectors.whole + vectors.context) / np.linalg.norm(vectors.whole + vectors.context)
        legs.append([id_ for id_, _ in generation.vectors.search(joined, k=LEG)])
    candidates = fuse_ranks(legs)[:CANDIDATES]
    return rank_chunks(question, vectors, generation, candidates, Legs(dense, lexical, asked))


def fuse_ranks(legs: Sequence[Sequence[str]]) -> list[str]:
    """Ids by reciprocal rank fusion, best first."""
    scores: dict[str, float] = {}
    for leg in legs:
        for rank, id_ in enumerate(leg):
            scores[id_] = scores.get(id_, 0.0) + 1.0 / (RRF_CONSTANT + rank + 1)
    return sorted(scores, key=lambda id_: -scores[id_])


def open_passage(chunk: Chunk, score: float = 0.0) -> Passage:
    """A chunk as a reader sees it."""
    return Passage(
        chunk_id=chunk.id,
        source_id=chunk.source_id,
        title=chunk.meta.title,
        section=chunk.section,
        text=chunk.text,
        url=chunk.meta.url,
        published=chunk.meta.published.isoformat() if chunk.meta.published else None,
        score=round(score, 4),
    )


class HybridRetriever(BaseRetriever):
    """The retrieval leg as a LangChain retriever.

    ``invoke(query, history=[Message, …])`` resolves a follow-up against the turns before it.
    get_generation returns the open generation, so that a newly published one is picked up.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    get_generation: Callable[[], Generation]
    embedder: Embedder
    k: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, history: Sequence[Message] = ()
    ) -> list[Document]:
        messages = [*history, Message(role="user", content=query)]
        question = read_question(resolve_question(messages), query, find_context(messages))
        found = retrieve(question, self.get_generation(), self.embedder)[: self.k]
        return [
            Document(
                page_content=item.chunk.text,
                id=item.chunk.id,
                metadata=open_passage(item.chunk, item.score).model_dump(exclude={"text"}),
            )
            for item in found
        ]
