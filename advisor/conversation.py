"""The steps of an answer and their order, as a LangGraph graph; each step lives in the module of its name."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from advisor.steps import Steps
from advisor.turn import Turn
from advisor.types import Event

Write = Callable[[Event], None]


class State(TypedDict):
    """What a thread keeps between turns: its messages as {"role", "content"}.

    The answer in the making is the run's context, not its state: passages and drafts are never stored.
    """

    messages: Annotated[list[dict[str, str]], operator.add]


def build_graph(steps: Steps, checkpointer: Any = None) -> Any:
    """The compiled graph; with a checkpointer it remembers its threads."""

    def run(step: Callable[[Turn, Write], None]) -> Any:
        def node(state: State, runtime: Runtime[Turn]) -> dict[str, Any]:
            step(runtime.context, runtime.stream_writer)
            return {}

        return node

    def choose_route(state: State, runtime: Runtime[Turn]) -> str:
        return runtime.context.route

    def remember(state: State, runtime: Runtime[Turn]) -> dict[str, Any]:
        turn = runtime.context
        assert turn.answer
        return {
            "messages": [
                {"role": "user", "content": turn.cleaned},
                {"role": "assistant", "content": turn.answer.text},
            ]
        }

    graph = StateGraph(State, context_schema=Turn)
    graph.add_node("guard", run(steps.guard))
    graph.add_node("contextualise", run(steps.contextualise))
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
    graph.add_edge("contextualise", "retrieve")
    graph.add_edge("retrieve", "weigh")
    graph.add_conditional_edges("weigh", choose_route, ["decline", "compose", "draft"])
    graph.add_edge("decline", "ground")
    graph.add_edge("compose", "ground")
    graph.add_edge("draft", "ground")
    graph.add_edge("ground", "finish")
    graph.add_edge("finish", "remember")
    graph.add_edge("remember", END)
    return graph.compile(checkpointer=checkpointer)
