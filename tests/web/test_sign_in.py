"""Signing in by a one-time link, and what the cookie is worth afterwards."""

from datetime import datetime, timedelta

import pytest

from core import access
from core.db import Database
from tests.factories import Scene
from tests.web.browsers import Browser, Site, running_site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def link(database: Database, scene: Scene, now: datetime) -> str:
    async with database.writing() as session:
        token = await access.new_login_link(session, now, scene.bob, timedelta(minutes=10))
    return f"/login/{token}"


@pytest.fixture
async def bob(charlie: Browser) -> Browser:
    """Bob before he signs in: like any stranger."""
    return charlie


async def test_looking_at_a_link_does_not_use_it_up(bob: Browser, link: str) -> None:
    for _ in range(2):
        page = await bob.get(link)
        assert page.status == 200
        assert "Sign in" in page.words


async def test_the_button_signs_in_once(bob: Browser, link: str) -> None:
    page = await bob.get(link)
    first = await bob.post(link, {"csrf": page.csrf})
    assert (first.status, first.location) == (303, "/incidents")
    assert "Bob" in (await bob.follow(first)).words
    again = await bob.post(link, {"csrf": page.csrf})
    assert again.status == 410
    assert "Set-Cookie" not in again.headers


async def test_a_link_that_is_used_or_too_old_says_so(bob: Browser, site: Site, link: str) -> None:
    site.now += timedelta(minutes=11)
    page = await bob.get(link)
    assert page.status == 410
    assert "This link is over" in page.words
    assert (await bob.get("/login/never-was")).status == 410


async def test_the_cookie_is_kept_from_scripts_and_other_sites(bob: Browser, link: str) -> None:
    page = await bob.get(link)
    cookie = (await bob.post(link, {"csrf": page.csrf})).headers["Set-Cookie"]
    assert cookie.startswith("session=")
    for attribute in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"):
        assert attribute in cookie
    assert "Secure" not in cookie


async def test_behind_tls_the_cookie_is_bound_to_host_and_tls(
    database: Database, scene: Scene, now: datetime, link: str
) -> None:
    public = "https://dispatcher.example.com"
    async with running_site(database, now, public_url=public) as site, site.browser() as bob:
        page = await bob.get(link)
        cookie = (await bob.post(link, {"csrf": page.csrf})).headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie


async def test_signing_in_leads_on_to_what_was_wanted(bob: Browser, link: str) -> None:
    asked = await bob.get("/incidents?q=bank")
    assert asked.location == "/login?next=%2Fincidents%3Fq%3Dbank"
    await bob.follow(asked)
    page = await bob.get(link)
    assert 'name="next" value="/incidents?q=bank"' in page.text
    done = await bob.post(link, {"csrf": page.csrf, "next": "/incidents?q=bank"})
    assert done.location == "/incidents?q=bank"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb"],
)
async def test_signing_in_never_leads_to_another_site(
    bob: Browser, link: str, elsewhere: str
) -> None:
    page = await bob.get(link)
    done = await bob.post(link, {"csrf": page.csrf, "next": elsewhere})
    assert done.location == "/incidents"


async def test_a_link_is_not_used_up_by_a_form_of_another_site(bob: Browser, link: str) -> None:
    token = (await bob.get(link)).csrf
    assert (await bob.post(link, {})).status == 403
    assert (await bob.post(link, {"csrf": "f" * 64})).status == 403
    assert (await bob.post(link, {"csrf": token}, Sec_Fetch_Site="cross-site")).status == 403
    assert (await bob.post(link, {"csrf": token}, Origin="https://evil.example")).status == 403
    assert (await bob.post(link, {"csrf": token}, Sec_Fetch_Site="same-origin")).status == 303


async def test_the_help_page_says_how_to_get_a_link(charlie: Browser) -> None:
    page = await charlie.get("/login")
    assert page.status == 200
    assert "/login" in page.words
    assert "dispatcher login-link" in page.words


async def test_a_session_ends_after_its_days(alice: Browser, site: Site) -> None:
    assert (await alice.get("/incidents")).status == 200
    site.now += timedelta(days=site.settings.session_days)
    assert (await alice.get("/incidents")).status == 303


async def test_signing_out_ends_the_session_everywhere(alice: Browser, site: Site) -> None:
    secret = next(iter(alice.client.cookie_jar)).value
    done = await alice.submit("/incidents", "/logout")
    assert done.location == "/login"
    assert "You are signed out." in (await alice.follow(done)).words
    async with site.browser() as thief:
        thief.client.cookie_jar.update_cookies({"session": secret})
        assert (await thief.get("/incidents")).status == 303


async def test_a_made_up_session_is_nobodys(charlie: Browser) -> None:
    charlie.client.cookie_jar.update_cookies({"session": "x" * 43})
    assert (await charlie.get("/incidents")).status == 303
