"""A plan as Markdown, as JSON, and as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

import datetime
import hashlib

from icalendar import Calendar, Event

from advisor.career.plan import Plan


def write_markdown(plan: Plan) -> str:
    """The plan as a Markdown document."""
    low, high = plan.estimate_weeks
    lines = [
        f"# Plan: {plan.role}",
        "",
        f"{len(plan.weeks)} weeks from {plan.start.isoformat()} to {plan.end.isoformat()}, {plan.hours_per_week:g} "
        f"hours a week, {plan.total_hours:g} hours in all. The guide's estimate is {low}–{high} weeks.",
        "",
        *(f"> {advice}" for advice in plan.advice),
        "",
        "| Week | From | Hours | What |",
        "|---|---|---|---|",
    ]
    for week in plan.weeks:
        what = "; ".join(f"{task.title} ({task.hours:g} h)" for task in week.tasks)
        lines.append(f"| {week.number} | {week.start.isoformat()} | {week.hours:g} | {what} |")
    lines += ["", "## Milestones", ""]
    lines += [
        f"- {milestone.date.isoformat()} (week {milestone.week}): {milestone.title}" for milestone in plan.milestones
    ]
    if plan.project:
        lines += ["", f"## Portfolio project: {plan.project.title}", "", plan.project.brief.text, "", "Done means:", ""]
        lines += [f"- {quote.text}" for quote in plan.project.done]
        if plan.project.rubric:
            rows = [quote.text for quote in plan.project.rubric]
            lines += [
                "",
                f"| {rows[0]} |",
                f"|{'---|' * (rows[0].count('|') + 1)}",
                *(f"| {row} |" for row in rows[1:]),
            ]
    if plan.sprint_days:
        lines += ["", "## The 14-day sprint", "", *(f"- {quote.text}" for quote in plan.sprint_days)]
    if plan.not_taught:
        lines += ["", "## Not taught here", "", *(f"- {skill}" for skill in plan.not_taught)]
    if plan.left_out:
        lines += ["", "## For later", "", *(f"- {title}" for title in plan.left_out)]
    return "\n".join(lines) + "\n"


def write_calendar(plan: Plan) -> bytes:
    """The plan as an iCalendar file: an all-day event for each week and each milestone.

    The same plan gets the same event ids, so that importing it again changes events and adds none twice.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//career-advisor//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Plan: {plan.role}")
    stamp = datetime.datetime.combine(plan.start, datetime.time(), datetime.UTC)
    for week in plan.weeks:
        titles = list(dict.fromkeys(task.title for task in week.tasks))
        calendar.add_component(
            _make_event(
                f"{plan.role}/week/{week.number}",
                stamp,
                week.start,
                week.end,
                f"Week {week.number}: {titles[0]}" + (f" and {len(titles) - 1} more" if len(titles) > 1 else ""),
                "\n".join(f"{task.title}: {task.hours:g} h" for task in week.tasks),
            )
        )
    for milestone in plan.milestones:
        calendar.add_component(
            _make_event(
                f"{plan.role}/milestone/{milestone.title}", stamp, milestone.date, milestone.date, milestone.title, ""
            )
        )
    return bytes(calendar.to_ical())


def _make_event(
    key: str, stamp: datetime.datetime, first: datetime.date, last: datetime.date, summary: str, description: str
) -> Event:
    event = Event()
    event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:24]}@career-advisor")
    event.add("dtstamp", stamp)
    event.add("dtstart", first)
    # The end of an all-day event is the day after it.
    event.add("dtend", last + datetime.timedelta(days=1))
    event.add("summary", summary)
    if description:
        event.add("description", description)
    event.add("transp", "TRANSPARENT")
    return event
