"""What can go wrong with an evaluation, each as one sentence that says what to do."""

from __future__ import annotations

from ingest.errors import AdvisorError


class EvalError(AdvisorError):
    """An evaluation cannot be run, compared or accepted."""


class GoldenSetError(EvalError):
    """The golden questions cannot be used as they are."""
