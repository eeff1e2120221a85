"""The text, link preview and keyboard that sending and editing have in common."""

from bot.simulator.api.errors import bad_request
from bot.simulator.api.objects import user_object
from bot.simulator.api.params import Params
from bot.simulator.state import Json, Version
from bot.simulator.text.formatted import LONGEST, Formatted, formatted
from bot.simulator.world import World


def content_of(world: World, params: Params) -> Formatted:
    def known_user(user_id: int) -> Json | None:
        user = world.state.users.get(user_id)
        return user_object(user) if user else None

    return formatted(params, known_user)


def check_length(content: Formatted, complaint: str) -> None:
    if len(content.text) > LONGEST:
        raise bad_request(complaint)


def version_of(world: World, params: Params, content: Formatted, markup: Json | None) -> Version:
    preview = params.parsed("link_preview_options")
    return Version(world.now(), content.text, content.entities, markup, preview)
