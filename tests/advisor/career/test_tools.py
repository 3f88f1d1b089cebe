"""Fit, gap, plan, comparison and interview practice rest on the guides and can be followed as they stand."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from icalendar import Calendar

from advisor import Advisor
from advisor.career.advise import advise_feedback
from advisor.career.describe import read_description
from advisor.career.export import write_calendar, write_markdown
from advisor.career.fit import WEIGHTS
from advisor.career.interview import give_feedback, list_points
from advisor.career.profile import Profile
from advisor.errors import CareerError, QuestionError
from eval.career_items import find_flaws, load_people
from ingest.role_guide import InterviewQuestion, Quote

ANALYST = (
    "I am a data analyst, 4 years, SQL expert, Python basic, Power BI. I like fixing late and broken tables. "
    "9 hours a week."
)


def list_quotes(value: object) -> Iterator[Quote]:
    if isinstance(value, Quote):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from list_quotes(inner)
    elif hasattr(value, "__dict__"):
        for inner in vars(value).values():
            yield from list_quotes(inner)


def check_quotes(advisor: Advisor, found: object) -> None:
    quotes = list(list_quotes(found))
    assert quotes
    for quote in quotes:
        passage = advisor.open_passage(quote.chunk_id)
        assert passage and quote.text in passage.text


def test_all_roles_are_ranked_by_parts_that_add_up(advisor: Advisor) -> None:
    fits = advisor.fit(ANALYST)
    assert len(fits) == 7
    assert fits[0].role == "Data engineer"
    assert [fit.score for fit in fits] == sorted((fit.score for fit in fits), reverse=True)
    for fit in fits:
        assert fit.score == pytest.approx(sum(part.weight * part.score for part in fit.parts), abs=1e-3)
        assert {part.name: part.weight for part in fit.parts} == WEIGHTS
        assert fit.against and fit.odds
    check_quotes(advisor, fits)
    assert advisor.fit(ANALYST) == fits


def test_a_disliked_side_of_a_role_speaks_against_it(advisor: Advisor) -> None:
    fits = {fit.role: fit for fit in advisor.fit("DevOps engineer. I hate on-call duty and sudden incidents.")}
    assert any("dislike" in reason.reason for reason in fits["MLOps / AI platform engineer"].against)


def test_nothing_is_ranked_for_nobody(advisor: Advisor) -> None:
    with pytest.raises(CareerError, match="I need to know something of you"):
        advisor.fit("")


def test_a_gap_lists_every_skill_of_the_guide_by_weight(advisor: Advisor) -> None:
    gap = advisor.gap("data engineer", ANALYST)
    status = {skill.skill: skill.status for skill in gap.skills}
    assert status["SQL"] == "held"
    assert status["Python"] == "partly"
    assert status["orchestration"] == "missing"
    needs = [skill.need for skill in gap.skills]
    assert needs == sorted(needs, key=["must", "should", "nice"].index)
    python = next(skill for skill in gap.skills if skill.skill == "Python")
    assert python.lessons and python.proof
    check_quotes(advisor, gap)


@pytest.mark.parametrize("role", ["astronaut", "", "ML engineer or data engineer"])
def test_a_role_that_does_not_exist_is_one_sentence(advisor: Advisor, role: str) -> None:
    with pytest.raises(CareerError, match="There is no role"):
        advisor.gap(role, ANALYST)


def test_plans_keep_to_hours_order_and_estimate_for_all_people(advisor: Advisor) -> None:
    catalogue = advisor.career.catalogue
    for person in load_people():
        profile = read_description(person["description"], catalogue)
        for hours in (1, 6, 7.5, 40):
            plan = advisor.plan(person["plan_role"], profile, hours=hours)
            assert find_flaws(plan, profile, catalogue) == []
            assert sum(week.hours for week in plan.weeks) == pytest.approx(plan.total_hours, abs=0.5)
            assert plan.total_hours >= plan.estimate_weeks[0] * hours - hours
            assert plan.weeks[0].start.weekday() == 0


def test_a_plan_begins_with_the_sprint_and_ends_ready_to_apply(advisor: Advisor) -> None:
    plan = advisor.plan("data engineer", ANALYST)
    assert plan.tasks[0].kind == "sprint"
    assert plan.milestones[-1].title == "Ready to apply"
    assert plan.project and plan.project.rubric
    assert plan.estimate_weeks == (17, 24)
    assert "ETL pipelines" in plan.not_taught
    check_quotes(advisor, plan)


def test_who_does_not_program_learns_it_before_the_sprint(advisor: Advisor) -> None:
    plan = advisor.plan("data engineer", "I'm an electrician and have never programmed. 8 hours a week.")
    kinds = [task.kind for task in plan.tasks]
    assert plan.tasks[0].id.startswith("python-foundations/")
    assert "sprint" in kinds[1:]


def test_a_deadline_that_cannot_be_met_is_said_with_what_would_fit(advisor: Advisor) -> None:
    soon = datetime.date.today() + datetime.timedelta(weeks=6)
    plan = advisor.plan("data engineer", ANALYST, by=soon)
    assert plan.deadline_verdict == "missed"
    told = " ".join(plan.advice)
    assert f"The deadline {soon.isoformat()} cannot be met" in told
    assert "What would fit:" in told and "hours a week" in told
    assert advisor.plan("data engineer", ANALYST, by=soon + datetime.timedelta(weeks=60)).deadline_verdict == "met"


def test_a_past_deadline_and_missing_hours_are_one_sentence(advisor: Advisor) -> None:
    with pytest.raises(CareerError, match="has passed; give a day in the future"):
        advisor.plan("data engineer", ANALYST, by=datetime.date(2020, 1, 1))
    with pytest.raises(CareerError, match="needs the hours you have a week"):
        advisor.plan("data engineer", "data analyst, SQL")


def test_progress_shortens_the_plan(advisor: Advisor) -> None:
    profile = advisor.career.understand(ANALYST)
    whole = advisor.plan("ML engineer", profile)
    lesson = next(task.id for task in whole.tasks if task.kind == "lesson")
    later = advisor.plan("ML engineer", profile.model_copy(update={"done": ["sprint", lesson]}))
    assert lesson not in [task.id for task in later.tasks]
    assert "sprint" not in [task.id for task in later.tasks]


def test_a_plan_opens_in_a_calendar_and_as_markdown(advisor: Advisor) -> None:
    plan = advisor.plan("data engineer", ANALYST)
    content = write_calendar(plan)
    calendar = Calendar.from_ical(content)
    events = calendar.walk("VEVENT")
    assert len(events) == len(plan.weeks) + len(plan.milestones)
    assert events[0].decoded("dtstart") == plan.weeks[0].start
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert content == write_calendar(plan)
    text = write_markdown(plan)
    assert text.count("\n| ") >= len(plan.weeks)
    assert "## Milestones" in text


def test_roles_are_compared_for_the_person(advisor: Advisor) -> None:
    comparison = advisor.career.compare(["ML engineer", "data engineer"], ANALYST)
    assert comparison.sides == ["ML engineer", "Data engineer"]
    assert all(len(row.cells) == 2 for row in comparison.rows)
    check_quotes(advisor, comparison)
    with pytest.raises(CareerError, match="two or three different roles"):
        advisor.career.compare(["ML engineer"], ANALYST)


def test_staying_is_set_beside_switching(advisor: Advisor) -> None:
    comparison = advisor.career.weigh_switch(ANALYST)
    assert comparison.sides == ["Stay (data analyst)", "Switch (Data engineer)"]
    with pytest.raises(CareerError, match="what you do now"):
        advisor.career.weigh_switch(Profile())


def find_question(advisor: Advisor, text: str) -> InterviewQuestion:
    return next(q for g in advisor.career.catalogue.guides.values() for q in g.questions if q.question == text)


def test_without_a_model_only_named_points_count_and_it_says_so(advisor: Advisor) -> None:
    question = find_question(advisor, "What are the weaknesses of an LLM as a judge?")
    good = advisor.career.give_feedback(question, "It has a position bias, a length bias and a self-preference bias.")
    poor = advisor.career.give_feedback(question, "I would ask my manager to buy a better model.")
    assert (good.score, poor.score) == (2, 0)
    assert not good.judged
    assert poor.citation.text.startswith(question.question)
    assert "by its words alone" in advisor.render(advise_feedback(poor, 0, 2)).text
    with pytest.raises(QuestionError, match="The answer is empty"):
        advisor.career.give_feedback(question, "  ")


def test_a_judge_says_which_points_are_made(advisor: Advisor) -> None:
    question = find_question(advisor, "What are the weaknesses of an LLM as a judge?")
    asked: list[str] = []

    def judge(asked_question: str, answer: str, point: str) -> float:
        asked.append(point)
        return 0.9 if point == "length" else 0.1

    feedback = give_feedback(question, "Longer answers win too often.", judge)
    assert asked == ["position", "length", "self-preference bias"]
    assert [point.made for point in feedback.points] == [False, True, False]
    assert (feedback.score, feedback.judged) == (1, True)


def test_a_note_falls_into_its_points() -> None:
    assert list_points("A good answer names position, length and self-preference bias.") == [
        "position", "length", "self-preference bias",
    ]  # fmt: skip
    assert list_points("A good answer says no.") == ["no"]


def test_questions_of_a_round_are_different(advisor: Advisor) -> None:
    questions = advisor.career.choose_questions("data engineer", 5)
    assert len({question.question for question in questions}) == 5
    assert advisor.career.choose_questions("data engineer", 5, start=1) != questions
