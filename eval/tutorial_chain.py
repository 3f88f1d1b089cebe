"""The chain that most tutorials build, as a baseline: 1000/200 splitter, dense top 4, one stuffed prompt."""

from __future__ import annotations

import re
from pathlib import Path

import frontmatter
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from advisor.language_model import LanguageModel
from ingest.embedding import Embedder

SYSTEM = "You are a helpful assistant."
PROMPT = """Use the following pieces of context to answer the question at the end. If you don't know the answer, just \
say that you don't know, don't try to make up an answer.

{context}

Question: {question}
Helpful Answer:"""
_DECLINED = re.compile(
    r"don'?t know|do not know|(does|do) not (mention|provide|specify|contain|include|give|state)|"
    r"not (mentioned|provided|specified)|no information"
)


class TutorialChain:
    """Built over the Markdown files of a corpus folder, with the same embedding weights and the same language model."""

    def __init__(self, corpus_dir: Path, embedder: Embedder, model: LanguageModel) -> None:
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        texts = [frontmatter.load(str(path)).content for path in sorted(corpus_dir.rglob("*.md"))]
        self._store = InMemoryVectorStore.from_texts(splitter.split_text("\n\n".join(texts)), embedder)
        self._model = model

    def answer(self, question: str) -> str:
        """The model's text for one question."""
        found = self._store.similarity_search(question, k=4)
        prompt = PROMPT.format(context="\n\n".join(document.page_content for document in found), question=question)
        return "".join(self._model.write(SYSTEM, prompt, None, 256))


def is_declined(text: str) -> bool:
    """Whether the text says that it does not know."""
    return bool(_DECLINED.search(text.lower()))
