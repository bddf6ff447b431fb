"""``pods/exec`` and ``pods/attach``: what a client runs, or types, in a container.

The same sh, programs and files as the terminal's ``kubectl exec`` has (``kubectl.container``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from k8slab import kubectl
from k8slab.engine.apps.sh.builtins import SHELLS
from k8slab.engine.apps.sh.steps import Said
from k8slab.kubectl.container import Box, Terminal, carry_out, start
from k8slab.kubectl.container.terminal import KILLED
from k8slab.kubectl.session import Interrupted, Session
from k8slab.kubectl.verbs.interactive import carry_out_own
from k8slab.kubectl.verbs.pod_target import not_found
from k8slab.labs.host import Host
from k8slab.labs.lines import PAUSED, Line
from k8slab.labs.live import LiveLab

from . import archives, tty
from .channels import STDERR, STDOUT, V5, Channels, Gone, ended, failed

SILENCE_S = 0.3
"""After so long without stdin, a client of v4, which can't close it, has said all."""
STDIN_MAX = 1 << 20


class Wish(NamedTuple):
    """What a client asks of a container."""

    command: tuple[str, ...]
    stdin: bool
    tty: bool

    @property
    def shell(self) -> str:
        """The shell that is to stay open; "" for any other command."""
        first, *rest = self.command or ("",)
        bare = first in SHELLS and all(word in ("-i", "-l", "-il") for word in rest)
        return first.rpartition("/")[2] if bare and self.stdin else ""


class Visit:
    """One client in one container."""

    def __init__(
        self, host: Host, lab: LiveLab, box: Box, channels: Channels, has_tty: bool
    ) -> None:
        self.host = host
        self.lab = lab
        self.box = box
        self.channels = channels
        self.has_tty = has_tty
        self._line: Line | None = None
        self._out: asyncio.Queue[Said] = asyncio.Queue()

    async def execute(self, wish: Wish) -> None:
        """``exec``: a shell that gets what the client types, or one command."""
        if wish.command[0] == "tar" and self.box.inside.shells:
            await self._archive(wish)
        elif not self.box.is_executable(wish.command[0]):
            await self.channels.end(failed(not_found(self.box, wish.command[0])))
        elif wish.shell and (self.has_tty or self.channels.protocol != V5):
            await self.converse(Terminal(self.box, wish.shell, _nothing))
        else:
            await self._alone(wish)

    async def _alone(self, wish: Wish) -> None:
        heard = await self._all_stdin() if wish.stdin and not self.has_tty else b""
        text = heard.decode("utf-8", "replace")
        lines, stdin = (text, "") if wish.shell else ("", text)

        def run(session: Session) -> int:
            box = self.box.again(session.cluster)
            if box is None:
                return KILLED
            machine = start(box, stdin)
            steps = machine.text(lines) if wish.shell else machine.alone(list(wish.command))
            return carry_out(session, box, machine, steps)

        code = await self._run(run)
        await self.channels.end(ended(code))

    async def attend(self) -> None:
        """``attach`` to a container whose command waits for its client: carry it out."""
        heard = b"" if self.has_tty else await self._all_stdin(SILENCE_S)

        def run(session: Session) -> int:
            box = self.box.again(session.cluster)
            stdin = heard.decode("utf-8", "replace")
            return KILLED if box is None else carry_out_own(session, box, stdin)

        await self._run(run)
        await self.channels.end(ended(0))

    async def _archive(self, wish: Wish) -> None:
        """tar, as ``kubectl cp`` uses it."""
        path, folder = archives.packs(wish.command), archives.unpacks(wish.command)
        data = await self._all_stdin() if folder is not None and wish.stdin else b""
        packed = b""

        def run(session: Session) -> int:
            nonlocal packed
            box = self.box.again(session.cluster)
            if box is None:
                return KILLED
            try:
                if folder is not None:
                    archives.unpack(box, folder, data)
                elif path is not None:
                    packed = archives.pack(box, path)
                else:
                    raise archives.Unreadable("tar: only what kubectl cp asks for is here\n")
            except archives.Unreadable as why:
                session.said.append(Said(str(why), STDERR))
                return 1
            return 0

        code = await self._run(run)
        await self.channels.write(STDOUT, packed)
        await self.channels.end(ended(code))

    async def converse(self, terminal: Terminal) -> None:
        """Line by line, until the shell is left, the container ends, or the client goes."""
        typing, code = tty.Tty(), 0
        await self._prompt(terminal)
        while terminal.is_open and (data := await self.channels.read()) is not None:
            for said in self._understood(typing, data.decode("utf-8", "replace")):
                if isinstance(said, str):
                    await self.channels.write(STDOUT, said)
                elif isinstance(said, tty.Ended):
                    code = await self._type(terminal, "exit")
                else:
                    if isinstance(said, tty.Line) and said.text.strip():
                        code = await self._type(terminal, said.text)
                    await self._prompt(terminal)
                if not terminal.is_open:
                    break
        await self.channels.end(ended(code))

    def _understood(self, typing: tty.Tty, text: str) -> list[str | tty.Entered]:
        said = typing.feed(text)
        return said if self.has_tty else [it for it in said if not isinstance(it, str)]

    async def _prompt(self, terminal: Terminal) -> None:
        if self.has_tty and terminal.is_open:
            await self.channels.write(STDOUT, terminal.prompt)

    async def _type(self, terminal: Terminal, text: str) -> int:
        return await self._run(lambda session: terminal.type(session, text))

    async def _run(self, work: Callable[[Session], int]) -> int:
        """Do something in the container; its output goes to the client as it comes."""
        paused = PAUSED if self.has_tty else ""
        line = self._line = self.host.line(self.lab, self._hear, paused=paused)

        def at_work(lab: LiveLab) -> tuple[Sequence[Said], int]:
            session = Session(lab.cluster, {}, pace=line.pace)
            try:
                code = work(session)
            except Interrupted:
                code = kubectl.INTERRUPTED
            return session.untold(), code

        telling = asyncio.create_task(self._tell())
        watching = asyncio.create_task(self._watch(line))
        try:
            said, code = await self.host.visit(self.lab, at_work)
        finally:
            self._line = None
            telling.cancel()
            watching.cancel()
            await asyncio.gather(telling, watching, return_exceptions=True)
        while not self._out.empty():
            await self.put(self._out.get_nowait())
        for each in said:
            await self.put(each)
        return code

    def _hear(self, said: Sequence[Said]) -> None:
        for each in said:
            self._out.put_nowait(each)

    async def _tell(self) -> None:
        while True:
            said = await self._out.get()
            with suppress(Gone):
                await self.put(said)

    async def _watch(self, line: Line) -> None:
        """Ctrl+C ends what runs, and so does a client that goes; other keys wait."""
        kept: list[bytes | None] = []
        try:
            while not line.interrupted:
                data = await self.channels.heard.get()
                if data is not None and self.has_tty and tty.INTERRUPT.encode() in data:
                    self._out.put_nowait(Said("^C\n"))
                    line.interrupted = True
                    continue
                kept.append(data)
                line.interrupted = self.channels.gone
        finally:
            for data in kept:
                self.channels.heard.put_nowait(data)

    async def put(self, said: Said) -> None:
        """Descriptors 1 and 2 are the protocol's channels of these numbers; a tty has but one."""
        if self.has_tty:
            await self.channels.write(STDOUT, said.text.replace("\n", "\r\n"))
        else:
            await self.channels.write(said.descriptor, said.text)

    async def _all_stdin(self, patience_s: float | None = None) -> bytes:
        data, patience_s = b"", patience_s if self.channels.protocol == V5 else SILENCE_S
        with suppress(TimeoutError):
            while len(data) < STDIN_MAX:
                more = await self.channels.read(patience_s)
                if more is None:
                    break
                data += more
        return data


def _nothing(session: Session, code: int) -> None:
    """The client tells its user how the shell ended."""
