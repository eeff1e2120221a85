"""A storm as text and keyboard: one message for many cards. Pure."""

from urllib.parse import urlencode

from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text

from bot.callbacks import StormPress
from bot.content import Content, content_of, cut, date_time, filled, is_public, one_line
from core.i18n import Translator
from core.storm_cards import StormCard
from core.words import LEVEL_EMOJI, level_word

APP_CHARS = 40


def storm_content(storm: StormCard, t: Translator, base_url: str) -> Content:
    """Draw a storm, raging or over."""
    lines: list[Text | str] = [_header(storm, t), _counts(storm, t)]
    if storm.apps:
        apps = (f"{cut(one_line(name), APP_CHARS)} {count}" for name, count in storm.apps)
        lines.append(" · ".join(apps))
    url = storm_url(storm, base_url)
    if not is_public(url):
        lines.append(url)
    show = t("Show them")
    press = InlineKeyboardButton(text=show, callback_data=StormPress(storm_id=storm.id).pack())
    link = InlineKeyboardButton(text=t("All on the web"), url=url)
    return content_of(lines, [press] if storm.hidden else [], [link] if is_public(url) else [])


def storm_over_content(storm: StormCard, t: Translator) -> Content:
    """Say once that a storm is over, and what it left."""
    over = storm.ended_at or storm.began_at
    length = t.duration(over - storm.began_at)
    lines: list[Text | str] = [
        Bold("🌤 ", t("The storm is over, it lasted %(length)s", length=length)),
        _counts(storm, t),
    ]
    if storm.unresolved:
        lines.append(t("What is still open gets its own cards now."))
    return content_of(lines)


def storm_worse_content(storm: StormCard, t: Translator) -> Content:
    """Say that a storm brought what is bad; its card, which this answers, has the rest."""
    level = level_word(t, storm.level).upper()
    said = Bold(t("The storm became worse: %(level)s is among it", level=level))
    return content_of([Text(LEVEL_EMOJI[storm.level], " ", said), _counts(storm, t)])


def storm_url(storm: StormCard, base_url: str) -> str:
    """Link to the list of what came since the storm began."""
    since = storm.began_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{base_url}/incidents?{urlencode({'status': 'all', 'since': since})}"


def _header(storm: StormCard, t: Translator) -> Text:
    began = date_time(t, storm.began_at)
    if storm.ended_at is None:
        return Text("🌩 ", Bold(t("Storm")), " · ", filled(t("since %(time)s"), time=began))
    length = t.duration(storm.ended_at - storm.began_at)
    ended = t("over after %(length)s", length=length)
    return Text("🌤 ", Bold(t("Storm")), " · ", filled(t("since %(time)s"), time=began), ", ", ended)


def _counts(storm: StormCard, t: Translator) -> str:
    came = t.plural("%(num)s new incident", "%(num)s new incidents", storm.total)
    still = t.plural("%(num)s still open", "%(num)s still open", storm.unresolved)
    return f"{came}, {still}"
