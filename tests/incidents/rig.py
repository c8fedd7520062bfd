"""What an incident is made of: its processes, a recorder, and a clock that starts with it."""

import os
import pathlib
import re
import signal
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SERVERS = ROOT / "tests/servers"
INSTALLED = pathlib.Path(os.environ.get("HERDTOP_TEST_SERVERS", ROOT / "target/servers"))
HERDTOP = os.environ.get("HERDTOP", str(ROOT / "target/debug/herdtop"))


class Rig:
    """One incident: processes that end with it, and a clock that starts with the recording."""

    def __init__(self, name, into, port):
        self.name, self.into, self.port = name, into, port
        self.folder = into / f"{name}.work"
        self.folder.mkdir()
        self.running, self.started, self.done, self.groups = [], None, [], []

    def start(self, what, *command, **env):
        path = self.folder / f"{len(self.running)}-{what}.log"
        env = {**os.environ, "NODE_PATH": str(INSTALLED / "node_modules"), "PYTHONUNBUFFERED": "1",
               **{key: str(value) for key, value in env.items()}}
        wrapped = ["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)]
        child = subprocess.Popen(wrapped, stdin=subprocess.DEVNULL, stdout=path.open("wb"),
                                 stderr=subprocess.STDOUT, env=env, start_new_session=True)
        child.said = path
        self.running.append(child)
        self.tell(f"{what} {child.pid} started")
        return child

    def until(self, child, pattern, times=1):
        """Waits until it has said so."""
        for _ in range(6000):
            found = re.findall(pattern, child.said.read_text())
            if len(found) >= times:
                self.tell(f"{child.pid} said {found[-1]!r}")
                return found
            # A minute at most; between two looks the processor is the servers'.
            time.sleep(0.01)
        raise TimeoutError(f"{self.name}: {pattern}: {child.said.read_text()[-500:]}")

    def node(self, port=None, **env):
        child = self.start("service", "node", SERVERS / "node/service.js", PORT=port or self.port, **env)
        self.until(child, "listening on")
        return child

    def limited(self, limits, **env):
        script = f'ulimit {limits}; exec node "$0"'
        child = self.start("service", "sh", "-c", script, SERVERS / "node/service.js", PORT=self.port, **env)
        self.until(child, "listening on")
        return child

    def gunicorn(self, workers, *args, limits=":"):
        command = [INSTALLED / "venv/bin/gunicorn", "--bind", f"127.0.0.1:{self.port}", "--workers", workers,
                   "--no-control-socket", "--worker-class", "uvicorn_worker.UvicornWorker",
                   "--chdir", SERVERS / "gunicorn", *args, "strained:application"]
        child = self.start("gunicorn", "sh", "-c", f'ulimit -c 0; {limits}; exec "$@"', "sh", *command)
        self.until(child, "Application startup complete", workers)
        return child

    def daphne(self):
        child = self.start("daphne", INSTALLED / "venv/bin/daphne", "-b", "127.0.0.1", "-p", self.port,
                           "app:application", PYTHONPATH=SERVERS / "django")
        self.until(child, "Listening on TCP")
        return child

    def nginx(self, more="", workers=1, upstreams=None):
        """In front of the port behind its own, or of these."""
        conf = (SERVERS / "nginx.conf").read_text()
        upgrade = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; "
        for key, value in {"folder": str(self.folder), "address": f"127.0.0.1:{self.port}",
                           "upstream": f"127.0.0.1:{self.port + 1}", "directives": upgrade + more}.items():
            conf = conf.replace("{" + key + "}", value)
        conf = conf.replace("worker_processes 1", f"worker_processes {workers}")
        if upstreams:
            servers = " ".join(f"server 127.0.0.1:{port};" for port in upstreams)
            conf = conf.replace(f"http://127.0.0.1:{self.port + 1}", "http://behind")
            conf = conf.replace("    server {", f"    upstream behind {{ {servers} }}\n    server {{")
        file = self.folder / "nginx.conf"
        file.write_text(conf)
        child = self.start("nginx", INSTALLED / "bin/nginx", "-p", self.folder, "-c", file, "-e", "stderr")
        self.until(child, "start worker process ", workers)
        return child

    def haproxy(self, behind, more=""):
        """In front of what `behind` says, in the words of its configuration."""
        file = self.folder / "haproxy.cfg"
        file.write_text(f"""
{more}
defaults
    mode http
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    timeout tunnel 1h
frontend front
    bind 127.0.0.1:{self.port}
    default_backend back
backend back
    {behind}
""")
        child = self.start("haproxy", INSTALLED / "bin/haproxy", "-W", "-f", file)
        self.until(child, "Loading success")
        return child

    def clients(self, count, strategy, port=None, wait=True, **env):
        script = SERVERS / "node/herd.js"
        child = self.start(f"clients-{count}-{strategy}", "node", script, port or self.port, count, strategy, **env)
        if wait:
            self.until(child, "all .* are in")
        return child

    def record(self, *args):
        """From here on the seconds count."""
        file = self.into / f"{self.name}.rec"
        herdtop = self.start("herdtop", HERDTOP, "--record", file, *args)
        while not file.exists():
            if herdtop.poll() is not None:
                raise ChildProcessError(f"{self.name}: herdtop ended: {herdtop.said.read_text()[-500:]}")
            # Seconds count from the file on, to a hundredth.
            time.sleep(0.01)
        self.started = time.monotonic()
        self.tell("recording")

    def at(self, second):
        """Waits for that second of the recording: what is done when is what is recorded."""
        time.sleep(max(0, self.started + second - time.monotonic()))

    def signal(self, pid, name):
        self.tell(f"{name} to {pid}")
        os.kill(pid, getattr(signal, f"SIG{name}"))

    def tell(self, what):
        second = "before" if self.started is None else f"{time.monotonic() - self.started:6.2f}"
        self.done.append(f"{second} {what}")

    def end(self):
        recorder = next((child for child in self.running if "herdtop" in child.said.name), None)
        if recorder:
            recorder.send_signal(signal.SIGINT)
            recorder.wait(30)
        self.tell("over")
        for child in self.running:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        for group in self.groups:
            group.rmdir()
        (self.into / f"{self.name}.done").write_text("\n".join(self.done) + "\n")

    def url(self, path="/"):
        return f"ws://127.0.0.1:{self.port}{path}"

    def cgroup(self, controller):
        """One of version 1 that ends with the incident."""
        group = pathlib.Path(f"/sys/fs/cgroup/{controller}/herdtop-{self.name}")
        group.mkdir()
        self.groups.append(group)
        return group

    def children(self, parent):
        """The processes that it has started."""
        text = pathlib.Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def workers(self, master):
        """Its workers, as they name themselves."""
        return [int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", master.said.read_text())]
