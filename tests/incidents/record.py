#!/usr/bin/env python3
"""Records incidents of real servers: python3 tests/incidents/record.py INTO NAME...

Each NAME in `of_processes` and `of_load` is a service, its clients and what goes wrong when, on ports of its own,
so that several run side by side. herdtop records from second 0 on, and what it says
meanwhile goes nowhere: the label is written from what was done, in INTO/NAME.done,
before a verdict is looked at. As root, so that exit codes are in it; wants
tests/servers/setup.sh.
"""

import inspect
import pathlib
import sys
import threading
import time

import of_load
import of_processes
from rig import Rig

INCIDENTS = [function for module in (of_processes, of_load)
             for _, function in sorted(inspect.getmembers(module, inspect.isfunction))]


def run(incident, into, port):
    rig = Rig(incident.__name__, into, port)
    try:
        incident(rig)
    finally:
        rig.end()


if __name__ == "__main__":
    into = pathlib.Path(sys.argv[1]).resolve()
    wanted = [i for i in INCIDENTS if i.__name__ in sys.argv[2:]]
    threads = [threading.Thread(target=run, args=(i, into, 20500 + 10 * INCIDENTS.index(i))) for i in wanted]
    for thread in threads:
        thread.start()
        # Servers that start at one moment keep each other from it on a small machine.
        time.sleep(1)
    for thread in threads:
        thread.join()
