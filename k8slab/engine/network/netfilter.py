"""Rules as a node's kernel has them, and the way of a packet through them.

``ways`` walks the very rules that ``iptables-save`` prints: a packet meets the rules of a chain in
order, each with its conditions; a rule with a probability takes its share of the packets.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import NamedTuple

ACCEPT, DROP, DNAT, REJECT = "ACCEPT", "DROP", "DNAT", "REJECT"
TARGETS = frozenset({DNAT, DROP, REJECT})
MASQUERADE_CHAIN = "KUBE-MARK-MASQ"
QUANTUM = 1 << 31  # the kernel's statistic module counts in parts of this


class Rule(NamedTuple):
    """A line of iptables-save: conditions ("" or 0: none), and where it jumps.

    ``source`` may begin with "!", ``local`` is "src" or "dst" (the address is the node's own),
    ``sticky`` names the list of clients that this rule takes, ``remember`` the one it adds to,
    ``match`` and ``options`` are more words before and after the jump.
    """

    table: str
    chain: str
    jump: str
    comment: str = ""
    source: str = ""
    destination: str = ""
    protocol: str = ""
    port: int = 0
    local: str = ""
    probability: float = 0
    sticky: str = ""
    sticky_s: int = 0
    remember: str = ""
    to: str = ""
    match: str = ""
    options: str = ""


class Packet(NamedTuple):
    """The first packet of a connection, as it comes to a node's rules.

    ``sticky`` is the endpoint's chain that this client was sent to before, if any.
    """

    source: str
    destination: str
    port: int
    protocol: str = "tcp"
    from_node: bool = False
    to_node: bool = False
    sticky: str = ""


class Verdict(NamedTuple):
    """What becomes of ``share`` of such packets.

    ``target`` is DNAT (then ``to`` is the address and port), REJECT, DROP, or ACCEPT where no rule
    takes them; ``chains`` the way there, ``rule`` the one that decided, ``examined`` how many rules
    were looked at.
    """

    share: float
    target: str
    to: str
    chains: tuple[str, ...]
    masquerade: bool
    rule: Rule | None
    examined: int


class _Walk(NamedTuple):
    share: float
    chains: tuple[str, ...]
    masquerade: bool
    examined: int


def ways(rules: Iterable[Rule], packet: Packet) -> list[Verdict]:
    """What the rules of a node make of a new connection: DNAT, or what filter says to the rest."""
    tables: dict[str, dict[str, list[Rule]]] = {"filter": {}, "nat": {}}
    for rule in rules:
        tables[rule.table].setdefault(rule.chain, []).append(rule)
    found: list[Verdict] = []
    left = _walk(tables["nat"], "KUBE-SERVICES", packet, _Walk(1.0, (), False, 0), found)
    for chain in ("KUBE-EXTERNAL-SERVICES", "KUBE-SERVICES"):
        left = [
            back for each in left for back in _walk(tables["filter"], chain, packet, each, found)
        ]
    for each in left:
        found.append(Verdict(each.share, ACCEPT, "", each.chains, False, None, each.examined))
    return found


def _walk(
    chains: dict[str, list[Rule]], chain: str, packet: Packet, walk: _Walk, found: list[Verdict]
) -> list[_Walk]:
    """Go through a chain; verdicts go to ``found``, what comes back is returned."""
    share, masquerade, examined = walk.share, walk.masquerade, walk.examined
    here = (*walk.chains, chain)
    for rule in chains.get(chain, ()):
        examined += 1
        if not matches(rule, packet):
            continue
        if rule.jump == MASQUERADE_CHAIN:
            masquerade = True
            continue
        taken = share * rule.probability if rule.probability else share
        share -= taken
        if rule.jump in TARGETS:
            found.append(Verdict(taken, rule.jump, rule.to, here, masquerade, rule, examined))
        else:
            inner = _Walk(taken, here, masquerade, examined)
            for back in _walk(chains, rule.jump, packet, inner, found):
                share += back.share
                masquerade = masquerade or back.masquerade
                examined = max(examined, back.examined)
        if share < 1e-9:
            return []
    return [_Walk(share, walk.chains, masquerade, examined)]


def matches(rule: Rule, packet: Packet) -> bool:
    """Whether a packet meets a rule's conditions (its probability aside)."""
    if rule.destination and rule.destination != packet.destination:
        return False
    if rule.port and (rule.port, rule.protocol) != (packet.port, packet.protocol):
        return False
    if rule.local and not (packet.from_node if rule.local == "src" else packet.to_node):
        return False
    if rule.sticky and rule.sticky != packet.sticky:
        return False
    return not rule.source or _from(rule.source, packet.source)


@lru_cache(maxsize=4096)
def _from(source: str, address: str) -> bool:
    network = source.removeprefix("!")
    inside = ip_address(address) in ip_network(network)
    return inside != source.startswith("!")


def line(rule: Rule) -> str:
    """The rule as iptables-save prints it."""
    parts = [f"-A {rule.chain}"]
    if rule.source:
        network = rule.source.removeprefix("!")
        network = network if "/" in network else f"{network}/32"
        parts.append(f"{'! ' if rule.source.startswith('!') else ''}-s {network}")
    if rule.destination:
        parts.append(f"-d {rule.destination}/32")
    if rule.protocol:
        parts.append(f"-p {rule.protocol}")
    if rule.comment:
        parts.append(f'-m comment --comment "{rule.comment}"')
    parts += _matches(rule)
    parts.append(f"-j {rule.jump}")
    if rule.to:
        parts.append(f"--to-destination {rule.to}")
    if rule.options:
        parts.append(rule.options)
    return " ".join(parts)


def _matches(rule: Rule) -> list[str]:
    parts = [rule.match] if rule.match else []
    if rule.local:
        parts.append(f"-m addrtype --{rule.local}-type LOCAL")
    names = "--mask 255.255.255.255 --rsource"
    if rule.sticky:
        seconds = f"--rcheck --seconds {rule.sticky_s} --reap"
        parts.append(f"-m recent {seconds} --name {rule.sticky} {names}")
    if rule.remember:
        parts.append(f"-m recent --set --name {rule.remember} {names}")
    if rule.port:
        parts.append(f"-m {rule.protocol} --dport {rule.port}")
    elif rule.jump == DNAT:
        parts.append(f"-m {rule.protocol}")
    if rule.probability:
        parts.append(f"-m statistic --mode random --probability {shown(rule.probability)}")
    return parts


def shown(probability: float) -> str:
    """A probability as the kernel keeps it: 0.33333333349, 0.50000000000."""
    return f"{round(probability * QUANTUM) / QUANTUM:.11f}"
