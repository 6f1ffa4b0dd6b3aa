"""One websocket of a client: what it subscribed to, and what it is sent."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from auriga_exchange.faults import FaultPlan
from auriga_exchange.streams._channels import Channel, Event
from auriga_exchange.streams._faults import Dropped, spoil
from auriga_exchange.streams._messages import Message, MessageError, read_combined, read_message, read_names
from auriga_exchange.wire import Clock, wall_seconds

LONGEST_LIFE = 24 * 60 * 60 * 1000
MOST_STREAMS = 1024
MOST_MESSAGES = 5  # a second
POLICY_VIOLATION = 1008
GOING_AWAY = 1001
_BEAT = 250
_SHORTEST_PAUSE = 0.02  # a fast clock does not make the machine busy; candles are then sent together


class Connection:
    """Subscriptions of one websocket, fed until one of both sides ends it.

    Parameters
    ----------
    websocket : WebSocket
        Not accepted yet.
    clock : callable
        Time of the exchange in ms.
    open_channel : callable of a name and the time
        Makes the channel of a stream, None for one that never sends; refuses with `MessageError`.
    faults : FaultPlan
        What goes wrong.
    combined : bool
        Whether events are wrapped with the name of their stream.
    limited : bool
        Whether the limit of messages a second is enforced.
    """

    def __init__(
        self,
        websocket: WebSocket,
        clock: Clock,
        open_channel: Callable[[str, int], Channel | None],
        *,
        faults: FaultPlan,
        combined: bool = True,
        limited: bool = True,
    ) -> None:
        self._websocket = websocket
        self._clock = clock
        self._open_channel = open_channel
        self._faults = faults
        self._combined = combined
        self._limited = limited
        self._channels: dict[str, Channel | None] = {}
        self._sent: dict[str, int] = {}
        self._received: deque[float] = deque(maxlen=MOST_MESSAGES + 1)

    async def serve(self, names: list[str]) -> None:
        """Accept the websocket, subscribe to `names` and feed it; returns when it has ended."""
        await self._websocket.accept()
        self._subscribe(names)
        tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._feed())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                await task
        except (WebSocketDisconnect, Dropped):
            return  # the server ends a connection whose application returns, without a close frame
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._unsubscribe(list(self._channels))

    async def _listen(self) -> None:
        while True:
            text = await self._receive()
            if self._too_many_messages():
                return await self._websocket.close(POLICY_VIOLATION, "Too many requests")
            await self._send_json(self._answer(text))
            if len(self._channels) > MOST_STREAMS:
                return await self._websocket.close(POLICY_VIOLATION, "Too many streams")

    async def _receive(self) -> str:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text = message.get("text")
        return str(text if text is not None else message["bytes"].decode(errors="replace"))

    def _too_many_messages(self) -> bool:
        now = asyncio.get_running_loop().time()
        self._received.append(now)
        return self._limited and len(self._received) > MOST_MESSAGES and now - self._received[0] < 1

    def _answer(self, text: str) -> dict[str, Any]:
        try:
            message = read_message(text)
            return {"result": self._carry_out(message), "id": message.id}
        except MessageError as error:
            return error.answer

    def _carry_out(self, message: Message) -> Any:
        if message.method == "SUBSCRIBE":
            return self._subscribe(read_names(message))
        if message.method == "UNSUBSCRIBE":
            return self._unsubscribe(read_names(message))
        if message.method == "LIST_SUBSCRIPTIONS":
            return list(self._channels)
        combined = read_combined(message)
        if combined is None:
            return self._combined
        self._combined = combined
        return None

    def _subscribe(self, names: list[str]) -> None:
        now = self._clock()
        opened = {name: self._open_channel(name, now) for name in names if name not in self._channels}
        self._channels.update(opened)

    def _unsubscribe(self, names: list[str]) -> None:
        for name in names:
            channel = self._channels.pop(name, None)
            self._sent.pop(name, None)
            if channel is not None:
                channel.close()

    async def _feed(self) -> None:
        ends_at = self._clock() + LONGEST_LIFE
        while (now := self._clock()) < ends_at:
            for name, channel in list(self._channels.items()):
                if channel is not None and self._is_due(name, channel, now):
                    await self._send(name, spoil(self._faults, name, channel, channel.events(now), now))
            until_beat = _BEAT - self._clock() % _BEAT
            await asyncio.sleep(max(wall_seconds(self._clock, until_beat), _SHORTEST_PAUSE))
        await self._websocket.close(GOING_AWAY)

    def _is_due(self, name: str, channel: Channel, now: int) -> bool:
        """Whether a multiple of the channel's pace has passed since it was served."""
        if not channel.every:
            return True
        beat = now // channel.every
        if self._sent.get(name) == beat:
            return False
        self._sent[name] = beat
        return True

    async def _send(self, name: str, events: list[Event]) -> None:
        for event in events:
            await self._send_json(self._wrap(name, event))

    async def _send_json(self, content: Any) -> None:
        """Send, unless the other task has closed the connection meanwhile."""
        if self._websocket.application_state is WebSocketState.DISCONNECTED:
            raise WebSocketDisconnect
        await self._websocket.send_json(content)

    def _wrap(self, name: str, event: Event) -> Event:
        return {"stream": name, "data": event} if self._combined else event
