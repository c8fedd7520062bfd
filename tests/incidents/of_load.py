"""Limits, clients that come and go, and loops that are late."""

import subprocess
import time

from rig import INSTALLED, SERVERS


def limit_conn(rig):
    rig.node(port=rig.port + 1)
    rig.nginx("limit_conn clients 150;")
    rig.clients(100, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.clients(120, "full", wait=False, STEP=20)
    rig.at(65)


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
    rig.haproxy(f"server one 127.0.0.1:{rig.port + 1}", "global\n    maxconn 100")
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


def rejects_doubling(rig):
    rig.node(LIMIT=120)
    rig.clients(110, "exp")
    rig.record("-p", rig.port, rig.url())
    rig.at(12)
    rig.clients(250, "exp", wait=False, STEP=4)
    rig.at(60)


def haproxy_queue(rig):
    """HAProxy lets 60 through to its server and keeps the others waiting for two seconds."""
    rig.node(port=rig.port + 1)
    rig.haproxy(f"timeout queue 2s\n    server one 127.0.0.1:{rig.port + 1} maxconn 60")
    rig.clients(40, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    rig.clients(90, "full", wait=False, STEP=20)
    rig.at(60)


def descriptors_raised(rig):
    """Of a uvicorn, which leaves its limit as it is; node raises it to the hard one at its start."""
    command = [INSTALLED / "venv/bin/uvicorn", "--host", "127.0.0.1", "--port", rig.port,
               "--app-dir", SERVERS / "gunicorn", "strained:application"]
    service = rig.start("uvicorn", "sh", "-c", 'ulimit -Sn 200; exec "$0" "$@"', *command)
    rig.until(service, "Uvicorn running on")
    rig.clients(80, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(12)
    rig.clients(160, "full", wait=False, STEP=20)
    rig.at(35)
    rig.tell("4000 descriptors for all of it")
    subprocess.run(["prlimit", f"--pid={service.pid}", "--nofile=4000:"], check=True)
    rig.at(75)


def never_pongs(rig):
    """It lets everybody in and answers no ping, from second 20 on; until then it does."""
    service = rig.start("service", "node", "-e", """
const { WebSocketServer } = require('ws');
const server = new WebSocketServer({ port: process.env.PORT, host: '127.0.0.1', autoPong: false });
let deaf = false;
process.on('SIGUSR2', () => { deaf = true; });
server.on('connection', (ws) => ws.on('ping', (data) => { if (!deaf) ws.pong(data); }));
server.on('listening', () => console.log('listening on'));
""", PORT=rig.port)
    rig.until(service, "listening on")
    rig.clients(60, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(20)
    rig.signal(service.pid, "USR2")
    rig.at(60)


def quota(rig):
    """A cgroup of version 1 with a quota of its own for the CPU: 15 % of a core from 15 s on."""
    group = rig.cgroup("cpu")
    service = rig.node(WORK="60/300")
    (group / "cgroup.procs").write_text(str(service.pid))
    rig.clients(80, "full")
    rig.record("-p", rig.port, rig.url())
    rig.at(15)
    (group / "cpu.cfs_quota_us").write_text("10000")
    rig.tell("10 % of a core")
    rig.signal(service.pid, "USR2")
    rig.at(55)
