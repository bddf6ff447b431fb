"""Proving a lesson against the engine: ``manage.py check_lessons``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path

from k8slab.engine import Cluster
from k8slab.labs.inside import VIEWS
from k8slab.labs.summaries import DRAWN
from k8slab.quizzes.types import Mend
from k8slab.shell import Shell

from .checks import Check
from .experiments import Facts, read_experiments, read_facts, write_facts
from .lessons import Lesson, read_lesson
from .micro import Sheet
from .setup import Setup, read_setup
from .translations import misfits, translations

_CHIP = re.compile(r'data-(?:try|run)="([^"]*)"')
_ANCHOR = re.compile(r'href="#([\w-]+)"')
_WIDGET = re.compile(r'data-widget="([^"]*)"')
_WIDGETS = ("checklist", "thermostat")
_PLACE = re.compile(r'href="#(\w+)/([^"/]*)')
_PLACES = {"inside": (*VIEWS, "trace"), "object": DRAWN, "pane": ("yaml", "terminal", "quiz")}
_HINTS_A_TASK = 2


def measure(folder: Path) -> Facts:
    """The figures of all experiments, as the engine gives them now."""
    setup = read_setup(folder)
    return {experiment.id: experiment.run(setup) for experiment in read_experiments(folder)}


def update(folder: Path) -> None:
    """Write the figures beside the lesson."""
    write_facts(folder, measure(folder))


def problems(folder: Path) -> Iterator[str]:
    """What is wrong with a lesson; nothing where all is proved.

    ContentError where a file can't be read; ScriptError where a script's command fails.
    """
    lesson = read_lesson(folder)
    yield from _loose_ends(lesson)
    yield from _unknown_lessons(lesson, folder.parent)
    yield from _untrue_facts(folder)
    yield from _start_applies(lesson.setup)
    yield from _chips_run(lesson)
    yield from _start_is_unsolved(lesson)
    yield from _solution_passes(lesson)
    yield from _mistakes_are_met(lesson)
    yield from _manifests_can_be_mended(lesson)
    yield from _micros_can_be_done(lesson)
    for language in translations(folder):
        yield from misfits(folder, language)
        yield from _loose_ends(read_lesson(folder, language))


def _loose_ends(lesson: Lesson) -> Iterator[str]:
    sections = {section.id for section in lesson.sections}
    tasks = set(lesson.tasks)
    questions = {question.id for question in lesson.questions}
    for section in lesson.sections:
        for anchor in _ANCHOR.findall(section.html):
            if anchor not in sections:
                yield f"section {section.id} links to #{anchor}, which is no section"
        for place, name in _PLACE.findall(section.html):
            if name not in _PLACES.get(place, ()):
                yield f"section {section.id} links to #{place}/{name}, which the page has not"
        for widget in _WIDGET.findall(section.html):
            if widget not in _WIDGETS:
                yield f"section {section.id} has the widget {widget}, which the page has not"
    for question in lesson.questions:
        if question.section not in sections:
            yield f"question {question.id}: no section {question.section} answers it"
    for placed in lesson.placed:
        if placed not in questions:
            yield f"the story asks for the prediction {placed}, which is not in quiz.yaml"
    for task in lesson.tasks:
        if not any(check.task == task for check in lesson.checks):
            yield f"task {task} has no check"
        if lesson.hints[task] != _HINTS_A_TASK:
            yield f"task {task} has {lesson.hints[task]} hints, not {_HINTS_A_TASK}"
    for check in lesson.checks:
        if check.task not in tasks:
            yield f"check {check.id} belongs to {check.task}, which is no task"
    if [step.task for step in lesson.solution] != list(lesson.tasks):
        yield "the solution's steps are not the tasks in their order"


def _unknown_lessons(lesson: Lesson, course: Path) -> Iterator[str]:
    known = {file.parent.name for file in course.glob("*/lesson.md")}
    for slug in (*lesson.builds_on, lesson.next):
        if slug and slug not in known:
            yield f"lesson.md names the lesson {slug}, which is not there"


def _untrue_facts(folder: Path) -> Iterator[str]:
    stated, measured = read_facts(folder), measure(folder)
    for name in sorted(stated.keys() | measured.keys()):
        said, is_ = stated.get(name, {}), measured.get(name, {})
        for figure in sorted(said.keys() | is_.keys()):
            if said.get(figure) != is_.get(figure):
                yield (
                    f"facts.json: {name}.{figure} is stated as {said.get(figure)}, "
                    f"the engine gives {is_.get(figure)}; run `manage.py check_lessons --update`"
                )


def _start_applies(setup: Setup) -> Iterator[str]:
    """The files that the cluster starts with must be accepted, whole."""
    shell = Shell(Cluster(**setup.genesis()), files=dict(setup.files))
    for name in setup.applied:
        output = shell.run(f"kubectl apply -f {name}")
        if output.exit_code:
            yield f"start/{name} is not applied: {(output.stderr or output.stdout).strip()}"


def _chips_run(lesson: Lesson) -> Iterator[str]:
    """Each command that the story offers must work on the cluster as it starts."""
    cluster, shell = lesson.setup.build()
    for section in lesson.sections:
        for chip in _CHIP.findall(section.html):
            line = unescape(chip)
            output = Shell(cluster.fork(), files=shell.files).run(line)
            if output.exit_code:
                said = (output.stderr or output.stdout).strip()
                yield f"section {section.id} offers `{line}`, which fails: {said}"


def _start_is_unsolved(lesson: Lesson) -> Iterator[str]:
    cluster, _ = lesson.setup.build()
    for task in lesson.tasks:
        if not _unmet(lesson, task, cluster):
            yield f"task {task} is solved before the learner does anything"


def _solution_passes(lesson: Lesson) -> Iterator[str]:
    cluster, shell = lesson.setup.build()
    for step in lesson.solution:
        step.script.play(cluster, shell)
        for unmet in _unmet(lesson, step.task, cluster):
            yield f"the solution of task {step.task} does not pass: {unmet}"


def _mistakes_are_met(lesson: Lesson) -> Iterator[str]:
    """Each mistake is made after the solutions of the tasks before it."""
    for mistake in lesson.mistakes:
        cluster, shell = lesson.setup.build()
        for step in lesson.solution[: lesson.tasks.index(mistake.task)]:
            step.script.play(cluster, shell)
        mistake.script.play(cluster, shell, strict=False)
        checks = [check for check in lesson.checks if check.task == mistake.task]
        hints = [check.hint(cluster) for check in checks if not check.observe(cluster).ok]
        found = [hint.id for hint in hints if hint]
        if mistake.hint not in found:
            yield f"mistake {mistake.id} brings up {found or 'no hint'}, not {mistake.hint}"


def _manifests_can_be_mended(lesson: Lesson) -> Iterator[str]:
    """A manifest to be mended is broken as it is shown, and its solution runs."""
    for question in lesson.questions:
        body = question.body
        if not isinstance(body, Mend):
            continue
        if body.run(body.start).passed == len(body.proof):
            yield f"question {question.id}: the manifest runs before it is mended"
        ran = body.run(body.solution)
        if ran.passed < len(body.proof):
            yield f"question {question.id}: its solution does not run: {ran.said}"


def _micros_can_be_done(lesson: Lesson) -> Iterator[str]:
    """Each micro-lab is undone at first and done by its solution, whatever is drawn."""
    for name, micro in lesson.micros.items():
        for seed in micro.seeds():
            sheet = micro.draw(seed)
            wrong = list(_start_applies(sheet.setup)) or _micro_fails(sheet)
            yield from (f"micro-lab of {name}, seed {seed}: {it}" for it in wrong)


def _micro_fails(sheet: Sheet) -> list[str]:
    cluster, shell = sheet.build()
    if not _unheld(sheet.checks, cluster):
        return ["is done before the learner does anything"]
    sheet.solution.play(cluster, shell)
    return [f"is not done by its solution: {it}" for it in _unheld(sheet.checks, cluster)]


def _unmet(lesson: Lesson, task: str, cluster: Cluster) -> list[str]:
    return _unheld([it for it in lesson.checks if it.task == task], cluster)


def _unheld(checks: Iterable[Check], cluster: Cluster) -> list[str]:
    observed = [(it, it.observe(cluster)) for it in checks]
    return [f"{check.expects}: {seen.observes}" for check, seen in observed if not seen.ok]
