"""A kernel's life: installing, starting, restarting, encrypted and local transport, and ends of all kinds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import unittest
from typing import Any

import psutil
import zmq
from jupyter_client.kernelspec import KernelSpecManager
from sift_kernel import (
    FOLDER,
    NODE,
    ROOT,
    TIMEOUT,
    await_that,
    control,
    install,
    kernel,
    reply_to,
    run,
    sift,
    start,
    stop,
    text_of,
)

SPEC = install()


def process_of(manager: Any) -> psutil.Process:
    return psutil.Process(manager.provisioner.process.pid)


def has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Installing(unittest.TestCase):
    def test_spec(self) -> None:
        """`sift install` writes a kernelspec that Jupyter finds, on the project's own Node, with logos"""
        spec = KernelSpecManager().get_kernel_spec("sift")
        self.assertEqual((spec.display_name, spec.language, spec.interrupt_mode), ("JUNO Sift", "sift", "message"))
        self.assertEqual(os.path.realpath(spec.argv[0]), os.path.realpath(NODE))
        self.assertEqual(spec.argv[-2:], [str(ROOT / "kernel" / "main.ts"), "{connection_file}"])
        for size in (32, 64):
            self.assertEqual((SPEC / f"logo-{size}x{size}.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        self.assertTrue((SPEC / "logo-svg.svg").read_text().startswith("<svg"))

    def test_twice(self) -> None:
        """installing twice leaves one kernelspec and nothing half written; uninstalling takes it away, twice too"""
        prefix = FOLDER / "elsewhere"
        kernels = prefix / "share" / "jupyter" / "kernels"
        for _ in range(2):
            self.assertIn(str(kernels / "sift"), sift("install", "--prefix", str(prefix)))
        self.assertEqual(os.listdir(kernels), ["sift"])
        for _ in range(2):
            sift("uninstall", "--prefix", str(prefix))
        self.assertEqual(os.listdir(kernels), [])

    def test_places(self) -> None:
        """--user is Jupyter's data folder, --sys-prefix that of the Python environment"""
        self.assertIn(str(FOLDER / "data" / "kernels" / "sift"), sift("install", "--user"))
        sift("uninstall", "--user")
        environment = FOLDER / "environment"
        os.environ["VIRTUAL_ENV"] = str(environment)
        self.assertIn(str(environment / "share" / "jupyter" / "kernels" / "sift"), sift("install", "--sys-prefix"))
        del os.environ["VIRTUAL_ENV"]

    def test_refused(self) -> None:
        """a place that cannot be written is named, with the way out"""
        file = FOLDER / "file"
        file.touch()
        command = [NODE, ROOT / "kernel" / "cli.ts", "install", "--prefix", file]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(done.returncode, 3)
        self.assertIn(str(file), done.stderr)
        self.assertIn("--prefix", done.stderr)


class Starting(unittest.TestCase):
    def kernel_status(self, *args: str) -> subprocess.CompletedProcess[str]:
        command = [NODE, ROOT / "kernel" / "main.ts", *args]
        return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)

    def test_connection(self) -> None:
        """a connection file that is missing or broken ends the kernel with a message that quotes no key"""
        self.assertEqual(self.kernel_status().returncode, 2)
        broken = FOLDER / "broken.json"
        for text in ('{"key": "a-secret-key", ', '{"key": "a-secret-key"}', '{"key": "a-secret-key", "shell_port": -1}'):
            broken.write_text(text)
            done = self.kernel_status(str(broken))
            self.assertEqual(done.returncode, 2)
            self.assertIn(str(broken), done.stderr)
            self.assertNotIn("a-secret-key", done.stderr)

    def test_scheme(self) -> None:
        """a signature scheme that is not known is named"""
        ports = {f"{channel}_port": 0 for channel in ("shell", "control", "stdin", "iopub", "hb")}
        file = FOLDER / "scheme.json"
        file.write_text(json.dumps({**ports, "key": "a-secret-key", "signature_scheme": "hmac-none"}))
        done = self.kernel_status(str(file))
        self.assertEqual(done.returncode, 2)
        self.assertIn("hmac-none", done.stderr)

    def test_ipc(self) -> None:
        """a kernel on local sockets works, and leaves no socket file"""
        address = str(FOLDER / "ipc")
        with kernel(transport="ipc", ip=address) as (manager, client):
            self.assertEqual(text_of(run(client, "show 2 + 2")[1]), "2 + 2 = 4")
            manager.shutdown_kernel()
        self.assertEqual(list(FOLDER.glob("ipc-*")), [])

    def test_restart(self) -> None:
        """a restarted kernel has a new session and no names"""
        with kernel() as (manager, client):
            run(client, "x = 1")
            before = client.kernel_info(reply=True, timeout=TIMEOUT)["header"]["session"]
            manager.restart_kernel()
            client.wait_for_ready(timeout=TIMEOUT)
            self.assertNotEqual(client.kernel_info(reply=True, timeout=TIMEOUT)["header"]["session"], before)
            content, _ = run(client, "show x")
            self.assertEqual((content["status"], content["execution_count"]), ("error", 1))


class Encrypted(unittest.TestCase):
    """The keys come with the connection file, as jupyter_client writes them for a kernel that can use them."""

    def test_required(self) -> None:
        """a client that demands encryption gets it, on all channels"""
        with kernel(transport_encryption="required") as (manager, client):
            self.assertEqual(text_of(run(client, "show 2 + 2")[1]), "2 + 2 = 4")
            reply_to(client, control(client, "kernel_info_request"), "control")
            self.assertFalse(beats(manager.hb_port, None))

    def test_curve(self) -> None:
        """with CURVE keys the sockets are encrypted: a client with the keys is served, one without is not"""
        public, secret = (key.decode() for key in zmq.curve_keypair())
        with curve_kernel(public, secret) as ports:
            self.assertTrue(beats(ports["hb_port"], public))
            self.assertFalse(beats(ports["hb_port"], None))


class curve_kernel:
    def __init__(self, public: str, secret: str) -> None:
        sockets = [zmq.Context.instance().socket(zmq.ROUTER) for _ in range(5)]
        ports = [socket.bind_to_random_port("tcp://127.0.0.1") for socket in sockets]
        for socket in sockets:
            socket.close(0)
        names = ("shell", "control", "stdin", "iopub", "hb")
        self.ports = {f"{name}_port": port for name, port in zip(names, ports, strict=True)}
        rest = {"ip": "127.0.0.1", "transport": "tcp", "key": "k", "signature_scheme": "hmac-sha256"}
        self.file = FOLDER / "curve.json"
        self.file.write_text(json.dumps({**self.ports, **rest, "curve_publickey": public, "curve_secretkey": secret}))

    def __enter__(self) -> dict[str, int]:
        self.process = subprocess.Popen([NODE, ROOT / "kernel" / "main.ts", self.file])
        return self.ports

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(TIMEOUT)


def beats(port: int, server_key: str | None) -> bool:
    with zmq.Context.instance().socket(zmq.REQ) as socket:
        socket.linger = 0
        if server_key is not None:
            socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
            socket.curve_serverkey = server_key.encode()
        socket.connect(f"tcp://127.0.0.1:{port}")
        socket.send(b"beat")
        return socket.poll(20_000 if server_key else 1_000) > 0 and socket.recv() == b"beat"


class Ending(unittest.TestCase):
    def test_shutdown(self) -> None:
        """a shutdown is answered on control, told on iopub, and leaves no process"""
        manager, client = start()
        process = process_of(manager)
        asked = control(client, "shutdown_request", {"restart": True})
        self.assertEqual(reply_to(client, asked, "control")["content"], {"status": "ok", "restart": True})
        while (message := client.get_iopub_msg(timeout=TIMEOUT))["msg_type"] != "shutdown_reply":
            pass
        self.assertEqual(message["parent_header"]["msg_id"], asked)
        await_that(lambda: has_ended(process), "the kernel ends")
        stop(manager, client)

    def test_signals(self) -> None:
        """SIGTERM and SIGHUP end a kernel with status 0"""
        for number in (signal.SIGTERM, signal.SIGHUP):
            manager, client = start()
            popen = manager.provisioner.process
            popen.send_signal(number)
            self.assertEqual(popen.wait(TIMEOUT), 0)
            stop(manager, client)

    def test_orphan(self) -> None:
        """a kernel whose parent dies without a word ends by itself, its threads with it"""
        parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        self.assertTrue(child.is_running())
        parent.kill()
        parent.wait()
        parent.stdout.close()
        await_that(lambda: has_ended(child), "the orphan ends")


PARENT = textwrap.dedent(
    f"""
    import sys, time
    sys.path.insert(0, {str(ROOT / 'test' / 'support')!r})
    import sift_kernel
    manager, client = sift_kernel.start()
    client.execute("show 1", reply=True, timeout=60)
    print(manager.provisioner.process.pid, flush=True)
    time.sleep(600)
    """
)
