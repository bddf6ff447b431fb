"""The websocket of a lab."""

from channels.generic.websocket import AsyncWebsocketConsumer


class LabConsumer(AsyncWebsocketConsumer):
    """One page that watches, and commands, one lab."""
