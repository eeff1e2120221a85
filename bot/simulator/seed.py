"""The demo's scene: the group Ops with Alice, Bob and the bot; Charlie, who is not in it."""

from bot.simulator.places import add_bot, add_chat, add_user
from bot.simulator.world import World

OPS = -1_001_234_567_890
ALICE, BOB, CHARLIE = 5_000_001, 5_000_002, 5_000_003


def demo(world: World, token: str, language: str = "en") -> None:
    """Alice owns the group, Bob is in it, the bot leads it with all rights."""
    add_bot(world, token)
    add_user(world, "Alice", language, user_id=ALICE, username="alice")
    add_user(world, "Bob", language, user_id=BOB, username="bob")
    add_user(world, "Charlie", language, user_id=CHARLIE, username="charlie")
    add_chat(world, "supergroup", "Ops", [ALICE, BOB], chat_id=OPS)
