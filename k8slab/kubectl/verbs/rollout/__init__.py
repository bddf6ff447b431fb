"""kubectl rollout: one file a subcommand."""

from __future__ import annotations

from ...command import Verb
from .history import HISTORY
from .pausing import PAUSE, RESUME
from .restart import RESTART
from .status import STATUS
from .undo import UNDO

VERB = Verb(
    name="rollout",
    summary="Manage the rollout of a resource",
    section="Deploy Commands",
    help_code=1,
    children={verb.name: verb for verb in (HISTORY, PAUSE, RESTART, RESUME, STATUS, UNDO)},
)
