"""Errors of the advisor; each message is one plain sentence that says what to do."""

from ingest.errors import AdvisorError

__all__ = ["AdvisorError", "BatchLineError", "CareerError", "ProfileError", "QuestionError", "ThreadError"]


class QuestionError(AdvisorError):
    """A question that cannot be read: empty, too long, binary, or not in English."""


class BatchLineError(AdvisorError):
    """A line of a batch file that is not a conversation."""


class ProfileError(AdvisorError):
    """Something about a person that cannot be, or a CV that cannot be read."""


class CareerError(AdvisorError):
    """A career tool that cannot do what was asked: an unknown role, a past deadline, no guide in the material."""


class ThreadError(AdvisorError):
    """A conversation that is not there, or a title that cannot be."""
