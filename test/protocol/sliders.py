"""Parameters with a range as sliders: the widget messages, and what a move runs again."""

from __future__ import annotations

import re
import unittest
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from sift_kernel import (
    FOLDER,
    LONG,
    Message,
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
ENERGY = np.concatenate(
    [pq.read_table(path, columns=["E"])["E"].to_numpy() for path in sorted((FOLDER / "data" / "unit").glob("*.parquet"))]
)
EVENTS = 'events = from "data/unit/*.parquet"'
CUT = "param cut = 2 MeV in 1 .. 5 MeV"
VIEW = "application/vnd.jupyter.widget-view+json"


def above(cut: float) -> str:
    """How many events are above a cut, as numpy counts them, as a cell shows it."""
    return f"{int(np.sum(ENERGY > cut)):,}"


def displays_in(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message["msg_type"] in ("display_data", "update_display_data")]


class Sliders(unittest.TestCase):
    def setUp(self) -> None:
        self.manager, self.client = start()

    def tearDown(self) -> None:
        stop(self.manager, self.client)

    def send(self, kind: str, content: dict[str, Any]) -> str:
        message = self.client.session.msg(kind, content)
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def ask(self) -> Message:
        """Asks for all widgets, as JupyterLab does when a notebook is opened. @returns the answer"""
        self.send("comm_open", {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}})
        request = self.send("comm_msg", {"comm_id": "control", "data": {"method": "request_states"}})
        return next(m for m in messages_of(self.client, request) if m["msg_type"] == "comm_msg")

    def shown(self, code: str) -> str:
        """Shows a slider. @returns its model"""
        shown = [m["content"]["data"] for m in displays_in(run(self.client, code)[1])]
        return next(data[VIEW]["model_id"] for data in shown if VIEW in data)

    def told(self, model: str, state: object, method: str = "update") -> str:
        return self.send("comm_msg", {"comm_id": model, "data": {"method": method, "state": state, "buffer_paths": []}})

    def move(self, model: str, value: float) -> list[Message]:
        """Moves a slider. @returns what its run has to say"""
        request = self.told(model, {"value": value})
        messages_of(self.client, request)
        return [m for m in messages_of(self.client, request) if m["msg_type"] != "status"]

    def events(self, cut: str = CUT) -> str:
        """A notebook of a cut and what stands on it. @returns the model of the slider"""
        run(self.client, EVENTS)
        self.ask()
        model = self.shown(cut)
        run(self.client, "high = from events where E > cut")
        return model

    def test_text(self) -> None:
        """a client that asks for no widgets sees the line of the definition, and no comm"""
        content, messages = run(self.client, f"{EVENTS}\n{CUT}\nshow count(events where E > cut)")
        self.assertEqual(types_of(messages), ["execute_input"] + ["display_data"] * 3)
        self.assertEqual(set(messages[2]["content"]["data"]), {"text/plain", "text/html"})
        self.assertEqual(messages[2]["content"]["data"]["text/plain"], "cut : number [MeV]")
        request = self.send("comm_info_request", {})
        self.assertEqual(reply_to(self.client, request)["content"], {"status": "ok", "comms": {}})

    def test_asked(self) -> None:
        """to one that asks, what was shown before becomes a slider in its place"""
        run(self.client, CUT)
        self.send("comm_open", {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}})
        request = self.send("comm_msg", {"comm_id": "control", "data": {"method": "request_states"}})
        states, update = messages_of(self.client, request)[1:-1]
        self.assertEqual(states["content"]["data"]["method"], "update_states")
        model = states["content"]["data"]["states"][update["content"]["data"][VIEW]["model_id"]]
        self.assertEqual(update["msg_type"], "update_display_data")
        self.assertEqual((model["model_name"], model["model_module_version"]), ("FloatSliderModel", "2.0.0"))

    def test_opened(self) -> None:
        """a slider is three models, the number in the unit of its value, in steps of a hundredth of its range"""
        self.ask()
        messages = run(self.client, "param dt_max = 1 ms in 0.1 .. 2 ms")[1]
        opened = [m for m in messages if m["msg_type"] == "comm_open"]
        self.assertEqual({m["content"]["target_name"] for m in opened}, {"jupyter.widget"})
        self.assertEqual({m["metadata"]["version"] for m in opened}, {"2.1.0"})
        states = {m["content"]["comm_id"]: m["content"]["data"]["state"] for m in opened}
        data = messages[-1]["content"]["data"]
        self.assertEqual(data["text/plain"], "dt_max : number [ms]")
        self.assertEqual((data[VIEW]["version_major"], data[VIEW]["version_minor"]), (2, 0))
        slider = states[data[VIEW]["model_id"]]
        wanted = {"description": "dt_max [ms]", "value": 1, "min": 0.1, "max": 2, "step": 0.02, "readout_format": ".2f"}
        self.assertEqual({key: slider[key] for key in wanted}, wanted)
        self.assertEqual(states[slider["layout"].removeprefix("IPY_MODEL_")]["_model_name"], "LayoutModel")
        self.assertEqual(states[slider["style"].removeprefix("IPY_MODEL_")]["_model_name"], "SliderStyleModel")
        request = self.send("comm_info_request", {"target_name": "jupyter.widget"})
        self.assertEqual(set(reply_to(self.client, request)["content"]["comms"]), set(states))
        request = self.told(data[VIEW]["model_id"], {}, "request_state")
        answer = messages_of(self.client, request)[1]["content"]["data"]
        self.assertEqual((answer["method"], answer["state"]), ("update", slider))

    def test_moved(self) -> None:
        """a move runs again what stands on the parameter, directly or through names, in its place, and nothing else"""
        model = self.events()
        first = run(self.client, "show count(high)")[1][-1]["content"]
        run(self.client, "show count(events)")
        second = run(self.client, "# both\nshow 1\nshow count(events where E > 2 * cut)")[1][-1]["content"]
        self.assertEqual(first["data"]["text/plain"].split("\n")[0], f"count(high) = {above(2)}")
        messages = self.move(model, 3.000000000004)
        self.assertEqual(set(types_of(messages)), {"update_display_data"})
        places = {m["content"]["transient"]["display_id"]: m["content"]["data"]["text/plain"] for m in messages}
        self.assertEqual(len(messages), 3)
        self.assertEqual(places[first["transient"]["display_id"]].split("\n")[0], f"count(high) = {above(3)}")
        self.assertIn(f" = {above(6)}", places[second["transient"]["display_id"]])
        self.assertIn(f"= {above(3)}", text_of(run(self.client, "show count(high)")[1]))

    def test_again(self) -> None:
        """a cell that is run again shows its new output alone from then on; that of a parameter sets the value that it has"""
        model = self.events()
        run(self.client, "show count(high)")
        self.move(model, 3)
        place = run(self.client, "show count(high)")[1][-1]["content"]["transient"]
        messages = self.move(model, 4)
        self.assertEqual([m["content"]["transient"] for m in messages][1:], [place])
        messages = run(self.client, CUT)[1]
        closed = [m["content"]["comm_id"] for m in messages if m["msg_type"] == "comm_close"]
        self.assertIn(model, closed)
        self.assertIn("stale: `high`", text_of(displays_in(messages)))
        self.assertIn(f"= {above(2)}", text_of(run(self.client, "show count(events where E > cut)")[1]))

    def test_cell(self) -> None:
        """a cell is what the front end calls so, whatever its text, until it is deleted"""
        model = self.events()

        def run_as(cell: str, code: str, deleted: list[str]) -> None:
            message = self.client.session.msg("execute_request", {"code": code})
            message["metadata"] = {"cellId": cell, "deletedCells": deleted}
            self.client.shell_channel.send(message)
            messages_of(self.client, message["header"]["msg_id"])

        run_as("c1", "show count(high)", [])
        run_as("c1", "show count(high) + 0", [])
        run_as("c2", "show count(high) + 1", [])
        run_as("c3", "show 1", ["c2"])
        self.assertRegex(text_of(self.move(model, 3)), rf"^high : events.*\ncount\(high\) \+ 0 = {above(3)}\n[^=]*$")

    def test_two(self) -> None:
        """two sliders move apart from each other, each keeping the value of the other"""
        model = self.events()
        other = self.shown("param top = 9 MeV in 2 .. 12 MeV")
        run(self.client, "show count(high where E < top)")
        self.move(model, 3)
        shown = self.move(other, 4)
        wanted = int(np.sum((ENERGY > 3) & (ENERGY < 4)))
        self.assertEqual(len(shown), 1)
        self.assertIn(f" = {wanted:,}\n", text_of(shown))

    def test_queue(self) -> None:
        """while a cell runs moves wait, and of those of one slider only the last is carried out"""
        model = self.events()
        run(self.client, "show count(high)")
        running = self.client.execute(LONG)
        await_that(lambda: self.client.get_iopub_msg(timeout=60)["msg_type"] == "execute_input", "the cell runs")
        moves = [self.told(model, {"value": value}) for value in (2.5, 3, 3.5)]
        self.client.execute("show count(high) + 1", stop_on_error=False)
        for move in moves:
            seen = messages_of(self.client, move)
            self.assertEqual([t for t in types_of(seen) if t != "status"], ["comm_msg"])
        reply_to(self.client, control(self.client, "interrupt_request"), "control")
        self.assertEqual(reply_to(self.client, running)["content"]["ename"], "R001")
        self.assertIn(f"count(high) = {above(3.5)}", text_of(displays_in(messages_of(self.client, moves[-1]))))

    def test_interrupted(self) -> None:
        """an interrupt ends what a move runs, and says so in the place of each output that is out of date"""
        model = self.events("param w = 1 s in 1 .. 200 s")
        run(self.client, "pairs = from events match a with b in events within w after a")
        run(self.client, "show count(pairs)")
        run(self.client, "show count(pairs) + 1")
        request = self.told(model, {"value": 200})
        messages_of(self.client, request)
        await_that(lambda: "rows" in text_of([self.client.get_iopub_msg(timeout=60)]), "it reads")
        reply_to(self.client, control(self.client, "interrupt_request"), "control")
        texts = [m["content"]["data"]["text/plain"] for m in displays_in(messages_of(self.client, request))]
        self.assertEqual([text.split(" in ")[0] for text in texts[-2:]], ["error R001"] * 2)
        self.assertNotIn("error R001", text_of(self.move(model, 1)))

    def test_newer(self) -> None:
        """a newer value ends what runs for the one before it, which shows nothing any more"""
        model = self.events("param w = 1 s in 1 .. 200 s")
        run(self.client, "show count(from events match a with b in events within w after a)")
        before = self.told(model, {"value": 200})
        messages_of(self.client, before)
        await_that(lambda: "rows" in text_of([self.client.get_iopub_msg(timeout=60)]), "it reads")
        request = self.told(model, {"value": 1})
        self.assertNotIn("R001", text_of(displays_in(messages_of(self.client, before))))
        # That the move has come in is told before what it ends has ended.
        last = displays_in(messages_of(self.client, request))[-1]["content"]["data"]["text/plain"]
        self.assertRegex(last, r"^count\(.*\) = [1-9]")

    def test_mistake(self) -> None:
        """a value with which something is a mistake is told in its place, and the next one runs it again"""
        model = self.events()
        run(self.client, "some = from events where E in cut .. 3 MeV")
        run(self.client, "show count(some)")
        broken = text_of(self.move(model, 4))
        self.assertEqual(len(re.findall(r"error S123 in cell 4, line 1", broken)), 2)
        count = int(np.sum((ENERGY >= 2.5) & (ENERGY <= 3)))
        self.assertIn(f"count(some) = {count:,}", text_of(self.move(model, 2.5)))

    def test_saved(self) -> None:
        """a move writes no file; the line of what was saved says that it is out of date"""
        model = self.events()
        run(self.client, 'save high to "high.parquet"')
        rows = pq.read_metadata(FOLDER / "high.parquet").num_rows
        self.assertIn("stale: `high.parquet` (cell 4) was made with an older `cut`", text_of(self.move(model, 3)))
        self.assertEqual(pq.read_metadata(FOLDER / "high.parquet").num_rows, rows)

    def test_refused(self) -> None:
        """a value outside of the range is set back, and a message that is none is passed over"""
        model = self.events()
        run(self.client, "show count(high)")
        for value in (0.5, 5.01, 1e300):
            back = messages_of(self.client, self.told(model, {"value": value}))[1]["content"]
            self.assertEqual(back["data"], {"method": "update", "state": {"value": 2}, "buffer_paths": []})
        for bad in ({"value": "3"}, {"value": None}, {}, [], None, {"min": 0}):
            self.assertEqual(set(types_of(messages_of(self.client, self.told(model, bad)))), {"status"})
        nobody = {"comm_id": "nobody", "data": {"method": "update"}}
        for content in ({}, {"comm_id": 3, "data": {}}, nobody, {"comm_id": model}):
            self.assertEqual(set(types_of(messages_of(self.client, self.send("comm_msg", content)))), {"status"})
        self.assertIn(f"= {above(2)}", text_of(run(self.client, "show count(high)")[1]))

    def test_gone(self) -> None:
        """the slider of a name that means something else is closed when it is moved"""
        model = self.events()
        run(self.client, "cut = 3 MeV")
        messages = self.move(model, 4)
        self.assertEqual(types_of(messages), ["comm_close"] * 3)
        self.assertIn("cut = 3", text_of(run(self.client, "show cut")[1]))

    def test_closed(self) -> None:
        """a front end that closes a slider hears no more of it"""
        model = self.events()
        messages_of(self.client, self.send("comm_close", {"comm_id": model, "data": {}}))
        self.assertEqual(set(types_of(messages_of(self.client, self.told(model, {"value": 3})))), {"status"})


if __name__ == "__main__":
    unittest.main()
