"""The types of question, one file each. To add one, copy a neighbour and list it here."""

from .best_fit import BestFit
from .body import Body
from .multiple import Multiple
from .order import Order
from .predict import Predict
from .recall import Recall
from .single import Single

TYPES: dict[str, type[Body]] = {
    "single": Single,
    "multiple": Multiple,
    "order": Order,
    "best_fit": BestFit,
    "predict": Predict,
    "recall": Recall,
}

__all__ = ["TYPES", "Body"]
