"""Transcripts in an object store: what reading them over the wire, and writing the tables back, costs.

Usage: python tests/benchmarks/object_store.py [OBJECTS [CUES_PER_OBJECT]]

OBJECTS (default 1000) transcripts of CUES_PER_OBJECT (default 50) cues, in turn in English, Korean and Japanese, are
put into a bucket of a server that speaks S3 (moto, in a process of its own on this machine), with a manifest
beside them. They are audited from the bucket into the bucket, in shards; then the same files from this machine's
disk. Printed are seconds, objects a second and the most memory the driving process held, and whether the sums are
the same. Needs the extra dev; the server is far slower than a store, and shares the machine.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[2]))
from tests.benchmarks.large_run import corpus, run

BUCKET = "lectures"


def served() -> tuple[subprocess.Popen[bytes], str]:
    """A server that answers, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server, f"http://127.0.0.1:{port}"
    server.kill()
    raise RuntimeError("the server does not start")


def filled(folder: Path) -> int:
    """Put the files of a folder into the bucket, with a manifest; how many there are."""
    import s3fs

    store = s3fs.S3FileSystem()
    store.mkdir(BUCKET)
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.vtt"))
    for start in range(0, len(names), 500):
        store.pipe({f"{BUCKET}/{name}": (folder / name).read_bytes() for name in names[start : start + 500]})
    listed = "".join(f"{name}\n" for name in names).encode()
    store.pipe_file(f"{BUCKET}/list.txt", listed)
    (folder / "list.txt").write_bytes(listed)
    return len(names)


def sums(results: str) -> Any:
    """The summary of a finished run, as `auditor merge` tells it."""
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "page.html"
        command = [sys.executable, "-m", "auditor", "merge", results, "--report", f"html={report}"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return [line for line in done.stdout.splitlines() if " files, " in line or line.startswith("overall")]


def main(arguments: list[str]) -> int:
    """Measure and print."""
    objects = int(arguments[0]) if arguments else 1000
    cues = int(arguments[1]) if len(arguments) > 1 else 50
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        corpus(folder, objects, cues)
        server, address = served()
        try:
            os.environ.update(
                AWS_ENDPOINT_URL=address,
                AWS_ACCESS_KEY_ID="key",
                AWS_SECRET_ACCESS_KEY="secret",
                AWS_DEFAULT_REGION="us-east-1",
                AWS_EC2_METADATA_DISABLED="true",
            )
            start = time.monotonic()
            filled(folder)
            print(f"{objects:,} objects of {cues} cues put in {time.monotonic() - start:.0f} s", flush=True)
            told = []
            for place, root in (("store", f"s3://{BUCKET}"), ("disk", str(folder))):
                results = f"{root}/results"
                command = [sys.executable, "-m", "auditor", "audit", "--manifest", f"{root}/list.txt"]
                code, seconds, memory = run([*command, "--output", results, "--jobs", "1", "-q"])
                told.append(sums(results))
                print(
                    f"{place:6} exit {code}  {seconds:7.1f} s  {objects / seconds:7.1f} objects/s  driver {memory:4.0f} MB  "
                    f"{json.dumps(told[-1])}",
                    flush=True,
                )
            print("the same sums" if told[0] == told[1] else "DIFFERENT SUMS")
        finally:
            server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
