"""Sends one command or query as the operator of a running world, and prints the reply.

    python3 -m pip install websockets
    python3 docs/operate.py DIR '{"query": {"leaderboards": {"boards": {}}}}' [ws://127.0.0.1:7777/ws]

DIR is the world's data directory, in which the operator's token lies.
"""
import asyncio, json, pathlib, random, sys
from websockets.asyncio.client import connect

async def main(directory, request, url="ws://127.0.0.1:7777/ws"):
    token = (pathlib.Path(directory) / "identity" / "operator.token").read_text().strip()
    request = json.loads(request)
    if "command" in request:  # sent again with the same id, a command has no second effect
        request = {"command": {"commandId": str(random.getrandbits(64)), **request}}
    async with connect(url, subprotocols=["finalverse.v1.json"], max_size=None) as socket:
        for number, message in enumerate([{"signIn": {"token": token}}, request], start=1):
            await socket.send(json.dumps({"id": str(number), **message}))
            reply = json.loads(await socket.recv())
        print(json.dumps(reply, indent=2, ensure_ascii=False))

asyncio.run(main(*sys.argv[1:]))
