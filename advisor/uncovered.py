"""Topics that the material is known not to cover: how near a question comes to each, and which one it is about."""

from __future__ import annotations

from typing import NamedTuple

from advisor.question import Question
from ingest.embedding import Embedder
from ingest.generation import Generation
from ingest.roles import name_roles, remove_roles

# A question this near to the examples of a topic is about it; below, naming a topic would be a guess.
TOPIC_COSINE = 0.6


class Nearness(NamedTuple):
    """Best cosine with a topic's example questions: of the last message, and of the question without role names."""

    turn: float
    bare: float


def match_topics(question: Question, generation: Generation, embedder: Embedder) -> dict[str, Nearness]:
    """Nearness by topic. A topic that is about other roles than the question's is left out."""
    turn, bare = embedder.embed([question.turn, remove_roles(question.text)])
    topics = generation.not_covered.match(turn)
    without_roles = generation.not_covered.match(bare, bare=True)
    return {
        topic: Nearness(cosine, without_roles[topic])
        for topic, cosine in topics.items()
        if not question.roles or not name_roles(topic) or set(name_roles(topic)) & set(question.roles)
    }


def find_topic(question: Question, generation: Generation, embedder: Embedder) -> str:
    """The topic a question is about, "" where none comes near."""
    found = {topic: sum(near) / 2 for topic, near in match_topics(question, generation, embedder).items()}
    topic = max(found, key=lambda name: found[name], default="")
    return topic if topic and found[topic] >= TOPIC_COSINE else ""
