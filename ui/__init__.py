"""The chat page; knows only the advisor's public API."""
