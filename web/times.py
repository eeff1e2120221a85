"""How a moment reads on a page: how long ago, with the exact time behind it."""

from datetime import datetime, timedelta, tzinfo

from babel.dates import format_timedelta
from markupsafe import Markup

from core.i18n import Translator

NOW = timedelta(seconds=5)


def ago(t: Translator, now: datetime, at: datetime) -> str:
    """Say how far a moment is from now: 4 minutes ago, in 2 hours."""
    if abs(at - now) < NOW:
        return t("just now")
    return format_timedelta(at - now, add_direction=True, threshold=1.5, locale=t.locale)


def exact(t: Translator, zone: tzinfo, at: datetime) -> str:
    return f"{t.moment(at, zone)} {at.astimezone(zone).tzname()}"


def time_tag(t: Translator, zone: tzinfo, now: datetime, at: datetime) -> Markup:
    """Write a moment as `<time>`: relative, exact in its title and for machines."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), exact(t, zone, at), ago(t, now, at)
    )
