"""kubectl config: the kubeconfig, from the terminal."""

from __future__ import annotations

from ...command import Verb
from . import clusters, contexts, properties, users, view

VERB = Verb(
    name="config",
    summary="Modify kubeconfig files",
    section="Other Commands",
    children={
        verb.name: verb
        for verb in (
            contexts.CURRENT,
            clusters.DELETE,
            contexts.DELETE,
            users.DELETE,
            clusters.GET,
            contexts.GET,
            users.GET,
            contexts.RENAME,
            properties.SET,
            clusters.SET,
            contexts.SET,
            users.SET,
            properties.UNSET,
            contexts.USE,
            view.VERB,
        )
    },
)
