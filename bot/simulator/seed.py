"""The demo's scene: the group Ops with Alice, Bob and the bot; Charlie, who is not in it.

Beside it the forum SRE, which the bot is not in yet.
"""

from bot.simulator.places import add_bot, add_chat, add_user
from bot.simulator.topics import create
from bot.simulator.world import World

OPS, SRE = -1_001_234_567_890, -1_001_234_567_891
ALICE, BOB, CHARLIE = 5_000_001, 5_000_002, 5_000_003


def demo(world: World, token: str, language: str = "en") -> None:
    """Alice owns both groups, Bob is in them, the bot leads Ops with all rights."""
    add_bot(world, token)
    add_user(world, "Alice", language, user_id=ALICE, username="alice")
    add_user(world, "Bob", language, user_id=BOB, username="bob")
    add_user(world, "Charlie", language, user_id=CHARLIE, username="charlie")
    add_chat(world, "supergroup", "Ops", [ALICE, BOB], chat_id=OPS)
    sre = add_chat(world, "supergroup", "SRE", [ALICE, BOB], bots=None, chat_id=SRE, is_forum=True)
    create(world, sre, ALICE, "Incidents")
