"""Checks of the examples that need no server: `python -m unittest` in this folder."""

import json
import math
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

from heirloom_client import HeirloomError, Run, first_free, json_number, name_key, status_after
from record_demo import Recording
from train_digits import (
    ENVIRONMENT,
    LABELS,
    RUNS,
    UNLUCKY_RUNS,
    StoppedEarly,
    classifier,
    dataset_versions,
    learning_rate,
    load,
    parameters_of,
)


def refusal(code: str) -> HeirloomError:
    problem = {"title": "Conflict", "detail": "The name is taken.", "code": code}
    return HeirloomError(SimpleNamespace(status_code=409, headers={"Content-Type": "application/problem+json"}, json=lambda: problem))


class Client(unittest.TestCase):
    def test_special_numbers_are_words_in_json(self) -> None:
        words = [json_number(value) for value in (math.nan, math.inf, -math.inf, 0.5)]
        self.assertEqual(words, ["NaN", "Infinity", "-Infinity", 0.5])

    def test_the_first_free_name_is_taken(self) -> None:
        create = Mock(side_effect=[refusal("name_taken"), refusal("name_taken"), {"name": "c"}])
        self.assertEqual(first_free(iter("abc"), create, "name_taken"), {"name": "c"})

    def test_another_refusal_is_shown_with_title_detail_and_code(self) -> None:
        with self.assertRaisesRegex(HeirloomError, r"Conflict: The name is taken. \(409 other\)"):
            first_free(iter("ab"), Mock(side_effect=refusal("other")), "name_taken")

    def test_names_are_compared_without_case_and_in_one_unicode_form(self) -> None:
        self.assertEqual(name_key("E\u0301tude"), name_key("\u00c9TUDE"))

    def test_the_status_says_how_a_run_ended(self) -> None:
        ends = [None, KeyboardInterrupt, StoppedEarly, ValueError, SystemExit]
        self.assertEqual([status_after(end) for end in ends], ["succeeded", "aborted", "aborted", "failed", "failed"])

    def test_points_are_sent_in_batches_and_before_the_final_status(self) -> None:
        heirloom = Mock()
        with Run(heirloom, {"id": "1", "name": "run"}) as run:
            for step in range(Run.BATCH_POINTS + 1):
                run.log(step, {"loss": 1.0})
        batches = [call.args[1]["points"] for call in heirloom.post.call_args_list]
        self.assertEqual([len(points) for points in batches], [Run.BATCH_POINTS, 1])
        self.assertEqual(heirloom.mock_calls[-1].kwargs, {"json": {"status": "succeeded"}})


class Training(unittest.TestCase):
    def test_the_parts_are_apart_and_hold_every_digit(self) -> None:
        digits = load()
        self.assertEqual([len(part.labels) for part in digits], [1149, 288, 360])
        for part in digits:
            self.assertEqual(sorted(set(part.labels)), LABELS)
        self.assertEqual([version["name"] for version in dataset_versions(digits)], ["1797-images", "train-1437", "test-360"])

    def test_parameters_describe_the_network(self) -> None:
        for settings in RUNS + UNLUCKY_RUNS:
            parameters = parameters_of(settings, epochs=40)
            self.assertEqual(json.loads(json.dumps(parameters)), parameters)
            self.assertEqual(learning_rate(classifier(parameters)), settings.learning_rate)


class Demo(unittest.TestCase):
    def test_a_recording_keeps_an_interrupted_run(self) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            recording = Recording(Path(temporary), {"name": "p"}, {"name": "d"}, [])
            with (
                self.assertRaises(KeyboardInterrupt),
                recording.start_run("r", description="", parameters={"a": [1, 2]}, **ENVIRONMENT) as run,
            ):
                run.log(1, {"loss": math.nan})
                raise KeyboardInterrupt
            recording.save({})
            [record] = json.loads((Path(temporary) / "demo.json").read_text())["runs"]
        self.assertEqual((record["status"], record["metrics"]["loss"][0][::2]), ("aborted", [1, "NaN"]))
        self.assertGreaterEqual(record["finished_at"], record["started_at"])


if __name__ == "__main__":
    unittest.main()
