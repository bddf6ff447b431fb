"""Each task of the exam's pool can be done, and is not done when it begins."""

from __future__ import annotations

import pytest

from k8slab.course.checks import evaluate
from k8slab.exams.tasks import TASKS_AN_EXAM, draw, prepare, tasks
from k8slab.shell import Shell

POOL = tasks()


@pytest.mark.parametrize("task", POOL, ids=lambda task: task.id)
def test_a_task_is_undone_at_first_and_whole_by_the_lessons_solution(task):
    cluster, files = prepare(task)
    before = evaluate(task.checks, cluster)
    assert not all(check["ok"] for check in before.values())
    step = next(it for it in task.lesson.solution if it.task == task.task)
    step.script.play(cluster, Shell(cluster, files=files))
    after = evaluate(task.checks, cluster)
    assert [check for check in after.values() if not check["ok"]] == []


def test_an_exam_is_drawn_from_its_seed_with_one_task_a_lesson():
    for seed in range(30):
        drawn = draw(POOL, seed)
        assert drawn == draw(POOL, seed)
        assert len({it.lesson.slug for it in drawn}) == TASKS_AN_EXAM
        assert [it.minutes for it in drawn] == sorted(it.minutes for it in drawn)
    assert len({tuple(it.id for it in draw(POOL, seed)) for seed in range(30)}) > 20
