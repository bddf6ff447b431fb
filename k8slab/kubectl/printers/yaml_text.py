"""Objects as YAML, as sigs.k8s.io/yaml writes them (goyaml.v2, 80 columns, block style)."""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import Any

import yaml

from ..yaml_scalars import resolve

_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9].*)?")
_STR = "tag:yaml.org,2002:str"


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_str(dumper: _Dumper, text: str) -> Any:
    if "\n" in text:
        style = "|"
    elif _reads_as_text(text):
        style = None
    else:
        style = '"'
    return dumper.represent_scalar(_STR, text, style=style)


def _reads_as_text(text: str) -> bool:
    try:
        plain = resolve(text) == text
    except ValueError:
        return False
    return plain and not _BASE_60.fullmatch(text) and not _TIMESTAMP.fullmatch(text)


def _represent_dict(dumper: _Dumper, value: dict[str, Any]) -> Any:
    items = [(name, value[name]) for name in sorted(value, key=_key_order)]
    return dumper.represent_mapping("tag:yaml.org,2002:map", items)


def _compare(a: str, b: str) -> int:
    """goyaml's order of keys: letters after other characters, numbers by value."""
    for i, (x, y) in enumerate(zip(a, b, strict=False)):
        if x == y:
            continue
        if x.isalpha() and y.isalpha():
            return -1 if x < y else 1
        if x.isalpha() or y.isalpha():
            return -1 if y.isalpha() else 1
        number_a, number_b = (re.match(r"\d*", text[i:]) for text in (a, b))
        digits_a, digits_b = number_a[0] if number_a else "", number_b[0] if number_b else ""
        order_a, order_b = (int(digits_a or 0), len(digits_a)), (int(digits_b or 0), len(digits_b))
        if order_a != order_b:
            return -1 if order_a < order_b else 1
        return -1 if x < y else 1
    return len(a) - len(b)


_key_order = cmp_to_key(_compare)

_Dumper.add_representer(str, _represent_str)
_Dumper.add_representer(dict, _represent_dict)
_Dumper.add_multi_representer(dict, _represent_dict)
_Dumper.add_multi_representer(list, yaml.CSafeDumper.represent_list)


def to_yaml(value: Any) -> str:
    """``value`` as a YAML document, ending in a newline."""
    text = yaml.dump(value, Dumper=_Dumper, default_flow_style=False, width=80, allow_unicode=True)
    return str(text).removesuffix("...\n")
