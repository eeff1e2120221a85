"""The set-up of a chat as a message: what the bot may there, whose cards come, who may press. Pure.

Names of apps are shown only once an admin asked for them.
"""

from collections.abc import Collection

from aiogram.types import Chat as TelegramChat
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Pre, Text

from bot.callbacks import SetupChoice, SetupPress
from bot.content import Buttons, Content, content_of, cut, one_line
from core.chat_rights import ChatRight, rights_in
from core.chat_setup import Setup, SetupApp
from core.i18n import Translator
from core.models import App
from core.snippets import curl_of
from core.ways import dsn_of
from core.words import policy_word

NAME_CHARS = 40
TITLE_CHARS = 100


def greeting_content(
    shown: TelegramChat, rights: Collection[ChatRight] | None, t: Translator
) -> Content:
    """Say hello where no admin has set up anything yet."""
    lines: list[Text | str] = [
        t("I bring the incidents of your services to this chat, with buttons to deal with them."),
        *_about_rights(shown, rights, t),
        "",
        t("An admin of mine decides whose cards come here."),
    ]
    return content_of(lines, [_button(t("Set up this chat"), SetupPress(choice=SetupChoice.show))])


def setup_content(setup: Setup, shown: TelegramChat, base_url: str, t: Translator) -> Content:
    """Show one page of the set-up to an admin."""
    title = cut(one_line(setup.chat.title), TITLE_CHARS)
    lines: list[Text | str] = [
        Bold(t("Set-up of %(chat)s", chat=title)),
        *_about_rights(shown, rights_in(setup.chat), t),
        "",
        *_about_apps(setup, base_url, t),
    ]
    return content_of(lines, *_rows(setup, t))


def _rows(setup: Setup, t: Translator) -> list[Buttons]:
    page, chat = setup.page, setup.chat
    apps = [_app_button(app, page) for app in setup.apps]
    rest = _button(
        _marked(t("All apps without a chat of their own"), chat.is_default),
        _press(SetupChoice.rest, page),
    )
    who = _button(policy_word(t, setup.policy), _press(SetupChoice.policy, page))
    return [
        *(apps[at : at + 2] for at in range(0, len(apps), 2)),
        _pager(setup),
        [] if setup.thread_id else [rest],
        [] if chat.kind == "private" else [who],
        [_button(t("Send a test card"), _press(SetupChoice.trial, page))],
    ]


def _about_rights(
    shown: TelegramChat, rights: Collection[ChatRight] | None, t: Translator
) -> list[str]:
    if rights is None or shown.type == "private":
        return []
    told = {
        ChatRight.lead: (
            t("I am an administrator, so Telegram tells me who is in this chat."),
            t(
                "Make me an administrator: else Telegram may not tell me who is in this chat, and "
                "I have to refuse presses."
            ),
        ),
    }
    if shown.is_forum:
        told[ChatRight.topics] = (
            t("I may manage topics, so I can reopen one that is closed."),
            t("Let me manage topics: else cards for a closed topic come to General."),
        )
    lines = [
        f"{'✅' if right in rights else '⚠️'} {told[right][right not in rights]}" for right in told
    ]
    if shown.type == "group":
        lines.append(f"⚠️ {_basic_group(t)}")
    return ["", *lines]


def _basic_group(t: Translator) -> str:
    return t(
        "This is a basic group. Make it a supergroup, e.g. by showing its history to new members: "
        "it gets another id then, and only supergroups have topics."
    )


def _about_apps(setup: Setup, base_url: str, t: Translator) -> list[Text | str]:
    where = t("Whose cards come here? Press to change.")
    if setup.thread_id:
        where = t("Whose cards come to this topic? Press to change.")
    if not setup.apps:
        return [t("There is no app yet. Create one: %(url)s", url=f"{base_url}/apps/new")]
    return [where, *(_how_to_report(setup.sample, base_url, t) if setup.sample else ())]


def _how_to_report(app: App, base_url: str, t: Translator) -> list[Text | str]:
    url = f"{base_url}/apps/{app.id}"
    return [
        "",
        t("A report of %(app)s is sent like this:", app=cut(app.name, NAME_CHARS)),
        Pre(curl_of(base_url, app.name, t("CODE")), language="sh"),
        t("The SDKs of Sentry take this DSN:"),
        Pre(dsn_of(base_url, app.id, t("CODE"))),
        t("The code was shown when the app was created; a new one is made here: %(url)s", url=url),
    ]


def _pager(setup: Setup) -> Buttons:
    if setup.pages == 1:
        return []
    around = [(setup.page - 1) % setup.pages, (setup.page + 1) % setup.pages]
    place = f"{setup.page + 1}/{setup.pages}"
    labels = [f"‹ {place}", f"{place} ›"]
    return [
        _button(label, _press(SetupChoice.show, page))
        for label, page in zip(labels, around, strict=True)
    ]


def _app_button(app: SetupApp, page: int) -> InlineKeyboardButton:
    label = _marked(cut(app.name, NAME_CHARS), app.bound)
    if app.elsewhere:
        label = f"↪ {label}"
    return _button(label, SetupPress(choice=SetupChoice.app, page=page, app_id=app.id))


def _marked(label: str, on: bool) -> str:
    return f"✅ {label}" if on else label


def _press(choice: SetupChoice, page: int) -> SetupPress:
    return SetupPress(choice=choice, page=page)


def _button(label: str, press: SetupPress) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=press.pack())
