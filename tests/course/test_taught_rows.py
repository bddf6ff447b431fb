"""What the lessons state of the cluster's behaviour, by row of the inventory."""

import pytest

from k8slab.course.experiments import read_experiments
from k8slab.course.lessons import all_lessons, lesson_folders
from k8slab.quizzes.types import TYPES

FOLDER = lesson_folders()[0].parent
LESSONS = {lesson.slug: lesson for lesson in all_lessons()}


def facts(slug):
    return LESSONS[slug].facts


def test_an_orchestrator_does_the_same_work_without_a_hand():
    """CM-020, CM-022, CM-024: twelve actions against one, with the same end; then none at all."""
    by_hand, declared = (
        next(it for it in read_experiments(FOLDER / "why-orchestration") if it.id == name)
        for name in ("careful", "declared")
    )
    assert (len(by_hand.script.lines) - 1, len(declared.script.lines) - 1) == (12, 1)
    run = facts("why-orchestration")
    assert run["careful"]["failed"] == run["declared"]["failed"] == 0 < run["hurried"]["failed"]
    assert run["declared"]["pods"]["made"] == run["careful"]["pods"]["made"] == 3
    left = [run[name]["pods"]["ready"] for name in ("away-by-hand", "away-declared")]
    assert left == [1, 3]


def test_the_loop_makes_the_difference_and_no_more():
    """CM-018, CM-022, CM-025, CM-026, EC-002, LE-003, TE-010."""
    run = facts("the-loop")
    assert run["hand"]["pods"] == {"count": 3, "ready": 2, "restarts": 0, "made": 0}
    assert run["declared"]["pods"]["made"] == 3
    assert run["again"]["pods"]["made"] == 0
    assert run["node"]["pods"]["ready"] == 3 and run["grow"]["pods"]["made"] == 7


def test_who_counts_survives_what_who_listens_does_not():
    """LE-001, LE-002, LE-005 to LE-008: one message lost, doubled, late; an absence; a resync."""
    run = facts("level-and-edge")
    ended = {name: (run[name]["edge"], run[name]["level"]) for name in run if "level" in run[name]}
    assert ended == {
        "quiet": (3, 3),
        "lost": (2, 3),
        "twice": (4, 3),
        "late": (3, 3),
        "away": (3, 5),
        "resync": (3, 3),
    }
    assert run["deaf"]["pods"]["made"] == 0 and run["bent"]["edge"] < run["bent"]["wish"]
    assert run["resync"]["level-client"]["failing_s"] < 120


def test_the_parts_of_the_control_plane_do_one_step_each():
    """CP-029, CP-030, CP-042, CP-020: what stops when a part stops, and what goes on."""
    run = facts("control-plane")
    assert run["unscheduled"]["pods"]["made"] == run["unscheduled"]["waiting"] == 3
    assert run["brainless"]["failed"] == 0 and run["crash"]["restarts"] == 1
    assert run["lost"]["pods"]["made"] == 0 and run["lost"]["claims"] == 3
    assert run["deaf-node"]["phase"] == "Pending" and run["deaf-node"]["node"] == "node-2"


def test_ordinary_pods_keep_away_from_the_control_plane():
    """CM-010: two kinds of node; a taint keeps pods away, though there is room."""
    cluster, shell = LESSONS["control-plane"].setup.build()
    assert "control-plane" in shell.run("kubectl get node node-4").stdout
    shell.run("kubectl scale deployment shop --replicas=12")
    cluster.advance(30)
    nodes = {pod["spec"]["nodeName"] for pod in cluster.list("Pod", "default")}
    assert nodes == {"node-1", "node-2", "node-3"}
    shell.run("kubectl taint nodes node-4 node-role.kubernetes.io/control-plane-")
    shell.run("kubectl scale deployment shop --replicas=20")
    cluster.advance(30)
    assert any(pod["spec"]["nodeName"] == "node-4" for pod in cluster.list("Pod", "default"))


def test_containers_of_a_pod_share_its_address_and_its_readiness():
    """PC-003, PC-009, PC-012."""
    run = facts("pods")
    assert run["start"]["shop"]["percent"] == 100 and run["start"]["cafe"]["percent"] > 90
    assert run["start"]["address"] == run["crash"]["address"] != run["again"]["address"]
    assert (run["crash"]["agent"], run["crash"]["site"]) == (1, 0)
    assert run["start"]["done"] == run["init-only"]["done"] == 0 < run["sidecar"]["done"]


def test_a_services_type_says_who_reaches_it():
    """NW-006, NW-007, NW-009, NW-016, NW-022, NW-024, NW-040."""
    run = facts("service-types")
    callers = ("inside", "number", "neighbour", "door", "street")
    lost = {name: [run[name][each]["percent"] for each in callers] for name in run}
    assert lost["start"] == [0, 0, 100, 100, 100]
    assert lost["node-port"] == [0, 0, 100, 0, 100]
    assert lost["public"] == lost["replaced"] == lost["proxyless"] == [0, 0, 100, 0, 0]
    assert lost["alias"] == [0, 0, 0, 100, 100]
    assert lost["nameless"] == [100, 0, 100, 0, 0]
    assert lost["stale"][0] == 0 and lost["stale"][3] > 90 and 25 < lost["stale"][4] < 40


def test_memory_kills_and_cpu_slows():
    """RS-003, RS-004, RS-012, RS-018, RS-019; RS-025: an over-generous limit is lowered."""
    run = facts("requests-and-limits")
    assert run["start"]["catalog"]["percent"] == run["more-cpu"]["catalog"]["percent"] == 100
    assert run["roomy"]["pods"]["restarts"] == run["lowered"]["pods"]["restarts"] == 0
    assert run["start"]["latency_ms"] > 10 * run["quick"]["latency_ms"]
    assert run["start"]["pay"]["failed"] == run["quick"]["pay"]["failed"] == 0
    assert run["leak"]["pods"]["restarts"] > run["leak-512"]["pods"]["restarts"] > 0
    tenants = ("ledger", "search", "scratch")
    ended = {name: [run[name][it] for it in tenants] for name in run if "ledger" in run[name]}
    assert ended == {
        "pressure": ["Failed", "Running", "Running"],
        "pressure-reserved": ["Running", "Running", "Failed"],
        "pressure-again": ["Running", "Failed", "Failed"],
    }


def test_a_statefulsets_pods_are_somebody():
    """WL-012, WL-014 to WL-016, ST-013, ST-014: names, order, disks; and patience."""
    run = facts("statefulsets")
    lost = {name: run[name]["zero"]["percent"] for name in ("start", "unnamed", "set")}
    assert lost == {"start": 100, "unnamed": 100, "set": 0}
    made = run["made"]
    assert 0 < made["first"] < made["second"] < made["third"]
    disks = {run[name]["volume"] for name in ("set", "replaced", "out-of-service")}
    assert len(disks) == 1 and run["set"]["address"] != run["replaced"]["address"]
    assert run["shrunk"]["claim"] == run["gone"]["claim"] == "Bound"
    assert run["crash"]["ready"] == 2 and run["crash"]["node"] != run["out-of-service"]["node"]
    assert (run["bad-update"]["updated"], run["bad-update"]["ready"]) == (1, 2)


def test_a_job_counts_successes_and_a_cronjob_strikes():
    """WL-022, WL-023, WL-027."""
    run = facts("jobs")
    assert run["failed"]["tries"] == run["failed"]["pods"]["made"] == 3
    assert run["failed"]["reason"] == "BackoffLimitExceeded"
    assert (run["on-failure"]["pods"]["made"], run["on-failure"]["pods"]["count"]) == (1, 0)
    assert run["four-at-once"]["done"] < run["one-by-one"]["done"] < run["node-lost"]["done"]
    begun = {name: run[name]["pods"] for name in ("allow", "forbid", "replace")}
    assert [it["ready"] for it in begun.values()] == [3, 1, 1]
    assert begun["allow"]["made"] == begun["replace"]["made"] > 2 * begun["forbid"]["made"]
    assert run["forbid"]["last"] and not run["replace"]["last"]


def test_a_budget_is_asked_by_evictions_alone():
    run = facts("node-failure")
    names = ("drain-bare", "drain-budget", "drain-stuck", "crash-budget")
    assert [run[name]["fewest"] for name in names] == [4, 5, 6, 4]
    assert [run[name]["pods"]["made"] for name in names[:3]] == [2, 2, 0]


def test_a_daemonset_counts_nodes():
    """WL-019, WL-021, ND-020."""
    run = facts("daemonsets")
    counts = {
        name: (run[name]["wanted"], run[name]["ready"]) for name in run if "wanted" in run[name]
    }
    assert counts == {
        "start": (3, 3),
        "tolerated": (4, 4),
        "joined": (4, 4),
        "cordoned": (3, 3),
        "drained": (3, 3),
        "crash": (2, 2),
    }
    assert run["drained"]["failed"] == 0
    assert run["no-image"]["updated"] < run["short-lived"]["updated"]


def test_labels_decide_whose_a_pod_is():
    """CM-015: label edits are followed at once; a set adopts, releases and removes."""
    run = facts("replicasets")
    assert run["adopt"]["pods"]["made"] == 1 and run["greedy"]["pods"]["count"] == 1
    assert run["quarantine"]["pods"]["count"] == 4 and run["quarantine"]["failed"] == 0
    assert run["cascade"]["pods"]["count"] == 0
    assert run["orphan"]["pods"]["made"] == 0 and run["orphan"]["failed"] == 0


def test_rollouts_keep_their_bounds():
    """RO-002, RO-004 to RO-007, RO-013, RO-014, RO-023."""
    run = facts("rollouts-and-rollbacks")
    bounds = {name: (run[name]["most"], run[name]["fewest"]) for name in run if "most" in run[name]}
    assert bounds == {
        "bump": (12, 8),
        "careful": (12, 10),
        "thrifty": (10, 8),
        "recreate": (10, 0),
        "stall": (12, 8),
    }
    assert run["recreate"]["failed"] > 0 == run["bump"]["failed"]


def test_a_stalled_rollout_is_reported_and_undone_by_hand_only():
    """RO-010, RO-011, RO-012, RO-016, RO-020."""
    run = facts("rollouts-and-rollbacks")
    assert 120 <= run["stall"]["exceeded"] <= 135 and run["stall"]["failed"] == 0
    assert run["stall"]["pods"]["ready"] == 8
    assert run["undo"]["pods"]["ready"] == 10 and run["undo"]["failed"] == 0
    assert run["scale"]["pods"]["made"] == 2


def test_liveness_restarts_and_readiness_does_not():
    """PR-025, PR-027, PR-028."""
    run = facts("liveness-or-readiness")
    assert run["readiness-only"]["pods"]["restarts"] == 0
    assert run["readiness-only"]["orders"]["failed"] > 5 * run["liveness"]["orders"]["failed"]
    assert run["storm"]["pods"]["restarts"] >= 3 and run["storm"]["failed"] > 1000
    assert run["cheap"]["pods"]["restarts"] == 0 == run["cheap"]["failed"]


def test_a_startup_probe_holds_the_others_back_for_its_budget():
    """PR-033: 30 times 5 s are 150 s; PR-037: without it a slow boot is killed."""
    run = facts("startup-probes")
    assert run["loop"]["pods"]["restarts"] >= 5 and run["loop"]["pods"]["ready"] == 0
    assert run["startup"]["pods"]["restarts"] == 0
    assert 150 <= run["narrow"]["killed"] <= 160
    assert run["wide"]["pods"]["restarts"] == 0 == run["wide"]["failed"]
    assert run["startup-hangs"]["restarted"] < run["delay-hangs"]["restarted"]


def test_a_service_is_a_question():
    """NW-001, NW-002, NW-003, NW-017, NW-019."""
    run = facts("services-and-selectors")
    assert run["start"]["cart"]["percent"] == run["start"]["pay"]["percent"] == 100
    assert run["mended"]["cart"]["failed"] == run["mended"]["pay"]["failed"] == 0
    assert run["switch"]["pods"]["made"] == run["switch"]["search"]["failed"] == 0
    assert run["replaced"]["pods"]["made"] == 3 and run["replaced"]["search"]["failed"] == 0


def test_a_node_is_waited_for_twice():
    """ND-015 to ND-018."""
    run = facts("node-failure")
    assert run["reboot"]["pods"]["made"] == 0 and run["reboot"]["pods"]["restarts"] == 1
    assert 40 <= run["crash"]["unknown"] <= 50
    assert run["crash"]["evicted"] - run["crash"]["unknown"] in range(299, 303)
    assert run["crash"]["evicted"] <= run["crash"]["whole"] <= run["crash"]["evicted"] + 15
    assert run["impatient"]["whole"] < run["crash"]["whole"] - 200
    assert run["only-cordon"]["pods"]["made"] == 0 == run["cordon"]["failed"]


def test_the_scheduler_counts_what_is_asked_for():
    """EC-001: without room a pod waits for ever."""
    run = facts("scheduling")
    assert run["full"]["ready"] == 2 and run["halved"]["ready"] == 4
    assert (run["pinned"]["ready"], run["spread"]["ready"], run["anti"]["ready"]) == (0, 1, 2)
    waiting = [it for it in run["full"]["events"] if it["reason"] == "FailedScheduling"]
    assert "2 Insufficient cpu" in waiting[0]["message"]


def test_a_changed_config_map_rolls_nothing():
    """RO-018, CS-010: an annotation in the template does; ND-005: a missing key starts nothing."""
    run = facts("configmaps")
    assert run["changed"]["pods"]["made"] == 0
    assert run["restart"]["pods"]["made"] == run["checksum"]["pods"]["made"] == 3
    assert run["missing"]["ready"] == 3 and run["missing"]["failed"] == 0


def test_an_image_change_is_put_in_order():
    """TE-019 to TE-024: five steps; of each swap of neighbours it is said why it is wrong."""
    [question] = [it for it in LESSONS["rollout-500s"].questions if it.id == "steps"]
    keys = [step.key for step in question.body.steps]
    assert len(keys) == 5

    def grade(order):
        return question.body.grade([f"{key}={place}" for place, key in enumerate(order, 1)])

    assert grade(keys).right
    for at in range(4):
        swapped = [*keys[:at], keys[at + 1], keys[at], *keys[at + 2 :]]
        found = grade(swapped)
        assert 0 < found.score < 1 and len(found.remarks) == 1, at
        assert found.remarks[0].html == question.body.steps[at + 1].why, at


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_each_quiz_has_its_share(lesson):
    """TE-018, TE-047: six questions at least, of three types, one decided by the engine."""
    types = [question.type for question in lesson.questions]
    assert len(types) >= 6 and len(set(types)) >= 3
    assert {"predict", "best_fit", "number", "event", "graph", "mend"} & set(types)


def test_the_course_uses_every_type_of_question_and_check_of_its_vocabulary():
    """TE-015, TE-019."""
    questions = [question for lesson in LESSONS.values() for question in lesson.questions]
    assert {question.type for question in questions} == set(TYPES)
    assert len(questions) >= 100


def test_the_gauntlet_has_ten_cases():
    """CM-003: each ends when its copies are ready and its client is answered."""
    lesson = LESSONS["gauntlet"]
    assert len(lesson.tasks) == 10
    for task in lesson.tasks:
        kinds = {type(check.kind).__name__ for check in lesson.checks if check.task == task}
        assert {"Ready", "Requests"} <= kinds
