"""A dated plan within a person's hours: sprint, lessons in the order of their prerequisites, project, practice."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from advisor.career.estimate import PROGRAMMING, Estimate, estimate_hours, is_beginner
from advisor.career.gap import find_gap, find_guide
from advisor.career.lessons import choose_plan_lessons, list_known_lessons, order_lessons
from advisor.career.profile import MOST_HOURS, Profile, make_profile
from advisor.career.schedule import Task, Week, fill_weeks
from advisor.errors import CareerError
from ingest.catalogue import Catalogue, CatalogueLesson
from ingest.role_guide import Project, Quote

SPRINT, PROJECT, PRACTICE = "sprint", "project", "practice"
# Hours of a portfolio project at least, and of interview practice and applications, where the estimate leaves room.
PROJECT_HOURS = 30
PRACTICE_HOURS = 10
Verdict = Literal["met", "tight", "missed"]


class Milestone(BaseModel):
    """What is reached by a day."""

    model_config = ConfigDict(frozen=True)

    title: str
    week: int
    date: datetime.date


class Plan(BaseModel):
    """Weeks of study for a role, within hours_per_week.

    total_hours: of what is planned. estimate_weeks: from, to, at these hours by the guide. deadline_verdict: "met"
    where the longest estimate fits before the deadline, "tight" where only the shortest does, "missed" where neither
    does; None without a deadline. advice: what would fit instead. sprint_days: what
    the sprint holds day by day. left_out: lessons on less needed skills for which the
    estimate leaves no time. not_taught: core skills that no lesson here teaches.
    known_lessons: ids of lessons that are done, or whose skills are held or usually brought from the occupation.
    """

    model_config = ConfigDict(frozen=True)

    role: str
    start: datetime.date
    end: datetime.date
    hours_per_week: float
    total_hours: float
    estimate_weeks: tuple[int, int]
    estimate_quote: Quote
    deadline: datetime.date | None
    deadline_verdict: Verdict | None
    advice: list[str]
    weeks: list[Week]
    milestones: list[Milestone]
    project: Project | None
    sprint_days: list[Quote]
    left_out: list[str]
    not_taught: list[str]
    known_lessons: list[str]

    def find_weeks(self, task: str) -> tuple[int, int]:
        """Numbers of the first and last week that a task, by its id, lies in."""
        numbers = [week.number for week in self.weeks for part in week.tasks if part.id == task]
        return numbers[0], numbers[-1]

    @property
    def tasks(self) -> list[Task]:
        """Every task with its whole hours, in order."""
        whole: dict[str, Task] = {}
        for week in self.weeks:
            for task in week.tasks:
                before = whole.get(task.id)
                whole[task.id] = task.model_copy(update={"hours": task.hours + (before.hours if before else 0)})
        return list(whole.values())


def make_plan(
    profile: Profile,
    catalogue: Catalogue,
    role: str,
    *,
    hours: float | None = None,
    by: datetime.date | None = None,
    today: datetime.date | None = None,
) -> Plan:
    """The plan of a person for a role, from the Monday after today on.

    hours: a week, by: a day to be ready, both instead of the profile's. Raises CareerError for an unknown role, missing
    hours or a past deadline, ProfileError for hours that cannot be.
    """
    today = today or datetime.date.today()
    if hours is not None:
        profile = make_profile(**profile.model_dump() | {"hours_per_week": hours})
    if profile.hours_per_week is None:
        raise CareerError("A plan needs the hours you have a week, such as --hours 8 or 'I have 8 hours a week'.")
    deadline = by or profile.deadline
    if deadline and deadline <= today:
        raise CareerError(f"The deadline {deadline.isoformat()} has passed; give a day in the future.")
    guide = find_guide(catalogue, role)
    gap = find_gap(profile, catalogue, guide.role)
    estimate = estimate_hours(profile, catalogue, guide, today)
    known = list_known_lessons(profile, catalogue, guide.role, estimate.origin)
    needed, wanted = choose_plan_lessons(known, catalogue, gap)
    tasks, left_out = _list_tasks(profile, catalogue, guide.role, needed, wanted, estimate)
    start = today + datetime.timedelta(days=7 - today.weekday())
    weeks = fill_weeks(tasks, profile.hours_per_week, start)
    end = start + datetime.timedelta(weeks=len(weeks), days=-1)
    spread = estimate.spread(profile.hours_per_week)
    assert spread
    left = estimate.count_weeks_left(deadline)
    verdict: Verdict | None = (
        None if left is None else "met" if left >= spread[1] else "tight" if left >= spread[0] else "missed"
    )
    plan = Plan(
        role=guide.role,
        start=start,
        end=end,
        hours_per_week=profile.hours_per_week,
        total_hours=round(sum(task.hours for task in tasks), 1),
        estimate_weeks=spread,
        estimate_quote=estimate.quote,
        deadline=deadline,
        deadline_verdict=verdict,
        advice=[],
        weeks=weeks,
        milestones=_set_milestones(weeks, start),
        project=guide.projects[0] if guide.projects else None,
        sprint_days=catalogue.sprints[guide.role].days if any(task.kind == "sprint" for task in tasks) else [],
        left_out=left_out,
        known_lessons=sorted(known),
        not_taught=[s.skill for s in gap.skills if s.need == "must" and s.status != "held" and not s.lessons],
    )
    return plan.model_copy(update={"advice": _advise(plan, estimate, left)})


def _list_tasks(
    profile: Profile,
    catalogue: Catalogue,
    role: str,
    needed: list[CatalogueLesson],
    wanted: list[CatalogueLesson],
    estimate: Estimate,
) -> tuple[list[Task], list[str]]:
    """Tasks in order, and titles of lessons left out because they would go beyond the estimate."""
    sprint = catalogue.sprints.get(role)
    guide = catalogue.guides[role]
    room = float(estimate.hours[1] - PROJECT_HOURS - PRACTICE_HOURS)
    sprint_hours = float(sprint.hours) if sprint and SPRINT not in profile.done else 0.0
    room -= sprint_hours + sum(lesson.hours for lesson in needed)
    kept, left_out = list(needed), []
    for lesson in wanted:
        ready = all(p in {k.id for k in kept} or p not in {w.id for w in wanted} for p in lesson.prerequisites)
        if lesson.hours <= room and ready:
            kept.append(lesson)
            room -= lesson.hours
        else:
            left_out.append(lesson.title)
    lessons = [
        Task(kind="lesson", id=lesson.id, title=lesson.title, hours=lesson.hours, quote=lesson.quote)
        for lesson in order_lessons(kept)
    ]
    studied = sprint_hours + sum(task.hours for task in lessons)
    project = guide.projects[0] if guide.projects else None
    project_hours = max(PROJECT_HOURS, estimate.hours[0] - studied - PRACTICE_HOURS)
    tasks = lessons
    if sprint and sprint_hours:
        begin = Task(kind="sprint", id=SPRINT, title=f"14-day sprint for {guide.role}", hours=sprint_hours,
                     quote=sprint.hours_quote)  # fmt: skip
        # Who does not program yet could not build anything in a sprint that needs it.
        first = [t for t in lessons if t.id.startswith("python-foundations/")] if is_beginner(profile) and any(
            s.name == PROGRAMMING and s.need == "must" for s in guide.skills
        ) else []  # fmt: skip
        tasks = [*first, begin, *(t for t in lessons if t not in first)]
    if project and PROJECT not in profile.done:
        tasks = [*tasks, Task(kind="project", id=PROJECT, title=f"Portfolio project: {project.title}",
                              hours=float(project_hours), quote=project.brief)]  # fmt: skip
    practice = Task(
        kind="practice",
        id=PRACTICE,
        title="Interview practice and applications",
        hours=float(PRACTICE_HOURS),
        quote=guide.questions[0].quote if guide.questions else guide.summary,
    )
    return [*tasks, practice], left_out


def _set_milestones(weeks: Sequence[Week], start: datetime.date) -> list[Milestone]:
    """The ends of the sprint, the lessons, the project and the practice."""
    names = {"sprint": "Sprint finished: a first small result to show", "lesson": "Lessons finished",
             "project": "Portfolio project finished", "practice": "Ready to apply"}  # fmt: skip
    last: dict[str, int] = {}
    for week in weeks:
        for task in week.tasks:
            last[task.kind] = week.number
    return [
        Milestone(title=names[kind], week=number, date=start + datetime.timedelta(weeks=number, days=-1))
        for kind, number in sorted(last.items(), key=lambda pair: pair[1])
    ]


def _advise(plan: Plan, estimate: Estimate, left: int | None) -> list[str]:
    """What to do where the deadline is near, and where the plan goes beyond the guide's estimate."""
    advice = []
    low, high = plan.estimate_weeks
    if plan.deadline and left is not None and plan.deadline_verdict != "met":
        hours = math.ceil(estimate.hours[0] / left) if left else MOST_HOURS + 1
        day = plan.deadline.isoformat()
        if plan.deadline_verdict == "missed":
            advice.append(
                f"The deadline {day} cannot be met: the guide's estimate is {low}–{high} weeks at "
                f"{plan.hours_per_week:g} hours a week, and {left} weeks are left."
            )
            later = (plan.start + datetime.timedelta(weeks=low)).isoformat()
            more = f"{hours} hours a week, or " if hours <= MOST_HOURS else ""
            advice.append(f"What would fit: {more}a deadline of {later} at the earliest.")
            within = [milestone.title for milestone in plan.milestones if milestone.date <= plan.deadline]
            reached = [t.title for w in plan.weeks if w.end <= plan.deadline for t in w.tasks]
            if within:
                advice.append(f"By {day} you can reach: {within[-1]}.")
            elif reached:
                advice.append(f"By {day} you can get as far as: {reached[-1]}.")
        else:
            advice.append(
                f"The deadline {day} is tight: {left} weeks are left of the {low}–{high} that the guide estimates at "
                f"{plan.hours_per_week:g} hours a week."
            )
    if plan.deadline and plan.deadline_verdict == "met" and plan.end > plan.deadline:
        advice.append(
            f"The estimate fits before {plan.deadline.isoformat()}, but this plan ends on {plan.end.isoformat()}; "
            "leave out what you know already, or give it more hours."
        )
    if estimate.beginner:
        added = estimate.added
        advice.append(f"The weeks count {added} hours of the Python track on top of the guide's estimate.")
    if len(plan.weeks) > high:
        advice.append(
            f"The plan takes {len(plan.weeks)} weeks, more than the {high} of the guide's estimate, because it holds "
            "every lesson that has to come before the core skills; skip what you know already."
        )
    return advice
