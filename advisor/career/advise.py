"""Puts what the career tools found into the lines of an answer, each with the words of the material it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from advisor.career.compare import Comparison
from advisor.career.estimate import Estimate
from advisor.career.fit import RoleFit
from advisor.career.gap import Gap, SkillGap
from advisor.career.interview import Feedback
from advisor.career.plan import Plan
from advisor.career.profile import Profile, describe_profile
from ingest.role_guide import InterviewQuestion, Quote

# Roles shown with their reasons, skills of each kind in a gap, and tasks of a plan that an answer shows with weeks.
DETAILED_ROLES = 2
MOST_SKILLS = 6
MOST_TASKS = 9


@dataclass(frozen=True)
class AdviceLine:
    """A line of advice. quotes: what it rests on; a label or a word on the person themself rests on none."""

    text: str
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class TableRow(AdviceLine):
    """A row of a table: text is its first cell."""

    cells: tuple[AdviceLine, ...] = ()


Advice = list[AdviceLine]


def advise_fit(fits: Sequence[RoleFit], profile: Profile) -> Advice:
    """The roles in order, the best with reasons for and against and honest odds."""
    lines = [AdviceLine(f"Ranked by what you told me ({_sum_up(profile)}):")]
    for number, fit in enumerate(fits[:DETAILED_ROLES], 1):
        lines.append(AdviceLine(f"{number}. **{fit.role}** (fit {fit.score:.2f} of 1)"))
        shares = ", ".join(f"{part.name} {part.score:.2f}" for part in fit.parts)
        lines.append(AdviceLine(f"   - Parts: {shares}"))
        for part in fit.parts:
            if part.name == "transfer":
                # In the guide's own words, which say what the hours are an estimate of.
                lines.append(_subitem("Way: " + " ".join(quote.text for quote in part.citations), part.citations))
            elif part.citations:
                lines.append(_subitem(f"{part.name.capitalize()}: {part.reason}", part.citations))
        lines += [_subitem(f"Against: {reason.reason}", reason.citations) for reason in fit.against]
        if fit.odds:
            lines.append(_subitem(f"Odds: {fit.odds[0].text}", fit.odds[:1]))
    for number, fit in enumerate(fits[DETAILED_ROLES:], DETAILED_ROLES + 1):
        lines.append(AdviceLine(f"{number}. {fit.role} (fit {fit.score:.2f})"))
    lines.append(AdviceLine(f'Go on with "what am I missing for {fits[0].role}?" or "make me a plan".'))
    return lines


def advise_gap(gap: Gap, profile: Profile) -> Advice:
    """What is held, partly held and missing, in the order of weight, with lessons and proof."""
    lines = [AdviceLine(f"Your gap for {gap.role}, by what you told me ({_sum_up(profile)}):")]
    for status, label in (("missing", "Missing"), ("partly", "Partly there"), ("held", "Held")):
        found = [skill for skill in gap.skills if skill.status == status]
        if not found:
            continue
        lines.append(AdviceLine(f"**{label}**"))
        lines += [_describe_skill(skill) for skill in found[:MOST_SKILLS]]
        if len(found) > MOST_SKILLS:
            lines.append(AdviceLine(f"and {len(found) - MOST_SKILLS} that count less."))
    return lines


def advise_plan(plan: Plan, profile: Profile) -> Advice:
    """The frame of a plan, its first weeks, milestones and project."""
    low, high = plan.estimate_weeks
    lines = [
        AdviceLine(
            f"A plan for {plan.role} at {plan.hours_per_week:g} hours a week: {len(plan.weeks)} weeks, from "
            f"{plan.start.isoformat()} to {plan.end.isoformat()}."
        ),
        _item(
            f"At your hours that is {low}–{high} weeks by the guide: {plan.estimate_quote.text}",
            [plan.estimate_quote],
        ),
    ]
    lines += [AdviceLine(advice) for advice in plan.advice]
    lines.append(AdviceLine("**In this order**"))
    tasks = plan.tasks
    for task in tasks[:MOST_TASKS]:
        first, last = plan.find_weeks(task.id)
        weeks = f"Week {first}" if first == last else f"Weeks {first}–{last}"
        lines.append(_item(f"{weeks}: {task.title} ({task.hours:g} h)", [task.quote]))
    if len(tasks) > MOST_TASKS:
        later = ", ".join(task.title for task in tasks[MOST_TASKS:])
        lines.append(AdviceLine(f"Then: {later}."))
    if plan.not_taught:
        lines.append(
            AdviceLine(
                f"No lesson here teaches {', '.join(plan.not_taught)}; learn these elsewhere and in the project."
            )
        )
    lines.append(AdviceLine("**Milestones**"))
    lines += [AdviceLine(f"- {m.date.isoformat()}, week {m.week}: {m.title}") for m in plan.milestones]
    if plan.project:
        lines.append(AdviceLine(f"**Portfolio project: {plan.project.title}**"))
        lines.append(_item(plan.project.brief.text, [plan.project.brief]))
        lines += [_item(f"Done means: {done.text}", [done]) for done in plan.project.done]
    lines.append(AdviceLine(f'The whole plan, for your calendar: career-advisor plan "{plan.role}" --ics plan.ics'))
    return lines


def advise_time(estimate: Estimate, role: str, profile: Profile) -> Advice:
    """How long a role takes at the person's hours."""
    weeks = estimate.spread(profile.hours_per_week)
    assert weeks
    return [
        _item(
            f"For you about {weeks[0]}–{weeks[1]} weeks to {role} at {profile.hours_per_week:g} hours a week "
            f"({estimate.describe()})",
            [estimate.quote],
        ),
        _item(estimate.quote.text, [estimate.quote]),
    ]


def advise_comparison(comparison: Comparison) -> Advice:
    """A table; the cells carry the quotes."""
    lines = [AdviceLine(f"{' and '.join(comparison.sides)}, side by side:")]
    lines.append(AdviceLine(f"| | {' | '.join(comparison.sides)} |\n|{' --- |' * (len(comparison.sides) + 1)}"))
    for row in comparison.rows:
        cells = [AdviceLine(cell.text.replace("|", "/"), tuple(cell.citations)) for cell in row.cells]
        lines.append(TableRow(f"{row.aspect}", (), tuple(cells)))
    return lines


def advise_profile(profile: Profile, changes: Sequence[str]) -> Advice:
    """What is known of the person, and how to correct it."""
    if not describe_profile(profile):
        return [
            AdviceLine("I know nothing about you yet. Tell me what you do, what you can and how much time you have.")
        ]
    lines = [AdviceLine(f"Noted: {'; '.join(changes)}." if changes else "This is what I know of you:")]
    lines += [AdviceLine(f"- {line}") for line in describe_profile(profile)]
    lines.append(AdviceLine('Correct me in plain words ("no SQL", "8 hours a week"), or ask which role fits you.'))
    return lines


def ask_interview_question(question: InterviewQuestion, role: str, number: int, count: int) -> Advice:
    """The next question of a practice round."""
    # Not cited: the passage holds the note on a good answer.
    return [AdviceLine(f"Interview question {number} of {count} for {role}: {question.question}")]


def advise_feedback(feedback: Feedback, reached: int, most: int) -> Advice:
    """Feedback on an answer, with the note on a good one."""
    made = "; ".join(point.text for point in feedback.points if point.made)
    missing = "; ".join(point.text for point in feedback.points if not point.made)
    if feedback.judged:
        lines = [AdviceLine(f"{feedback.score} of 2 points.")]
        labels = ("You have", "Still missing")
    else:
        lines = [
            AdviceLine(
                f"{feedback.score} of 2 points by its words alone; without a language model I cannot tell what you "
                "said in other words, so hold it against the note yourself."
            )
        ]
        labels = ("Named", "Not named in these words")
    lines += [AdviceLine(f"- {label}: {told}.") for label, told in zip(labels, (made, missing), strict=True) if told]
    lines.append(_item(feedback.note, [feedback.citation]))
    lines += [AdviceLine(f"- {remark}") for remark in feedback.remarks]
    lines.append(AdviceLine(f"Score so far: {reached} of {most}"))
    return lines


def ask_for(missing: Sequence[str]) -> Advice:
    """At most two questions for what a tool needs."""
    return [AdviceLine("Before I can do that:"), *(AdviceLine(f"- {question}") for question in missing[:2])]


def _describe_skill(skill: SkillGap) -> AdviceLine:
    level = f"{skill.need}, {skill.level}" + (f"; you: {skill.held}" if skill.held else "")
    lessons = "; ".join(f"{lesson.title} ({lesson.hours:g} h)" for lesson in skill.lessons)
    learn = f". Learn: {lessons}" if lessons else "" if skill.status == "held" else ". No lesson here teaches it"
    proof = f". Prove it in: {skill.proof}" if skill.proof and skill.status != "held" else ""
    quotes = [skill.citations[0], *(lesson.quote for lesson in skill.lessons)]
    if proof:
        quotes += skill.citations[1:]
    return _item(f"{skill.skill} ({level}){learn}{proof}", quotes)


def _sum_up(profile: Profile) -> str:
    """The person in one line."""
    parts = [profile.occupation or ""]
    parts += [", ".join(f"{skill.name} ({skill.level})" for skill in profile.skills[:5])]
    parts += [f"{profile.hours_per_week:g} hours a week" if profile.hours_per_week else ""]
    return "; ".join(part for part in parts if part) or "little so far"


def _subitem(text: str, quotes: Iterable[Quote]) -> AdviceLine:
    return AdviceLine(f"   - {text}", tuple(dict.fromkeys(quotes)))


def _item(text: str, quotes: Iterable[Quote]) -> AdviceLine:
    return AdviceLine(f"- {text}", tuple(dict.fromkeys(quotes)))
