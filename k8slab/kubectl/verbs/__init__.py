"""The verbs of kubectl, one file each. To add one: a file with a VERB, and its place here."""

from __future__ import annotations

from ..command import Verb
from . import (
    api_resources,
    apply,
    config,
    cordon,
    create,
    delete,
    describe,
    diff,
    events,
    explain,
    get,
    logs,
    rollout,
    scale,
    set_image,
    version,
    wait,
)

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        create.VERB,
        set_image.VERB,
        explain.VERB,
        get.VERB,
        delete.VERB,
        rollout.VERB,
        scale.VERB,
        cordon.CORDON,
        cordon.UNCORDON,
        events.VERB,
        describe.VERB,
        logs.VERB,
        diff.VERB,
        apply.VERB,
        wait.VERB,
        api_resources.RESOURCES,
        api_resources.VERSIONS,
        config.VERB,
        version.VERB,
    )
}
