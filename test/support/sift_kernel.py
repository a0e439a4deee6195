"""A Sift kernel for tests: installed by `sift install`, started and driven by jupyter_client, as any notebook does it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parents[2]
NODE = os.environ.get("SIFT_NODE") or str(ROOT / "node_modules" / ".bin" / "node")
FOLDER = Path(os.environ.get("SIFT_TEST_FOLDER") or mkdtemp(prefix="sift-jupyter-"))
if "SIFT_TEST_FOLDER" not in os.environ:
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
#: Seconds that an answer may take before something is wrong; a machine may be busy.
TIMEOUT = 60
#: A scan of half a minute on one core: nobody waits for its end.
LONG = "show count(from events match a with b in events within 200 s after a)"

for name, below in {"PATH": "share/jupyter", "DATA_DIR": "data", "CONFIG_DIR": "config", "RUNTIME_DIR": "runtime"}.items():
    os.environ[f"JUPYTER_{name}"] = str(FOLDER / below)
os.environ["IPYTHONDIR"] = str(FOLDER / "ipython")


def sift(*args: str) -> str:
    """The command `sift`, run to its end. @returns what it printed"""
    done = subprocess.run([NODE, ROOT / "kernel" / "cli.ts", *args], capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def install() -> Path:
    """Writes the kernelspec below the folder of this test. @returns its folder"""
    sift("install", "--prefix", str(FOLDER))
    return FOLDER / "share" / "jupyter" / "kernels" / "sift"


def sample(name: str = "unit", parts: str = "parquet") -> Path:
    """Makes toy data below the folder of this test. @returns the folder that the kernel starts in: `data/<name>` is below it"""
    make = [sys.executable, ROOT / "test" / "data" / "make.py", name, "--parts", parts, "--out", FOLDER / "data"]
    subprocess.run(make, check=True, capture_output=True, timeout=TIMEOUT)
    return FOLDER


def start(env: dict[str, str] | None = None, **options: Any) -> tuple[KernelManager, BlockingKernelClient]:
    """A started kernel, and a client that has heard from it."""
    manager = KernelManager(kernel_name="sift", **options)
    manager.start_kernel(cwd=str(FOLDER), env={**os.environ, **(env or {})}, stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=TIMEOUT)
    return manager, client


def stop(manager: KernelManager, client: BlockingKernelClient) -> None:
    client.stop_channels()
    if manager.has_kernel:
        manager.shutdown_kernel(now=True)


@contextmanager
def kernel(**options: Any) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager, client = start(**options)
    try:
        yield manager, client
    finally:
        stop(manager, client)


Message = dict[str, Any]


def messages_of(client: BlockingKernelClient, request: str) -> list[Message]:
    """What iopub says about a request, up to its idle."""
    found: list[Message] = []
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") != request:
            continue
        found.append(message)
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return found


def reply_to(client: BlockingKernelClient, request: str, channel: str = "shell") -> Message:
    """The reply to a request; those to others are passed over."""
    socket = client.shell_channel if channel == "shell" else client.control_channel
    while True:
        message = socket.get_msg(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") == request:
            return message


def run(client: BlockingKernelClient, code: str, **options: Any) -> tuple[dict[str, Any], list[Message]]:
    """Runs a cell. @returns the content of its reply, and the messages between its `busy` and its `idle`"""
    request = client.execute(code, **options)
    content = reply_to(client, request)["content"]
    return content, messages_of(client, request)[1:-1]


def text_of(messages: list[Message]) -> str:
    """What a cell shows, as text."""
    shown = [m["content"]["data"]["text/plain"] for m in messages if "data" in m["content"]]
    return "\n".join(shown)


def types_of(messages: list[Message]) -> list[str]:
    return [message["msg_type"] for message in messages]


def await_that(condition: Callable[[], bool], what: str, seconds: float = TIMEOUT) -> None:
    """Waits until it is so; fails when it does not come about."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def control(client: BlockingKernelClient, kind: str, content: dict[str, Any] | None = None) -> str:
    """Sends a request on the control channel. @returns its id"""
    message = client.session.msg(kind, content or {})
    client.control_channel.send(message)
    return str(message["header"]["msg_id"])
