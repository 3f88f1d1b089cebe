"""The one implementation behind every door."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from advisor.conversation import build_graph
from advisor.engine import Engine, choose_llm
from advisor.errors import QuestionError
from advisor.retrieve import HybridRetriever, open_passage
from advisor.settings import Settings
from advisor.steps import Steps
from advisor.threads import open_checkpointer
from advisor.turn import Turn
from advisor.types import Answer, Event, Message, Passage, Source
from ingest.documents import DocumentMeta

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite import SqliteSaver


class Advisor:
    """Answers career questions from the indexed material, every sentence cited.

    Nothing is loaded before the first question. Safe to share between threads; usable as a context manager.

        with Advisor() as advisor:
            print(advisor.ask("What does an ML engineer do?").text)
    """

    def __init__(self, settings: Settings | None = None, *, engine: Engine | None = None) -> None:
        """engine: an open one to answer with, settings and all; it stays open when the advisor is closed."""
        self._engine = engine or Engine(settings or Settings())
        self._owns_engine = engine is None
        self.settings = self._engine.settings
        self._steps = Steps(self._engine)
        self._lock = threading.Lock()
        self._graphs: dict[bool, Any] = {}
        self._checkpointer: SqliteSaver | None = None

    def ask(
        self, question: str, *, history: Sequence[Message] = (), thread: str | None = None, id: str | None = None
    ) -> Answer:
        """One answer.

        history: the turns before, oldest first; thread: the name of a conversation that is remembered in
        the data folder, instead of history. Raises QuestionError, IndexUnavailable, WeightsError or
        LanguageModelError, each with a sentence that says what to do.
        """
        for event in self.stream(question, history=history, thread=thread, id=id):
            if event.answer:
                return event.answer
        raise AssertionError("a stream always ends with its answer")

    def stream(
        self, question: str, *, history: Sequence[Message] = (), thread: str | None = None, id: str | None = None
    ) -> Iterator[Event]:
        """The same answer as it comes: steps, checked pieces of text, and last the Answer. Raises as ask does."""
        graph = self._open_graph(thread is not None)
        config = {"configurable": {"thread_id": thread}} if thread else {}
        if thread:
            past = graph.get_state(config).values.get("messages", [])
            history = [Message(**message) for message in past]
        turn = Turn(id=id or uuid.uuid4().hex, asked=question, history=list(history))
        options = {"durability": "exit"} if thread else {}
        last: Event | None = None
        for event in graph.stream({"messages": []}, config, context=turn, stream_mode="custom", **options):
            # The answer waits for the last step, which remembers it: a caller may stop at the answer.
            if event.answer:
                last = event
            else:
                yield event
        if last:
            yield last

    def batch(self, conversations: Iterable[Sequence[Message]]) -> Iterator[Answer]:
        """An answer for each conversation, in order; the last turn of each must be the person's. Raises as ask does."""
        for messages in conversations:
            yield self.answer_messages(messages)

    def answer_messages(self, messages: Sequence[Message], id: str | None = None) -> Answer:
        """The answer to the last turn of a conversation; raises QuestionError when that is not the person's."""
        if not messages or messages[-1].role != "user":
            raise QuestionError("The last message of a conversation must be the user's question.")
        return self.ask(messages[-1].content, history=messages[:-1], id=id)

    def search(self, query: str, k: int | None = None, *, history: Sequence[Message] = ()) -> list[Passage]:
        """The k best passages with their scores, best first."""
        question = self._engine.read([*history, Message(role="user", content=query)])
        ranked = self._engine.retrieve(question)[: k or self.settings.retrieve_k]
        return [open_passage(item.chunk, item.score) for item in ranked]

    def open_passage(self, chunk_id: str) -> Passage | None:
        """The passage behind a citation; None when the index no longer holds it."""
        found = self._engine.generation.passages.get([chunk_id])
        return open_passage(found[0]) if found else None

    def list_sources(self) -> list[Source]:
        """The documents of the material, by title."""
        found = [
            Source(source_id=chunk.source_id, **TypeAdapter(DocumentMeta).dump_python(chunk.meta, mode="json"))
            for chunk in self._engine.generation.passages.get_first()
        ]
        return sorted(found, key=lambda source: source.title)

    def as_retriever(self, k: int | None = None) -> HybridRetriever:
        """The retrieval leg as a LangChain retriever."""
        return HybridRetriever(
            get_generation=lambda: self._engine.generation,
            embedder=self._engine.embedder,
            k=k or self.settings.retrieve_k,
        )

    @property
    def mode(self) -> str:
        """Who helps to answer: "extractive", "local", or the provider's model."""
        return choose_llm(self.settings)

    def warm_up(self) -> None:
        """Loads index, embedder and language model now, so that the first question does not wait for them."""
        self._engine.generation.lexical.search("warm up", k=1)
        _ = self._engine.model

    def close(self) -> None:
        """Releases the index and the threads."""
        if self._owns_engine:
            self._engine.close()
        with self._lock:
            self._graphs.clear()
            if self._checkpointer is not None:
                self._checkpointer.conn.close()
                self._checkpointer = None

    def __enter__(self) -> Advisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_graph(self, remembers: bool) -> Any:
        with self._lock:
            if remembers not in self._graphs:
                if remembers:
                    self._checkpointer = open_checkpointer(self.settings.data_dir)
                self._graphs[remembers] = build_graph(self._steps, self._checkpointer if remembers else None)
            return self._graphs[remembers]
