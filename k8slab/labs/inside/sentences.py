"""What the engine says in fixed sentences, for a page in another language: it knows none itself."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

SENTENCES = frozenset(
    (
        # trace.TITLES
        gettext_noop("kubectl reads its kubeconfig and builds the request"),
        gettext_noop("kubectl sends it"),
        gettext_noop("Authentication: who is it?"),
        gettext_noop("Authorization: may they?"),
        gettext_noop("Admission: changed, or turned away?"),
        gettext_noop("Validation: is the object sound?"),
        gettext_noop("Written to etcd"),
        gettext_noop("The answer"),
        gettext_noop("The Deployment controller is told"),
        gettext_noop("It makes a ReplicaSet"),
        gettext_noop("The ReplicaSet controller is told"),
        gettext_noop("It makes a pod, without a node"),
        gettext_noop("The scheduler is told"),
        gettext_noop("It filters and scores the nodes"),
        gettext_noop("The pod gets its node"),
        gettext_noop("That node's kubelet is told"),
        gettext_noop("The image is there, or is pulled"),
        gettext_noop("Containers are created"),
        gettext_noop("Startup probe"),
        gettext_noop("Readiness probe"),
        gettext_noop("The endpoints get the pod's address"),
        gettext_noop("kube-proxy writes its rules"),
        gettext_noop("The first request is served"),
        # What a step of the trace leaves out ("real")
        gettext_noop(
            "kubectl also discovers the API and GETs the object first: "
            "POST if it is new, else PATCH."
        ),
        gettext_noop(
            "Decoding and strict field checks come before admission, the object's rules after "
            "mutating admission; validating admission is last."
        ),
        gettext_noop("LimitRanger acts on pods: it has its say at step 12, not on the Deployment."),
        gettext_noop("The scheduler posts a Binding; the API server writes the node's name."),
        gettext_noop(
            "First the sandbox with its network, and the volumes; init containers before the "
            "others."
        ),
        gettext_noop(
            "Each pod goes through steps 3 to 8 of its own; what admission does to pods, it does "
            "here."
        ),
        gettext_noop(
            "EndpointSlices: kube-proxy reads these, and only ready addresses are served."
        ),
        # components.PATTERN
        gettext_noop("pods without a node"),
        gettext_noop("each pod has the best node that fits"),
        gettext_noop("pods of its node"),
        gettext_noop("their containers run as the spec says"),
        gettext_noop("Deployments and their ReplicaSets"),
        gettext_noop("one ReplicaSet of the template, full"),
        gettext_noop("Services and EndpointSlices"),
        gettext_noop("the node's rules lead to ready pods"),
    )
)


def in_words(sentence: str) -> str:
    """The sentence in the page's language; as it is where it is none of the fixed ones."""
    return gettext(sentence) if sentence in SENTENCES else sentence
