"""llama.cpp's own server, running inside this process on a loopback port."""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from pathlib import Path
from typing import Any

from ingest.errors import WeightsError

# Room for evidence, question and answer many times over; the memory for it is taken at the start (about 120 MB).
_CONTEXT_TOKENS = 4096
# Prompts of earlier conversations that are kept to be taken up again; the server's default is 8 GB.
_KEPT_PROMPTS_MB = 256

_servers: dict[Path, LocalServer] = {}
_starting = threading.Lock()


class LocalServer:
    """A running server for one GGUF file; a context manager, or close it.

    base_url: such as "http://127.0.0.1:40123". api_key: what requests must bear, new at every start, so that
    no other program or web page on this machine can put the model to work.

    It answers one request at a time, others wait: two at once would each take twice as long on the same
    processor, and with one slot every request finds the prompt of the one before it, so a draft that follows
    a judgement on the same evidence costs almost no prompt time.
    """

    def __init__(self, path: Path) -> None:
        """Load the file and listen; raises WeightsError if either fails."""
        try:
            import xllamacpp
        except ImportError as error:
            raise WeightsError(
                "The local model cannot run because the package xllamacpp cannot be imported; install it, "
                "or set ADVISOR_LLM=extractive, which answers without a model."
            ) from error

        self.api_key = secrets.token_urlsafe(24)
        threads = _count_threads()
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = _CONTEXT_TOKENS
        params.n_parallel = 1
        params.cache_ram_mib = _KEPT_PROMPTS_MB
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        params.verbosity = -1
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [self.api_key]
        params.cors_origins = ""
        params.ui = False
        # Trying out how much fits into memory doubles the time to load, and the context is settled above.
        params.fit_params = False
        try:
            self._server: Any = xllamacpp.Server(params)
        except RuntimeError as error:
            raise WeightsError(
                f"The local model could not be started from {path}; run `career-advisor models verify`, close other "
                "programs if memory is short, or set ADVISOR_LLM=extractive, which answers without a model."
            ) from error
        self.base_url: str = self._server.listening_address

    def close(self) -> None:
        """Stop the server and free its memory; a second call does nothing."""
        self._server = None  # its destructor stops the threads and waits for them

    def __enter__(self) -> LocalServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def get_local_server(path: Path) -> LocalServer:
    """The process's one server for this file, started by the first call and closed at exit.

    Safe to call from any thread, but loading stops all others for its two or three seconds (the library holds the
    interpreter), so a service should call it before it takes requests. Raises WeightsError if it cannot start.
    """
    path = path.resolve()
    with _starting:
        if path not in _servers:
            server = LocalServer(path)
            atexit.register(server.close)
            _servers[path] = server
        return _servers[path]


def _count_threads() -> int:
    """Processors this process may use; fewer than the machine has inside many containers."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
