"""career-advisor ui: the Streamlit app."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click


@click.command()
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help="Where to serve the page.")
def ui(port: int) -> None:
    """Serve the chat page on 127.0.0.1.

    \b
    career-advisor ui --port 8600
    """
    page = Path(__file__).resolve().parents[2] / "ui" / "app.py"
    options = {
        "server.address": "127.0.0.1",
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    # In place of this process, so that a signal to it stops the server.
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(page), *flags])
