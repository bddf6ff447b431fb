"""What a reader may look for: each subject has its place in a lesson or in the glossary."""

import re

import pytest
from django.test import Client

from k8slab.course.climb import in_order
from k8slab.course.glossary import glossary
from k8slab.course.lessons import all_lessons, find_lesson
from k8slab.course.placement import SETS, draw

SUBJECTS = {
    "what it is": "the-loop#declare",
    "what it is not": "the-loop#origin",
    "architecture": "control-plane#parts",
    "from an apply to a running pod": "control-plane#path",
    "nodes": "node-failure#clocks",
    "pods": "pods#share",
    "ReplicaSets and Deployments": "replicasets#deployment",
    "StatefulSets and storage": "statefulsets#claims",
    "DaemonSets": "daemonsets#count",
    "Jobs": "jobs#counts",
    "Services": "services-and-selectors#path",
    "Ingress": "glossary#Ingress",
    "configuration and secrets": "configmaps#when",
    "namespaces": "glossary#Namespace",
    "labels": "replicasets#question",
    "requests and limits": "requests-and-limits#words",
    "probes": "liveness-or-readiness#questions",
    "rollouts": "rollouts-and-rollbacks#bounds",
    "scheduling": "scheduling#decision",
    "autoscaling": "glossary#Autoscaler",
    "permissions": "glossary#Role",
    "custom resources": "glossary#Custom resource",
    "operators": "glossary#Operator",
    "finalizers": "glossary#Finalizer",
    "kubectl": "kubectl-fluency#output",
    "footguns": "gauntlet#pattern",
    "checklist of a diagnosis": "kubectl-fluency#checklist",
    "production essentials": "glossary#Production checklist",
}

CHAPTERS = {
    "why": "why-orchestration",
    "control plane": "control-plane",
    "nodes": "node-failure",
    "objects": "rollout-500s",
    "networking": "service-types",
    "storage": "statefulsets",
    "kubectl": "kubectl-fluency",
    "loop": "the-loop",
    "resources": "requests-and-limits",
    "probes": "liveness-or-readiness",
    "rollouts": "rollouts-and-rollbacks",
}


@pytest.mark.parametrize(("subject", "place"), SUBJECTS.items(), ids=SUBJECTS)
def test_each_subject_has_its_place(subject, place):
    """TE-038: a section of a lesson, or a word of the glossary."""
    page, _, part = place.partition("#")
    if page == "glossary":
        assert part in {term.name for term in glossary()}
        return
    assert part in {section.id for section in find_lesson(page).sections}


def test_every_lesson_names_its_references():
    """TE-035, TE-038."""
    assert all(lesson.sources for lesson in all_lessons())


def test_the_chapters_are_lessons_of_the_one_climb():
    """TE-045, without minikube and Helm: they wait."""
    climb = [lesson.slug for lesson in in_order(all_lessons())]
    assert set(CHAPTERS.values()) <= set(climb) and len(set(CHAPTERS.values())) == len(CHAPTERS)


def test_a_title_says_its_subject_and_a_promise():
    """TE-004: in the first lesson the objects, and the loop behind them."""
    for lesson in all_lessons():
        subject, _, promise = lesson.title.partition(": ")
        assert subject and promise, lesson.slug
    title = find_lesson("rollout-500s").title
    assert all(word in title for word in ("Pods", "Services", "rollout", "loop"))


@pytest.mark.django_db
def test_a_lesson_ends_with_a_review_that_draws_on_every_lesson():
    """TE-028: one right answer of several each; over its sets no lesson is left out."""
    page = Client().get("/lessons/rollout-500s/").content.decode()
    end = page[page.index('class="story__next"') :]
    assert re.search(r'href="/placement/">\s*Multiple-choice review', end)
    lessons = in_order(all_lessons())
    drawn = [each for number in range(1, SETS + 1) for each in draw(lessons, number)]
    assert {question.type for _, question in drawn} == {"single"}
    assert {lesson.slug for lesson, _ in drawn} == {lesson.slug for lesson in lessons}


def test_the_loop_tells_where_it_comes_from():
    """CM-005: the two models, the years, the foundation; a question asks for it."""
    lesson = find_lesson("the-loop")
    [told] = [it.html for it in lesson.sections if it.id == "origin"]
    assert all(word in told for word in ("Borg", "Omega", "2014", "2015", "CNCF"))
    assert "origin" in {question.section for question in lesson.questions}


def test_two_waveforms_show_an_edge_and_a_level():
    """LE-004: drawn in letters; the sentence above says the same for whoever hears it."""
    [told] = [it.html for it in find_lesson("level-and-edge").sections if it.id == "words"]
    drawing = told[told.index('class="language-drawing"') :]
    step, level = (re.search(rf"{word}-? +(!+)", drawing) for word in ("edge", "level"))
    assert step and level and len(step[1]) == 1 and len(level[1]) > 5
    sentence = told[: told.index("<pre")]
    assert all(f"<strong>{word}</strong>" in sentence for word in ("edge", "level"))
