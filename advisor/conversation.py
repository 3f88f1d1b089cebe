"""The steps of an answer and their order, as a LangGraph graph; each step lives in the module of its name."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

from langgraph.channels import UntrackedValue
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph

from advisor.steps import Steps
from advisor.turn import Turn
from advisor.types import Event

Write = Callable[[Event], None]


class State(TypedDict):
    """messages: the thread, kept between turns as {"role", "content"}; turn: this answer in the making, never kept."""

    messages: Annotated[list[dict[str, str]], operator.add]
    turn: Annotated[Turn, UntrackedValue]


def build_graph(steps: Steps, checkpointer: Any = None) -> Any:
    """The compiled graph: guard, contextualise, retrieve, weigh, then decline, compose or draft, then ground and finish."""

    def run(step: Callable[[Turn, Write], None]) -> Callable[[State], dict[str, Any]]:
        def node(state: State) -> dict[str, Any]:
            step(state["turn"], get_stream_writer())
            return {"turn": state["turn"]}

        return node

    def remember(state: State) -> dict[str, Any]:
        turn = state["turn"]
        return {
            "turn": turn,
            "messages": [
                {"role": "user", "content": turn.cleaned},
                {"role": "assistant", "content": turn.answer.text if turn.answer else ""},
            ],
        }

    graph = StateGraph(State)
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
    graph.add_conditional_edges("weigh", lambda state: state["turn"].route, ["decline", "compose", "draft"])
    graph.add_edge("decline", "ground")
    graph.add_edge("compose", "ground")
    graph.add_edge("draft", "ground")
    graph.add_edge("ground", "finish")
    graph.add_edge("finish", "remember")
    graph.add_edge("remember", END)
    return graph.compile(checkpointer=checkpointer)
