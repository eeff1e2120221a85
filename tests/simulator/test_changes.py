"""Changes as a reader gets them: in order, and anew if it is too far behind."""

from bot.simulator import changes
from bot.simulator.changes import Changes


def test_a_reader_that_is_too_far_behind_begins_anew() -> None:
    told = Changes()
    with told.stream() as stream:
        for number in range(changes.MOST_WAITING + 1):
            told.announce("call", number)
        waiting = [stream.get_nowait() for _ in range(stream.qsize())]
    assert waiting == [("reset", None), ("call", changes.MOST_WAITING)]
