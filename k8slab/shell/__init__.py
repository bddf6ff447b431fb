"""The learner's terminal.

>>> from k8slab.engine import Cluster
>>> from k8slab.shell import Shell
>>> shell = Shell(Cluster(nodes=1), files={"note.txt": "hello\\n"})
>>> shell.run("cat note.txt | wc -l").stdout
'1\\n'
"""

from .output import Output
from .shell import Shell, harmless

__all__ = ["Output", "Shell", "harmless"]
