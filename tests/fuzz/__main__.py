"""Try designs for some minutes, or one again: `python -m tests.fuzz 10`, `… case.json`.

Each round runs in a process of its own, which writes down every case before it tries
it: one that crashes, hangs or eats up the memory is kept in a file, to be tried again.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz.attempt import attempt
from tests.fuzz.designs import Case, cases

COMMAND = [sys.executable, "-X", "faulthandler", "-m", "tests.fuzz", "--round"]
ROUND = 300  # cases
SECONDS = 300  # that a round may take
MEMORY = 8 * 2**30  # bytes of addresses that it may ask for


def main(words: list[str]) -> int:
    """Return 0 if all that was tried was treated as it must be."""
    if words and words[0] == "--round":
        return _round(int(words[1]), Path(words[2]))
    if words and words[0].endswith(".json"):
        print(attempt(Case.from_json(Path(words[0]).read_text("utf-8"))))
        return 0
    return _rounds(60 * float(words[0] if words else 1))


def _rounds(seconds: float) -> int:
    """Run round after round, each with a new seed, until one fails or time is up."""
    first = time.time_ns() % 2**40
    end, number = time.monotonic() + seconds, first
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case.json"
        while time.monotonic() < end:
            why = _failure(number, case)
            if why:
                kept = Path(f"fuzz-{number}.json")
                kept.write_bytes(case.read_bytes())
                print(f"{why}\ntry it again with: python -m tests.fuzz {kept}")
                return 1
            number += 1
    print(f"{number - first} rounds of {ROUND} designs, from seed {first}: all is well")
    return 0


def _failure(number: int, case: Path) -> str | None:
    """Run a round, and say how it failed."""
    try:
        done = subprocess.run(
            [*COMMAND, str(number), str(case)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"seed {number}: a round took more than {SECONDS} s"
    if done.returncode == 0:
        return None
    return f"seed {number}: ended with {done.returncode}\n{done.stderr[-4000:]}"


def _round(number: int, case: Path) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    @seed(number)
    @settings(
        max_examples=ROUND,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def tried(drawn: Case) -> None:
        case.write_text(drawn.to_json(), "utf-8")
        attempt(drawn)

    tried()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
