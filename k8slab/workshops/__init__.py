"""Workshops: an instructor, a room of learners, each with a cluster of their own.

models.py    rooms, seats, polls
joining.py   room codes, and taking a seat
rooms.py     rooms that are in use: who is there, what all are told, the instructor's tiles
tiles.py     one learner's cluster in a few numbers, and what is wrong with it in words
console.py   what an instructor can do; voices.py: what a learner can say
consumer.py  the room's websocket (docs/workshops.md)
guests.py    who may look into another's lab, with consent
results.py   the table that can be exported
views.py     pages: the list, the console, the projector, joining
"""
