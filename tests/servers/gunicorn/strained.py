"""`app`, with what goes wrong asked for by path.

`/leak`: the worker takes 15 MB more each second, and aborts where there are none.
`/block`: it does nothing else for fifteen seconds.
"""

import asyncio
import os
import time

from app import application as plain, tell

LEAK = 15 << 20
kept = []


async def leak():
    while True:
        try:
            kept.append(b"x" * LEAK)
        except MemoryError:
            os.abort()
        await asyncio.sleep(1)


async def application(scope, receive, send):
    if scope["type"] == "websocket":
        if scope["path"] == "/leak":
            kept.append(asyncio.ensure_future(leak()))
        elif scope["path"] == "/block":
            tell("blocked")
            time.sleep(15)
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"well"})
    await plain(scope, receive, send)
