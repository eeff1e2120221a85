"""POST /incidents/{id}/edit: correct what the report said, and hand the incident to somebody."""

from aiohttp import web

from core.errors import IllegalAction, InvalidInput
from core.i18n import N_
from core.incidents import Changes, edit
from web.auth import actor_of
from web.forms import Values, id_in, level_in, text_in
from web.incident_show import incident_page
from web.keys import DATABASE, FORM, NOW, TRANSLATOR
from web.pages import see_other

BAD_TITLE = N_("A title has 1 to 1000 characters.")
TAKEN = N_("This app has the same incident already, unresolved.")


async def incident_edit(request: web.Request) -> web.Response:
    incident_id, form = int(request.match_info["id"]), request[FORM]
    try:
        changes = changes_in(form)
        async with request.app[DATABASE].writing() as session:
            await edit(session, request.app[NOW](), incident_id, actor_of(request), changes)
    except InvalidInput as error:
        faults = {error.field: BAD_TITLE if error.field == "title" else error.reason}
    except IllegalAction:
        faults = {"app": TAKEN}
    else:
        t = request[TRANSLATOR]
        return see_other(request, f"/incidents/{incident_id}", t("Saved."))
    return await incident_page(request, incident_id, faults=faults, typed=dict(form))


def changes_in(form: Values) -> Changes:
    """Take the fields that differ from what the form was filled with.

    Somebody else may have edited the others meanwhile.
    """
    assignee_id = id_in(form, "assignee") or 0
    return Changes(
        title=text_in(form, "title") if _touched(form, "title") else None,
        level=level_in(form, "level") if _touched(form, "level") else None,
        app_id=id_in(form, "app") if _touched(form, "app") else None,
        assignee_id=assignee_id if _touched(form, "assignee") else None,
    )


def _touched(form: Values, name: str) -> bool:
    """Compare word by word: a text field has no line breaks, whatever it was filled with."""
    return text_in(form, name).split() != text_in(form, f"was_{name}").split()
