"""A lab's cluster as a Kubernetes API server, for kubectl, client libraries and helm.

server.py    the ASGI application: who asks, what for, and the answer on the wire
access.py    the secrets that open a lab to clients
routes.py    what a path means
asked.py     an HTTP request as the engine's request
answers.py   the engine's answer in the form that the client accepts
watches.py, logs.py   a watch, and a log, as they go on
sockets.py   the websockets: execution.py (exec, attach), forwarding.py (port-forward)
discovery.py, openapi.py   what is served
presence.py  a lab plays while clients are there
"""
