"""Bad days of Telegram, ready to be had."""

from bot.simulator.api.rules import Rule

MINUTE = 60.0

PRESETS: dict[str, tuple[Rule, ...]] = {
    "slow": (Rule("delay", times=None, seconds=3),),
    "down": (
        Rule("reset_before", times=None, lasts=2 * MINUTE),
        Rule("webhook_down", times=None, lasts=2 * MINUTE),
    ),
    "flood": tuple(
        Rule("429", method, times=None, lasts=MINUTE) for method in ("send*", "edit*", "*Topic")
    ),
    "flaky": (
        Rule("html", times=None, percent=4, seed=1),
        Rule("reset_after", times=None, percent=3, seed=2),
        Rule("reset_before", times=None, percent=3, seed=3),
    ),
}
