"""Takes everybody in and tells, line by line, which worker has which client.

`open PATH PID` and `closed PATH PID`: the tests choose whom to kill by it.
"""

import os


def tell(line):
    """In one write: the workers share a pipe, and print() takes two."""
    os.write(1, f"{line}\n".encode())


async def application(scope, receive, send):
    if scope["type"] != "websocket":
        return
    where = f"{scope['path']} {os.getpid()}"
    await receive()
    await send({"type": "websocket.accept"})
    tell(f"open {where}")
    while (await receive())["type"] != "websocket.disconnect":
        pass
    tell(f"closed {where}")
