"""python tests/golden_stability.py [RUNS]: are goldens the same in fresh processes, in any order?

Every run is a new interpreter with a hash seed of its own; it takes all lessons, in an order
drawn by its number, and prints what their goldens would hold: the text of A and B, and a digest
of C's stills. All runs must say the same, and hold against the goldens that are committed.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def told(seed: int) -> dict[str, list[str]]:
    """By lesson: digests of its golden's text and stills, and what differs from what is held."""
    from chainviz.golden.film import film_of, write_film
    from chainviz.golden.store import hold, take
    from chainviz.render.catalogue import find_files
    from chainviz.render.loading import load_module, scene_classes

    files = list(find_files([str(HERE.parent / "scenes")], HERE.parent))
    random.Random(seed).shuffle(files)
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as media:
        for file in files:
            for name, scene in scene_classes(load_module(file.path, None)).items():
                recording = take(scene, {"media_dir": media})
                film = film_of(recording)
                stills = b"".join(
                    recording.stills[index].tobytes() for index in recording.timeline.ends()
                )
                held = hold(recording, HERE / "golden")
                digests = [hashlib.sha256(each).hexdigest()[:12] for each in
                           (write_film(film).encode(), stills)]  # fmt: skip
                found[name] = [*digests, *held.changes]
    return found


def main(runs: int) -> int:
    """Compare the runs."""
    kinds: dict[str, int] = {}
    for seed in range(runs):
        environment = os.environ | {"PYTHONHASHSEED": str(seed)}
        command = [sys.executable, __file__, "--one", str(seed)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        said = done.stdout.splitlines()[-1]
        kinds[said] = kinds.get(said, 0) + 1
        print(f"run {seed + 1}: {len(kinds)} kinds so far", flush=True)
    changed = [line for said in kinds for one in json.loads(said).values() for line in one[2:]]
    print(*changed[:5], sep="\n")
    lessons = len(json.loads(next(iter(kinds))))
    print(
        f"{lessons} lessons, {runs} fresh processes, each in its own order: {len(kinds)} result(s)"
    )
    return int(len(kinds) > 1 or bool(changed))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(told(int(sys.argv[2])), sort_keys=True))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
