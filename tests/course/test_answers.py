"""Every question of the course is answered over HTTP, rightly, and shown with its verdict."""

import pytest

from k8slab.course.lessons import all_lessons
from k8slab.quizzes.models import Attempt

pytestmark = pytest.mark.django_db
LESSONS = {lesson.slug: lesson for lesson in all_lessons()}


def right_answer(question):
    """The values of the form's ``answer`` fields that earn full marks."""
    body = question.body
    match question.type:
        case "order":
            return [f"{step.key}={at}" for at, step in enumerate(body.steps, start=1)]
        case "match":
            return [f"{pair.key}={body.partners.index(pair.partner)}" for pair in body.pairs]
        case "number":
            return [str(body.value)]
        case "text":
            return [body.accept[0]]
        case "mend":
            return [body.solution]
        case "recall":
            return ["In my own words."]
        case "best_fit":
            return [min(body.options, key=lambda option: option.failed).key]
        case _:
            return [option.key for option in body.options if option.right]


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_each_question_can_be_answered_rightly(client, lesson):
    """TE-018: the score is the server's, and each attempt is kept."""
    for question in lesson.questions:
        address = f"/lessons/{lesson.slug}/questions/{question.id}/"
        posted = {"answer": right_answer(question)}
        page = client.post(address, posted, headers={"HX-Request": "true"}).content.decode()
        latest = Attempt.objects.filter(lesson=lesson.slug, question=question.id).last()
        assert latest.score == (None if question.type == "recall" else 1), question.id
        assert 'role="alert"' not in page and "{{" not in page
    shown = client.get(f"/lessons/{lesson.slug}/").content.decode()
    assert shown.count('class="verdict verdict--right"') >= len(lesson.questions) - len(
        [it for it in lesson.questions if it.type == "recall" or it.id in lesson.placed]
    )
