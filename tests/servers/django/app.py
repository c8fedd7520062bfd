"""Django Channels: one consumer for each way of turning a client away.

Served by daphne or by uvicorn, which tell the client different things.
"""

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

settings.configure(SECRET_KEY="tests", ALLOWED_HOSTS=["*"], ROOT_URLCONF=[])
django.setup()


class Echo(AsyncWebsocketConsumer):
    """Takes everybody in."""

    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data=text_data, bytes_data=bytes_data)


class Rejected(AsyncWebsocketConsumer):
    """Meant to say 1013; said before accept, no code can be sent."""

    async def connect(self):
        await self.close(code=1013)


class Full(AsyncWebsocketConsumer):
    """Says 1013 once the client can hear it."""

    async def connect(self):
        await self.accept()
        await self.close(code=1013)


class Crash(AsyncWebsocketConsumer):
    """Fails on an open connection."""

    async def connect(self):
        await self.accept()
        raise RuntimeError("crash after accept")


class Broken(AsyncWebsocketConsumer):
    """Fails before there is a connection."""

    async def connect(self):
        raise RuntimeError("crash before accept")


application = ProtocolTypeRouter({
    "websocket": URLRouter([
        path("echo", Echo.as_asgi()),
        path("rejected", Rejected.as_asgi()),
        path("full", Full.as_asgi()),
        path("crash", Crash.as_asgi()),
        path("broken", Broken.as_asgi()),
    ]),
})
