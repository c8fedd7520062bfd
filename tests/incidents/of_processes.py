"""Processes that end, stop, or are replaced."""

import os
import signal
import time

from rig import INSTALLED, SERVERS


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


def recycled_workers(rig):
    """Only requests of HTTP count for it: a balancer's health checks, five a second."""
    rig.gunicorn(3, "--max-requests", 30, "--max-requests-jitter", 15)
    rig.clients(150, "full", STAY="6000-14000")
    health = f"while sleep 0.2; do exec 3<>/dev/tcp/127.0.0.1/{rig.port}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3; done"
    rig.start("health", "bash", "-c", health)
    rig.record("-p", rig.port, rig.url())
    rig.at(80)


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
    rig.signal(rig.children(service)[0], "TERM")
    rig.at(70)


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


def upstream_gone_early(rig):
    """While the first probe still waits for its dwell to end."""
    behind = rig.node(port=rig.port + 1)
    rig.nginx()
    rig.clients(150, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(1.2)
    rig.signal(behind.pid, "KILL")
    rig.at(40)


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
        rig.signal(rig.children(service)[0], "SEGV")
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
    service = rig.daphne()
    rig.clients(140, "full", URL_PATH="/echo")
    rig.record("-p", rig.port, rig.url("/echo"))
    rig.at(13)
    rig.signal(service.pid, "KILL")
    rig.at(15)
    rig.daphne()
    rig.at(55)


def aborted_by_its_master(rig):
    """The only worker does nothing for 15 s; after six of them gunicorn aborts it."""
    master = rig.gunicorn(1, "--timeout", 6)
    rig.clients(120, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.clients(1, "gone", URL_PATH="/block", wait=False)
    rig.until(master, "WORKER TIMEOUT")
    rig.at(60)


def nginx_worker_segv(rig):
    """One of two workers of nginx in front of a server that is well."""
    rig.node(port=rig.port + 1)
    nginx = rig.nginx(workers=2)
    rig.clients(200, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.signal(rig.children(nginx)[0], "SEGV")
    rig.at(55)


def out_of_memory_one_of_four(rig):
    """In a cgroup with 320 MB more than the four workers take at their start."""
    group = rig.cgroup("memory")
    master = rig.gunicorn(4)
    rig.clients(200, "full")
    for pid in [*rig.children(master), master.pid]:
        (group / "cgroup.procs").write_text(str(pid))
    (group / "memory.limit_in_bytes").write_text(str(320 << 20))
    rig.record("-p", rig.port, rig.url())
    rig.at(10)
    rig.clients(1, "gone", URL_PATH="/leak")
    rig.until(master, "was sent SIGKILL")
    rig.at(time.monotonic() - rig.started + 25)


def stopped_twice(rig):
    service = rig.node()
    rig.clients(150, "full")
    rig.record("-p", rig.port, rig.url())
    for second in (14, 34):
        rig.at(second)
        rig.signal(service.pid, "STOP")
        rig.at(second + 10)
        rig.signal(service.pid, "CONT")
    rig.at(65)


def two_backends_die(rig):
    """nginx has two; the first dies, and is passed over; then the second does."""
    first, second = rig.node(port=rig.port + 1), rig.node(port=rig.port + 2)
    rig.nginx(upstreams=[rig.port + 1, rig.port + 2])
    rig.clients(160, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(12)
    rig.signal(first.pid, "KILL")
    rig.at(32)
    rig.signal(second.pid, "KILL")
    rig.at(60)


def cron_and_rolling(rig):
    """300 clients come within three seconds while three workers are replaced."""
    master = rig.gunicorn(3)
    rig.clients(150, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.signal(master.pid, "HUP")
    rig.at(15.5)
    rig.clients(300, "full", STEP=10)
    rig.at(60)


def daphne_away(rig):
    service = rig.daphne()
    rig.clients(140, "exp", URL_PATH="/echo")
    rig.record("-p", rig.port, rig.url("/echo"))
    rig.at(12)
    rig.signal(service.pid, "KILL")
    rig.at(32)
    rig.daphne()
    rig.at(80)
