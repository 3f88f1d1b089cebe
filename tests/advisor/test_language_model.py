"""The language model against a server that speaks the OpenAI protocol, and, where its weights are, the real one."""

from __future__ import annotations

import http.server
import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import platformdirs
import pytest

from advisor import language_model
from advisor.language_model import LanguageModel, LanguageModelError, Usage, create_chat_model
from advisor.local_server import LocalServer
from advisor.weights import find_weights
from ingest.errors import WeightsError

Reply = Callable[["Handler", dict[str, Any]], None]
NOWHERE = Path("/nonexistent")


class Handler(http.server.BaseHTTPRequestHandler):
    """Keeps every request and answers with what the test has set."""

    requests: list[SimpleNamespace]
    reply: Reply

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append(SimpleNamespace(path=self.path, headers=self.headers, body=body))
        type(self).reply(self, body)

    def send_json(self, content: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def send_events(self, *events: dict[str, Any] | str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for event in events:
            self.wfile.write(f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n".encode())

    def log_message(self, *_: object) -> None: ...


class StubServer(SimpleNamespace):
    """url: the server's address. requests: what it was sent. set_reply: what it answers from now on."""

    def connect(self, timeout_seconds: float = 5.0) -> LanguageModel:
        model = create_chat_model("openai:some-model", NOWHERE, f"{self.url}/v1", timeout_seconds)
        assert model
        return model


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubServer]:
    for name in [name for name in os.environ if name.startswith("OPENAI_")]:
        monkeypatch.delenv(name)
    handler = type("OneHandler", (Handler,), {"requests": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield StubServer(
        url=f"http://127.0.0.1:{server.server_port}",
        requests=handler.requests,  # type: ignore[attr-defined]
        set_reply=lambda reply: setattr(handler, "reply", staticmethod(reply)),
    )
    server.shutdown()
    server.server_close()


def describe_completion(text: str, top: dict[str, float] | None = None) -> dict[str, Any]:
    """A completion; top: probabilities of the first token."""
    candidates = [{"token": token, "logprob": math.log(p), "bytes": None} for token, p in (top or {}).items()]
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    logprobs = {"content": [{**candidates[0], "top_logprobs": candidates}]} if candidates else None
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "some-model",
        "choices": [choice | {"logprobs": logprobs}],
        "usage": {"prompt_tokens": 30, "completion_tokens": 1, "total_tokens": 31},
    }


def describe_piece(text: str | None, finish_reason: str | None = None, **more: Any) -> dict[str, Any]:
    delta = {"role": "assistant", "content": text} if text else {}
    choices = [{"index": 0, "delta": delta, "finish_reason": finish_reason}]
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices} | more


USAGE_PIECE = describe_piece(None, choices=[], usage={"prompt_tokens": 40, "completion_tokens": 2, "total_tokens": 42})


def test_judge_weighs_every_spelling_of_yes_against_no(endpoint: StubServer) -> None:
    top = {"Yes": 0.3, " yes": 0.2, "YES": 0.1, "No": 0.1, " no": 0.05, "The": 0.25}
    endpoint.set_reply(lambda handler, _: handler.send_json(describe_completion("Yes", top)))
    usage = Usage()
    model = endpoint.connect()
    assert model.judge("Be strict.", "Is it?", usage) == pytest.approx(0.6 / 0.75)
    model.judge("Be strict.", "Is it?", usage)
    assert usage == Usage(prompt_tokens=60, completion_tokens=2)
    body = endpoint.requests[0].body
    assert (body["max_tokens"], body["temperature"], body["logprobs"], body["top_logprobs"]) == (1, 0, True, 20)
    assert [message["content"] for message in body["messages"]] == ["Be strict.", "Is it?"]


@pytest.mark.parametrize(
    ("text", "probability"), [("Yes.", 1), ('"No"', 0), ("**yes**", 1), ("Perhaps", 0.5), ("", 0.5)]
)
def test_judge_reads_the_text_where_there_are_no_logprobs(endpoint: StubServer, text: str, probability: float) -> None:
    endpoint.set_reply(lambda handler, _: handler.send_json(describe_completion(text)))
    assert endpoint.connect().judge("s", "u") == probability


def test_server_that_refuses_logprobs_is_not_sent_them_again(endpoint: StubServer) -> None:
    def reply(handler: Handler, body: dict[str, Any]) -> None:
        refused = {"error": {"message": "unknown field logprobs", "type": "invalid_request_error"}}
        handler.send_json(*((refused, 400) if "logprobs" in body else (describe_completion("No"), 200)))

    endpoint.set_reply(reply)
    model = endpoint.connect()
    assert [model.judge("s", "u"), model.judge("s", "u")] == [0.0, 0.0]
    assert ["logprobs" in request.body for request in endpoint.requests] == [True, False, False]


def test_write_streams_and_counts_and_sends_the_grammar(endpoint: StubServer) -> None:
    endpoint.set_reply(
        lambda handler, _: handler.send_events(
            describe_piece("Learn "), describe_piece("SQL."), describe_piece(None, "stop"), USAGE_PIECE, "[DONE]"
        )
    )
    usage = Usage()
    pieces = list(endpoint.connect().write("s", "u", 'root ::= "x"', 50, usage))
    assert pieces == ["Learn ", "SQL."] and usage == Usage(40, 2)
    body = endpoint.requests[0].body
    assert (body["grammar"], body["max_tokens"], body["temperature"]) == ('root ::= "x"', 50, 0)
    assert "cache_prompt" not in body


def test_too_long_a_request_is_not_blamed_on_the_extras(endpoint: StubServer) -> None:
    too_long = {"error": {"message": "exceeds the context", "type": "invalid_request_error"}}
    endpoint.set_reply(lambda handler, _: handler.send_json(too_long, 400))
    model = endpoint.connect()
    with pytest.raises(LanguageModelError, match="too long"):
        list(model.write("s", "u", 'root ::= "x"', 50))
    endpoint.set_reply(lambda handler, _: handler.send_events(describe_piece("x", "stop"), "[DONE]"))
    list(model.write("s", "u", 'root ::= "x"', 50))
    assert "grammar" in endpoint.requests[-1].body


def test_server_error_is_repeated_once_and_told_in_a_sentence(endpoint: StubServer) -> None:
    endpoint.set_reply(lambda handler, _: handler.send_json({"error": {"message": "out of order"}}, 500))
    with pytest.raises(LanguageModelError, match="HTTP status 500"):
        endpoint.connect().judge("s", "u")
    assert len(endpoint.requests) == 2


def test_wrong_key_is_told_as_such(endpoint: StubServer) -> None:
    endpoint.set_reply(lambda handler, _: handler.send_json({"error": {"message": "no"}}, 401))
    with pytest.raises(LanguageModelError, match="refused the key"):
        next(endpoint.connect().write("s", "u", None, 5))


def test_answer_that_breaks_off_is_an_error_after_its_pieces(endpoint: StubServer) -> None:
    def die(handler: Handler, _: dict[str, Any]) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        event = f"data: {json.dumps(describe_piece('Learn '))}\n\n"
        handler.wfile.write(f"{len(event):x}\r\n{event}\r\n".encode())
        handler.close_connection = True

    endpoint.set_reply(die)
    pieces = endpoint.connect().write("s", "u", None, 50)
    assert next(pieces) == "Learn "
    with pytest.raises(LanguageModelError, match="broke off"):
        next(pieces)


def test_answer_without_an_end_is_an_error_too(endpoint: StubServer) -> None:
    endpoint.set_reply(lambda handler, _: handler.send_events(describe_piece("Learn ")))
    with pytest.raises(LanguageModelError, match="broke off"):
        list(endpoint.connect().write("s", "u", None, 50))


def test_error_in_mid_stream_is_told_in_a_sentence(endpoint: StubServer) -> None:
    failure = {"error": {"message": "slot was lost", "code": 500}}
    endpoint.set_reply(lambda handler, _: handler.send_events(describe_piece("Learn "), failure))
    with pytest.raises(LanguageModelError) as caught:
        list(endpoint.connect().write("s", "u", None, 50))
    assert str(caught.value).startswith("The language model openai:some-model") and "\n" not in str(caught.value)


def test_silent_server_is_given_up_after_the_timeout(endpoint: StubServer) -> None:
    endpoint.set_reply(lambda *_: time.sleep(3))
    start = time.monotonic()
    with pytest.raises(LanguageModelError, match=r"within 0\.3 s"):
        endpoint.connect(timeout_seconds=0.3).judge("s", "u")
    assert time.monotonic() - start < 3


def test_refused_connection_is_told_in_a_sentence() -> None:
    model = create_chat_model("openai:some-model", NOWHERE, "http://127.0.0.1:9/v1")
    assert model
    with pytest.raises(LanguageModelError, match="cannot be reached"):
        model.judge("s", "u")


def test_compatible_server_gets_the_key_of_its_provider_or_a_placeholder(
    endpoint: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.set_reply(lambda handler, _: handler.send_json(describe_completion("No")))
    endpoint.connect().judge("s", "u")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    endpoint.connect().judge("s", "u")
    keys = [request.headers["Authorization"] for request in endpoint.requests]
    assert keys == ["Bearer none-needed", "Bearer sk-mine"]


def test_local_model_takes_nothing_from_the_environment(
    endpoint: StubServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer secret")
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "HTTP_PROXY", "ALL_PROXY", "http_proxy", "OPENAI_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setattr(language_model, "find_weights", lambda _: Path("tiny.gguf"))
    running = SimpleNamespace(base_url=endpoint.url, api_key="of-this-start")
    monkeypatch.setattr(language_model, "get_local_server", lambda _: running)
    endpoint.set_reply(lambda handler, _: handler.send_events(describe_piece("x", "stop"), "[DONE]"))

    model = create_chat_model("local", NOWHERE)
    assert model and model.name == "local:tiny"
    list(model.write("s", "u", 'root ::= "x"', 5))
    request = endpoint.requests[0]
    assert request.headers["Authorization"] == "Bearer of-this-start"
    assert "secret" not in str(request.headers)
    assert request.body["cache_prompt"] is True and request.body["grammar"] == 'root ::= "x"'
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_settings_that_want_no_model(tmp_path: Path) -> None:
    assert create_chat_model("extractive", tmp_path) is None
    assert create_chat_model("auto", tmp_path) is None


def test_local_without_weights_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="models pull"):
        create_chat_model("local", tmp_path)


@pytest.mark.parametrize("llm", ["nobody:some-model", "some-model", "openai:", ""])
def test_unknown_provider_lists_the_known_ones(llm: str) -> None:
    with pytest.raises(LanguageModelError, match=r"anthropic.*openai"):
        create_chat_model(llm, NOWHERE)


def test_provider_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_groq", None)
    with pytest.raises(LanguageModelError, match=r"'groq' is not installed.*openai"):
        create_chat_model("groq:some-model", NOWHERE)


def test_missing_key_is_told_before_the_first_question(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(LanguageModelError, match="key"):
        create_chat_model("openai:some-model", NOWHERE)


def test_import_costs_no_provider() -> None:
    heavy = "{'langchain_openai', 'openai', 'langchain', 'langchain_core', 'torch', 'xllamacpp', 'huggingface_hub'}"
    code = f"import sys, advisor.language_model; print(sorted({heavy} & set(sys.modules)))"
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() == "[]", run.stderr


def test_file_that_is_no_model_is_refused_in_a_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF but not really")
    with pytest.raises(WeightsError, match="models verify"):
        LocalServer(path)
    assert capfd.readouterr() == ("", "")


# The real model. Its tests share one load, and their prompts are short: the processor is the slow part.

NOTES = "Text:\n[1] The study plan lasts fourteen days.\n[2] It asks for two hours a day.\n"
SYSTEM = "You check whether a text contains the specific information a question asks for. Answer yes or no."


@pytest.fixture(scope="session")
def weights_dir() -> Path:
    """Data folder with the real weights; tests that need them are skipped only if they are nowhere."""
    # Not ADVISOR_DATA_DIR: the test run points that to an empty folder of its own.
    data_dir = Path(os.environ.get("CAREER_ADVISOR_TEST_WEIGHTS") or platformdirs.user_data_dir("career-advisor"))
    if not find_weights(data_dir):
        pytest.skip(f"no verified weights in {data_dir}")
    return data_dir


@pytest.fixture
def local_model(weights_dir: Path) -> LanguageModel:
    model = create_chat_model("local", weights_dir)
    assert model
    return model


@pytest.mark.local_model
def test_nothing_is_printed_while_the_model_loads_and_answers(
    weights_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = find_weights(weights_dir)
    assert path
    with LocalServer(path) as server:
        model = create_chat_model("openai:any", NOWHERE, f"{server.base_url}/v1")
        assert model
        with pytest.raises(LanguageModelError, match="refused the key"):
            model.judge(SYSTEM, "Is water wet?")
    with pytest.raises(LanguageModelError, match="cannot be reached"):
        model.judge(SYSTEM, "Is water wet?")
    assert capfd.readouterr() == ("", "")


@pytest.mark.local_model
@pytest.mark.parametrize(
    ("question", "answered"),
    [("How many days does the study plan last?", True), ("What does a data engineer in Oslo earn?", False)],
)
def test_local_model_judges(local_model: LanguageModel, question: str, answered: bool) -> None:
    asked = "Does the text contain the specific information asked for? Answer yes or no."
    user = f"{NOTES}\nQuestion: {question}\n\n{asked}"
    assert (local_model.judge(SYSTEM, user) > 0.5) is answered


@pytest.mark.local_model
def test_local_model_obeys_a_grammar_and_counts(local_model: LanguageModel) -> None:
    usage = Usage()
    grammar = r'root ::= "- " [a-zA-Z0-9 ]{5,40} " [" [1-2] "]"'
    text = "".join(local_model.write("Answer from the text.", f"{NOTES}How long is the plan?", grammar, 40, usage))
    assert text.startswith("- ") and text[-3:] in ("[1]", "[2]")
    assert usage.prompt_tokens > 30 and usage.completion_tokens > 3


@pytest.mark.local_model
def test_write_after_a_judgement_finds_its_prompt(local_model: LanguageModel) -> None:
    shared = NOTES + "".join(f"[{n}] On day {n} there is a project named {n * 37}.\n" for n in range(3, 15))
    local_model.judge(SYSTEM, f"{shared}Is the plan long?")
    usage = Usage()
    "".join(local_model.write(SYSTEM, f"{shared}Name a project.", None, 5, usage))
    assert usage.cached_tokens > 0.8 * usage.prompt_tokens


@pytest.mark.local_model
def test_two_threads_may_ask_at_once_and_hang_up_at_any_time(local_model: LanguageModel) -> None:
    unfinished = local_model.write("Tell a long story.", "Of a lighthouse.", None, 400)
    next(unfinished)
    unfinished.close()  # type: ignore[attr-defined]  # a generator, as its callers may rely on
    start = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(lambda word: local_model.judge(SYSTEM, f"Is {word} a color?"), ("red", "blue")))
    assert all(verdict > 0.5 for verdict in verdicts)
    assert time.monotonic() - start < 30
