"""All that is kept of a visitor: handed over as a file, moved to their account, or deleted.

What is theirs is what would be deleted with them, so nothing new can be forgotten here.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.core import serializers
from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.db.models import BinaryField, Model

from .models import Visitor

SECRETS = {"password", "digest"}
"""Fields that are nobody's to read; snapshots (binary) only repeat what the journal says."""


def exported(visitor: Visitor) -> dict[str, Any]:
    """``{table: [row]}`` of everything that hangs on the visitor, and the visitor."""
    collector = NestedObjects(using=DEFAULT_DB_ALIAS, origin=visitor)
    collector.collect([visitor])
    rows: dict[str, list[Any]] = {}
    for model, instances in collector.model_objs.items():
        fields = [field.name for field in _readable(model)]
        mine = [row for row in instances if not _is_anothers(row, visitor)]
        rows[model._meta.label] = json.loads(serializers.serialize("json", mine, fields=fields))
    return dict(sorted(rows.items()))


def adopt(visitor: Visitor, other: Visitor) -> None:
    """Give all that ``other`` has to ``visitor``, and let ``other`` go.

    Where both have one of what there can be one of (a card of a question, a seat in a room), the
    visitor's own stays.
    """
    with transaction.atomic():
        for relation in Visitor._meta.related_objects:
            name = relation.field.name
            for row in relation.related_model.objects.filter(**{name: other}):
                setattr(row, name, visitor)
                try:
                    with transaction.atomic():
                        row.save(update_fields=[name])
                except IntegrityError:
                    continue
        other.delete()


def renew(visitor: Visitor) -> Visitor:
    """The same visitor under another id, so that the cookies of all browsers are worth nothing."""
    with transaction.atomic():
        account, visitor.account = visitor.account, None
        visitor.save(update_fields=["account"])
        renewed = Visitor.objects.create(account=account)
        adopt(renewed, visitor)
    return renewed


def _is_anothers(row: Model, visitor: Visitor) -> bool:
    """Whether a row that would go too (a seat in the visitor's room) tells of somebody else."""
    owners = [it for it in row._meta.fields if it.related_model is Visitor]
    return any(getattr(row, owner.attname) not in (None, visitor.pk) for owner in owners)


def _readable(model: type[Model]) -> list[Any]:
    return [
        field
        for field in model._meta.fields
        if field.name not in SECRETS and not isinstance(field, BinaryField)
    ]
