"""What must hold after every change, under whatever moves. Numbers are those of the targets.

EACH_CHANGE: ``(view, change) -> texts``, asked after the view has taken the change. EACH_PAUSE and
AT_REST: ``(view, cluster) -> texts``, asked whenever time stands, and when all has settled. A text
is a breach. Invariants 0 (the engine stands), 3 (stale updates) and 25 (the same bytes) are moves
of the walk itself. To add one: a function, and its line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from k8slab.engine import Cluster
from k8slab.engine.store import Change

from ..view import View
from . import (
    autoscaling,
    batch,
    endpoints,
    ownership,
    pods,
    quotas,
    rollouts,
    scheduling,
    store,
    volumes,
    workloads,
)

OnChange = Callable[[View, Change], Iterator[str]]
OnPause = Callable[[View, Cluster], Iterator[str]]

EACH_CHANGE: tuple[tuple[int, OnChange], ...] = (
    (1, store.versions_increase),
    (2, store.changes_follow_one_another),
    (4, rollouts.enough_are_available),
    (5, rollouts.surge_is_bounded),
    (6, ownership.one_controller_which_selects),
    (8, pods.a_pod_stays_on_its_node),
    (9, scheduling.nodes_are_not_overcommitted),
    (10, scheduling.bindings_satisfy_their_constraints),
    (13, pods.what_is_final_stays),
    (14, pods.back_off_doubles),
    (15, pods.only_grace_or_force_ends_a_pod),
    (16, ownership.finalizers_hold_and_uids_are_unique),
    (17, workloads.ordinals_come_and_go_in_order),
    (18, workloads.one_daemon_a_node),
    (19, batch.jobs_stay_within_bounds),
    (20, batch.forbid_forbids),
    (21, autoscaling.rescales_stay_within_bounds),
    (22, workloads.evictions_respect_budgets),
    (23, volumes.a_volume_has_one_claim),
    (23, volumes.a_disk_is_on_one_node),
    (24, quotas.pods_stay_within_quota),
)
EACH_PAUSE: tuple[tuple[int, OnPause], ...] = (
    (2, store.the_log_tells_all),
    (11, endpoints.slices_are_the_ready_pods),
    (12, endpoints.traffic_goes_to_the_ready),
)
AT_REST: tuple[tuple[int, OnPause], ...] = (
    (7, rollouts.replica_sets_converge),
    (7, rollouts.sound_pods_are_ready),
    (7, rollouts.deployments_complete),
    (18, workloads.every_eligible_node_has_its_daemon),
    (21, autoscaling.targets_are_within_bounds),
    (24, quotas.used_is_the_sum),
)
