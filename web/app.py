"""The web application: what it is made of, and every address it answers."""

from asyncio import Event

from aiohttp import web

from core.clock import utc_now
from core.db import Database
from core.intake import Intake
from core.settings import Settings
from core.tally import Tally
from web import keys
from web.api.routes import API_ROUTES
from web.app_archive import app_archive
from web.app_create import app_create, app_new
from web.app_edit import app_change, app_edit
from web.app_list import app_list
from web.app_log import app_log
from web.app_mute import app_mute, app_unmute
from web.app_rotate import app_rotate
from web.app_show import app_show
from web.chat_admit import chat_admit
from web.chat_edit import chat_edit
from web.chat_enable import chat_enable
from web.chat_list import chat_list
from web.check_act import check_act
from web.check_create import check_create, check_new
from web.check_edit import check_change, check_edit
from web.check_list import check_list
from web.check_show import check_show
from web.digest_schedule import digest_schedule
from web.digest_show import digest_show
from web.health import healthz, readyz
from web.incident_act import incident_act
from web.incident_comment import incident_comment
from web.incident_edit import incident_edit
from web.incident_list import home, incident_list
from web.incident_log import incident_log
from web.incident_raw import incident_raw
from web.incident_replay import incident_replay
from web.incident_show import incident_show
from web.intake.rings import Rings
from web.intake.routes import INTAKE_ROUTES
from web.languages import language_choose
from web.letter_settle import letter_settle
from web.login_consume import login_consume
from web.login_help import login_help
from web.login_link import login_link
from web.login_out import logout
from web.metrics import metrics
from web.middlewares import attend, guard_pages
from web.pages import make_templates
from web.person_list import person_list
from web.person_name import person_name
from web.set_aside_list import set_aside_list
from web.static_files import STATIC_FILES, read_static_files, static_file
from web.telegram_webhook import telegram_webhook
from web.update_settle import update_settle

ID = "{id:[0-9]{1,18}}"
CHAT = "{chat:-?[0-9]{1,18}}"
ACTION = "{action:acknowledge|unacknowledge|resolve|reopen|snooze}"

# Programs come here: no session, no cookie, no form token; each proves itself in its own way.
MACHINES = [
    *INTAKE_ROUTES,
    *API_ROUTES,
    web.get("/static/{name}", static_file),
    web.get("/healthz", healthz),
    web.get("/metrics", metrics),
    web.get("/readyz", readyz),
    web.post("/telegram/webhook", telegram_webhook),
]

# Everybody may see these.
OPEN_PAGES = [
    web.get("/login", login_help),
    web.get("/login/{token}", login_link),
    web.post("/login/{token}", login_consume),
    web.get("/language/{locale:en|ru}", language_choose),
]

# The rest is for whoever is signed in.
PAGES = [
    web.get("/", home),
    web.get("/incidents", incident_list),
    web.get(f"/incidents/{ID}", incident_show),
    web.get(f"/incidents/{ID}/log", incident_log),
    web.get(f"/incidents/{ID}/raw", incident_raw),
    web.post(f"/incidents/{ID}/replay", incident_replay),
    web.post(f"/incidents/{ID}/{ACTION}", incident_act),
    web.post(f"/incidents/{ID}/edit", incident_edit),
    web.post(f"/incidents/{ID}/comment", incident_comment),
    web.get("/apps", app_list),
    web.get("/apps/new", app_new),
    web.post("/apps", app_create),
    web.get(f"/apps/{ID}", app_show),
    web.get(f"/apps/{ID}/edit", app_edit),
    web.post(f"/apps/{ID}/edit", app_change),
    web.post(f"/apps/{ID}/rotate", app_rotate),
    web.post(f"/apps/{ID}/{{change:archive|unarchive}}", app_archive),
    web.post(f"/apps/{ID}/mute", app_mute),
    web.post(f"/apps/{ID}/unmute", app_unmute),
    web.get(f"/apps/{ID}/log", app_log),
    web.get(f"/apps/{ID}/checks", check_list),
    web.post(f"/apps/{ID}/checks", check_create),
    web.get(f"/apps/{ID}/checks/new", check_new),
    web.get(f"/checks/{ID}", check_show),
    web.get(f"/checks/{ID}/edit", check_edit),
    web.post(f"/checks/{ID}/edit", check_change),
    web.post(f"/checks/{ID}/{{verb:pause|resume|delete}}", check_act),
    web.get("/chats", chat_list),
    web.post(f"/chats/{CHAT}/edit", chat_edit),
    web.post(f"/chats/{CHAT}/enable", chat_enable),
    web.post(f"/chats/{CHAT}/policy", chat_admit),
    web.get("/people", person_list),
    web.post(f"/people/{ID}/role", person_name),
    web.get("/digest", digest_show),
    web.post(f"/digest/chats/{CHAT}", digest_schedule),
    web.get("/set-aside", set_aside_list),
    web.post(f"/set-aside/{{kind:card|notice}}s/{ID}/{{how:replay|discard}}", letter_settle),
    web.post(f"/set-aside/updates/{ID}/{{how:replay|discard}}", update_settle),
    web.post("/logout", logout),
]


def build_app(
    settings: Settings,
    database: Database,
    *,
    intake: Intake,
    secret_key: str,
    receive_update: keys.ReceiveUpdate | None = None,
    clock: keys.Clock = utc_now,
    stopping: Event | None = None,
    tally: Tally | None = None,
) -> web.Application:
    """Put the web application together; it starts and ends nothing of what it is given."""
    app = web.Application(
        middlewares=[attend, guard_pages],
        client_max_size=settings.max_body_bytes,
    )
    app[keys.SETTINGS] = settings
    app[keys.DATABASE] = database
    app[keys.INTAKE] = intake
    app[keys.TALLY] = tally or Tally()
    app[keys.RINGS] = Rings()
    app[keys.SECRET_KEY] = secret_key
    app[keys.NOW] = clock
    app[keys.RECEIVE_UPDATE] = receive_update
    app[keys.STOPPING] = stopping or Event()
    app[STATIC_FILES] = read_static_files()
    app[keys.TEMPLATES] = make_templates(app[STATIC_FILES])
    app[keys.MACHINES] = frozenset(route.handler for route in MACHINES)
    app[keys.OPEN_PAGES] = frozenset(route.handler for route in OPEN_PAGES)
    app[keys.VIEWER_PAGES] = frozenset({logout})
    app.add_routes([*MACHINES, *OPEN_PAGES, *PAGES])
    return app
