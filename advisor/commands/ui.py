"""career-advisor ui: the Streamlit app."""

from __future__ import annotations

import os
import socket
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
    from ingest.errors import AdvisorError

    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise AdvisorError(f"Port {port} is taken; stop what runs there, or choose another port (--port, PORT=).")
    page = Path(__file__).resolve().parents[2] / "ui" / "app.py"
    # What else the server is told stands in ui/.streamlit/config.toml.
    flags = ["--server.address", "127.0.0.1", "--server.port", str(port)]
    # In place of this process, so that a signal to it stops the server.
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(page), *flags])
