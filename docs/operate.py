"""Sends one command or query as the operator of a running world, and prints the reply.

    python3 -m venv venv && venv/bin/pip install websockets
    venv/bin/python docs/operate.py DIR '{"query": {"leaderboards": {"boards": {}}}}'

DIR is the world's data directory, in which the operator's token lies. A third argument is the server's
address, by default ws://127.0.0.1:7777/ws. Ends with exit code 1 when the server refuses.
"""
import asyncio, json, pathlib, random, sys
from websockets.asyncio.client import connect

async def main(directory, request, url="ws://127.0.0.1:7777/ws"):
    token = (pathlib.Path(directory) / "identity" / "operator.token").read_text().strip()
    request = json.loads(request)
    if "command" in request:  # sent again with the same id, a command has no second effect
        id = str(random.getrandbits(64))
        request = {"command": {"commandId": id, "command": request["command"]}}
    async with connect(url, subprotocols=["finalverse.v1.json"], max_size=None) as socket:
        for number, message in enumerate([{"signIn": {"token": token}}, request], start=1):
            await socket.send(json.dumps({"id": str(number), **message}))
            reply = json.loads(await socket.recv())
        print(json.dumps(reply, indent=2, ensure_ascii=False))
        return 1 if "rejected" in reply or "failed" in reply else 0

sys.exit(asyncio.run(main(*sys.argv[1:])))
