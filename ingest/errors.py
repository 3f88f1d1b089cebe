"""Errors a person can act on: each message is one plain sentence that says what to do."""


class AdvisorError(Exception):
    """Base of every error of this product. The command line prints it as one sentence, without a traceback."""


class UnreadableFile(AdvisorError):
    """A file cannot go into the index; the message is the reason, worded for the ingest report."""


class InvalidSetting(AdvisorError):
    """A setting that cannot be used."""


class CorpusError(AdvisorError):
    """The corpus folder is missing or cannot be read."""


class IndexUnavailable(AdvisorError):
    """The index is missing, half written, damaged, or was built with another embedding model."""


class IndexBusy(AdvisorError):
    """Another process is writing the index."""


class IngestFailed(AdvisorError):
    """A new generation could not be written (for example, the disk is full); the old one still stands."""


class WeightsError(AdvisorError):
    """Model weights are missing, damaged, or cannot be fetched."""
