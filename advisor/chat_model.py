"""A chat model behind the two things the advisor asks of one: a judgement and a text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from ingest.errors import AdvisorError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

T = TypeVar("T")

_TOP_LOGPROBS = 20  # the most that the OpenAI protocol allows
# A model that answers in words may put a quote or a "**" before its yes.
_VERDICT_TOKENS = 16


class LanguageModelError(AdvisorError):
    """A language model cannot be set up, reached, or made to finish its answer."""


@dataclass
class Usage:
    """Tokens that calls have used. Pass one to the calls of one question; do not share it between threads.

    cached_tokens: those of the prompt tokens that the server had at hand from a call before.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0

    def add(self, message: BaseMessage) -> None:
        """Count what a reply, or a piece of one, reports."""
        reported = getattr(message, "usage_metadata", None) or {}
        self.prompt_tokens += reported.get("input_tokens", 0)
        self.completion_tokens += reported.get("output_tokens", 0)
        self.cached_tokens += reported.get("input_token_details", {}).get("cache_read") or 0


@dataclass(frozen=True)
class Endpoint:
    """How a chat model is reached, and what its server understands.

    build: makes the chat model for a longest answer in tokens; that goes through the constructor because it is
        the only place where providers agree on its name.
    timeout_seconds: the time-out that build sets, for error messages.
    speaks_openai: whether it takes the OpenAI protocol's logprobs and says why an answer ended.
    extend: fields of the request beyond that protocol, from the answer's length and grammar.
    ours: whether we start the server ourselves, so that a request it refuses is our mistake.
    """

    build: Callable[[int], BaseChatModel]
    timeout_seconds: float
    speaks_openai: bool = False
    extend: Callable[[int, str | None], dict[str, Any]] = lambda max_tokens, grammar: {}
    ours: bool = False


class LanguageModel:
    """Judges and writes through one endpoint; safe to share between threads.

    name: what answers show as their model.
    """

    def __init__(self, name: str, endpoint: Endpoint) -> None:
        self.name = name
        self._endpoint = endpoint
        self._build = lru_cache(maxsize=8)(endpoint.build)
        self._refused: set[str] = set()

    def open_chat(self, max_tokens: int) -> BaseChatModel:
        """The LangChain chat model itself, for tools that bring their own prompts. max_tokens: its longest answer."""
        return self._build(max_tokens)

    def judge(self, system: str, user: str, usage: Usage | None = None) -> float:
        """Probability, 0 to 1, that the model's answer to a yes-or-no question is yes.

        It is the share of yes in what yes and no have together as first token. From a model that tells no
        token probabilities it is 1 for an answer that starts with yes, 0 for no, 0.5 for any other.
        Raises LanguageModelError.
        """
        extras: dict[str, Any] = {}
        max_tokens = _VERDICT_TOKENS
        if self._endpoint.speaks_openai and "logprobs" not in self._refused:
            extras = {"logprobs": True, "top_logprobs": _TOP_LOGPROBS}
            max_tokens = 1
        extras |= self._extend(max_tokens, None)
        reply = self._call(lambda extras: self._build(max_tokens).invoke(_compose(system, user), **extras), extras)
        if usage:
            usage.add(reply)
        yes, no = _weigh_first_token(reply)
        return yes / (yes + no) if yes + no else _read_verdict(str(reply.text))

    def write(
        self, system: str, user: str, grammar: str | None, max_tokens: int, usage: Usage | None = None
    ) -> Iterator[str]:
        """The model's answer in pieces as they come, at temperature 0.

        grammar: in GBNF. llama.cpp's server obeys it. Another server behind a base_url may ignore it, and one
            that refuses it is not sent it again; hosted providers never get it. So the caller must be able to
            read an answer that does not follow it.
        Raises LanguageModelError, in mid-answer too.
        """

        def start(extras: dict[str, Any]) -> tuple[Any, Iterator[Any]]:
            # A refused request shows with the first piece, so a start has not succeeded before that is here.
            pieces = self._build(max_tokens).stream(_compose(system, user), **extras)
            return next(pieces), pieces

        first, rest = self._call(start, self._extend(max_tokens, grammar))
        ended = False
        try:
            for piece in chain([first], rest):
                ended = ended or bool({"finish_reason", "status"} & piece.response_metadata.keys())
                if usage:
                    usage.add(piece)
                if text := str(piece.text):
                    yield text
        except Exception as error:
            raise self._explain(error) from error
        finally:
            # Hanging up tells the server to stop when the caller has.
            getattr(rest, "close", lambda: None)()
        if self._endpoint.speaks_openai and not ended:
            raise LanguageModelError(f"The language model {self.name} broke off its answer; ask again.")

    def _extend(self, max_tokens: int, grammar: str | None) -> dict[str, Any]:
        body = self._endpoint.extend(max_tokens, grammar)
        return {"extra_body": body} if body else {}

    def _call(self, use: Callable[[dict[str, Any]], T], extras: dict[str, Any]) -> T:
        """Call with the extras; without them, now and later, if the server refuses them."""
        extras = {name: value for name, value in extras.items() if name not in self._refused}
        try:
            try:
                return use(extras)
            except Exception as error:
                if self._endpoint.ours or not extras or getattr(error, "status_code", None) not in (400, 422):
                    raise
            result = use({})
            self._refused.update(extras)  # the request was bad with them and is good without
            return result
        except Exception as error:
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> LanguageModelError:
        """One sentence for whatever a provider's client raises, told by its marks, not its class: no imports here."""
        status = getattr(error, "status_code", None)
        if status:
            reason = _REASONS.get(status, f"failed with HTTP status {status}; try again later")
        elif isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
            seconds = f"{self._endpoint.timeout_seconds:g} s"
            reason = f"did not answer within {seconds}; ask again, or raise ADVISOR_LLM_TIMEOUT_S"
        else:
            reason = "cannot be reached or broke off its answer; check that its server runs"
        return LanguageModelError(f"The language model {self.name} {reason}.")


_REASONS = {
    400: "refused the request, which may be too long for it; ask something shorter",
    401: "refused the key; check the one in the environment",
    403: "refused the key; check the one in the environment",
    404: "is not known at its address; check ADVISOR_LLM and ADVISOR_LLM_BASE_URL",
    429: "is overloaded or the account's limit is reached; try again later",
}


def _compose(system: str, user: str) -> list[tuple[str, str]]:
    return [("system", system), ("human", user)]


def _weigh_first_token(reply: BaseMessage) -> tuple[float, float]:
    """Probabilities of yes and of no, in any case and spacing, as first token; zeros if the reply tells none."""
    content = (reply.response_metadata.get("logprobs") or {}).get("content") or [{}]
    weights = {"yes": 0.0, "no": 0.0}
    for candidate in content[0].get("top_logprobs") or []:
        word = candidate["token"].strip().lower()
        if word in weights:
            weights[word] += math.exp(candidate["logprob"])
    return weights["yes"], weights["no"]


def _read_verdict(text: str) -> float:
    words = re.findall(r"\w+", text.lower())
    return {"yes": 1.0, "no": 0.0}.get(words[0], 0.5) if words else 0.5
