"""Which app a command means, whose name may have spaces."""

from bot.handlers_silences import app_named
from core.models import App


def test_the_longest_name_that_fits_is_meant() -> None:
    apps = [App(name=name) for name in ("Shop", "Shop backend", "2h")]
    for text, name, rest in (
        ("Shop 2h", "Shop", "2h"),
        ("shop  BACKEND 2h why", "Shop backend", "2h why"),
        ("Shop back 2h", "Shop", "back 2h"),
        ("2h 2h", "2h", "2h"),
    ):
        app, left = app_named(text, apps)
        assert app
        assert (app.name, left) == (name, rest)
    assert app_named("Shopping 2h", apps) == (None, "Shopping 2h")
