"""Topics that the material is known not to cover: how near a question comes to each, and which one it is about."""

from __future__ import annotations

from advisor.question import Question
from ingest.embedding import Embedder
from ingest.generation import Generation
from ingest.questions import Match, plain_question
from ingest.roles import name_roles, remove_roles

# A question this near to the examples of a topic is about it; below, naming a topic would be a guess.
TOPIC_COSINE = 0.6


def match_topics(question: Question, generation: Generation, embedder: Embedder) -> dict[str, Match]:
    """Nearness by topic. A topic that is about other roles than the question's is left out."""
    turn, bare = embedder.embed([plain_question(question.turn), remove_roles(question.text)])
    return {
        topic: near
        for topic, near in generation.not_covered.match(turn, bare).items()
        if not question.roles or not name_roles(topic) or set(name_roles(topic)) & set(question.roles)
    }


def find_topic(question: Question, generation: Generation, embedder: Embedder) -> str:
    """The topic a question is about, "" where none comes near."""
    found = {topic: sum(near) / 2 for topic, near in match_topics(question, generation, embedder).items()}
    topic = max(found, key=lambda name: found[name], default="")
    return topic if topic and found[topic] >= TOPIC_COSINE else ""
