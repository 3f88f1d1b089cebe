"""The parts a question passes through, opened once and shared by threads: embedder, index, language model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.contextualise import find_context, resolve_question
from advisor.neutralise import neutralise
from advisor.question import Question, read_question
from advisor.rank import Ranked
from advisor.retrieve import retrieve
from advisor.settings import Settings
from advisor.spelling import mend_spelling
from advisor.types import Message
from ingest.embedding import Embedder, RememberingEmbedder, create_embedder
from ingest.generation import Generation, open_generation, read_pointer

if TYPE_CHECKING:
    from advisor.language_model import LanguageModel


class Engine:
    """Opens what it needs on first use; a newly published index is picked up at the next question.

    model: the language model to use instead of the one that the settings name.
    """

    def __init__(self, settings: Settings, model: LanguageModel | None = None) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None
        self._generation: Generation | None = None
        self._model = model
        self._model_opened = model is not None
        self._reader: LanguageModel | None = None
        self._reader_opened = False

    @property
    def embedder(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                self._embedder = RememberingEmbedder(create_embedder(self.settings))
            return self._embedder

    @property
    def generation(self) -> Generation:
        """The published generation. Raises IndexUnavailable when there is none that can be read."""
        embedder = self.embedder
        with self._lock:
            current = read_pointer(self.settings.data_dir)
            if self._generation is None or self._generation.name != current:
                # The one before is not closed here: another thread may be reading from it.
                self._generation = open_generation(self.settings, embedder)
            return self._generation

    @property
    def model(self) -> LanguageModel | None:
        """The language model that helps to answer; None in extractive and auto mode.

        Raises LanguageModelError or WeightsError when one was asked for and cannot be had.
        """
        with self._lock:
            if not self._model_opened:
                self._model = _open_model(self.settings)
                self._model_opened = True
            return self._model

    @property
    def reader(self) -> LanguageModel | None:
        """The language model that reads interview answers: the one that helps to answer, else a local one at hand."""
        if self.settings.llm != "auto":
            return self.model
        with self._lock:
            if not self._reader_opened:
                from advisor.weights import find_weights

                if find_weights(self.settings.data_dir):
                    self._reader = _open_model(self.settings.model_copy(update={"llm": "local"}))
                self._reader_opened = True
            return self._reader

    @property
    def drafts(self) -> bool:
        """Whether a language model writes the answer, not only judges it."""
        if self.settings.draft is not None:
            return self.settings.draft
        return choose_llm(self.settings) not in ("local", "extractive")

    def read(self, messages: Sequence[Message]) -> Question:
        """The question of the last turn, completed from the turns before.

        Marks of who the person is are left out, and typing errors mended.
        """
        plain = [
            message.model_copy(update={"content": neutralise(message.content)}) if message.role == "user" else message
            for message in messages
        ]
        text, turn = (
            mend_spelling(text, self.generation.vocabulary.rows, self.embedder.is_word)
            for text in (resolve_question(plain), plain[-1].content)
        )
        return read_question(text, turn, find_context(plain))

    def retrieve(self, question: Question) -> list[Ranked]:
        """Candidate passages, best first."""
        return retrieve(question, self.generation, self.embedder)

    def close(self) -> None:
        """Releases the index."""
        with self._lock:
            if self._generation is not None:
                self._generation.close()
                self._generation = None

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_engine(settings: Settings) -> Engine:
    """An engine for the settings; nothing is loaded before it is used."""
    return Engine(settings)


def choose_llm(settings: Settings) -> str:
    """Who helps to answer; "auto" is "extractive", for the local model's judgement gains nothing measured.

    (docs/measurements.md)
    """
    return "extractive" if settings.llm == "auto" else settings.llm


def _open_model(settings: Settings) -> LanguageModel | None:
    llm = choose_llm(settings)
    if llm == "extractive":
        return None
    from advisor.language_model import create_chat_model

    return create_chat_model(llm, settings.data_dir, settings.llm_base_url, settings.llm_timeout_s)
