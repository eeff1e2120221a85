"""POST /digest/chats/{chat}: when a chat gets its digest."""

from aiohttp import web

from core.errors import InvalidInput, NotFound
from core.i18n import N_
from core.models import Chat
from core.schedules import next_due, set_schedule
from web.digest_show import digest_page
from web.forms import Values, text_in
from web.keys import DATABASE, FORM, NOW, TRANSLATOR
from web.pages import see_other

FIELDS = ("cron", "time_zone", "enabled")
CRON_CHARS = 100
FAULTS = {
    "cron": N_(
        "Write five fields: minute, hour, day, month, day of the week, such as 0 9 * * mon-fri."
    ),
    "never": N_("This time never comes."),
    "time_zone": N_("Write the name of a time zone, such as Europe/Moscow."),
}


async def digest_schedule(request: web.Request) -> web.Response:
    chat_id, form = int(request.match_info["chat"]), request[FORM]
    try:
        await _set(request, chat_id, form)
    except InvalidInput as error:
        faults = {error.field: FAULTS.get(error.reason, FAULTS[error.field])}
        typed = {name: text_in(form, name) for name in FIELDS}
        return await digest_page(request, chat_id=chat_id, typed=typed, faults=faults)
    return see_other(request, "/digest#schedules", request[TRANSLATOR]("Saved."))


async def _set(request: web.Request, chat_id: int, form: Values) -> None:
    """Raises NotFound, InvalidInput."""
    now, cron = request.app[NOW](), text_in(form, "cron")
    if len(cron) > CRON_CHARS:
        raise InvalidInput("cron", FAULTS["cron"])
    async with request.app[DATABASE].writing() as session:
        if await session.get(Chat, chat_id) is None:
            raise NotFound("chat", chat_id)
        schedule = await set_schedule(
            session, now, chat_id, cron, text_in(form, "time_zone"), enabled="enabled" in form
        )
        if next_due(schedule, now) is None:
            raise InvalidInput("cron", "never")
