"""The steps of an answer and their order, as a LangGraph graph; each step lives in the module of its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from advisor.steps import Steps
from advisor.turn import Turn
from advisor.types import Event

Write = Callable[[Event], None]


# Messages of a thread that are kept; what was said of the person before them stays in its profile.
MOST_MESSAGES = 60


def keep_last(kept: list[dict[str, str]], added: list[dict[str, str]]) -> list[dict[str, str]]:
    """The messages of a thread with the new ones, the oldest turns dropped beyond MOST_MESSAGES."""
    return [*kept, *added][-MOST_MESSAGES:]


class State(TypedDict, total=False):
    """What a thread keeps between turns: its messages as {"role", "content"}, and what is known of the person.

    The answer in the making is the run's context, not its state: passages and drafts are never stored.
    """

    messages: Annotated[list[dict[str, str]], keep_last]
    profile: dict[str, Any]


def build_graph(steps: Steps, checkpointer: Any = None) -> Any:
    """The compiled graph; with a checkpointer it remembers its threads."""

    def run(step: Callable[[Turn, Write], None]) -> Any:
        def node(state: State, runtime: Runtime[Turn]) -> dict[str, Any]:
            step(runtime.context, runtime.stream_writer)
            return {}

        return node

    def choose_route(state: State, runtime: Runtime[Turn]) -> str:
        return runtime.context.route

    def choose_tool(state: State, runtime: Runtime[Turn]) -> str:
        return "advise" if runtime.context.route == "advise" else "retrieve"

    def find_fallback(state: State, runtime: Runtime[Turn]) -> str:
        return "finish" if runtime.context.route == "advise" else "retrieve"

    def remember(state: State, runtime: Runtime[Turn]) -> dict[str, Any]:
        turn = runtime.context
        assert turn.answer
        return {
            "messages": [
                {"role": "user", "content": turn.cleaned},
                {"role": "assistant", "content": turn.answer.text},
            ],
            "profile": (turn.understood.profile if turn.understood else turn.known).model_dump(mode="json"),
        }

    graph = StateGraph(State, context_schema=Turn)
    graph.add_node("guard", run(steps.guard))
    graph.add_node("contextualise", run(steps.contextualise))
    graph.add_node("understand", run(steps.understand))
    graph.add_node("advise", run(steps.advise))
    graph.add_node("retrieve", run(steps.retrieve))
    graph.add_node("weigh", run(steps.weigh))
    graph.add_node("decline", run(steps.decline))
    graph.add_node("compose", run(steps.compose))
    graph.add_node("draft", run(steps.draft))
    graph.add_node("ground", run(steps.ground))
    graph.add_node("finish", run(steps.finish))
    graph.add_node("remember", remember)

    graph.add_edge(START, "guard")
    graph.add_edge("guard", "contextualise")
    graph.add_edge("contextualise", "understand")
    graph.add_conditional_edges("understand", choose_tool, ["advise", "retrieve"])
    graph.add_conditional_edges("advise", find_fallback, ["retrieve", "finish"])
    graph.add_edge("retrieve", "weigh")
    graph.add_conditional_edges("weigh", choose_route, ["decline", "compose", "draft"])
    graph.add_edge("decline", "ground")
    graph.add_edge("compose", "ground")
    graph.add_edge("draft", "ground")
    graph.add_edge("ground", "finish")
    graph.add_edge("finish", "remember")
    graph.add_edge("remember", END)
    return graph.compile(checkpointer=checkpointer)
