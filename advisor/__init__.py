"""Question -> evidence -> draft -> checked answer; its doors are the command line and this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor.types import Answer

if TYPE_CHECKING:
    from advisor.advisor import Advisor

__all__ = ["Advisor", "Answer"]


def __getattr__(name: str) -> Any:
    # The engine imports Chroma and LangGraph; naming the package must not.
    if name == "Advisor":
        from advisor.advisor import Advisor

        return Advisor
    raise AttributeError(f"module 'advisor' has no attribute '{name}'")
