"""One walk: a list of moves carried out on a cluster, every change held against the invariants."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import orjson

from k8slab.engine import Cluster
from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, key_of, set_in
from k8slab.engine.store import Gone
from k8slab.shell import Shell

from .invariants import AT_REST, EACH_CHANGE, EACH_PAUSE
from .moves import Move
from .view import Breach, View

RECONCILES_A_SPAN = 60_000
REST_MS = 900_000
REST_SPAN_MS = 100_000
MOMENTS, MOMENT_MS = 100, 100


class Broken(Exception):
    """An invariant does not hold."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.text)
        self.breach = breach


class Walk:
    """A cluster of two to five nodes on its way; all of its chances follow from ``seed``."""

    def __init__(self, seed: int) -> None:
        nodes = Random(seed).randint(2, 5)
        settings = {"frozen": True, "storage": "sim"}
        self.cluster = Cluster(nodes=nodes, seed=seed, settings=settings)
        self.view = View()
        self.look()

    # Looking

    def look(self) -> None:
        """Take up what has changed, and hold each change against the invariants."""
        view = self.view
        for change in self.cluster.changes(view.version):
            view.take(change)
            for number, holds in EACH_CHANGE:
                for text in holds(view, change):
                    raise Broken(Breach(number, change.at_ms, text, change.version))
        view.now_ms = self.cluster.now_ms
        self._hold(EACH_PAUSE)

    def rest(self) -> None:
        """Mend what is broken from outside, wait, and see whether everything has settled."""
        for node in self.cluster.list("Node"):
            self.cluster.inject("node-recover", node=node["metadata"]["name"])
        self.cluster.inject("dependency-recover", name="database")
        for _ in range(REST_MS // REST_SPAN_MS):
            self._pass(REST_SPAN_MS)
            self.look()
        for _ in range(MOMENTS):  # pods that are evicted again and again never rest for long
            if self.view.now_ms - max(self.view.changed_ms.values()) >= MOMENT_MS:
                break
            self._pass(MOMENT_MS)
            self.look()
        self._hold(AT_REST)
        self._replay({"ms": 0})

    def _hold(self, invariants: Any) -> None:
        for number, holds in invariants:
            for text in holds(self.view, self.cluster):
                raise Broken(Breach(number, self.cluster.now_ms, text))

    # Moving

    def carry_out(self, move: Move) -> None:
        """One move; a refusal by the API must leave the store as it was."""
        version = self.cluster.version
        try:
            getattr(self, f"_{move['do']}")(move)
        except ApiError as refusal:
            if self.cluster.version != version:
                raise self._broken(3, f"refused, yet it changed something: {refusal}") from refusal
        finally:
            self.look()
            self.view.request = None

    def _broken(self, number: int, text: str) -> Broken:
        return Broken(Breach(number, self.cluster.now_ms, text))

    def _found(self, move: Move) -> Obj | None:
        """The object that a move means: by name, or the one at its place among its kind."""
        kind = move.get("kind", "Pod")
        if "name" in move:
            return self.cluster.get(kind, "", move["name"])
        own = [obj for obj in self.cluster.list(kind) if _is_of_the_walk(obj)]
        return own[move["place"] % len(own)] if own else None

    def _request(self, obj: Obj, **request: Any) -> Obj:
        metadata = obj["metadata"]
        where = {"namespace": metadata.get("namespace", ""), "name": metadata["name"]}
        self.view.request = {"kind": obj["kind"], **where, **request}
        return self.cluster.request(self.view.request)

    def _apply(self, move: Move) -> None:
        self._line({"line": "kubectl apply -f it.yaml"}, {"it.yaml": json.dumps(move["body"])})

    def _line(self, move: Move, files: dict[str, str] | None = None) -> None:
        Shell(self.cluster, files).run(move["line"])

    def _patch(self, move: Move) -> None:
        obj = self._found(move)
        if obj is not None:
            request = {"patch_type": move["patch_type"], "body": move["body"]}
            self._request(obj, verb="patch", **request)

    def _taint(self, move: Move) -> None:
        node = self.cluster.get("Node", "", move["node"])
        if node is None:
            return
        taints = [it for it in node["spec"].get("taints") or () if it["key"] != "walk"]
        if move["effect"]:
            taints.append({"key": "walk", "effect": move["effect"]})
        self._request(node, verb="patch", patch_type="merge", body={"spec": {"taints": taints}})

    def _delete(self, move: Move) -> None:
        obj = self._found(move)
        if obj is not None:
            self._request(obj, verb="delete", options=move["options"])

    def _evict(self, move: Move) -> None:
        pod = self._found(move)
        if pod is not None:
            self._request(pod, verb="create", subresource="eviction", body={})

    def _stale(self, move: Move) -> None:
        """Invariant 3: who writes what has changed meanwhile is refused, and changes nothing."""
        old = self._found(move)
        if old is None:
            return
        number = {"walk.example/version": old["metadata"]["resourceVersion"]}
        body = {"metadata": {"annotations": number}}
        self._request(old, verb="patch", patch_type="merge", body=body)
        version = self.cluster.version
        late = set_in(old, ("metadata", "annotations"), {"walk.example/late": "1"})
        try:
            self._request(old, verb="update", body=late)
        except ApiError as refusal:
            if refusal.code != 409 or self.cluster.version != version:
                raise self._broken(3, f"{key_of(old)}: {refusal.code} {refusal}") from refusal
            return
        raise self._broken(3, f"a stale update of {key_of(old)} was accepted")

    def _inject(self, move: Move) -> None:
        self.cluster.inject(move["fault"], **move["arguments"])

    def _hit(self, move: Move) -> None:
        pod = self._found(move)
        if pod is not None:
            metadata = pod["metadata"]
            where = {"pod": metadata["name"], "namespace": metadata["namespace"]}
            self.cluster.inject(move["fault"], **where)

    def _load(self, move: Move) -> None:
        self.cluster.load("client", url=move["url"], rps=move["rps"])

    def _advance(self, move: Move) -> None:
        for _ in range(move["slices"]):
            self._pass(max(1, move["ms"] // move["slices"]))
            self.look()

    def _pass(self, span_ms: int) -> None:
        """Time goes by; a loop that never comes to an end is a breach of its own (0)."""
        if not self.cluster.run_until(self.cluster.now_ms + span_ms, limit=RECONCILES_A_SPAN):
            raise self._broken(0, f"more than {RECONCILES_A_SPAN} reconciles in {span_ms} ms")

    # Copies: invariant 25

    def _fork(self, move: Move) -> None:
        self._go_on_with(self.cluster.fork(), move["ms"])

    def _restore(self, move: Move) -> None:
        twin = Cluster.restore(self.cluster.snapshot())
        if self.view.version:
            self._expect_gone(twin)
        self._go_on_with(twin, move["ms"])

    def _replay(self, move: Move) -> None:
        cluster = self.cluster
        twin = Cluster.replay(cluster.genesis, cluster.journal, cluster.now_ms)
        self._compare(twin)
        self._go_on_with(twin, move["ms"])

    def _expect_gone(self, twin: Cluster) -> None:
        """Invariant 2: who asks for changes from before the log's beginning is told so."""
        try:
            twin.changes(twin.version - 1)
        except Gone:
            return
        raise self._broken(2, "a compacted version was served")

    def _go_on_with(self, twin: Cluster, ms: int) -> None:
        """Original and twin go on for a while and must not part; the walk goes on with the twin."""
        self.look()
        self._pass(ms)
        twin.run_until(twin.now_ms + ms // 3)
        twin.run_until(self.cluster.now_ms)
        self._compare(twin)
        self.cluster = twin

    def _compare(self, twin: Cluster) -> None:
        mine, theirs = self.cluster.world.store.dump(), twin.world.store.dump()
        if orjson.dumps(mine) == orjson.dumps(theirs):
            return
        apart = [
            f"{key_of(one)} and {key_of(other)}"
            for one, other in zip(mine, theirs, strict=False)
            if one != other
        ]
        raise self._broken(25, f"a copy went another way: {', '.join(apart[:3])}")


def _is_of_the_walk(obj: Obj) -> bool:
    """Not a part of the cluster itself."""
    metadata = obj["metadata"]
    system = metadata.get("namespace", "").startswith("kube-")
    return not system and metadata["name"] not in ("kubernetes", "kube-root-ca.crt")


def walk(seed: int, moves: list[Move]) -> Breach | None:
    """Carry out ``moves``; the first breach, or None where every invariant held to the end."""
    return walked(seed, moves)[1]


def walked(seed: int, moves: list[Move]) -> tuple[Walk, Breach | None]:
    """The walk as it ended, and its first breach. An engine that fails breaks invariant 0."""
    it = Walk(seed)
    try:
        for move in moves:
            it.carry_out(move)
        it.rest()
    except Broken as broken:
        return it, broken.breach
    except Exception as error:
        return it, Breach(0, it.cluster.now_ms, f"{type(error).__name__}: {error}")
    return it, None
