"""The types of question, one file each. To add one, copy a neighbour and list it here."""

from .best_fit import BestFit
from .body import Body
from .event import PickEvent
from .graph import Graph
from .match import Match
from .mend import Mend
from .multiple import Multiple
from .number import Number
from .order import Order
from .predict import Predict
from .recall import Recall
from .single import Single
from .text import Text

TYPES: dict[str, type[Body]] = {
    "single": Single,
    "multiple": Multiple,
    "match": Match,
    "order": Order,
    "number": Number,
    "text": Text,
    "event": PickEvent,
    "graph": Graph,
    "mend": Mend,
    "best_fit": BestFit,
    "predict": Predict,
    "recall": Recall,
}

__all__ = ["TYPES", "Body", "Mend"]
