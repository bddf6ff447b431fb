"""An id, a code or a key is all that a link needs, so logs show only its beginning."""

from __future__ import annotations

import logging
import re

_LAB = re.compile(r"(/(?:ws/)?(?:labs|rooms|shared)/|\b(?:lab|room)[ =])([\w-]{4})[\w-]{18}")
_KEY = re.compile(r"(/k/|/join/)([^/\s\"]{2})[^/\s\"]+")


def redact(text: str) -> str:
    """``text`` with every id of a lab or room, API key and room code cut short."""
    return _KEY.sub(r"\1\2…", _LAB.sub(r"\1\2…", text))


class Redact(logging.Filter):
    """Cuts ids and keys in a record's finished message."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (cut := redact(message)) != message:
            record.msg, record.args = cut, None
        return True
