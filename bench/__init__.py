"""``make bench``: what k8slab costs. One small file a subject; each has ``measure()``.

``measure`` gives {figure: number}; names end in their unit. Medians of repeated runs and
CPU time, because shared machines are noisy.
"""
