"""The verbs of kubectl, one file each. To add one: a file with a VERB, and its place here."""

from __future__ import annotations

from ..command import Verb
from . import (
    api_resources,
    apply,
    auth,
    autoscale,
    config,
    cordon,
    create,
    delete,
    describe,
    diff,
    drain,
    events,
    explain,
    expose,
    get,
    labelling,
    logs,
    patch,
    rollout,
    run,
    scale,
    set_image,
    taint,
    top,
    version,
    wait,
)

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        create.VERB,
        expose.VERB,
        autoscale.VERB,
        run.VERB,
        set_image.VERB,
        explain.VERB,
        get.VERB,
        delete.VERB,
        rollout.VERB,
        scale.VERB,
        cordon.CORDON,
        cordon.UNCORDON,
        drain.VERB,
        taint.VERB,
        top.VERB,
        events.VERB,
        describe.VERB,
        logs.VERB,
        diff.VERB,
        apply.VERB,
        patch.VERB,
        wait.VERB,
        labelling.LABEL,
        labelling.ANNOTATE,
        api_resources.RESOURCES,
        api_resources.VERSIONS,
        auth.VERB,
        config.VERB,
        version.VERB,
    )
}
