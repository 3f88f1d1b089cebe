"""From a setting to a chat model; the only place that knows how each kind of model is reached.

Providers are imported when they are asked for: importing this module costs nothing.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from advisor.chat_model import Endpoint, LanguageModel, LanguageModelError, Usage
from advisor.local_server import get_local_server
from advisor.weights import find_weights
from ingest.errors import WeightsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["LanguageModel", "LanguageModelError", "Usage", "create_chat_model"]

_RETRIES = 1


def create_chat_model(
    llm: str, data_dir: Path, base_url: str | None = None, timeout_seconds: float = 60.0
) -> LanguageModel | None:
    """The chat model that a setting names, ready to be asked; None where the setting wants none.

    llm: "extractive" (none), "local" (the packaged weights, which must have been pulled), "auto" (local where
        its weights are, else none), or LangChain's "provider:model".
    base_url: address of a server for that provider; with "openai:NAME", of any OpenAI-compatible one, which
        needs no key.
    timeout_seconds: longest silence of the server; a failed request is repeated once.

    Raises LanguageModelError for a provider that is unknown, not installed or cannot be set up, and
    WeightsError if the local weights are missing or do not load.
    """
    if llm == "extractive" or (llm == "auto" and not find_weights(data_dir)):
        return None
    if llm in ("auto", "local"):
        return _connect_local(data_dir, timeout_seconds)
    return _connect_provider(llm, base_url or "", timeout_seconds)


def _connect_local(data_dir: Path, timeout_seconds: float) -> LanguageModel:
    path = find_weights(data_dir)
    if not path:
        raise WeightsError(
            f"The local model's weights are not in {data_dir}, or not verified; run `career-advisor models pull`, "
            "or set ADVISOR_LLM=extractive, which answers without a model."
        )
    server = get_local_server(path)

    def seal(request: Any) -> None:
        # What the client finds in OPENAI_* in the environment is meant for another server.
        for header in ("OpenAI-Organization", "OpenAI-Project"):
            request.headers.pop(header, None)
        request.headers["Authorization"] = f"Bearer {server.api_key}"

    from langchain_openai import ChatOpenAI

    options: dict[str, Any] = {
        "model": path.stem,
        "base_url": f"{server.base_url}/v1",
        "api_key": server.api_key,
        "temperature": 0,
        "timeout": timeout_seconds,
        "max_retries": _RETRIES,
        "stream_usage": True,
        "use_responses_api": False,
        **_go_direct(event_hooks={"request": [seal]}),
    }

    def build(max_tokens: int) -> BaseChatModel:
        return ChatOpenAI(**options | {"max_tokens": max_tokens})

    def extend(max_tokens: int, grammar: str | None) -> dict[str, Any]:
        return {"cache_prompt": True} | ({"grammar": grammar} if grammar else {})

    endpoint = Endpoint(build, timeout_seconds, speaks_openai=True, extend=extend, ours=True)
    return LanguageModel(f"local:{path.stem}", endpoint)


def _connect_provider(llm: str, base_url: str, timeout_seconds: float) -> LanguageModel:
    from langchain.chat_models import base, init_chat_model

    # LangChain shows this table in an error message only; should it be renamed, any provider is tried.
    known = sorted(getattr(base, "_BUILTIN_PROVIDERS", ()))
    provider, _, name = llm.partition(":")
    if not name or (known and provider not in known):
        raise LanguageModelError(
            f"ADVISOR_LLM is '{llm}', which is neither extractive, local or auto nor PROVIDER:MODEL with one of the "
            f"known providers, which are {', '.join(known)}."
        )
    compatible = provider == "openai" and base_url != ""
    options: dict[str, Any] = {"temperature": 0, "timeout": timeout_seconds, "max_retries": _RETRIES}
    if base_url:
        options["base_url"] = base_url
    if provider == "openai":
        options["stream_usage"] = True
    if compatible:
        options["use_responses_api"] = False
        options["api_key"] = os.environ.get("OPENAI_API_KEY") or "none-needed"
        if _is_loopback(base_url):
            options |= _go_direct()

    def build(max_tokens: int) -> BaseChatModel:
        model: BaseChatModel = init_chat_model(name, model_provider=provider, max_tokens=max_tokens, **options)
        return model

    def extend(max_tokens: int, grammar: str | None) -> dict[str, Any]:
        if not compatible:
            return {}
        # Some compatible servers do not know max_completion_tokens, the name that the client uses.
        return {"max_tokens": max_tokens} | ({"grammar": grammar} if grammar else {})

    try:
        build(1)
    except ImportError as error:
        raise LanguageModelError(
            f"The provider '{provider}' is not installed; install LangChain's package for it, or use another of the "
            f"known providers, which are {', '.join(known)}."
        ) from error
    except Exception as error:  # each provider raises its own for a missing key or setting
        raise LanguageModelError(
            f"The language model {llm} cannot be set up; check that its provider's key is in the environment."
        ) from error
    return LanguageModel(llm, Endpoint(build, timeout_seconds, speaks_openai=provider == "openai", extend=extend))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _go_direct(**options: Any) -> dict[str, Any]:
    """HTTP clients that ignore the environment's proxies, none of which leads back to this machine."""
    import openai

    return {
        "http_client": openai.DefaultHttpxClient(trust_env=False, **options),
        "http_async_client": openai.DefaultAsyncHttpxClient(trust_env=False),
        "openai_proxy": "",
        # Else the client warns on the screen that proxies are not used.
        "http_socket_options": (),
    }
