"""How much of the server one visitor, and one lab, can have."""

from __future__ import annotations

LABS_A_VISITOR = 24
SHARES_A_VISITOR = 50
SOCKETS_A_VISITOR = 5
SOCKETS_A_SHARE = 100
COMMANDS_A_LAB = 5_000
MESSAGES_A_SECOND = 50
THROTTLED_SECONDS_MAX = 3
BUFFER_BYTES = 256 * 1024
FILE_BYTES = 60_000
FILES_A_LAB = 50

SLICE_S = 0.02
"""The longest that one lab's engine runs before the others have their turn."""
SLICE_RECONCILES = 40
"""How many reconciles run between two looks at the wall clock."""
LAG_S = 1.0
"""Wall time that a lab that can't keep up is owed at most; what is more is dropped."""
SETTLE_RECONCILES = 50_000
SETTLE_MS = 3_600_000
STEP_S = 120
"""Virtual time in which an apply must come to the step that is waited for."""


class QuotaExceeded(Exception):
    """What was asked for is more than a visitor or a lab can have; the text says how much is."""
