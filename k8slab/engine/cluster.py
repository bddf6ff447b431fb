"""The composition root: one cluster, its commands, its time, its copies.

>>> from k8slab.engine import Cluster
>>> cluster = Cluster(nodes=3, seed=7)
>>> [node["metadata"]["name"] for node in cluster.list("Node")]
['node-1', 'node-2', 'node-3']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import boot, bootstrap, faults, metrics, packing, podlog, traffic
from .actors import actors
from .api import authorization, requests
from .api.discovery import BUILT_IN
from .api.server import Api
from .apps import Catalogue
from .base.clock import Clock, Wake
from .base.objects import Key, Obj, Objs
from .base.reason import Reason
from .base.selectors import parse_selector
from .control import Loop, World
from .control.settings import Settings
from .indexes import INDEXES
from .journal import Entry, Journal
from .nodes import inside
from .store import Change, Store

FORMAT = 4
BACKGROUND = frozenset({"event-ttl", "resync"})  # actors whose wakes don't make a cluster restless


def _new_store(settings: Settings) -> Store:
    seed = bootstrap.seed(settings.start_unix_ms, settings.frozen)
    return Store(INDEXES, frozen=settings.frozen, seed=seed)


class Cluster:
    """A Kubernetes cluster in virtual time.

    ``nodes`` named node-1, node-2, ...; ``seed`` decides every chance; ``settings`` as in
    ``control.settings`` (a mapping or a Settings); ``images`` adds to or replaces entries of the
    image catalogue (name -> parameters). Nothing happens until time is advanced.
    """

    def __init__(
        self,
        nodes: int = 3,
        seed: int = 0,
        *,
        settings: Settings | dict[str, Any] | None = None,
        images: dict[str, Any] | None = None,
    ) -> None:
        if not isinstance(settings, Settings):
            settings = Settings.from_json(settings or {})
        self._compose(seed, settings, images or {}, Clock(), None)
        boot.boot(self.world, nodes)
        self.genesis: Obj = {
            "nodes": nodes,
            "seed": seed,
            "settings": settings.as_json(),
            "images": images or {},
        }
        self.journal: Journal = []

    def _compose(
        self,
        seed: int,
        settings: Settings,
        images: dict[str, Any],
        clock: Clock,
        store: Store | None,
    ) -> None:
        if store is None:
            store = _new_store(settings)
        api = Api(
            store=store,
            clock=clock,
            seed=seed,
            start_unix_ms=settings.start_unix_ms,
            pods_max=settings.pods_max,
        )
        self.world = World(
            store=store,
            api=api,
            clock=clock,
            seed=seed,
            settings=settings,
            images=Catalogue(images),
        )
        self.loop = Loop(self.world, actors(settings))

    # Reading

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the cluster started."""
        return self.world.clock.now_ms

    @property
    def version(self) -> int:
        """The store's latest resourceVersion."""
        return self.world.store.version

    def get(self, kind: str, namespace: str, name: str) -> Obj | None:
        """One object (namespace "" for a cluster-wide kind), or None."""
        return self.world.store.get(Key(kind, namespace, name))

    def list(self, kind: str, namespace: str | None = None, selector: str | None = None) -> Objs:
        """Objects of a kind by namespace and name; ``selector`` as in ``kubectl get -l``."""
        objects = self.world.store.list(kind, namespace)
        if selector is None:
            return objects
        matches = parse_selector(selector)
        return [obj for obj in objects if matches(obj["metadata"].get("labels") or {})]

    def changes(self, since: int = 0) -> Iterator[Change]:
        """The writes after version ``since``, in order (store.Gone where the log was compacted)."""
        return self.world.store.changes_since(since)

    def samples(self, name: str, t0_ms: int, t1_ms: int) -> Objs:
        """What a load's requests met in an interval (see ``traffic``)."""
        return traffic.samples(self.world, name, t0_ms, t1_ms)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reconciles that did something, oldest first (the last 20,000)."""
        return tuple(self.loop.reasons)

    # Commands

    def execute(self, command: Obj) -> Any:
        """Carry out a command and append it to the journal. A refused command changes nothing.

        ``do`` is one of: request (an API request, ``api.requests``), inject (a fault), load and
        unload (traffic), write (a file in a container, ``nodes.inside``), note (a remark such as
        the typed kubectl line; no effect).
        """
        reason = Reason(
            0, self.now_ms, command.get("user", "learner"), Key("Command", "", command["do"])
        )
        version = self.version
        with self.world.acting(reason):
            result = self._carry_out(command)
        self.journal.append(Entry(self.now_ms, command))
        if self.version != version and reason.did:
            self.loop.reasons.append(reason)
        return result

    def _carry_out(self, command: Obj) -> Any:
        match command["do"]:
            case "request":
                return requests.handle(self.world.api, command["request"])
            case "inject":
                return faults.inject(self.world, command["fault"], command.get("arguments") or {})
            case "load":
                source = command.get("source", "client")
                name, url, rps = command["name"], command["url"], command["rps"]
                return traffic.load(self.world, name, url, rps, source)
            case "unload":
                return traffic.unload(self.world, command["name"])
            case "write":
                return inside.write_file(self.world, command)
            case "note":
                return None
            case unknown:
                raise ValueError(f"unknown command {unknown!r}")

    def request(self, request: Obj) -> Obj:
        """An API request from outside: what changes things is a command in the journal.

        To connect to a pod (exec, attach, portforward) is only to be allowed to.
        """
        if request.get("subresource") in requests.CONNECTIONS:
            authorization.check(self.world.api, BUILT_IN.named("Pod"), request)
            return {}
        if requests.is_mutating(request):
            result: Obj = self.execute({"do": "request", "request": request})
            return result
        if request["kind"] in metrics.KINDS:
            return metrics.handle(self.world, request)
        if request.get("subresource") == "log":
            authorization.check(self.world.api, BUILT_IN.named("Pod"), request)
            return podlog.handle(self.world, request)
        return requests.handle(self.world.api, request)

    def inject(self, fault: str, **arguments: Any) -> None:
        """Make something go wrong (``node-crash``, node="node-2") or right again."""
        self.execute({"do": "inject", "fault": fault, "arguments": arguments})

    def load(self, name: str, *, url: str, rps: float, source: str = "client") -> None:
        """Start (or change) a steady client named ``name``; ``source`` is where it sits."""
        self.execute({"do": "load", "name": name, "url": url, "rps": rps, "source": source})

    # Time

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.run_until(self.now_ms + round(seconds * 1000))

    def run_until(self, at_ms: int, *, limit: int | None = None) -> bool:
        """Let time pass until ``at_ms``; False where ``limit`` reconciles were done before."""
        return self.loop.run_until(at_ms, limit=limit)

    def advance_until(self, predicate: Callable[[Cluster], bool], timeout_s: float = 600) -> bool:
        """Let time pass until ``predicate(self)`` holds; False where it did not in time."""
        deadline_ms = self.now_ms + round(timeout_s * 1000)
        while not predicate(self):
            due = self.world.clock.next_at()
            if due is None or due > deadline_ms:
                self.loop.run_until(deadline_ms)
                return predicate(self)
            self.loop.run_until(due)
        return True

    def step(self) -> Reason | None:
        """Run the next reconcile that does something; None where nothing is pending."""
        for _ in range(10_000):
            if self.world.clock.next_at() is None:
                return None
            reason = self.loop.run(self.world.clock.pop())
            if reason.did:
                return reason
        return None

    def restless(self) -> bool:
        """Whether anything but background upkeep is pending."""
        return any(wake.actor not in BACKGROUND for _, wake in self.world.clock.pending())

    # Copies

    def fork(self, *, with_log: bool = True) -> Cluster:
        """An independent cluster that goes on from here; shares every object with this one.

        ``with_log`` False leaves the log of changes behind, as a snapshot does.
        """
        twin = Cluster.__new__(Cluster)
        world = self.world
        twin._compose(
            world.seed,
            world.settings,
            self.genesis["images"],
            world.clock.copy(),
            world.store.copy(with_log=with_log),
        )
        twin.world.notes = dict(world.notes)
        twin.loop.reasons.extend(self.loop.reasons)
        twin.loop.reconciles = self.loop.reconciles
        twin.loop.syncs = self.loop.syncs.copy()
        twin.genesis = self.genesis
        twin.journal = list(self.journal)
        return twin

    def snapshot(self) -> bytes:
        """The cluster as bytes."""
        return packing.pack(self.content())

    def content(self) -> dict[str, Any]:
        """Objects, notes, clock and set-up as JSON, without the log of changes."""
        world = self.world
        return {
            "format": FORMAT,
            "genesis": self.genesis,
            "now_ms": world.now_ms,
            "version": world.store.version,
            "reconciles": self.loop.reconciles,
            "syncs": self.loop.syncs,
            "objects": world.store.dump(),
            "gone": world.store.gone(),
            "notes": [[owner, *key, note] for (owner, key), note in world.notes.items()],
            "wakes": [[at_ms, wake.actor, *wake.key] for at_ms, wake in world.clock.pending()],
            "journal": [[entry.at_ms, entry.command] for entry in self.journal],
        }

    @classmethod
    def restore(cls, snapshot: bytes) -> Cluster:
        """The cluster that ``snapshot`` was taken of; ValueError where it is none."""
        value = packing.unpack(snapshot)
        if value.get("format") != FORMAT:
            raise ValueError(f"a snapshot of format {value.get('format')}, not {FORMAT}")
        genesis = value["genesis"]
        settings = Settings.from_json(genesis["settings"])
        clock = Clock(value["now_ms"])
        for at_ms, actor, *key in value["wakes"]:
            clock.wake(at_ms, Wake(actor, Key(*key)))
        store = _new_store(settings)
        store.load(value["objects"], value["version"], (Key(*key) for key in value["gone"]))
        cluster = cls.__new__(cls)
        cluster._compose(genesis["seed"], settings, genesis["images"], clock, store)
        cluster.world.notes = {
            (owner, Key(kind, namespace, name)): note
            for owner, kind, namespace, name, note in value["notes"]
        }
        cluster.loop.reconciles = value["reconciles"]
        cluster.loop.syncs.update(value["syncs"])
        cluster.genesis = genesis
        cluster.journal = [Entry(at_ms, command) for at_ms, command in value["journal"]]
        return cluster

    @classmethod
    def replay(cls, genesis: Obj, journal: Journal, until_ms: int | None = None) -> Cluster:
        """The cluster that a set-up and a journal lead to at ``until_ms`` (or the last command)."""
        cluster = cls(
            genesis["nodes"],
            genesis["seed"],
            settings=genesis["settings"],
            images=genesis["images"],
        )
        for entry in journal:
            if until_ms is not None and entry.at_ms > until_ms:
                break
            cluster.run_until(entry.at_ms)
            cluster.execute(entry.command)
        if until_ms is not None:
            cluster.run_until(until_ms)
        return cluster
