"""Admission plugins, in the order in which they run. One file a plugin."""

from __future__ import annotations

from .base import Plugin

PLUGINS: tuple[Plugin, ...] = ()
