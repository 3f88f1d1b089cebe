"""The one implementation behind every door."""

from __future__ import annotations

import datetime
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter

from advisor.career.advise import Advice
from advisor.career.desk import CareerDesk, Person
from advisor.career.fit import RoleFit
from advisor.career.gap import Gap
from advisor.career.plan import Plan
from advisor.career.profile import Profile, merge_profiles
from advisor.career.render import render_advice
from advisor.conversation import build_graph
from advisor.engine import Engine, choose_llm
from advisor.errors import QuestionError
from advisor.lines import Rendered
from advisor.retrieve import HybridRetriever, open_passage
from advisor.settings import Settings
from advisor.steps import Steps
from advisor.threads import ThreadStore
from advisor.turn import Turn
from advisor.types import Answer, Event, Message, Passage, Source
from ingest.documents import DocumentMeta


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
        self._career = CareerDesk(self._engine)
        self._steps = Steps(self._engine, self._career)
        self._lock = threading.Lock()
        self._graphs: dict[bool, Any] = {}
        self._threads: ThreadStore | None = None

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        thread: str | None = None,
        id: str | None = None,
        profile: Profile | None = None,
    ) -> Answer:
        """One answer.

        history: the turns before, oldest first; thread: the name of a conversation that is remembered in
        the data folder, instead of history; profile: what is known of the person beside what they say here.
        Raises QuestionError, IndexUnavailable, WeightsError or LanguageModelError, each with a sentence that
        says what to do.
        """
        for event in self.stream(question, history=history, thread=thread, id=id, profile=profile):
            if event.answer:
                return event.answer
        raise AssertionError("a stream always ends with its answer")

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        thread: str | None = None,
        id: str | None = None,
        profile: Profile | None = None,
    ) -> Iterator[Event]:
        """The same answer as it comes: steps, checked pieces of text, and last the Answer. Raises as ask does."""
        graph = self._open_graph(thread is not None)
        config = {"configurable": {"thread_id": thread}} if thread else {}
        known = profile or Profile()
        if thread:
            past = graph.get_state(config).values
            history = [Message(**message) for message in past.get("messages", [])]
            known, _ = merge_profiles(known, Profile(**past.get("profile", {})))
        turn = Turn(id=id or uuid.uuid4().hex, asked=question, history=list(history), known=known)
        options = {"durability": "exit"} if thread else {}
        last: Event | None = None
        for event in graph.stream({"messages": []}, config, context=turn, stream_mode="custom", **options):
            # The answer waits for the last step, which remembers it: a caller may stop at the answer.
            if event.answer:
                last = event
            else:
                yield event
        if thread:
            self.threads.forget_steps(thread)
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

    @property
    def career(self) -> CareerDesk:
        """The career tools: fit, gap, plan, compare, interview practice."""
        return self._career

    def fit(self, person: Person) -> list[RoleFit]:
        """All roles for a person (a Profile, or a description in plain words), best first."""
        return self._career.fit(person)

    def gap(self, role: str, person: Person) -> Gap:
        """What a person holds and lacks for a role."""
        return self._career.gap(role, person)

    def plan(self, role: str, person: Person, *, hours: float | None = None, by: datetime.date | None = None) -> Plan:
        """A dated plan for a role within a person's hours."""
        return self._career.plan(role, person, hours=hours, by=by)

    def render(self, advice: Advice) -> Rendered:
        """Advice as text with its sentences and citations."""
        return render_advice(advice, self._engine.generation.passages.get)

    def search(self, query: str, k: int | None = None, *, history: Sequence[Message] = ()) -> list[Passage]:
        """The k best passages with their scores, best first."""
        question = self._engine.read([*history, Message(role="user", content=query)])
        ranked = self._engine.retrieve(question)[: k or self.settings.retrieve_k]
        return [open_passage(item.chunk, item.score) for item in ranked]

    def open_passage(self, chunk_id: str) -> Passage | None:
        """The passage behind a citation; None when the index no longer holds it."""
        found = self._engine.generation.passages.get([chunk_id])
        return open_passage(found[0]) if found else None

    def open_passages(self, chunk_ids: Sequence[str]) -> list[Passage]:
        """The passages behind citations; those that the index no longer holds are left out."""
        return [open_passage(chunk) for chunk in self._engine.generation.passages.get(list(chunk_ids))]

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
            if self._threads is not None:
                self._threads.close()
                self._threads = None

    def __enter__(self) -> Advisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def threads(self) -> ThreadStore:
        """The remembered conversations: list, rename, export, delete."""
        with self._lock:
            return self._open_threads()

    def _open_threads(self) -> ThreadStore:
        if self._threads is None:
            self._threads = ThreadStore(self.settings)
        return self._threads

    def _open_graph(self, remembers: bool) -> Any:
        with self._lock:
            if remembers not in self._graphs:
                checkpointer = self._open_threads().checkpointer if remembers else None
                self._graphs[remembers] = build_graph(self._steps, checkpointer)
            return self._graphs[remembers]
