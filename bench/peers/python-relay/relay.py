# The smallest honest relay in Python: FastAPI on uvicorn, rooms in a dictionary.
# It registers a name in a room, tells the others, and passes JSON on to whom "to" names, with "from".
import argparse
import contextlib
import itertools
import json

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from websockets.exceptions import ConnectionClosed

app = FastAPI()
rooms: dict[str, dict[str, WebSocket]] = {}
ids = itertools.count(1)


async def tell(socket: WebSocket, message: dict[str, object]) -> None:
    """Sends to somebody else; that they have just gone is no fault of the sender."""
    with contextlib.suppress(WebSocketDisconnect, ConnectionClosed, RuntimeError):
        await socket.send_text(json.dumps(message))


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.websocket("/ws")
async def signaling(socket: WebSocket) -> None:
    await socket.accept()
    me = str(next(ids))
    room: dict[str, WebSocket] | None = None
    try:
        while True:
            message = json.loads(await socket.receive_text())
            if message["type"] == "register" and room is None:
                room = rooms.setdefault(message["room"], {})
                others = list(room.items())
                room[me] = socket
                await socket.send_text(json.dumps({"type": "registered", "id": me, "peers": [key for key, _ in others]}))
                for _, other in others:
                    await tell(other, {"type": "joined", "id": me, "name": message["name"]})
            elif message["type"] == "relay" and room is not None and message["to"] in room:
                await tell(room[message["to"]], {"type": "relay", "from": me, "to": message["to"], "payload": message["payload"]})
            else:
                await socket.send_text(json.dumps({"type": "error"}))
    except (WebSocketDisconnect, ConnectionClosed):
        pass
    finally:
        if room is not None:
            room.pop(me, None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", ws="websockets", ws_ping_interval=15, ws_ping_timeout=15, backlog=4096)
