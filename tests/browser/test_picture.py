"""The picture, its table and its list, from one recorded State."""

from __future__ import annotations

POD_NAME = "web-7c9f8d5b44-lk2j9"
POD = f"Pod/default/{POD_NAME}"


def test_the_table_shows_every_object_of_the_picture(lesson, recorded):
    """PX-008."""
    page = lesson(lab=recorded)
    drawn = set(page.locator(".box").evaluate_all("all => all.map((it) => it.dataset.key)"))
    page.get_by_role("button", name="Table").click()
    rows = page.locator(".objects [data-key]").evaluate_all(
        "all => all.map((it) => it.dataset.key)"
    )
    assert drawn - {"waiting"} == set(rows)
    assert len(rows) == 15


def test_all_that_owns_pods_is_drawn_listed_and_in_the_table(lesson, recorded):
    """A DaemonSet and a StatefulSet with their counts, a Job with its ends."""
    told = {
        "DaemonSet": ({"desired": 3, "current": 3, "ready": 2}, "2 of 3 ready", "2/3"),
        "StatefulSet": ({"desired": 2, "current": 1, "ready": 1}, "1 of 2 ready", "1/2"),
        "ReplicaSet": ({"desired": 1, "current": 1, "ready": 1}, "1 of 1 ready", "1/1"),
        "Job": ({"desired": 5, "active": 1, "done": 3, "failed": 2}, "3 of 5 done", "2 failed"),
        "CronJob": ({"schedule": "0 3 * * *", "active": 1}, "0 3 * * *", "1 running"),
    }
    for kind, (counts, _, _) in told.items():
        owner = {"kind": kind, "namespace": "default", "name": "mine", "owner": None, **counts}
        recorded.state["objects"][f"{kind}/default/mine"] = owner
    page = lesson(lab=recorded, width=1280)
    for kind, (_, state, more) in told.items():
        box = page.locator(f'.box[data-key="{kind}/default/mine"]')
        texts = box.locator("text").all_text_contents()
        assert state in texts and more in texts and f"{kind} mine" in texts, texts
        assert state in box.get_attribute("aria-label")
    page.get_by_role("button", name="Table").click()
    for kind, (_, state, _) in told.items():
        row = page.locator(".objects tr", has=page.locator(f'[data-key="{kind}/default/mine"]'))
        assert state in row.inner_text()
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator('.panes [data-pane="cluster"]').click()
    for kind, (_, state, _) in told.items():
        row = page.locator(f'.pod-list [data-key="{kind}/default/mine"]')
        assert row.locator("small").inner_text() == state


def test_each_state_has_a_sign_of_its_own_shape(lesson, recorded):
    """PX-008: never colour alone."""
    page = lesson(lab=recorded)
    shapes = {
        name: page.locator(f".box .sign--{name}").first.evaluate("it => it.innerHTML")
        for name in ("ready", "running", "pending", "failed", "terminating")
    }
    assert len(set(shapes.values())) == len(shapes)


def test_a_long_state_is_not_cut(lesson, recorded):
    """PX-006: CrashLoopBackOff, and its restarts, in two lines that stay in the pod."""
    page = lesson(lab=recorded, width=1280)
    pod = page.locator('.box[data-key="Pod/default/web-7c9f8d5b44-c5bbq"]')
    assert pod.locator(".pod__text").all_text_contents() == ["CrashLoop", "BackOff"]
    right = "all => Math.max(...all.map((it) => it.getBoundingClientRect().right))"
    assert pod.locator("text").evaluate_all(right) < pod.locator(".pod").evaluate_all(right)


def test_a_pods_name_tells_it_from_its_siblings_and_stays_in_its_box(lesson, recorded):
    """What an owner's name does not say already; whole, where a pod was adopted."""
    owner, shown = "ReplicaSet/default/shop", {"shop-md5jr": "md5jr", "hand-1": "hand-1"}
    numbered = {"shopper-0": "0", "a-very-long-name-10": "10"}
    objects = recorded.state["objects"]
    for name in (*shown, *numbered):
        kin = owner if name in shown else "StatefulSet/default/any"
        objects[f"Pod/default/{name}"] = {**objects[POD], "name": name, "owner": kin}
    page = lesson(lab=recorded, width=1280)
    for name, told in (shown | numbered).items():
        box = page.locator(f'.box[data-key="Pod/default/{name}"]')
        assert box.locator(".pod__name").text_content().endswith(told)
        right = "it => it.getBoundingClientRect().right"
        assert box.locator(".pod__name").evaluate(right) < box.locator(".pod").evaluate(right)
    hand = page.locator('.box[data-key="Pod/default/hand-1"] .pod__name')
    assert hand.text_content() == "hand-1"


def test_pods_that_wait_for_a_node_stand_side_by_side(lesson, recorded):
    waiting = [f"Pod/default/web-7c9f8d5b44-wait{number}" for number in range(5)]
    for key in waiting:
        pod = {**recorded.state["objects"][POD], "name": key.split("/")[-1]}
        recorded.state["objects"][key] = {**pod, "node": None, "sign": "pending"}
    page = lesson(lab=recorded, width=1280)
    places = [page.locator(f'.box[data-key="{key}"]').bounding_box() for key in waiting]
    assert len({place["y"] for place in places}) == 1
    assert len({place["x"] for place in places}) == len(waiting)


def test_arrows_move_the_one_tab_stop_and_letters_ask(lesson, recorded):
    """PX-008."""
    page = lesson(lab=recorded)
    pod = page.locator(f'.box[data-key="{POD}"]')
    pod.focus()
    assert page.locator('.box[tabindex="0"]').count() == 1
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.key") != POD
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.key") == POD
    page.keyboard.press("d")
    page.get_by_text("Name: shown").wait_for()
    last = recorded.commands("show")[-1]
    assert (last["what"], last["key"]) == ("describe", POD)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.key") == POD


def test_whoever_points_at_an_owner_sees_its_pods_and_at_a_pod_its_owners(lesson, recorded):
    """By the pointer, and by the keyboard."""
    page = lesson(lab=recorded)
    objects = recorded.state["objects"]
    kin = "all => all.map((it) => it.dataset.key)"
    pods = {key for key, it in objects.items() if it["kind"] == "Pod" and it["owner"]}
    sets = {objects[pod]["owner"] for pod in pods}
    (deployment,) = {objects[owner]["owner"] for owner in sets}
    page.locator(f'.box[data-key="{deployment}"] .hit').hover()
    assert set(page.locator(".box.is-kin").evaluate_all(kin)) >= pods | sets
    page.locator(f'.box[data-key="{POD}"]').focus()
    owners = {objects[POD]["owner"], deployment}
    assert set(page.locator(".box.is-kin").evaluate_all(kin)) == owners
    page.locator("#stage-title").hover()
    assert page.locator(".box.is-kin").count() == 0


def test_an_object_keeps_the_focus_while_it_changes(lesson, recorded):
    """PX-008."""
    page = lesson(lab=recorded)
    pod = page.locator(f'.box[data-key="{POD}"]')
    pod.focus()
    recorded.change((["objects", POD, "sign"], "failed"), (["objects", POD, "text"], "Error"))
    page.locator(f'.box[data-key="{POD}"] .pod--failed').wait_for()
    assert page.evaluate("document.activeElement.dataset.key") == POD
    assert "Error" in pod.get_attribute("aria-label")


def test_a_lost_frame_is_asked_for_and_nothing_wrong_is_shown(lesson, recorded):
    """PX-005."""
    page = lesson(lab=recorded)
    recorded.state["objects"][POD]["restarts"] = 7
    recorded.change((["objects", POD, "restarts"], 5), skip=1)
    page.locator(f'.box[data-key="{POD}"]', has_text="↻7").wait_for()
    assert len(recorded.commands("resync")) == 1


def test_a_broken_connection_is_said_and_mended(lesson, recorded):
    """PX-008."""
    page = lesson(lab=recorded)
    recorded.sockets[-1].close()
    page.locator("[data-link]", has_text="Connection lost").wait_for()
    page.locator('[data-link][data-state="live"]').wait_for()
    assert len(recorded.sockets) == 2


def test_the_last_refused_request_says_where_and_why(lesson, recorded):
    """PX-006."""
    page = lesson(lab=recorded)
    line = page.locator(".refusal")
    line.get_by_text("still booting").wait_for()
    assert "web-7c9f8d5b44-lk2j9" in line.inner_text()


def test_why_begins_with_the_latest(lesson, recorded):
    """PX-006: the reconcile that caused the last change comes first; Events are counted."""
    told = [
        {
            "at_ms": at_ms,
            "actor": "replicaset",
            "key": POD,
            "read": [],
            "compared": [],
            "did": did,
        }
        for at_ms, did in ((9000, ["created Event/default/x.1", "latest"]), (1000, ["first"]))
    ]
    recorded.replies["show"] = lambda _: {"reasons": told}
    page = lesson(lab=recorded)
    page.locator(f'.box[data-key="{POD}"]').click()
    page.locator(".why .did").first.wait_for()
    assert page.locator(".why .did").all_inner_texts() == ["latest; wrote an Event", "first"]


def test_the_probes_of_a_pod_are_lights(lesson, recorded):
    """PR-001: whose and which, with a sign and a word, in the inspector."""
    told = {"startup": "ok", "liveness": "ok", "readiness": "failing"}
    recorded.state["objects"][POD]["probes"] = {"api": told, "agent": {"readiness": "waiting"}}
    recorded.replies["show"] = lambda _: {"reasons": []}
    page = lesson(lab=recorded)
    page.locator(f'.box[data-key="{POD}"]').click()
    shown = page.locator(".inspector__badge")
    shown.get_by_text("agent readiness").wait_for()
    assert shown.inner_text().splitlines() == [
        "api startup ✓ passes",
        "api liveness ✓ passes",
        "api readiness ✕ fails",
        "agent readiness … waits",
    ]


def test_nothing_moves_where_motion_is_not_wanted(lesson, recorded):
    """PX-008."""
    page = lesson(lab=recorded, motion="reduce")
    page.locator(".dot--failed").first.wait_for()
    assert page.locator("circle.dot").count() == 0


def test_narrow_the_picture_is_a_list_by_node(lesson, recorded):
    """PX-008."""
    page = lesson(lab=recorded, width=390, height=844)
    page.locator('.panes [data-pane="cluster"]').click()
    groups = page.locator(".pod-list section:has(h3)")
    assert groups.count() == 4
    assert groups.nth(0).get_by_role("button", name="Kill node-1").is_visible()
    assert not page.locator(".cluster").is_visible()


def test_a_node_has_its_buttons(lesson, recorded):
    """PX-007."""
    page = lesson(lab=recorded)
    page.get_by_role("button", name="Kill node-1").click()
    page.get_by_role("button", name="Power on node-2").press("Enter")
    page.get_by_role("button", name="Uncordon node-3").click()
    faults = [(it["fault"], it["arguments"]) for it in recorded.wait_for(page, "inject", 2)]
    assert faults == [("node-crash", {"node": "node-1"}), ("node-recover", {"node": "node-2"})]
    assert recorded.wait_for(page, "line")[0]["line"] == "kubectl uncordon node-3"


def test_a_client_stands_beside_the_service_that_it_calls(lesson, recorded):
    web = recorded.state["objects"]["Service/default/web"]
    recorded.state["objects"]["Service/default/api"] = {**web, "name": "api"}
    page = lesson(lab=recorded)
    rows = {
        name: page.locator(f'.box[data-key="Service/default/{name}"]').bounding_box()["y"]
        for name in ("web", "api")
    }
    client = page.locator(".client").bounding_box()["y"]
    assert abs(client - rows["web"]) < 2 < rows["api"] - rows["web"]


def test_nodes_stand_in_the_order_of_their_numbers(lesson, recorded):
    node = recorded.state["objects"]["Node//node-1"]
    recorded.state["objects"]["Node//node-10"] = {**node, "name": "node-10", "pods": 0}
    keys = lesson(lab=recorded).locator('.box[data-key^="Node/"]')
    shown = keys.evaluate_all("all => all.map((it) => it.dataset.key)")
    assert shown[-1] == "Node//node-10" and len(shown) > 2


def sent(recorded, *, url, **last):
    """The client's load, with one request that was just sent."""
    client = recorded.state["traffic"]["client"]
    dot = {**client["dots"][-1], "at_ms": client["dots"][-1]["at_ms"] + 50, "hops": [], **last}
    recorded.change((["traffic", "client"], {**client, "url": url, "dots": [dot]}))


def test_a_clients_line_leads_to_the_service_that_its_requests_come_to(lesson, recorded):
    """PX-008: by an address, too; where nobody listens, it leads nowhere."""
    page = lesson(lab=recorded)
    line = page.locator(".wire--client")
    to_web = line.get_attribute("d")
    address = "http://192.0.2.1/"
    sent(recorded, url=address, ok=False, pod="", cause="nobody there")
    page.wait_for_function(
        "before => !document.querySelector('.wire--client').matches(before)", arg=f'[d="{to_web}"]'
    )
    assert line.get_attribute("d").endswith("h22")
    sent(recorded, url=address, at_ms=999_999, pod=POD_NAME)
    page.wait_for_function(
        "before => document.querySelector('.wire--client').matches(before)", arg=f'[d="{to_web}"]'
    )


def test_a_failed_requests_cross_goes_with_its_pod(lesson, recorded):
    page = lesson(lab=recorded, motion="reduce")
    sent(recorded, url="http://web.default/", ok=False, at_ms=999_999, pod=POD_NAME)
    cross = page.locator(".dot--failed").last
    cross.wait_for()
    pod = page.locator(f'.box[data-key="{POD}"]')
    before = cross.bounding_box()["y"]
    web = recorded.state["objects"]["Service/default/web"]
    recorded.change(
        (["objects", "Service/default/api"], {**web, "name": "api"}),
        (["traffic", "client"], recorded.state["traffic"]["client"]),
    )
    page.locator('.box[data-key="Service/default/api"]').wait_for()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert cross.bounding_box()["y"] > before + 30
    assert pod.bounding_box()["y"] > before
