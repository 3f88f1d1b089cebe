"""Errors of the advisor; each message is one plain sentence that says what to do."""

from ingest.errors import AdvisorError

__all__ = ["AdvisorError", "BatchLineError", "QuestionError"]


class QuestionError(AdvisorError):
    """A question that cannot be read: empty, too long, binary, or not in English."""


class BatchLineError(AdvisorError):
    """A line of a batch file that is not a conversation."""
