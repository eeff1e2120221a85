"""Every wire format we know, in the order in which the universal address asks them."""

from web.intake.format import Format
from web.intake.formats import (
    alerta,
    alertmanager,
    alertmanager_api,
    cloudevents,
    generic,
    github,
    gitlab,
    goalert,
    grafana,
    kuma,
    oncall,
    opsgenie,
    otlp,
    pagerduty,
    pagerduty_v1,
    sentry,
    sentry_hook,
    slack,
    sns,
)
from web.intake.inbound import Inbound

FORMATS: tuple[Format, ...] = (
    sentry.FORMAT,
    sentry_hook.FORMAT,
    github.FORMAT,
    cloudevents.FORMAT,
    otlp.FORMAT,
    pagerduty.FORMAT,
    pagerduty_v1.FORMAT,
    grafana.FORMAT,  # before Alertmanager, whose body it extends
    alertmanager.FORMAT,
    alertmanager_api.FORMAT,
    kuma.FORMAT,
    sns.FORMAT,
    gitlab.FORMAT,
    slack.FORMAT,
    opsgenie.FORMAT,
    alerta.FORMAT,
    oncall.FORMAT,
    goalert.FORMAT,
    generic.FORMAT,  # takes anything: stays last
)
BY_NAME = {known.name: known for known in FORMATS}


def format_of(inbound: Inbound) -> Format:
    """Tell which format a body at the universal address is of."""
    return next(known for known in FORMATS if known.recognises(inbound))
