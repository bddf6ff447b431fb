"""/etc/hosts and /etc/resolv.conf as the kubelet writes them (kubelet network/dns, 1.36)."""

from __future__ import annotations

from ..base.objects import Key, Obj, get_in
from ..control import World
from .config import namespace_of

DOMAIN = "cluster.local"
_HOSTS = """# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
"""


def hosts_file(pod: Obj, ip: str, hostname: str) -> str:
    """/etc/hosts: the pod's own name, and its hostAliases."""
    names = hostname
    if subdomain := pod["spec"].get("subdomain"):
        names = f"{hostname}.{subdomain}.{namespace_of(pod)}.svc.{DOMAIN}\t{hostname}"
    text = f"{_HOSTS}{ip}\t{names}\n"
    aliases = pod["spec"].get("hostAliases") or ()
    if not aliases:
        return text
    lines = (f"{each['ip']}\t" + "\t".join(each.get("hostnames") or ()) for each in aliases)
    return f"{text}\n# Entries added by HostAliases.\n" + "\n".join(lines) + "\n"


def resolv_conf(world: World, pod: Obj) -> str:
    """/etc/resolv.conf by the pod's dnsPolicy, with its dnsConfig."""
    policy = pod["spec"].get("dnsPolicy", "ClusterFirst")
    config = pod["spec"].get("dnsConfig") or {}
    if policy == "ClusterFirst" and pod["spec"].get("hostNetwork"):
        policy = "Default"
    servers, searches, options = _base(world, pod, policy)
    servers = list(dict.fromkeys([*servers, *(config.get("nameservers") or ())]))
    searches = list(dict.fromkeys([*searches, *(config.get("searches") or ())]))
    for each in config.get("options") or ():
        options[each["name"]] = each.get("value")
    said = [name if value is None else f"{name}:{value}" for name, value in options.items()]
    lines = [f"search {' '.join(searches)}"] if searches else []
    lines += [f"nameserver {server}" for server in servers]
    lines += [f"options {' '.join(said)}"] if said else []
    return "\n".join(lines) + "\n"


def _base(
    world: World, pod: Obj, policy: str
) -> tuple[list[str], list[str], dict[str, str | None]]:
    if policy == "None":
        return [], [], {}
    if policy == "Default":
        return ["192.168.0.1"], [], {}
    namespace = namespace_of(pod)
    searches = [f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN]
    return [cluster_dns(world)], searches, {"ndots": "5"}


def cluster_dns(world: World) -> str:
    """The address of the cluster's DNS Service, or the one that it is given by convention."""
    service = world.store.get(Key("Service", "kube-system", "kube-dns")) or {}
    return str(get_in(service, "spec", "clusterIP", default="10.96.0.10"))
