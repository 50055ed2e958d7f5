"""Composes what `finalverse melody import` printed, as a new player, and performs it.

    python3 -m venv venv && venv/bin/pip install websockets
    venv/bin/python docs/perform.py "$(finalverse melody import tune.mid)" [ws://127.0.0.1:7777/ws]
"""
import asyncio, json, random, sys
from websockets.asyncio.client import connect

async def main(request, url="ws://127.0.0.1:7777/ws"):
    async with connect(url, subprotocols=["finalverse.v1.json"], max_size=None) as socket:
        async def ask(**request):
            await socket.send(json.dumps({"id": str(random.getrandbits(32)), **request}))
            return json.loads(await socket.recv())

        async def do(command):
            id = str(random.getrandbits(64))  # sent again with the same id, it has no second effect
            reply = await ask(command={"commandId": id, "command": command})
            if "acknowledged" not in reply:
                sys.exit(json.dumps(reply, indent=2))
            return reply["acknowledged"]["position"]

        player = (await ask(signIn={"guest": {}}))["welcome"]["player"]
        await do({"players": {"createProfile": {"name": f"Bard {player}", "homeRegion": 1}}})
        melody = await do(json.loads(request)["command"])
        told = (await ask(query={"melodies": {"melody": {"melody": melody}}}))["answer"]
        print("melody", melody, json.dumps(told["melodies"]["melody"].get("judgement"), indent=2))
        print("performed at", await do({"melodies": {"performMelody": {"melody": melody}}}))

asyncio.run(main(*sys.argv[1:]))
