"""The transport against a real server that misbehaves."""

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vizavi.providers import http
from vizavi.providers.http import ForbiddenAddress, Reply, Request, Transport
from vizavi.sync.errors import Unavailable

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers every request the way a test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer = _plain
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.peers: set[tuple[str, int]] = set()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def respond(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                server.peers.add(self.client_address)
                server.answer(self)

            do_GET = do_POST = do_PATCH = do_DELETE = respond  # noqa: N815 - http.server's names

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()
        self.root = f"http://127.0.0.1:{self.http.server_port}/api"

    def close(self) -> None:
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def _plain(handler: BaseHTTPRequestHandler) -> None:
    _send(handler, 200, b'{"fine":true}')


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def transport(server: Server) -> Iterator[Transport]:
    made = Transport([server.root])
    yield made
    made.close()


def test_an_answer_arrives_whole_over_one_connection(server: Server, transport: Transport) -> None:
    for _ in range(3):
        reply = transport.send(Request("GET", f"{server.root}/events", params={"q": "ё"}))
        assert (reply.status, reply.json()) == (200, {"fine": True})
    assert len(server.peers) == 1
    method, path, headers, _ = server.seen[0]
    assert (method, path) == ("GET", "/api/events?q=%D1%91")
    assert "gzip" in headers["user-agent"]
    assert headers["accept-encoding"] == "gzip"


def test_a_form_and_a_body_are_sent_as_they_are(server: Server, transport: Transport) -> None:
    transport.send(Request("POST", f"{server.root}/token", form={"code": "4/0A b"}))
    transport.send(Request("PATCH", f"{server.root}/e", content="{ё}".encode(), headers={"If-Match": '"1"'}))
    assert server.seen[0][3] == b"code=4%2F0A+b"
    assert server.seen[1][3] == "{ё}".encode()
    assert server.seen[1][2]["if-match"] == '"1"'


def test_packed_answers_are_unpacked(server: Server, transport: Transport) -> None:
    server.answer = lambda h: _send(h, 200, gzip.compress(b'{"fine":1}'), Content_Encoding="gzip")
    assert transport.send(Request("GET", server.root)).json() == {"fine": 1}


def test_netrc_never_replaces_our_authorization(server: Server, transport: Transport, tmp_path, monkeypatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    transport.send(Request("GET", server.root, headers={"Authorization": "Bearer ours"}))
    assert server.seen[0][2]["authorization"] == "Bearer ours"


def test_cookies_of_one_account_never_reach_another(server: Server, transport: Transport) -> None:
    server.answer = lambda h: _send(h, 200, b"{}", Set_Cookie="who=anna; Path=/")
    for _ in range(2):
        transport.send(Request("GET", server.root))
    assert [headers.get("cookie") for _, _, headers, _ in server.seen] == [None, None]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/api",
        "{root}.evil.example/",
        "{root}@evil.example/",
        "{root}x",
        "{root}/../admin",
        "{root}/a/./b",
        "{root}/..",
        "https://www.googleapis.com/",
    ],
)
def test_only_the_configured_addresses_are_talked_to(server: Server, transport: Transport, url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        transport.send(Request("GET", url.format(root=server.root)))
    assert server.seen == []


def test_a_redirect_is_not_followed(server: Server, transport: Transport) -> None:
    server.answer = lambda h: _send(h, 302, b"", Location=f"{server.root}/elsewhere")
    with pytest.raises(Unavailable):
        transport.send(Request("GET", server.root, headers={"Authorization": "Bearer ours"}))
    assert len(server.seen) == 1


def test_every_status_but_a_redirect_is_an_answer(server: Server, transport: Transport) -> None:
    for status in (204, 400, 404, 429, 500, 503):
        server.answer = lambda h, s=status: _send(h, s, b"", Retry_After="7")
        reply = transport.send(Request("GET", server.root))
        assert (reply.status, reply.ok, reply.retry_after) == (status, status == 204, 7.0)


@pytest.mark.parametrize(("text", "seconds"), [("", None), ("12", 12.0), ("Wed, 21 Oct 2026", None), ("-1", None)])
def test_retry_after_is_read_in_seconds(text: str, seconds: float | None) -> None:
    assert Reply(429, {"retry-after": text}, b"").retry_after == seconds


def _truncated(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"items":[')
    handler.close_connection = True


def _hung_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def _spoilt_gzip(handler: BaseHTTPRequestHandler) -> None:
    _send(handler, 200, b"not packed at all", Content_Encoding="gzip")


@pytest.mark.parametrize("answer", [_truncated, _hung_up, _spoilt_gzip])
def test_half_an_answer_is_none(server: Server, transport: Transport, answer: Answer) -> None:
    server.answer = answer
    with pytest.raises(Unavailable) as error:
        transport.send(Request("GET", f"{server.root}/x?token=secret"))
    assert "secret" not in str(error.value)


def test_a_silent_server_is_given_up(server: Server, transport: Transport) -> None:
    done = threading.Event()
    server.answer = lambda _: done.wait(5)
    with pytest.raises(Unavailable):
        transport.send(Request("GET", server.root, read_seconds=0.05))
    done.set()


def test_a_dripping_server_is_given_up(server: Server, transport: Transport, monkeypatch) -> None:
    monkeypatch.setattr(http, "WHOLE_SECONDS", -1.0)
    with pytest.raises(Unavailable):
        transport.send(Request("GET", server.root))


def test_an_endless_answer_is_given_up(server: Server, transport: Transport, monkeypatch) -> None:
    monkeypatch.setattr(http, "LARGEST_BODY", 100)
    server.answer = lambda h: _send(h, 200, gzip.compress(b"0" * 10**6), Content_Encoding="gzip")
    with pytest.raises(Unavailable):
        transport.send(Request("GET", server.root))


def test_nobody_listening_is_unavailable() -> None:
    transport = Transport(["http://127.0.0.1:9"])
    with pytest.raises(Unavailable):
        transport.send(Request("GET", "http://127.0.0.1:9/token"))
    transport.close()


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"items":', b"\xff\xfe", b"[1]"])
def test_what_is_no_json_object_is_no_answer(body: bytes) -> None:
    with pytest.raises(Unavailable):
        Reply(200, {}, body).decoded(dict)
