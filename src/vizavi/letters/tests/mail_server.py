"""A small mail server that really listens; it can be told at which step to refuse, or to hang up."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

REFUSALS = {
    "AUTH": "535 5.7.8 Wrong name or password",
    "RCPT": "550 5.1.1 No such mailbox",
    "DATA": "554 5.7.1 Looks like spam",
}


@dataclass
class MailServer:
    port: int = 0
    refuses: str = ""  # a command of REFUSALS
    hangs_up: bool = False  # when it has taken a letter, before it says so
    received: list[EmailMessage] = field(default_factory=list)
    signed_in: int = 0


class _Session(socketserver.StreamRequestHandler):
    state: MailServer

    def handle(self) -> None:
        self._say("220 mail.example")
        while line := self.rfile.readline():
            command = line.split(b" ")[0].strip().decode().upper()
            if command == "QUIT":
                self._say("221 Bye")
                return
            if command == self.state.refuses != "DATA":
                self._say(REFUSALS[command])
            elif command == "DATA":
                if not self._take():
                    return
            elif command == "AUTH":
                self.state.signed_in += 1
                self._say("235 Welcome")
            else:
                self._say("250-mail.example\r\n250 AUTH PLAIN" if command == "EHLO" else "250 OK")

    def _take(self) -> bool:
        self._say("354 Go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        if self.state.refuses == "DATA":
            self._say(REFUSALS["DATA"])
            return True
        self.state.received.append(message_from_bytes(b"".join(lines), policy=policy.default))
        if self.state.hangs_up:
            return False
        self._say("250 Taken")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def listening() -> Iterator[MailServer]:
    state = MailServer()
    handler = type("Session", (_Session,), {"state": state})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield state
        server.shutdown()
