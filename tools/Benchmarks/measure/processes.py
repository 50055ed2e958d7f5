"""Processes, ports and directories that a measurement needs, and that end with it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request


class Failed(Exception):
    """A program did not do what the measurement needs."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def scratch(directory):
    """A directory on the disk that is measured; gone afterwards."""
    os.makedirs(directory, exist_ok=True)
    path = tempfile.mkdtemp(prefix="bench-", dir=directory)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def run_text(*command):
    """Runs a program to its end. Returns the lines that it prints."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise Failed(str(error)) from error
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise Failed(f"{' '.join(words)}\n{done.stdout}{done.stderr}".strip())
    return lines


def run_json(*command):
    """Runs a program to its end. Returns the JSON of the last line that it prints."""
    return json.loads(run_text(*command)[-1])


class Repetition:
    """A command that is run again and again, on a thread of its own."""

    def __init__(self, command, directory):
        self.count = 0
        self.failure = None
        self._command = command
        self._directory = directory
        self._process = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self):
        """Ends it, in the middle of a run if need be."""
        self._ended.set()
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        self._thread.join()

    def _run(self):
        while not self._ended.is_set():
            words = [str(word).replace("{}", str(self.count)) for word in self._command]
            with open(os.path.join(self._directory, "repeated.log"), "w+b") as output:
                self._process = subprocess.Popen(
                    words, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
                code = self._process.wait()
                if self._ended.is_set():
                    return
                if code != 0:
                    output.seek(0)
                    self.failure = f"{' '.join(words)}\n{output.read().decode()[-2000:]}"
                    return
            self.count += 1


@contextlib.contextmanager
def repeating(command, directory):
    """Runs a command again and again until the block ends; `{}` in its words is each run's number."""
    work = Repetition(command, directory)
    try:
        yield work
    finally:
        work.end()
    if work.failure:
        raise Failed(work.failure)


@contextlib.contextmanager
def serving(command, log, ready, environment=None):
    """Runs a server until the block ends; `ready` says of its process whether it answers yet."""
    words = [str(word) for word in command]
    try:
        with open(log, "wb") as output:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(environment or {})})
    except OSError as error:
        raise Failed(str(error)) from error
    try:
        deadline = time.monotonic() + 60
        while not ready(process):
            if process.poll() is not None or time.monotonic() > deadline:
                with open(log, errors="replace") as output:
                    raise Failed(f"{' '.join(words)} did not start\n{output.read()[-2000:]}")
            time.sleep(0.02)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def processor_seconds(process):
    """How much processor time a process has used, all its threads together."""
    with open(f"/proc/{process.pid}/stat") as file:
        user, system = file.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def resident_bytes(process):
    """How much memory a process holds."""
    with open(f"/proc/{process.pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Memory:
    """How far a process's memory has grown at most."""

    def __init__(self, process):
        self._before = resident_bytes(process)
        self._peak = self._before

    @property
    def grown(self):
        return self._peak - self._before

    def look(self, process):
        with contextlib.suppress(OSError):
            self._peak = max(self._peak, resident_bytes(process))


@contextlib.contextmanager
def peak_memory(process):
    """Looks at a process's memory twenty times a second until the block ends."""
    memory, ended = Memory(process), threading.Event()

    def watch():
        while not ended.wait(0.05):
            memory.look(process)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()


def listens(process, port):
    """Whether this very process listens at the port. That something answers there is not enough:
    a load must never reach a server that somebody else runs."""
    with open("/proc/net/tcp") as file:
        rows = [line.split() for line in file][1:]
    listening = "0A"
    sockets = {
        f"socket:[{row[9]}]" for row in rows
        if row[3] == listening and int(row[1].split(":")[1], 16) == port
    }
    descriptors = f"/proc/{process.pid}/fd"
    with contextlib.suppress(OSError):
        for name in os.listdir(descriptors):
            with contextlib.suppress(OSError):
                if os.readlink(os.path.join(descriptors, name)) in sockets:
                    return True
    return False


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=1) as response:
            return response.status == 200
    except OSError:
        return False
