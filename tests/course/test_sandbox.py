"""The sandbox: its presets, and its page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from k8slab.accounts.models import Visitor
from k8slab.course import proof
from k8slab.course.lessons import all_lessons, find_lesson, lesson_in, preset_folders
from k8slab.kubectl.yaml_reader import read_documents
from k8slab.labs.archive import read_journal, restore
from k8slab.labs.models import Lab, new_lab_id
from k8slab.labs.quotas import LABS_A_VISITOR
from k8slab.labs.shares import share

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
def test_a_preset_has_the_panel_of_faults_and_a_lesson_its_quiz(client):
    for slug, has, has_not in (
        ("one-node", "panel-faults", "panel-quiz"),
        ("the-loop", "panel-quiz", "panel-faults"),
    ):
        page = client.post(f"/lessons/{slug}/start/", follow=True).content.decode()
        assert has in page and has_not not in page


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


@pytest.fixture
def moment(client):
    """A moment that the client's visitor shares, of a lab of the preset `web-shop`."""
    client.post("/sandbox/web-shop/")
    lab = Lab.objects.get()
    _, cluster = restore(lab.id)
    return share(lab.owner, cluster, lesson=lab.lesson, files=lab.files)


@pytest.mark.django_db
def test_whoever_has_the_link_sees_the_moment_and_leaves_nothing_behind(client, moment):
    address = f"/shared/{moment.id}/"
    stranger = Client()
    answer = stranger.get(address)
    page = answer.content.decode()
    assert "A web shop, at 1:00" in page and "Somebody stopped the clock here." in page
    assert answer["X-Robots-Tag"] == "noindex" and answer["Referrer-Policy"] == "same-origin"
    assert "You stopped the clock here" in client.get(address).content.decode()
    assert Visitor.objects.count() == 1
    assert stranger.get("/shared/nowhere/").status_code == 404


@pytest.mark.django_db
def test_a_lab_that_is_not_shared_has_no_such_page(client, moment):
    lab = Lab.objects.exclude(owner=None).get()
    for who in (client, Client()):
        assert who.get(f"/shared/{lab.id}/").status_code == 404
        assert who.post(f"/shared/{lab.id}/").status_code == 404


@pytest.mark.django_db
def test_who_makes_it_theirs_goes_on_from_there(moment):
    stranger = Client()
    page = stranger.post(f"/shared/{moment.id}/", follow=True)
    mine = Lab.objects.latest("updated")
    assert f'data-lab="{mine.id}"' in page.content.decode()
    assert mine.owner_id == stranger.session["visitor"] != moment.shared_by_id
    assert (mine.now_ms, mine.start_ms, mine.lesson) == (moment.now_ms, moment.now_ms, "web-shop")
    assert not mine.paused and mine.files == moment.files
    assert read_journal(mine) == read_journal(moment)


@pytest.mark.django_db
def test_who_shares_can_withdraw_and_nobody_else(client, moment):
    address = f"/shared/{moment.id}/"
    page = client.get("/sandbox/").content.decode()
    assert "Moments that you share" in page and f'href="{address}"' in page
    assert Client().post(f"{address}withdraw/").status_code == 404
    assert client.post(f"{address}withdraw/").url == "/sandbox/"
    assert client.get(address).status_code == 404
    assert "Moments that you share" not in client.get("/sandbox/").content.decode()


@pytest.mark.django_db
def test_a_share_is_no_lab_of_anybodys(client, moment):
    assert client.get(f"/labs/{moment.id}/").status_code == 404
    assert client.get(f"/labs/{moment.id}/manifests.yaml").status_code == 404
    assert moment.id not in client.get("/lessons/web-shop/").content.decode()
