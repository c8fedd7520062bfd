"""Takes everybody in and tells, line by line, which worker has which client.

`open PATH PID` and `closed PATH PID`: the tests choose whom to kill by it.
"""

import os


async def application(scope, receive, send):
    if scope["type"] != "websocket":
        return
    where = f"{scope['path']} {os.getpid()}"
    await receive()
    await send({"type": "websocket.accept"})
    print(f"open {where}", flush=True)
    while (await receive())["type"] != "websocket.disconnect":
        pass
    print(f"closed {where}", flush=True)
