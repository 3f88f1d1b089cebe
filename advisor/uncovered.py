"""Topics that the material is known not to cover: how near a question comes to each, and which one it is about."""

from __future__ import annotations

import numpy as np

from advisor.question import Question
from ingest.embedding import Embedder, Vectors
from ingest.generation import Generation
from ingest.questions import Match, plain_question
from ingest.roles import name_roles, remove_roles

# A question this near to the examples of a topic is about it; below, naming a topic would be a guess.
TOPIC_COSINE = 0.6
# Settled by the area under the curve on the dev questions (docs/measurements.md).
NEIGHBOURS, SCALE = 20, 0.05
# Stands in for that share in a corpus without example questions (docs/measurements.md).
NO_NEIGHBOURS = 0.4


def match_topics(question: Question, generation: Generation, embedder: Embedder) -> dict[str, Match]:
    """Nearness by topic. A topic that is about other roles than the question's is left out."""
    turn, bare = embedder.embed([plain_question(question.turn), remove_roles(question.text)])
    return {
        topic: near
        for topic, near in generation.not_covered.match(turn, bare).items()
        if not question.roles or not name_roles(topic) or set(name_roles(topic)) & set(question.roles)
    }


def measure_neighbours(question: Question, generation: Generation, embedder: Embedder) -> tuple[float, float]:
    """Of the NEIGHBOURS example questions nearest to a question, the share that the material does not answer, 0 to 1.

    Once as asked and once without the names of roles; a nearer one counts for more. It is a nearest-neighbour
    classifier (Cover and Hart 1967) over both lists of example questions. NO_NEIGHBOURS where one of them is empty.
    """
    turn, bare = embedder.embed([plain_question(question.turn), remove_roles(question.text)])
    answered = generation.questions.match(turn, bare).find_nearest(NEIGHBOURS)
    unanswered = generation.not_covered.match(turn, bare).find_nearest(NEIGHBOURS)
    return _weigh_share(answered[0], unanswered[0]), _weigh_share(answered[1], unanswered[1])


def _weigh_share(answered: Vectors, unanswered: Vectors) -> float:
    cosines = np.concatenate([answered, unanswered])
    if not len(unanswered) or not len(answered):
        return NO_NEIGHBOURS
    nearest = np.argsort(-cosines)[:NEIGHBOURS]
    weights = np.exp((cosines[nearest] - cosines[nearest[0]]) / SCALE)
    return float(weights[nearest >= len(answered)].sum() / weights.sum())


def find_topic(question: Question, generation: Generation, embedder: Embedder) -> str:
    """The topic a question is about, "" where none comes near or no word of it is known."""
    if not any(generation.vocabulary.knows(word) for word in question.words):
        return ""
    found = {topic: sum(near) / 2 for topic, near in match_topics(question, generation, embedder).items()}
    topic = max(found, key=lambda name: found[name], default="")
    return topic if topic and found[topic] >= TOPIC_COSINE else ""
