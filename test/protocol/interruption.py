"""A kernel whose cell runs: interrupts, help and heartbeat meanwhile, workers that do not cooperate or run out of memory."""

from __future__ import annotations

import signal
import statistics
import time
import unittest
from pathlib import Path

import psutil
import zmq
from sift_kernel import (
    FOLDER,
    LONG,
    TIMEOUT,
    await_that,
    control,
    install,
    messages_of,
    reply_to,
    run,
    sample,
    start,
    stop,
    text_of,
    types_of,
)

install()
sample()
FAULTS = FOLDER / "faults"
FAULTS.mkdir()
STUBBORN = Path(__file__).with_name("stubborn.mjs").as_uri()
EVENTS = 'events = from "data/unit/*.parquet"'


class WithFaults(unittest.TestCase):
    """A kernel whose workers misbehave while a file says so."""

    options = f"--import {STUBBORN}"

    def setUp(self) -> None:
        self.clear()
        env = {"SIFT_TEST_FAULTS": str(FAULTS), "NODE_OPTIONS": self.options}
        self.manager, self.client = start(env)
        run(self.client, EVENTS)

    def tearDown(self) -> None:
        self.clear()
        stop(self.manager, self.client)

    def clear(self) -> None:
        for file in FAULTS.iterdir():
            file.unlink()

    def fault(self, name: str) -> None:
        (FAULTS / name).touch()

    def at_it(self) -> bool:
        return any(FAULTS.glob("at-it-*"))

    def held(self) -> str:
        """A cell that is scanning and stays at it. @returns its request"""
        self.fault("hold")
        request = self.client.execute("show count(events where E > 1 MeV)")
        await_that(self.at_it, "a worker scans")
        return request

    def assert_interrupted(self, request: str) -> None:
        content = reply_to(self.client, request)["content"]
        self.assertEqual((content["status"], content["ename"]), ("error", "R001"))
        messages = messages_of(self.client, request)[1:-1]
        self.assertEqual(types_of(messages).count("error"), 1)
        self.assertEqual(messages[-1]["msg_type"], "error")

    def assert_working(self) -> None:
        self.assertRegex(text_of(run(self.client, "show count(events)")[1]), r"(?m)^count\(events\) = ")


class Held(WithFaults):
    def test_message(self) -> None:
        """an interrupt_request ends the running cell and no other; names are kept"""
        request = self.held()
        asked = control(self.client, "interrupt_request")
        self.assertEqual(reply_to(self.client, asked, "control")["content"]["status"], "ok")
        self.assert_interrupted(request)
        self.clear()
        self.assert_working()

    def test_late(self) -> None:
        """an interrupt between cells does nothing to the next one"""
        asked = control(self.client, "interrupt_request")
        reply_to(self.client, asked, "control")
        self.assert_working()

    def test_signal(self) -> None:
        """SIGINT ends the running cell as an interrupt_request does"""
        request = self.held()
        self.manager.provisioner.process.send_signal(signal.SIGINT)
        self.assert_interrupted(request)
        self.clear()
        self.assert_working()

    def test_queue(self) -> None:
        """cells that wait behind an interrupted one are aborted"""
        request = self.held()
        waiting = self.client.execute("show 1")
        reply_to(self.client, control(self.client, "interrupt_request"), "control")
        self.assert_interrupted(request)
        self.assertEqual(reply_to(self.client, waiting)["content"]["status"], "aborted")

    def test_help(self) -> None:
        """help at the cursor is answered while a cell runs, and the kernel stays busy in between"""
        request = self.held()
        code = "from events where "
        reply = self.client.complete(code, len(code), reply=True, timeout=TIMEOUT)["content"]
        self.assertIn("qtot", reply["matches"])
        found = self.client.inspect("events", 3, reply=True, timeout=TIMEOUT)["content"]
        self.assertTrue(found["found"])
        done = self.client.is_complete("from")
        self.assertEqual(reply_to(self.client, done)["content"]["status"], "incomplete")
        states = []
        while len(states) < 10:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["msg_type"] == "status":
                state = message["content"]["execution_state"]
                states.append((state, message["parent_header"]["msg_id"] == request))
        # After its own busy, each of three requests brings busy and idle, and busy again for the cell.
        self.assertEqual(states, [("busy", True), *[("busy", False), ("idle", False), ("busy", True)] * 3])
        self.clear()
        self.assertEqual(reply_to(self.client, request)["content"]["status"], "ok")

    def test_shutdown(self) -> None:
        """a shutdown ends a busy kernel: the cell gets its reply, and no process is left"""
        request = self.held()
        process = psutil.Process(self.manager.provisioner.process.pid)
        asked = control(self.client, "shutdown_request", {"restart": False})
        self.assertEqual(reply_to(self.client, asked, "control")["content"], {"status": "ok", "restart": False})
        self.assertEqual(reply_to(self.client, request)["content"]["ename"], "R001")
        await_that(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, "the kernel ends")

    def test_stubborn(self) -> None:
        """a worker that does not cooperate is replaced within 3 s of the interrupt, and the reply does not wait for it"""
        self.fault("stubborn")
        request = self.client.execute("show count(events where E > 1 MeV)")
        await_that(self.at_it, "a worker loops")
        process = psutil.Process(self.manager.provisioner.process.pid)
        before = time.perf_counter()
        control(self.client, "interrupt_request")
        self.assert_interrupted(request)
        replied = time.perf_counter() - before
        await_that(lambda: is_idle(process), "the looping workers are gone")
        gone = time.perf_counter() - before
        print(f"stubborn worker: reply after {replied * 1e3:.0f} ms, idle after {gone:.1f} s")
        self.assertLess(replied, 2)
        self.clear()
        self.assert_working()


class Exhausted(WithFaults):
    options = f"--import {STUBBORN} --max-old-space-size=160"

    def test_memory(self) -> None:
        """a worker out of memory is R003 with a way out, and the kernel goes on with its names"""
        self.fault("exhaust")
        content, messages = run(self.client, "show count(events where E > 1 MeV)")
        self.assertEqual((content["status"], content["ename"]), ("error", "R003"))
        self.assertIn("memory", content["evalue"])
        self.assertIn("Way out", "\n".join(content["traceback"]))
        self.clear()
        self.assert_working()


class Scanning(unittest.TestCase):
    """Without faults: a scan that takes half a minute."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.manager, cls.client = start()
        run(cls.client, EVENTS)
        run(cls.client, "from events hist E over 0 .. 12 MeV bins 60")

    @classmethod
    def tearDownClass(cls) -> None:
        stop(cls.manager, cls.client)

    def test_scan(self) -> None:
        """a scan is interrupted, and its workers are idle then"""
        process = psutil.Process(self.manager.provisioner.process.pid)
        request = self.client.execute(LONG)
        await_that(lambda: cpu_share(process) > 0.3, "the scan is under way")
        before = time.perf_counter()
        control(self.client, "interrupt_request")
        content = reply_to(self.client, request)["content"]
        took = time.perf_counter() - before
        self.assertEqual((content["status"], content["ename"]), ("error", "R001"))
        await_that(lambda: is_idle(process), "the workers are idle")
        print(f"interrupt of a scan: reply after {took * 1e3:.0f} ms")
        self.assertEqual(run(self.client, "show 1")[0]["status"], "ok")

    def test_responsive(self) -> None:
        """completion and heartbeat are answered during a scan"""
        request = self.client.execute(LONG)
        code = "from events where "
        beat = zmq.Context.instance().socket(zmq.REQ)
        beat.linger = 0
        beat.connect(f"tcp://127.0.0.1:{self.manager.hb_port}")
        completions, beats = [], []
        for _ in range(100):
            before = time.perf_counter()
            self.client.complete(code, len(code), reply=True, timeout=TIMEOUT)
            completions.append((time.perf_counter() - before) * 1e3)
            before = time.perf_counter()
            beat.send(b"beat")
            self.assertEqual(beat.recv(), b"beat")
            beats.append((time.perf_counter() - before) * 1e3)
            time.sleep(0.01)
        beat.close()
        control(self.client, "interrupt_request")
        self.assertEqual(reply_to(self.client, request)["content"]["ename"], "R001")
        for name, times in (("completion", completions), ("heartbeat", beats)):
            cuts = statistics.quantiles(times, n=100)
            print(f"{name} during a scan: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms")
            self.assertLess(cuts[49], 250)


def cpu_share(process: psutil.Process) -> float:
    """How many cores a process keeps busy."""
    return process.cpu_percent(0.2) / 100


def is_idle(process: psutil.Process) -> bool:
    return cpu_share(process) < 0.15
