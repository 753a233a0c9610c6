"""The tool and the server are killed at random moments: nothing is lost, nothing is there twice."""

import json
import random
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from corpus.labelstudio.projects import find_project
from tests.desk.forks import Tool, warm
from tests.desk.verbs import (
    Studio,
    at,
    desk_folder,
    done,
    file_of,
    files,
    labels,
    studio_at,
)
from tests.labelstudio.studio import client_of

pytestmark = pytest.mark.studio

TEXTS = {f"d{n:03}": f"It rained in place {n}, she said, and more will fall." for n in range(60)}
IDS = [*TEXTS]
BEGUN = len(IDS) // 2
PEOPLE = ("ann", "bo")
STEPS = ("push", "push again", "pull")
VICTIMS = ("tool", "tool", "server", "tool")
"""Whom to kill in each step of a life, in an order that is drawn, while there is work left."""
KILLS = 6


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio_at(tmp_path_factory.mktemp("kills") / "studio") as made:
        yield made


class Life:
    """A corpus folder and its projects, from the first push to a pull in another clone."""

    def __init__(self, place: Path, studio: Studio, name: str) -> None:
        self.studio, self.name = studio, name
        self.root = desk_folder(place / name, TEXTS, IDS[:BEGUN], PEOPLE, name)
        self.killed: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}
        self.ends: dict[str, object] = {}

    def tool(self, step: str) -> Tool:
        return at(self.studio.server, self.root, step.split()[0])

    def complete(self, step: str) -> str:
        """Let a step come to its end, and keep how long it took and what then is there."""
        tool = self.tool(step)
        said = done(tool.end())
        self.seconds[step], self.ends[step] = tool.seconds, self.now(step)
        return said

    def now(self, step: str) -> object:
        """Return what a step brings: what is in Label Studio, or in annotations/."""
        return files(self.root) if step == "pull" else self.there()

    def before(self, step: str) -> None:
        """Label on both sides before the second push; go on in a new clone before the pull."""
        if step == "push again":
            self.label()
        elif step == "pull":
            clone = self.root.with_name(f"{self.name}-clone")
            left = shutil.ignore_patterns(".corpus", "*.json")
            self.root = Path(shutil.copytree(self.root, clone, ignore=left))

    def label(self) -> None:
        """Give ann files of 10 more texts and change 5 of hers; bo labels 15 in Label Studio."""
        for number, doc_id in enumerate([*IDS[BEGUN : BEGUN + 10], *IDS[:5]]):
            path = self.root / file_of(doc_id)
            path.parent.mkdir(exist_ok=True)
            path.write_text(labels(doc_id, TEXTS[doc_id], 2 + number % 3))
        client, ids = client_of(self.studio.server, "bo"), self.tasks("bo")
        for doc_id in IDS[:15]:
            value = {"start": 3, "end": 9, "text": "rained", "labels": ["Event"]}
            item = {"id": f"bo-{doc_id}", "from_name": "span", "to_name": "text", "type": "labels"}
            client.annotations.create(ids[doc_id], result=[{**item, "value": value}])

    def tasks(self, person: str) -> dict[str, int]:
        return {task["data"]["doc_id"]: task["id"] for task in self.exported(person)}

    def exported(self, person: str) -> list[Any]:
        """Return all tasks as Label Studio's own export has them."""
        server = self.studio.server
        project = find_project(server, f"{self.name} · main · {person}")
        if project is None:
            return []
        answer = server.connections.get(
            f"{server.url}/api/projects/{project.id}/export",
            params={"exportType": "JSON", "download_all_tasks": "true"},
            headers={"Authorization": f"Token {server.token}"},
        )
        found: list[Any] = answer.json()
        return found

    def there(self) -> list[str]:
        """Return what Label Studio has: a line a task, with all labels and whose they are."""
        lines = []
        for person in PEOPLE:
            for task in self.exported(person):
                made = [(a["completed_by"], a["result"]) for a in task["annotations"]]
                lines.append(f"{person} {json.dumps([task['data'], made], sort_keys=True)}")
        return sorted(lines)

    def disturb(self, step: str, calm: "Life", moments: random.Random) -> None:
        """Kill the tool and the server while the step is at work, so long as work is left."""
        for victim in moments.sample(VICTIMS, len(VICTIMS)):
            tool = self.tool(step)
            if tool.over_after(moments.uniform(calm.seconds[step] / 8, calm.seconds[step])):
                return
            if not self.kill(tool, victim) or self.now(step) == calm.ends[step]:
                return  # all was done by then: it does not count
            self.killed[victim] += 1

    def kill(self, tool: Tool, victim: str) -> bool:
        """Kill one of the two; say False if the tool had come to its end."""
        if victim == "tool":
            with suppress(ProcessLookupError):
                tool.send(signal.SIGKILL)
            return tool.end().returncode == -signal.SIGKILL
        self.studio.kill()
        told = tool.end()
        words = told.stderr.splitlines()[-1:]  # before it may stand that no version was told
        assert told.returncode == 0 or words[0].startswith("corpus: Label Studio at ")
        self.studio.start()
        return True


def test_what_is_killed_at_random_moments_ends_as_what_is_not(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warm()
    calm = Life(tmp_path, studio, "calm")
    for step in STEPS:
        calm.before(step)
        calm.complete(step)
    assert len(calm.there()) == 2 * len(IDS)
    assert len(files(calm.root)) == 3 + BEGUN + 10 + 15
    moments, killed = random.Random(20), Counter[str]()
    for number in count():
        if killed.total() >= KILLS:
            break
        life = Life(tmp_path, studio, f"torn-{number}")
        for step in STEPS:
            life.before(step)
            life.disturb(step, calm, moments)
            life.complete(step)
            assert life.ends[step] == calm.ends[step]
        assert "nothing to push" in life.complete("push")
        assert f"{BEGUN + 10 + 15} unchanged" in life.complete("pull").split(", ")
        killed += life.killed
    with capsys.disabled():
        words = "{tool} of the tool, {server} of the server".format(**killed)
        print(f"\n{killed.total()} kills survived, each with work left: {words}")  # noqa: T201
