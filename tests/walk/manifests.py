"""Random objects for a walk. Each function draws all it needs from ``rng`` and nothing else."""

from __future__ import annotations

from random import Random
from typing import Any

Body = dict[str, Any]

NAMESPACES = ("default", "default", "default", "team")
APPS = ("web", "api")
SOUND_IMAGES = ("nginx:1.27", "nginx:1.28", "shop/api:1.1", "shop/api:1.2")
BROKEN_IMAGES = (
    "shop/api:1.4-never-ready",
    "shop/api:1.5-crash",
    "demo/crasher:1",
    "demo/deadlock:1",
    "nowhere/nothing:9",
    "postgres:17",
)
CLASSES = ("standard", "fast-ssd")  # directories of a node; disks that are attached
LIMITS = (0, 1, 2, "25%", "50%", "100%")


def image(rng: Random) -> str:
    return rng.choice(SOUND_IMAGES if rng.random() < 0.7 else BROKEN_IMAGES)


def port_of(reference: str) -> int:
    return 80 if reference.startswith("nginx") else 8080


def probe(rng: Random, port: int) -> Body:
    handler: Body = rng.choice(
        (
            {"httpGet": {"path": "/", "port": port}},
            {"httpGet": {"path": "/ready", "port": port}},
            {"httpGet": {"path": "/missing", "port": 9}},
            {"tcpSocket": {"port": port}},
            {"exec": {"command": ["true"]}},
            {"exec": {"command": ["false"]}},
        )
    )
    return {
        **handler,
        "periodSeconds": rng.choice((1, 5, 10)),
        "failureThreshold": rng.choice((1, 3)),
        "initialDelaySeconds": rng.choice((0, 0, 5)),
    }


def container(rng: Random) -> Body:
    reference = image(rng)
    port = port_of(reference)
    found: Body = {"name": "app", "image": reference, "ports": [{"containerPort": port}]}
    for name, odds in (("readinessProbe", 0.4), ("livenessProbe", 0.2), ("startupProbe", 0.15)):
        if rng.random() < odds:
            found[name] = probe(rng, port)
    if rng.random() < 0.4:
        cpu = rng.choice(("100m", "500m", "1500m", "3"))
        found["resources"] = {"requests": {"cpu": cpu, "memory": rng.choice(("64Mi", "2Gi"))}}
    if rng.random() < 0.08:
        found["ports"][0]["hostPort"] = rng.choice((8080, 8081))
    if rng.random() < 0.1:
        source = {"configMapRef": {"name": "conf"}}
        found["envFrom"] = [source]
    if rng.random() < 0.1:
        found["lifecycle"] = {"preStop": {"sleep": {"seconds": rng.choice((1, 5, 40))}}}
    return found


def pod_spec(rng: Random, app: str) -> Body:
    spec: Body = {"containers": [container(rng)]}
    if rng.random() < 0.15:
        spec["containers"].append({"name": "side", "image": "redis:7"})
    if rng.random() < 0.1:
        command = ["sh", "-c", rng.choice(("sleep 3", "exit 0", "exit 1"))]
        spec["initContainers"] = [{"name": "init", "image": "busybox:1", "command": command}]
    if rng.random() < 0.3:
        spec["terminationGracePeriodSeconds"] = rng.choice((0, 1, 5, 60))
    if rng.random() < 0.3:
        spec.update(placement(rng, app))
    if rng.random() < 0.1:
        spec["priorityClassName"] = "system-cluster-critical"
    return spec


def placement(rng: Random, app: str) -> Body:
    selector = {"matchLabels": {"app": app}}
    near = {"labelSelector": selector, "topologyKey": "kubernetes.io/hostname"}
    hostname = {
        "key": "kubernetes.io/hostname",
        "operator": rng.choice(("In", "NotIn")),
        "values": ["node-1", "node-2"],
    }
    terms = {"nodeSelectorTerms": [{"matchExpressions": [hostname]}]}
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    choices: tuple[Body, ...] = (
        {"nodeSelector": {"kubernetes.io/hostname": "node-1"}},
        {"affinity": {"nodeAffinity": {required: terms}}},
        {"affinity": {"podAntiAffinity": {required: [near]}}},
        {"tolerations": [{"key": "walk", "operator": "Exists"}]},
        {"tolerations": [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}]},
        {
            "topologySpreadConstraints": [
                {
                    "maxSkew": rng.choice((1, 2)),
                    "topologyKey": "kubernetes.io/hostname",
                    "whenUnsatisfiable": "DoNotSchedule",
                    "labelSelector": selector,
                }
            ]
        },
    )
    return rng.choice(choices)


def _named(kind: str, version: str, rng: Random, name: str, **content: Any) -> Body:
    metadata: Body = {"name": name, "namespace": rng.choice(NAMESPACES)}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **content}


def _template(rng: Random, app: str) -> Body:
    return {"metadata": {"labels": {"app": app}}, "spec": pod_spec(rng, app)}


def _workload(rng: Random, app: str) -> Body:
    selector = {"matchLabels": {"app": app}}
    return {"selector": selector, "template": _template(rng, app)}


def strategy(rng: Random) -> Body:
    if rng.random() < 0.15:
        return {"type": "Recreate"}
    surge, unavailable = rng.choice(LIMITS), rng.choice(LIMITS)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    limits = {"maxSurge": surge, "maxUnavailable": unavailable}
    return {"type": "RollingUpdate", "rollingUpdate": limits}


def deployment(rng: Random) -> Body:
    app = rng.choice(APPS)
    spec = {
        **_workload(rng, app),
        "replicas": rng.randint(0, 8),
        "strategy": strategy(rng),
        "minReadySeconds": rng.choice((0, 0, 0, 5)),
        "revisionHistoryLimit": rng.choice((0, 1, 10)),
    }
    if rng.random() < 0.2:
        spec["progressDeadlineSeconds"] = rng.choice((10, 60))
    return _named("Deployment", "apps/v1", rng, app, spec=spec)


def replica_set(rng: Random) -> Body:
    spec = {**_workload(rng, "solo"), "replicas": rng.randint(0, 4)}
    return _named("ReplicaSet", "apps/v1", rng, "solo", spec=spec)


def pod(rng: Random) -> Body:
    app = rng.choice((*APPS, "solo", "alone"))
    policy = rng.choice(("Always", "OnFailure", "Never"))
    found = _named("Pod", "v1", rng, f"bare-{rng.randint(0, 3)}")
    found["metadata"]["labels"] = {"app": app}
    spec = {**pod_spec(rng, app), "restartPolicy": policy}
    if rng.random() < 0.3:
        disk = {"claimName": f"disk-{rng.randint(0, 1)}"}
        spec["volumes"] = [{"name": "disk", "persistentVolumeClaim": disk}]
    return {**found, "spec": spec}


def _claim_spec(rng: Random) -> Body:
    size = {"requests": {"storage": rng.choice(("1Gi", "5Gi"))}}
    return {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": rng.choice(CLASSES),
        "resources": size,
    }


def claim(rng: Random) -> Body:
    name = f"disk-{rng.randint(0, 1)}"
    return _named("PersistentVolumeClaim", "v1", rng, name, spec=_claim_spec(rng))


def autoscaler(rng: Random) -> Body:
    kind, name = rng.choice((("Deployment", "web"), ("Deployment", "api"), ("StatefulSet", "db")))
    least = rng.randint(1, 4)
    target = {"type": "Utilization", "averageUtilization": 50}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name},
        "minReplicas": least,
        "maxReplicas": least + rng.randint(0, 4),
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }
    return _named("HorizontalPodAutoscaler", "autoscaling/v2", rng, name, spec=spec)


def service(rng: Random) -> Body:
    app = rng.choice((*APPS, "db"))
    spec: Body = {
        "selector": {"app": app},
        "ports": [{"port": 80, "targetPort": rng.choice((80, 8080))}],
    }
    if rng.random() < 0.15:
        spec["publishNotReadyAddresses"] = True
    return _named("Service", "v1", rng, app, spec=spec)


def config_map(rng: Random) -> Body:
    return _named("ConfigMap", "v1", rng, "conf", data={"REGION": rng.choice(("a", "b"))})


def namespace(rng: Random) -> Body:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}


def quota(rng: Random) -> Body:
    hard = {"pods": str(rng.randint(2, 12))}
    return _named("ResourceQuota", "v1", rng, "quota", spec={"hard": hard})


def disruption_budget(rng: Random) -> Body:
    app = rng.choice((*APPS, "db"))
    limit = {rng.choice(("minAvailable", "maxUnavailable")): rng.choice((0, 1, 2, "50%"))}
    spec = {**limit, "selector": {"matchLabels": {"app": app}}}
    return _named("PodDisruptionBudget", "policy/v1", rng, app, spec=spec)


def stateful_set(rng: Random) -> Body:
    policy = rng.choice(("OrderedReady", "OrderedReady", "Parallel"))
    spec = {
        **_workload(rng, "db"),
        "serviceName": "db",
        "replicas": rng.randint(0, 4),
        "podManagementPolicy": policy,
    }
    if rng.random() < 0.5:
        spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": _claim_spec(rng)}]
    return _named("StatefulSet", "apps/v1", rng, "db", spec=spec)


def daemon_set(rng: Random) -> Body:
    limits = rng.choice(({"maxUnavailable": 1}, {"maxSurge": 1, "maxUnavailable": 0}))
    update = {"type": "RollingUpdate", "rollingUpdate": limits}
    spec = {**_workload(rng, "agent"), "updateStrategy": update}
    return _named("DaemonSet", "apps/v1", rng, "agent", spec=spec)


def _job_spec(rng: Random) -> Body:
    command = ["sh", "-c", rng.choice(("sleep 5", "sleep 40", "exit 1"))]
    worker = {"name": "work", "image": "busybox:1", "command": command}
    template = {"spec": {"containers": [worker], "restartPolicy": "Never"}}
    spec: Body = {"template": template, "parallelism": rng.randint(0, 4)}
    if rng.random() < 0.7:
        spec["completions"] = rng.randint(1, 6)
    spec["backoffLimit"] = rng.choice((0, 2, 6))
    return spec


def job(rng: Random) -> Body:
    return _named("Job", "batch/v1", rng, f"job-{rng.randint(0, 2)}", spec=_job_spec(rng))


def cron_job(rng: Random) -> Body:
    spec = {
        "schedule": "* * * * *",
        "concurrencyPolicy": rng.choice(("Forbid", "Forbid", "Allow", "Replace")),
        "jobTemplate": {"spec": _job_spec(rng)},
    }
    return _named("CronJob", "batch/v1", rng, "tick", spec=spec)
