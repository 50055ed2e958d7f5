"""Plays Finalverse for 20 seconds. Run it twice at the same time, and the two players trade.

    python3 -m venv venv && venv/bin/pip install websockets
    venv/bin/python docs/example.py [ws://127.0.0.1:7777/ws]
"""
import asyncio, itertools, json, random, sys
from websockets.asyncio.client import connect
URL = sys.argv[1] if len(sys.argv) > 1 else "ws://127.0.0.1:7777/ws"

class Player:
    def __init__(self, socket):
        self.socket, self.ids, self.waiting = socket, itertools.count(1), {}

    async def ask(self, **request):  # every request has an id, and gets one reply with that id
        id = str(next(self.ids))  # 64-bit numbers travel as strings in protobuf's JSON
        reply = self.waiting[id] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"id": id, **request}))
        return await reply

    async def do(self, system, command, **fields):
        id = str(random.getrandbits(64))  # sent again with the same id, it has no second effect
        reply = await self.ask(command={"commandId": id, "command": {system: {command: fields}}})
        print(command, "->", reply.get("acknowledged") or reply)
        return reply.get("acknowledged", {}).get("position")

    async def listen(self):  # replies carry the id of their request, pushes have none
        async for text in self.socket:
            message = json.loads(text)
            if "id" in message:
                self.waiting.pop(message["id"]).set_result(message)
            for entry in message.get("push", {}).get("entries", []):
                for event in entry["payload"]["events"]:
                    print("  at", entry["position"], json.dumps(event))
                    offer = event.get("trade", {}).get("tradeOffered", {})
                    if offer.get("partner") == self.number:  # somebody offers us something
                        asyncio.create_task(
                            self.do("trade", "acceptTrade", trade=offer["trade"], revision=1))

async def main():
    async with connect(URL, subprotocols=["finalverse.v1.json"], max_size=None) as socket:
        me = Player(socket)
        asyncio.create_task(me.listen()).add_done_callback(lambda listener: listener.result())
        welcome = (await me.ask(signIn={"guest": {}, "client": "example.py"}))["welcome"]
        me.number = welcome["player"]
        print("I am player", me.number, "in", welcome["world"])
        await me.do("players", "createProfile", name=f"Guest {me.number}", look="new", homeRegion=1)
        await me.ask(subscribe={"topics": [{"own": {}}, {"surroundings": {}}]})
        await me.do("movement", "startMove", to={"xMm": random.randint(40000, 60000), "yMm": 50000})
        who = (await me.ask(query={"presence": {"who": {}}}))["answer"]["presence"]["who"]
        print("Here are", ", ".join(player["name"] for player in who["players"]))
        pile = await me.do("inventory", "dropGoods", goods={"coins": 2})  # its number: the position
        await me.do("inventory", "pickUpGoods", pile=pile)
        for other in [p["player"] for p in who["players"] if p["player"] != me.number][:1]:
            trade = await me.do("trade", "offerTrade", partner=other, goods={"coins": 1})
            await me.do("trade", "acceptTrade", trade=trade, revision=1)
        await asyncio.sleep(20)
        print(await me.ask(farewell={}))

asyncio.run(main())
