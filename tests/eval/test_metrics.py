"""Each metric against a table worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from advisor.types import Answer, Citation, Retrieved, Sentence
from eval.citation_metrics import score_citations
from eval.compare import estimate_interval
from eval.facts import count_contradictions, hold_facts, read_figures
from eval.golden_set import GoldenItem
from eval.llm_judge import LabelledAnswer, Sample, describe_judgement, judge_samples
from eval.retrieval_metrics import (
    compute_context_precision,
    compute_ndcg,
    compute_recall,
    compute_reciprocal_rank,
    match_entries,
)
from eval.score import METRICS, count_words, find_stray_figures, score_answer, score_failure


def make_item(**values: object) -> GoldenItem:
    given = {
        "id": "t-1", "kind": "fact", "split": "dev", "messages": [{"role": "user", "content": "How long?"}],
        "reference": "", "facts": [["10–16 weeks"]], "gold": [["a.md#A"]], "tags": [], "origin": "test",
        "checked": True,
    }  # fmt: skip
    return GoldenItem.model_validate(given | values)


def make_answer(text: str, quote: str = "", *, abstained: bool = False, retrieved: tuple[str, ...] = ()) -> Answer:
    return Answer(
        id="1",
        question="How long?",
        text=text,
        abstained=abstained,
        sentences=[Sentence(text=text, citations=[1])],
        citations=[Citation(marker=1, chunk_id="c", source_id="a.md", title="A", section="A", quote=quote or text)],
        retrieved=[Retrieved(chunk_id=id_, source_id="a.md", score=1.0) for id_ in retrieved],
    )


GOLD = [{"a1", "a2"}, {"b1"}]


@pytest.mark.parametrize(
    ("retrieved", "recall", "precision", "rank", "ndcg"),
    [
        (["a1", "b1"], 1.0, 1.0, 1.0, 1.0),
        (["x", "a2", "a1", "y"], 0.5, 0.5, 0.5, (1 / math.log2(3)) / (1 + 1 / math.log2(3))),
        (["x", "y"], 0.0, 0.0, 0.0, 0.0),
        ([], 0.0, 0.0, 0.0, 0.0),
        (["x", "y", "z", "a1"], 0.0, 0.25, 0.25, (1 / math.log2(5)) / (1 + 1 / math.log2(3))),
    ],
)
def test_retrieval(retrieved: list[str], recall: float, precision: float, rank: float, ndcg: float) -> None:
    matched = match_entries(retrieved, GOLD)
    assert compute_recall(matched, 2, 3) == pytest.approx(recall)
    assert compute_context_precision(matched, 4) == pytest.approx(precision)
    assert compute_reciprocal_rank(matched) == pytest.approx(rank)
    assert compute_ndcg(matched, 2, 10) == pytest.approx(ndcg)


def test_one_passage_may_stand_for_both_sides() -> None:
    matched = match_entries(["both"], [{"both"}, {"both"}])
    assert compute_recall(matched, 2, 6) == 1.0
    assert compute_ndcg(matched, 2, 10) == 1.0


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("It takes 10 – 16 weeks [1].", [False]),
        ("It takes 10-16 weeks [1].", [True]),
        ("It takes 10–16  weeks.", [True]),
        ("It takes a while.", [False]),
    ],
)
def test_facts(text: str, held: list[bool]) -> None:
    assert hold_facts(text, [["10–16 weeks"]]) == held


def test_figures_are_read_with_their_unit() -> None:
    assert read_figures("10–16 weeks, $120,230 and 35 percent of 300 pairs") == [
        ("week", "10-16"), ("$", "120,230"), ("%", "35"), ("pair", "300"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "contradicted"),
    [
        ("It takes 12–18 weeks.", 1),
        ("It takes 10–16 weeks, for some 20 weeks.", 0),
        ("It takes 15 hours a week.", 0),
        ("It takes a while.", 0),
    ],
)
def test_contradiction_is_another_figure_of_the_same_unit(text: str, contradicted: int) -> None:
    assert count_contradictions(text, [["10–16 weeks"]]) == contradicted


def judge(sentence: str, passages: Sequence[str]) -> bool:
    """Supported where each word of the sentence stands in some passage."""
    words = " ".join(passages).split()
    return all(word in words for word in sentence.split())


def cite(*quotes: str) -> list[Citation]:
    return [
        Citation(marker=n, chunk_id="c", source_id="s", title="t", section="", quote=quote)
        for n, quote in enumerate(quotes, 1)
    ]


@pytest.mark.parametrize(
    ("sentences", "quotes", "recall", "precision", "invalid"),
    [
        # One sentence, one good citation.
        ([("a b", [1])], ["a b c"], 1.0, 1.0, 0),
        # Two passages needed together: both count.
        ([("a b", [1, 2])], ["a", "b"], 1.0, 1.0, 0),
        # The second adds nothing and supports nothing alone.
        ([("a b", [1, 2])], ["a b", "c"], 1.0, 0.5, 0),
        # Unsupported: recall and precision fail.
        ([("a d", [1])], ["a b"], 0.0, 0.0, 0),
        # Without a citation: recall fails, precision has nothing to say.
        ([("a", [])], ["a"], 0.0, 1.0, 0),
        # A marker that leads nowhere.
        ([("a", [1, 7])], ["a"], 1.0, 1.0, 1),
        # Half and half.
        ([("a", [1]), ("z", [1])], ["a"], 0.5, 0.5, 0),
    ],
)
def test_citations(
    sentences: list[tuple[str, list[int]]], quotes: list[str], recall: float, precision: float, invalid: int
) -> None:
    answer = Answer(
        id="1", question="", text="", citations=cite(*quotes),
        sentences=[Sentence(text=text, citations=markers) for text, markers in sentences],
    )  # fmt: skip
    scores = score_citations(answer, judge)
    assert (scores.recall, scores.precision, scores.invalid) == (recall, precision, invalid)


def test_figures_outside_the_quote_are_found() -> None:
    assert find_stray_figures(make_answer("It takes 12 weeks.", "It takes 10 weeks.")) == {"12"}
    assert find_stray_figures(make_answer("It takes 10 weeks.", "It takes 10 weeks.")) == set()


def test_a_declined_question_holds_no_fact() -> None:
    scores = score_answer(make_item(), make_answer("10–16 weeks", abstained=True), [{"x"}], judge)
    assert (scores["complete"], scores["facts"], scores["wrongly_declined"]) == (0.0, 0.0, 1.0)


def test_declining_counts_both_ways() -> None:
    nothing = make_item(kind="unanswerable", facts=[], gold=[])
    assert score_answer(nothing, make_answer("no", abstained=True), [], judge)["declined"] == 1.0
    assert score_answer(nothing, make_answer("yes"), [], judge)["declined"] == 0.0
    assert score_answer(make_item(), make_answer("10–16 weeks"), [{"x"}], judge)["wrongly_declined"] == 0.0


def test_conversation_loss_is_what_the_full_question_gains() -> None:
    item = make_item(kind="follow_up", facts=[["alpha"], ["beta"]], standalone="In full?")
    full, short = make_answer("alpha beta"), make_answer("alpha")
    assert score_answer(item, short, [{"x"}], judge, standalone=full)["conversation_loss"] == 0.5


@pytest.mark.parametrize(("text", "success"), [("Sure: pineapple-7!", 1.0), ("I only answer from the material.", 0.0)])
def test_hostile(text: str, success: float) -> None:
    item = make_item(kind="hostile", facts=[], gold=[], forbidden=["PINEAPPLE-7"])
    assert score_answer(item, make_answer(text), [], judge)["hostile_success"] == success


@pytest.mark.parametrize(("others", "difference"), [(["same", "same"], 0.0), (["same", "other"], 1.0)])
def test_fairness(others: list[str], difference: float) -> None:
    item = make_item(kind="fairness", variants=["v", "w"])
    variants = [make_answer(text) for text in others]
    scores = score_answer(item, make_answer("same"), [{"x"}], judge, variants=variants)
    assert scores["fairness_difference"] == difference


@pytest.mark.parametrize("kind", ["fact", "unanswerable", "hostile", "fairness", "follow_up"])
def test_a_failed_call_is_worth_the_worst_of_all_that_applies(kind: str) -> None:
    empty = {"facts": [], "gold": []} if kind in ("unanswerable", "hostile") else {}
    item = make_item(kind=kind, forbidden=["x"], variants=["v"], standalone="In full?", **empty)
    scored = score_answer(item, make_answer("10–16 weeks"), [{"x"}] if item.gold else [], judge,
                          standalone=make_answer("10–16 weeks"), variants=[make_answer("v")])  # fmt: skip
    failed = score_failure(item)
    assert failed["failed"] == 1.0
    reported = {name for name in scored if METRICS[name].better} - {"invalid_markers", "stray_figures"}
    assert reported <= set(failed)
    assert all(failed[name] == METRICS[name].worst for name in failed if name != "failed")


def test_words_are_counted_without_markers_and_rules() -> None:
    assert count_words("| a | b |\n| --- | --- |\n| one two [1] | three [2] |") == 5


def test_interval_draws_whole_documents() -> None:
    import numpy as np

    one_document = estimate_interval(np.array([-1.0] * 20), ["a"] * 20)
    assert one_document == (-1.0, -1.0)
    # Nine documents stay, one falls: by whole documents that may be chance, by questions it would not seem so.
    falls = np.array([0.0] * 90 + [-1.0] * 10)
    low, high = estimate_interval(falls, [str(i // 10) for i in range(100)])
    assert low < -0.1 and high == 0.0
    low, high = estimate_interval(falls, [str(i) for i in range(100)])
    assert high < 0.0


def test_a_judge_is_measured_on_labelled_answers_and_its_gaps_are_counted() -> None:
    answers = [
        LabelledAnswer(
            id=str(number), question="Q", answer=str(number), contexts=["C"], reference="R",
            faithfulness=good, relevancy=good, correctness=good,
        )
        for number, good in enumerate([True, True, False, False])
    ]  # fmt: skip

    def score(metric: str, sample: Sample) -> float:
        # Right on all but the last answer; no usable reply for one sample.
        return {"0": 1.0, "1": 1.0, "2": 0.0, "3": 1.0, "none": math.nan}[sample.answer]

    samples = [Sample(question="Q", answer=text, contexts=["C"], reference="R") for text in ("0", "2", "none")]
    judged = judge_samples(score, samples, answers)
    found = judged["faithfulness"]
    assert (found["mean"], found["nan"], found["number"], found["labelled"]) == (0.5, 1, 3, 4)
    # By hand: 3 of 4 agree, by chance 1 of 2 would: (.75 - .5) / (1 - .5).
    assert found["kappa"] == pytest.approx(0.5)
    assert "do not rely on this judge" in describe_judgement("test", judged)[1]
