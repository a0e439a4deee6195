"""What a client and the kernel say to each other about cells: order, counts, history, help at the cursor, forgery."""

from __future__ import annotations

import json
import re
import time
import unittest
from typing import Any

import zmq
from jupyter_client.session import Session
from sift_kernel import TIMEOUT, install, kernel, messages_of, reply_to, run, sample, start, stop, text_of, types_of

install()
sample()

EVENTS = 'events = from "data/unit/*.parquet"'


class Cells(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.manager, cls.client = start()
        run(cls.client, EVENTS)

    @classmethod
    def tearDownClass(cls) -> None:
        stop(cls.manager, cls.client)

    def test_order(self) -> None:
        """the order is busy, input, outputs, reply, idle, with nothing behind it"""
        request = self.client.execute("a = 1\nshow a")
        self.assertEqual(reply_to(self.client, request)["content"]["status"], "ok")
        messages = messages_of(self.client, request)
        self.assertEqual(types_of(messages), ["status", "execute_input", "display_data", "execute_result", "status"])
        states = [message["content"].get("execution_state") for message in messages]
        self.assertEqual((states[0], states[-1]), ("busy", "idle"))
        self.assertIsNone(next_message(self.client))

    def test_header(self) -> None:
        """every message announces protocol 5.5, and a parent that is the request"""
        request = self.client.execute("show 1")
        for message in [reply_to(self.client, request), *messages_of(self.client, request)]:
            self.assertEqual(message["header"]["version"], "5.5")
            self.assertEqual(message["parent_header"]["msg_id"], request)

    def test_error(self) -> None:
        """a failing cell says exactly one thing, its error, and the reply repeats it"""
        content, messages = run(self.client, "show nothing_of_this_name")
        self.assertEqual(types_of(messages), ["execute_input", "error"])
        self.assertEqual(content["status"], "error")
        for key in ("ename", "evalue", "traceback"):
            self.assertEqual(content[key], messages[1]["content"][key])
        self.assertRegex(content["ename"], "^S1\\d\\d$")
        self.assertIn("nothing_of_this_name", content["evalue"])
        self.assertIn("^^^", "\n".join(content["traceback"]))

    def test_abort(self) -> None:
        """an error aborts the cells sent before it was known, and none sent after it"""
        failing = self.client.execute("show nothing_of_this_name")
        waiting = [self.client.execute(f"show {n}") for n in range(3)]
        replies = [reply_to(self.client, request)["content"] for request in [failing, *waiting]]
        self.assertEqual([content["status"] for content in replies], ["error", "aborted", "aborted", "aborted"])
        self.assertEqual(run(self.client, "show 4")[0]["status"], "ok")

    def test_no_abort(self) -> None:
        """with stop_on_error false the cells behind an error run"""
        failing = self.client.execute("show nothing_of_this_name", stop_on_error=False)
        waiting = self.client.execute("show 4")
        self.assertEqual(reply_to(self.client, failing)["content"]["status"], "error")
        self.assertEqual(reply_to(self.client, waiting)["content"]["status"], "ok")

    def test_silent(self) -> None:
        """a silent cell binds its names, shows nothing, counts nothing and is not remembered"""
        before = run(self.client, "show 0")[0]["execution_count"]
        content, messages = run(self.client, "hidden = 5\nshow hidden", silent=True)
        self.assertEqual((content["status"], messages), ("ok", []))
        self.assertEqual(run(self.client, "show missing_name", silent=True)[1], [])
        content, messages = run(self.client, "show hidden")
        self.assertEqual((text_of(messages), content["execution_count"]), ("hidden = 5", before + 1))
        self.assertNotIn("hidden = 5", str(self.history(hist_access_type="tail", n=2)))

    def test_store_history(self) -> None:
        """a cell without store_history shows its results, counts nothing and is not remembered"""
        before = run(self.client, "show 0")[0]["execution_count"]
        content, messages = run(self.client, "show 77", store_history=False)
        self.assertEqual((text_of(messages), content["execution_count"]), ("77 = 77", before))
        self.assertNotIn("77", str(self.history(hist_access_type="tail", n=1)))

    def test_user_expressions(self) -> None:
        """user expressions are evaluated beside the cell, one by one"""
        asked = {"sum": "1 + 1", "wrong": "nothing_of_this_name", "binding": "1\nsmuggled = 2"}
        answers = run(self.client, "x = 1", user_expressions=asked)[0]["user_expressions"]
        self.assertEqual(answers["sum"]["data"]["text/plain"], "1 + 1 = 2")
        self.assertEqual((answers["wrong"]["status"], answers["wrong"]["ename"][0]), ("error", "S"))
        self.assertEqual(run(self.client, "show smuggled")[0]["status"], "error")

    def test_history(self) -> None:
        """history is found by tail, range and pattern, a pattern of many stars at once"""
        count = run(self.client, "show 123456")[0]["execution_count"]
        self.assertEqual(self.history(hist_access_type="tail", n=1), [[0, count, "show 123456"]])
        ranged = self.history(hist_access_type="range", session=0, start=count, stop=count + 1)
        self.assertEqual(ranged, [[0, count, "show 123456"]])
        self.assertEqual(self.history(hist_access_type="search", pattern="sh?w 12345*")[-1][2], "show 123456")
        run(self.client, "# " + "a" * 20_000)
        before = time.perf_counter()
        self.assertEqual(self.history(hist_access_type="search", pattern="*a" * 30 + "*b"), [])
        self.assertLess(time.perf_counter() - before, 10)

    def test_hundred(self) -> None:
        """a hundred cells sent at once are answered in order"""
        requests = [self.client.execute(f"n{at} = {at}") for at in range(100)]
        replies = [self.client.get_shell_msg(timeout=TIMEOUT) for _ in requests]
        self.assertEqual([reply["parent_header"]["msg_id"] for reply in replies], requests)
        self.assertEqual(text_of(run(self.client, "show n0 + n99")[1]), "n0 + n99 = 99")

    def test_large(self) -> None:
        """a cell of 10 MB runs"""
        comment = "# " + "x" * 998 + "\n"
        content, messages = run(self.client, comment * 10_000 + "show 1 + 2")
        self.assertEqual((content["status"], text_of(messages)), ("ok", "1 + 2 = 3"))

    def test_unicode(self) -> None:
        """cursor positions count code points"""
        code = 'x1 = "𝒳𝒴𝒵 µ"  # 𝒳\nshow cou'
        reply = self.client.complete(code, len(code), reply=True, timeout=TIMEOUT)["content"]
        self.assertIn("count(", reply["matches"])
        self.assertEqual(code[reply["cursor_start"] : reply["cursor_end"]], "cou")
        types = reply["metadata"]["_jupyter_types_experimental"]
        self.assertEqual([entry["text"] for entry in types], reply["matches"])
        self.assertEqual({(entry["start"], entry["end"]) for entry in types}, {(len(code) - 3, len(code))})

    def test_columns(self) -> None:
        """columns are completed with their units, and hovered"""
        code = "from events where "
        reply = self.client.complete(code, len(code), reply=True, timeout=TIMEOUT)["content"]
        types = {entry["text"]: entry["type"] for entry in reply["metadata"]["_jupyter_types_experimental"]}
        self.assertIn("MeV", types["E"])
        code = "from events where qtot > 1 pe"
        found = self.client.inspect(code, code.index("qtot") + 1, reply=True, timeout=TIMEOUT)["content"]
        self.assertTrue(found["found"])
        self.assertIn("pe", found["data"]["text/plain"])
        self.assertIn("text/markdown", found["data"])

    def test_result(self) -> None:
        """a table is bounded, escaped, and loads nothing"""
        content, messages = run(self.client, 'from events define label = "<script>alert(1)</script>", s = "&"')
        self.assertEqual(content["status"], "ok")
        html = messages[-1]["content"]["data"]["text/html"]
        self.assertIn("&lt;script&gt;", html)
        self.assertNotRegex(html, r"(?i)<script|<iframe|<link|\bon\w+=|https?://|src=")
        self.assertEqual(html.count("<tbody><tr>") + html.count("</tr><tr>"), html.count("</tr>") - 1)
        self.assertLess(len(json.dumps(messages, default=str)), 100_000)

    def test_histogram(self) -> None:
        """a histogram is a PNG, an SVG without outside references, a document and text"""
        data = run(self.client, "from events hist E over 0 .. 12 MeV bins 60")[1][-1]["content"]["data"]
        kinds = {"text/plain", "image/png", "image/svg+xml", "application/vnd.juno.hist.v1+json"}
        self.assertEqual(set(data), kinds)
        self.assertTrue(data["image/png"].startswith("iVBORw0KGgo"))
        self.assertEqual(set(re.findall(r"https?://[^\s\"'<]+", data["image/svg+xml"])), {"http://www.w3.org/2000/svg"})
        self.assertNotRegex(data["image/svg+xml"], r"(?i)<script|<foreignObject|<image|href=")
        self.assertEqual(len(data["application/vnd.juno.hist.v1+json"]["counts"]), 60)

    def test_comm(self) -> None:
        """a comm that is opened is closed at once, and none are listed"""
        message = self.client.session.msg("comm_open", {"comm_id": "c", "target_name": "t", "data": {}})
        self.client.shell_channel.send(message)
        types = types_of(messages_of(self.client, message["header"]["msg_id"]))
        self.assertEqual(types, ["status", "comm_close", "status"])
        info = self.client.comm_info(reply=True, timeout=TIMEOUT)["content"]
        self.assertEqual(info, {"status": "ok", "comms": {}})

    def test_second_subscriber(self) -> None:
        """a second subscriber is welcomed, and hears what the first hears"""
        other = self.manager.client(session=Session(key=self.client.session.key))
        other.iopub_channel.start()
        welcome = other.get_iopub_msg(timeout=TIMEOUT)
        self.assertEqual((welcome["msg_type"], welcome["content"]), ("iopub_welcome", {"subscription": ""}))
        request = self.client.execute("show 5")
        self.assertEqual(text_of(messages_of(other, request)[1:-1]), "5 = 5")
        messages_of(self.client, request)
        other.stop_channels()

    def history(self, **wanted: Any) -> list[list[Any]]:
        request = self.client.history(raw=True, output=False, **wanted)
        return reply_to(self.client, request)["content"]["history"]


class Forgery(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.manager, cls.client = start()

    @classmethod
    def tearDownClass(cls) -> None:
        stop(cls.manager, cls.client)

    def send(self, frames: list[bytes], channel: str = "shell") -> None:
        """Raw frames to a socket of the kernel; where it answers, what comes behind them is answered."""
        with zmq.Context.instance().socket(zmq.DEALER) as socket:
            socket.linger = 1000
            socket.connect(f"tcp://127.0.0.1:{getattr(self.manager, f'{channel}_port')}")
            socket.send_multipart(frames)
            if channel not in ("shell", "control"):
                return
            socket.send_multipart(self.frames(self.client.session.key, "kernel_info_request", {"behind": "it"}))
            while socket.poll(10_000):
                if b"kernel_info_reply" in b"".join(socket.recv_multipart()):
                    return
            self.fail(f"{channel} does not answer")

    def frames(self, key: bytes, kind: str = "execute_request", content: dict[str, Any] | None = None) -> list[bytes]:
        session = Session(key=key)
        message = session.msg(kind, content or {"code": "forged = 1"})
        return session.serialize(message)

    def assert_unbound(self, name: str) -> None:
        self.assertEqual(run(self.client, f"show {name}")[0]["status"], "error")

    def test_forged(self) -> None:
        """a message signed with another key is not obeyed"""
        self.send(self.frames(b"another key"))
        self.send(self.frames(b""))
        self.assert_unbound("forged")

    def test_altered(self) -> None:
        """a message whose content was changed is not obeyed"""
        frames = self.frames(self.client.session.key)
        frames[-1] = frames[-1].replace(b"forged", b"altered")
        self.send(frames)
        self.assert_unbound("altered")

    def test_replayed(self) -> None:
        """a message that was sent before is not obeyed again"""
        frames = self.frames(self.client.session.key, content={"code": "show 31337"})
        for _ in range(3):
            self.send(frames)
        run(self.client, "show 0")
        request = self.client.history(hist_access_type="tail", n=10, raw=True, output=False)
        sources = [source for _, _, source in reply_to(self.client, request)["content"]["history"]]
        self.assertEqual(sources.count("show 31337"), 1)

    def test_malformed(self) -> None:
        """frames that are no message harm no socket"""
        key = self.client.session.key
        session = Session(key=key)
        signed = [b"[1]", b"{}", b"{}", b"{}"]
        nothing = [b"{}", b"{}", b"{}", b"{}"]
        number = [b'{"msg_id": 1, "msg_type": 2}', b"{}", b"{}", b"{}"]
        deep = [b"[" * 100_000, b"{}", b"{}", b"{}"]
        no_utf8 = [b"\xff\xfe", b"{}", b"{}", b"{}"]
        malformed = [
            [b""],
            [b"<IDS|MSG>"],
            [b"<IDS|MSG>", b"", b"{", b"{}"],
            [b"x" * 1_000_000],
            *([b"<IDS|MSG>", session.sign(parts), *parts] for parts in (signed, nothing, number, deep, no_utf8)),
        ]
        for channel in ("shell", "control", "stdin", "hb", "iopub"):
            for frames in malformed:
                self.send(frames, channel)
        self.send(self.frames(key, "no_such_request"), "shell")
        self.send(self.frames(key, "no_such_request"), "control")
        self.send(self.frames(key, "complete_request", {"code": 7, "cursor_pos": "x"}))
        self.send(self.frames(key, "inspect_request", {"code": "a", "cursor_pos": -5, "detail_level": None}))
        self.send(self.frames(key, "history_request", {"hist_access_type": 3, "n": "many"}))
        self.assertEqual(run(self.client, "show 1")[0]["status"], "ok")
        self.assertEqual(self.client.kernel_info(reply=True, timeout=TIMEOUT)["content"]["status"], "ok")
        with_control = self.client.session.msg("kernel_info_request")
        self.client.control_channel.send(with_control)
        reply_to(self.client, with_control["header"]["msg_id"], "control")
        self.assertTrue(beats(self.manager.hb_port))


class Unsigned(unittest.TestCase):
    def test_unsigned(self) -> None:
        """a connection without a key is served without signatures"""
        with kernel(session=Session(key=b"")) as (_, client):
            self.assertEqual(run(client, "show 1")[0]["status"], "ok")


def beats(port: int) -> bool:
    with zmq.Context.instance().socket(zmq.REQ) as socket:
        socket.linger = 0
        socket.connect(f"tcp://127.0.0.1:{port}")
        socket.send(b"beat")
        return socket.poll(10_000) > 0 and socket.recv() == b"beat"


def next_message(client: Any) -> Any:
    from queue import Empty

    try:
        return client.get_iopub_msg(timeout=0.3)
    except Empty:
        return None
