"""Every actor of a cluster. To add a controller: its file, and its line here."""

from __future__ import annotations

from .control import Controller
from .control.settings import Settings
from .controllers.attach_detach import AttachDetach
from .controllers.binding import Claims
from .controllers.cloud import CloudNodes, LoadBalancers
from .controllers.clusterrole_aggregation import ClusterRoleAggregation
from .controllers.cronjob import CronJobs
from .controllers.customresourcedefinition import CustomResourceDefinitions
from .controllers.daemonset import DaemonSets
from .controllers.deployment import Deployments
from .controllers.disruption import Disruption
from .controllers.edge_replicaset import EdgeReplicaSets
from .controllers.endpoints import EndpointsObjects
from .controllers.endpointslice import EndpointSlices
from .controllers.endpointslice_mirroring import EndpointSliceMirroring
from .controllers.ephemeral_volumes import EphemeralVolumes
from .controllers.event_ttl import EventTtl
from .controllers.external_secrets import ExternalSecrets
from .controllers.garbage import GarbageCollector
from .controllers.horizontalpodautoscaler import HorizontalPodAutoscalers
from .controllers.job import JobPods, Jobs
from .controllers.namespace import Namespaces
from .controllers.node_lifecycle import NodeLifecycle
from .controllers.pod_gc import PodGarbage
from .controllers.postgresdb import PostgresDatabases
from .controllers.provisioner import Provisioner
from .controllers.reloader import Reloader
from .controllers.replicaset import ReplicaSets
from .controllers.resourcequota import ResourceQuotas
from .controllers.root_ca import RootCaPublisher
from .controllers.sealed_secrets import SealedSecrets
from .controllers.serviceaccount import DefaultServiceAccounts
from .controllers.statefulset import StatefulSets
from .controllers.taint_eviction import TaintEviction
from .controllers.ttl_after_finished import TtlAfterFinished
from .controllers.volumes import Volumes
from .network import KubeProxy
from .nodes.eviction import EvictionManager
from .nodes.fake import FakeKubelet
from .nodes.image_gc import ImageGc
from .nodes.kernel import Kernel
from .nodes.kubelet import Kubelet
from .nodes.node_status import NodeStatus
from .scheduler.scheduler import Scheduler
from .traffic import Traffic


def actors(settings: Settings) -> tuple[Controller, ...]:
    """Fresh actors for one cluster, in the order in which one write wakes them."""
    kubelet: Controller = FakeKubelet() if settings.kubelet == "fake" else Kubelet()
    controllers: tuple[Controller, ...] = (
        DefaultServiceAccounts(),
        RootCaPublisher(),
        Deployments(),
        ReplicaSets(),
        EdgeReplicaSets(),
        StatefulSets(),
        DaemonSets(),
        Jobs(),
        JobPods(),
        TtlAfterFinished(),
        CronJobs(),
        Disruption(),
        EphemeralVolumes(),
        Claims(),
        Volumes(),
        Provisioner(),
        AttachDetach(),
        EndpointSlices(),
        EndpointsObjects(),
        EndpointSliceMirroring(),
        HorizontalPodAutoscalers(),
        NodeLifecycle(),
        TaintEviction(),
        GarbageCollector(),
        PodGarbage(),
        Namespaces(),
        EventTtl(),
        ResourceQuotas(),
        CustomResourceDefinitions(),
        ClusterRoleAggregation(),
        PostgresDatabases(),
        ExternalSecrets(),
        SealedSecrets(),
        Reloader(),
    )
    cloud = (CloudNodes(), LoadBalancers()) if settings.cloud == "sim" else ()
    node = (NodeStatus(), Kernel(), EvictionManager(), ImageGc())
    return (*controllers, *cloud, Scheduler(), kubelet, *node, KubeProxy(), Traffic())
