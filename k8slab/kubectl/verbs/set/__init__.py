"""kubectl set: one file a verb, or a few small ones."""

from __future__ import annotations

from ...command import Verb
from .env import ENV
from .image import IMAGE
from .others import SELECTOR, SERVICE_ACCOUNT, SUBJECT
from .resources import RESOURCES

VERB = Verb(
    name="set",
    summary="Set specific features on objects",
    section="Basic Commands (Beginner)",
    children={
        verb.name: verb for verb in (ENV, IMAGE, RESOURCES, SELECTOR, SERVICE_ACCOUNT, SUBJECT)
    },
)
