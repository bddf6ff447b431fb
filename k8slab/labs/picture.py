"""The State of docs/protocol.md, kept up to date by what changed, for all who watch.

State is a mapping of sections; each section but ``clock`` and ``traffic`` maps keys to values that
are replaced whole. An update therefore is a list of (path, value) to set and of paths to drop.
"""

from __future__ import annotations

from typing import Any

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj, get_in
from k8slab.engine.base.reason import Reason
from k8slab.engine.base.times import parse_rfc3339, rfc3339
from k8slab.engine.nodes.machine import is_up
from k8slab.engine.store import Change, Gone

from .clients import Client
from .summaries import DRAWN, is_booting, path_of, summary

REASONS_SHOWN = 200
EVENTS_SHOWN = 200

State = dict[str, Any]


class Picture:
    """What the page shows of one cluster at one moment.

    ``update(cluster, clock, checks)`` brings ``state`` up to the cluster and returns the frame's
    ``set`` and ``drop``. A picture follows one cluster; for another, make another.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.state: State = {
            "clock": {},
            "objects": {},
            "traffic": {},
            "events": {},
            "reasons": {},
            "checks": {},
        }
        self._set: list[tuple[list[str], Any]] = []
        self._drop: list[list[str]] = []
        self._version = 0
        self._reason: Reason | None = None
        self._reasons_seen = 0
        self._booting: dict[Key, None] = {}
        self._powered: dict[Key, bool] = {}
        self._clients: dict[str, Client] = {}
        self._commands = 0
        self._draw_all(cluster)

    def update(
        self, cluster: Cluster, clock: Obj, checks: Obj
    ) -> tuple[list[tuple[list[str], Any]], list[list[str]]]:
        """What changed since the last update, as (paths and values to set, paths to drop)."""
        self._objects(cluster)
        self._reasons(cluster)
        self._traffic(cluster)
        for name, check in checks.items():
            self._put("checks", name, check)
        if clock != self.state["clock"]:
            self.state["clock"] = clock
            self._set.append((["clock"], clock))
        changes = self._set, self._drop
        self._set, self._drop = [], []
        return changes

    def _put(self, section: str, name: str, value: Any) -> None:
        if self.state[section].get(name) != value:
            self.state[section][name] = value
            self._set.append(([section, name], value))

    def _take(self, section: str, name: str) -> None:
        if self.state[section].pop(name, None) is not None:
            self._drop.append([section, name])

    def _draw_all(self, cluster: Cluster) -> None:
        self._version = cluster.version
        for kind in DRAWN:
            for obj in cluster.list(kind):
                self._draw(cluster, obj)
        for obj in cluster.list("Event"):
            self._event(cluster, obj)

    # Objects and events

    def _objects(self, cluster: Cluster) -> None:
        latest: dict[Key, Change] = {}
        try:
            for change in cluster.changes(since=self._version):
                latest[change.key] = change
        except Gone:
            self._draw_all(cluster)
        self._version = cluster.version
        nodes: dict[str, None] = {}
        for key, change in latest.items():
            if key.kind == "Event":
                self._event_change(cluster, change)
            elif key.kind in DRAWN:
                self._object_change(cluster, change, nodes)
        for name in nodes:
            self._draw_again(cluster, Key("Node", "", name))
        for key in list(self._booting):
            if key not in latest:
                self._draw_again(cluster, key)
        for key, powered in list(self._powered.items()):
            if is_up(cluster.world, key.name) != powered:
                self._draw_again(cluster, key)

    def _object_change(self, cluster: Cluster, change: Change, nodes: dict[str, None]) -> None:
        if change.type == "DELETED":
            self._booting.pop(change.key, None)
            self._powered.pop(change.key, None)
            self._take("objects", path_of(change.key))
        else:
            self._draw(cluster, change.object)
        if change.key.kind == "Pod" and (node := get_in(change.object, "spec", "nodeName")):
            nodes[node] = None

    def _draw_again(self, cluster: Cluster, key: Key) -> None:
        obj = cluster.get(*key)
        if obj is None:
            self._booting.pop(key, None)
        else:
            self._draw(cluster, obj)

    def _draw(self, cluster: Cluster, obj: Obj) -> None:
        drawn = summary(cluster, obj)
        key = Key(drawn["kind"], drawn["namespace"], drawn["name"])
        if is_booting(drawn):
            self._booting[key] = None
        else:
            self._booting.pop(key, None)
        if key.kind == "Node":
            self._powered[key] = drawn["up"]
        self._put("objects", path_of(key), drawn)

    def _event_change(self, cluster: Cluster, change: Change) -> None:
        if change.type == "DELETED":
            self._take("events", change.key.name)
        else:
            self._event(cluster, change.object)

    def _event(self, cluster: Cluster, event: Obj) -> None:
        about = event["involvedObject"]
        series = event.get("series") or {}
        moments = (event.get("lastTimestamp"), series.get("lastObservedTime"), event["eventTime"])
        last = next(filter(None, moments), event["metadata"]["creationTimestamp"])
        shown = {
            "at_ms": parse_rfc3339(last) - cluster.world.settings.start_unix_ms,
            "type": event["type"],
            "reason": event["reason"],
            "message": event["message"],
            "on": path_of(Key(about["kind"], about.get("namespace", ""), about["name"])),
            "count": event.get("count") or series.get("count", 1),
        }
        name = event["metadata"]["name"]
        self._put("events", name, shown)
        if len(self.state["events"]) > EVENTS_SHOWN:
            oldest = min(self.state["events"], key=lambda it: self.state["events"][it]["at_ms"])
            self._take("events", oldest)

    # Reasons and traffic

    def _reasons(self, cluster: Cluster) -> None:
        fresh: list[Reason] = []
        for reason in reversed(cluster.loop.reasons):
            if reason is self._reason or len(fresh) == REASONS_SHOWN:
                break
            fresh.append(reason)
        for reason in reversed(fresh):
            self._reason = reason
            self._reasons_seen += 1
            self._put("reasons", str(self._reasons_seen), reason_json(reason))
        surplus = len(self.state["reasons"]) - REASONS_SHOWN
        for name in list(self.state["reasons"])[: max(surplus, 0)]:
            self._take("reasons", name)

    def _traffic(self, cluster: Cluster) -> None:
        for entry in cluster.journal[self._commands :]:
            name = entry.command.get("name", "")
            if entry.command["do"] == "load":
                client = self._clients.setdefault(name, Client(name))
                client.url, client.rps = entry.command["url"], entry.command["rps"]
            elif entry.command["do"] == "unload":
                self._clients.pop(name, None)
                self._take("traffic", name)
        self._commands = len(cluster.journal)
        for client in self._clients.values():
            state = self.state["traffic"].get(client.name)
            if state is None:
                self._put("traffic", client.name, client.begin(cluster))
                continue
            for path, value in client.follow(cluster, state):
                self._set.append((["traffic", client.name, *path], value))
            for path in client.forget(state):
                self._drop.append(["traffic", client.name, *path])


def reason_json(reason: Reason) -> Obj:
    """A Reason as the page gets it: its key is the object's path."""
    return {**reason.as_json(), "key": path_of(reason.key)}


def wall_start(cluster: Cluster) -> str:
    """RFC 3339 of the cluster's virtual zero."""
    return rfc3339(cluster.world.settings.start_unix_ms)
