"""The sandbox: its presets, and its page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from k8slab.accounts.models import Visitor
from k8slab.course import proof
from k8slab.course.lessons import all_lessons, find_lesson, lesson_in, preset_folders
from k8slab.kubectl.yaml_reader import read_documents
from k8slab.labs.models import Lab, new_lab_id
from k8slab.labs.quotas import LABS_A_VISITOR

FOLDERS = preset_folders()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_preset_holds(folder):
    assert list(proof.problems(folder)) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_preset_offers_things_to_try_and_asks_nothing(folder):
    preset = lesson_in(folder)
    story = "".join(section.html for section in preset.sections)
    assert story.count("data-try") >= 4
    assert preset.is_preset and not (preset.tasks or preset.questions or preset.checks)


def test_presets_are_found_and_are_on_no_list():
    climb = {lesson.slug for lesson in all_lessons()}
    for folder in FOLDERS:
        assert find_lesson(folder.name).is_preset
        assert folder.name not in climb
    assert not any(lesson.is_preset for lesson in all_lessons())


def test_presets_go_from_one_node_to_a_hundred():
    nodes = {folder.name: lesson_in(folder).setup.nodes for folder in FOLDERS}
    assert (nodes["one-node"], nodes["three-nodes"], nodes["hundred-nodes"]) == (1, 3, 100)


def test_all_stands_well_but_in_the_broken_one():
    """Six clients of six services: each is refused, every time."""
    facts = {folder.name: lesson_in(folder).facts["stands"] for folder in FOLDERS}
    broken = facts.pop("broken")
    services = ("web", "cart", "prices", "search", "mail", "stock")
    assert all(broken[it]["failed"] == broken[it]["requests"] > 0 for it in services)
    assert all(it["pods"]["ready"] == it["pods"]["count"] for it in facts.values())
    assert all(it.get("failed", 0) == 0 for it in facts.values())


@pytest.mark.django_db
def test_the_page_lists_the_presets_the_smallest_first(client):
    page = client.get("/sandbox/").content.decode()
    titles = re.findall(r'<h2 id="preset[^>]*>([^<]*)<', page)
    assert titles[0] == "One node" and titles[-1] == "A hundred nodes" and len(titles) == 6
    assert "10 nodes · 25 pods · 60 requests a second" in page
    assert "3 nodes · 12 pods, 2 ready" in page
    assert "1 node · no pods" in page
    assert Visitor.objects.count() == 0


@pytest.mark.django_db
def test_a_preset_opens_and_is_gone_on_with(client):
    first = client.post("/sandbox/one-node/", follow=True)
    lab = Lab.objects.get()
    assert lab.lesson == "one-node" and f'data-lab="{lab.id}"' in first.content.decode()
    page = client.get("/sandbox/").content.decode()
    assert f'href="/labs/{lab.id}/"' in page and "Open a new one" in page
    client.post("/sandbox/one-node/")
    assert Lab.objects.count() == 2
    assert lab.id not in client.get("/sandbox/").content.decode()


@pytest.mark.django_db
def test_only_presets_open_here(client):
    assert client.post("/sandbox/rollout-500s/").status_code == 404
    assert client.post("/sandbox/nowhere/").status_code == 404


@pytest.mark.django_db
def test_too_many_labs_are_refused_in_words(client):
    client.post("/sandbox/one-node/")
    lab = Lab.objects.get()
    for _ in range(LABS_A_VISITOR - 1):
        lab.pk = new_lab_id()
        lab.save(force_insert=True)
    refused = client.post("/sandbox/one-node/")
    assert refused.status_code == 409 and "Back to the sandbox" in refused.content.decode()


@pytest.mark.django_db
def test_the_map_and_the_header_lead_to_the_sandbox(client):
    assert client.get("/course/").content.decode().count('href="/sandbox/"') == 2


@pytest.mark.django_db
def test_a_presets_page_asks_for_no_altitude_and_leads_back(client):
    page = client.get("/lessons/one-node/").content.decode()
    assert "data-altitude-choice" not in page and '<a href="/sandbox/">Sandbox</a>' in page


@pytest.mark.django_db
def test_a_lab_is_exported_for_its_owner_only(client):
    page = client.post("/sandbox/web-shop/", follow=True).content.decode()
    address = f"/labs/{Lab.objects.get().id}/manifests.yaml"
    assert f'href="{address}"' in page
    answer = client.get(address)
    assert answer["Content-Type"] == "application/yaml; charset=utf-8"
    assert 'filename="web-shop.yaml"' in answer["Content-Disposition"]
    assert [it.value["kind"] for it in read_documents(answer.content.decode())] == [
        "Service",
        "Deployment",
    ]
    assert Client().get(address).status_code == 404
