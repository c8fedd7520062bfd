#!/usr/bin/env python3
"""Records incidents of real servers: python3 tests/incidents/record.py INTO NAME...

Each NAME below is a service, its clients and what goes wrong when, on ports of its own,
so that several run side by side. herdtop records from second 0 on, and what it says
meanwhile goes nowhere: the label is written from what was done, in INTO/NAME.done,
before a verdict is looked at. As root, so that exit codes are in it; wants
tests/servers/setup.sh.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
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
        self.running, self.started, self.done = [], None, []

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

    def nginx(self, more=""):
        """In front of the port behind its own."""
        conf = (SERVERS / "nginx.conf").read_text()
        upgrade = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; "
        for key, value in {"folder": str(self.folder), "address": f"127.0.0.1:{self.port}",
                           "upstream": f"127.0.0.1:{self.port + 1}", "directives": upgrade + more}.items():
            conf = conf.replace("{" + key + "}", value)
        file = self.folder / "nginx.conf"
        file.write_text(conf)
        child = self.start("nginx", INSTALLED / "bin/nginx", "-p", self.folder, "-c", file, "-e", "stderr")
        self.until(child, "start worker process ")
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
        (self.into / f"{self.name}.done").write_text("\n".join(self.done) + "\n")

    def url(self, path="/"):
        return f"ws://127.0.0.1:{self.port}{path}"

    def workers(self, master):
        """Its workers, as they name themselves."""
        return [int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", master.said.read_text())]


def stopped_worker(rig):
    master = rig.gunicorn(2)
    rig.clients(200, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    victim = rig.workers(master)[0]
    rig.signal(victim, "STOP")
    rig.at(40)
    rig.signal(victim, "CONT")
    rig.at(65)


def leak_abort(rig):
    master = rig.gunicorn(2, limits="ulimit -v 700000")
    rig.clients(200, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(10)
    rig.clients(1, "gone", URL_PATH="/leak")
    rig.until(master, "was sent SIGABRT")
    rig.at(time.monotonic() - rig.started + 25)


def limit_conn(rig):
    rig.node(port=rig.port + 1)
    rig.nginx("limit_conn clients 150;")
    rig.clients(100, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.clients(120, "full", wait=False, STEP=20)
    rig.at(65)


def recycled_workers(rig):
    """Only requests of HTTP count for it: a balancer's health checks, five a second."""
    rig.gunicorn(3, "--max-requests", 30, "--max-requests-jitter", 15)
    rig.clients(150, "full", STAY="6000-14000")
    health = f"while sleep 0.2; do exec 3<>/dev/tcp/127.0.0.1/{rig.port}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3; done"
    rig.start("health", "bash", "-c", health)
    rig.record("-p", rig.port, rig.url())
    rig.at(80)


def descriptors(rig):
    rig.limited("-n 200")
    rig.clients(80, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.clients(160, "full", wait=False, STEP=20)
    rig.at(65)


def blocked_loop(rig):
    service = rig.node(BLOCK="700/2000")
    rig.clients(100, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.signal(service.pid, "USR2")
    rig.at(60)


def idle_leavers(rig):
    rig.node()
    rig.clients(30, "full")
    rig.clients(250, "gone", STAY="60000-60000", STEP=12)
    # They stay a minute, the first came three seconds ago: they leave from second 20 on.
    time.sleep(37)
    rig.record("-p", rig.port, rig.url())
    rig.at(60)


def deploy(rig):
    service = rig.node()
    rig.clients(300, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.signal(service.pid, "TERM")
    rig.at(18)
    rig.node()
    rig.at(65)


def bad_code(rig):
    """A shell starts it again; from second 15 on with the new code."""
    flag = rig.folder / "bad"
    loop = f'while :; do [ -e {flag} ] && export DIES=3000; node "$0"; sleep 0.5; done'
    service = rig.start("loop", "sh", "-c", loop, SERVERS / "node/service.js", PORT=rig.port)
    rig.until(service, "listening on")
    rig.clients(120, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    flag.touch()
    children = pathlib.Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text()
    rig.signal(int(children.split()[0]), "TERM")
    rig.at(70)


def slow_consumers(rig):
    rig.node(FEED="20000/100")
    rig.clients(60, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.clients(25, "full", DEAF=1)
    rig.at(60)


def cron_burst(rig):
    rig.node()
    rig.clients(100, "full")
    rig.record("-p", rig.port)
    rig.at(15)
    rig.clients(400, "full", STEP=10)
    rig.at(60)


def haproxy_maxconn(rig):
    rig.node(port=rig.port + 1)
    (rig.folder / "haproxy.cfg").write_text(f"""
global
    maxconn 100
defaults
    mode http
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    timeout tunnel 1h
frontend front
    bind 127.0.0.1:{rig.port}
    default_backend back
backend back
    server one 127.0.0.1:{rig.port + 1}
""")
    front = rig.start("haproxy", INSTALLED / "bin/haproxy", "-W", "-f", rig.folder / "haproxy.cfg")
    rig.until(front, "Loading success")
    rig.clients(60, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.clients(120, "full", wait=False, STEP=20)
    rig.at(65)


def blocked_once(rig):
    rig.gunicorn(1)
    rig.clients(80, "full")
    rig.clients(30, "full", STAY="2000-6000", wait=False)
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.clients(1, "gone", URL_PATH="/block", wait=False)
    rig.at(60)


def scaled_down(rig):
    master = rig.gunicorn(4)
    rig.clients(240, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.signal(master.pid, "TTOU")
    rig.at(24)
    rig.signal(master.pid, "TTOU")
    rig.at(60)


def killed_whole(rig):
    """As a supervisor's SIGKILL does it: master and workers, and again after two seconds."""
    master = rig.gunicorn(3)
    rig.clients(400, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.tell("KILL to the group")
    os.killpg(master.pid, signal.SIGKILL)
    rig.at(17)
    rig.gunicorn(3)
    rig.at(70)


def neighbour_herd(rig):
    """The other service's clients have no backoff: waves of them from 15 s on, while it is away."""
    rig.node()
    rig.clients(40, "full", STAY="4000-12000")
    other = rig.node(port=rig.port + 1)
    rig.clients(600, "fixed", port=rig.port + 1, BASE=4000)
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.signal(other.pid, "KILL")
    rig.at(17)
    rig.node(port=rig.port + 1, LIMIT=300)
    rig.at(60)


def upstream_gone_early(rig):
    """While the first probe still waits for its dwell to end."""
    behind = rig.node(port=rig.port + 1)
    rig.nginx()
    rig.clients(150, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(1.2)
    rig.signal(behind.pid, "KILL")
    rig.at(40)


def rejects_doubling(rig):
    rig.node(LIMIT=120)
    rig.clients(110, "exp")
    rig.record("-p", rig.port, rig.url())
    rig.at(12)
    rig.clients(250, "exp", wait=False, STEP=4)
    rig.at(60)


def two_kills_apart(rig):
    master = rig.gunicorn(4)
    rig.clients(240, "fixed", BASE=3000)
    rig.record("-p", rig.port)
    workers = rig.workers(master)
    rig.at(12)
    rig.signal(workers[1], "KILL")
    rig.at(25)
    rig.signal(workers[2], "KILL")
    rig.at(55)


def deploy_unprobed(rig):
    def start():
        child = rig.start("uvicorn", INSTALLED / "venv/bin/uvicorn", "--host", "127.0.0.1", "--port", rig.port,
                          "--app-dir", SERVERS / "gunicorn", "strained:application")
        rig.until(child, "Uvicorn running on")
        return child

    service = start()
    rig.clients(180, "full")
    rig.record("-p", rig.port)
    rig.at(14)
    rig.signal(service.pid, "TERM")
    rig.at(16.5)
    start()
    rig.at(50)


def neighbour_dies(rig):
    rig.node()
    rig.clients(25, "full", STAY="3000-9000")
    other = rig.node(port=rig.port + 1)
    rig.clients(260, "fixed", port=rig.port + 1)
    rig.record("-p", rig.port, rig.url())
    rig.at(12)
    rig.signal(other.pid, "KILL")
    rig.at(50)


def loop_unprobed(rig):
    loop = 'while :; do node "$0"; sleep 1.2; done'
    service = rig.start("loop", "sh", "-c", loop, SERVERS / "node/service.js", PORT=rig.port)
    rig.until(service, "listening on")
    rig.clients(70, "fixed", BASE=2000)
    rig.record("-p", rig.port)
    for death in range(6):
        rig.at(12 + 8 * death)
        children = pathlib.Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text()
        rig.signal(int(children.split()[0]), "SEGV")
    rig.at(65)


def stopped_unprobed(rig):
    master = rig.gunicorn(1, "--timeout", 200)
    rig.clients(90, "full")
    rig.clients(20, "full", STAY="2000-6000")
    rig.record("-p", rig.port)
    rig.at(12)
    worker = rig.workers(master)[0]
    rig.signal(worker, "STOP")
    rig.at(32)
    rig.signal(worker, "CONT")
    rig.at(55)


def killed_and_full(rig):
    service = rig.node()
    rig.clients(500, "fixed", BASE=3000)
    rig.record("-p", rig.port, rig.url())
    rig.at(10)
    rig.signal(service.pid, "KILL")
    rig.at(15)
    rig.node(LIMIT=220)
    rig.at(60)


def hangup_unprobed(rig):
    master = rig.gunicorn(3)
    rig.clients(200, "full")
    rig.record("-p", rig.port)
    rig.at(12)
    rig.signal(master.pid, "HUP")
    rig.at(45)


def daphne_killed(rig):
    def start():
        child = rig.start("daphne", INSTALLED / "venv/bin/daphne", "-b", "127.0.0.1", "-p", rig.port,
                          "app:application", PYTHONPATH=SERVERS / "django")
        rig.until(child, "Listening on TCP")
        return child

    service = start()
    rig.clients(140, "full", URL_PATH="/echo")
    rig.record("-p", rig.port, rig.url("/echo"))
    rig.at(13)
    rig.signal(service.pid, "KILL")
    rig.at(15)
    start()
    rig.at(55)


INCIDENTS = [stopped_worker, leak_abort, limit_conn, recycled_workers, descriptors, blocked_loop, idle_leavers,
             deploy, bad_code, slow_consumers, cron_burst, haproxy_maxconn, blocked_once, scaled_down, killed_whole,
             neighbour_herd, upstream_gone_early, rejects_doubling, two_kills_apart, deploy_unprobed, neighbour_dies,
             loop_unprobed, stopped_unprobed, killed_and_full, hangup_unprobed, daphne_killed]


def run(incident, into, port):
    rig = Rig(incident.__name__, into, port)
    try:
        incident(rig)
    finally:
        rig.end()


if __name__ == "__main__":
    into = pathlib.Path(sys.argv[1])
    wanted = [i for i in INCIDENTS if i.__name__ in sys.argv[2:]]
    threads = [threading.Thread(target=run, args=(i, into, 20500 + 10 * INCIDENTS.index(i))) for i in wanted]
    for thread in threads:
        thread.start()
        # Servers that start at one moment keep each other from it on a small machine.
        time.sleep(1)
    for thread in threads:
        thread.join()
