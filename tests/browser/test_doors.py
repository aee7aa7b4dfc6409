"""Two safer ways to sign in, as a browser and an authenticator carry them out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import Newcomer, Newcomers, PageAs, Portal

STEP_SECONDS = 30


def code_of(key: str, *, after: str = "") -> str:
    """What an authenticator app shows for this key (RFC 6238): a code that is not `after`."""
    letters = "".join(filter(str.isalnum, key)).upper()
    secret = base64.b32decode(letters + "=" * (-len(letters) % 8))
    now = int(time.time()) // STEP_SECONDS
    for step in (now, now + 1):
        digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
        at = digest[-1] & 15
        code = f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
        if code != after:
            return code
    raise AssertionError("two steps have the same code")


def sign_in(page: Page, who: Newcomer) -> None:
    """By address and password."""
    page.goto("/sign-in")
    page.get_by_label("Your email address").fill(who.email)
    page.get_by_label("Password", exact=True).fill(who.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    """By the menu of one's account."""
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_passkey_is_made_and_signs_in(page_as: PageAs, portal: Portal, newcomers: Newcomers):
    page = page_as(None, base_url=portal.by_name)
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, newcomers("Ira"))
    page.wait_for_url("**/")
    page.goto("/account")
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_label("What to call it").fill("My laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text="My laptop")).to_be_visible()

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/")
    expect(
        page.get_by_role("button", name=f"Your account, {newcomers('Ira').name}")
    ).to_be_visible()


def test_two_step_sign_in_asks_for_a_code_after_the_password(page_as: PageAs, newcomers: Newcomers):
    who = newcomers("Olu")
    page = page_as(None)
    sign_in(page, who)
    page.wait_for_url("**/")
    page.goto("/account")
    page.get_by_role("link", name="Two-step sign-in").click()
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="A square code")).to_be_visible()
    key = page.locator("code").inner_text()
    first = code_of(key)
    page.get_by_label("Code from your app").fill(first)
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("button", name="Make eight codes").click()
    kept = page.locator("li code").all_inner_texts()
    assert len(kept) == 8
    page.get_by_role("link", name="I have saved them").click()

    sign_out(page)
    sign_in(page, who)
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("That code is not right").first).to_be_visible()
    page.get_by_label("Code from your app").fill(code_of(key, after=first))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")

    sign_out(page)
    sign_in(page, who)
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(kept[0])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


STORED = """async () => {
  const opening = indexedDB.open("pdportal-recordings", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("recordings");
  await new Promise((resolve) => { opening.onsuccess = resolve; });
  const store = opening.result.transaction("recordings", "readwrite").objectStore("recordings");
  const me = document.body.dataset.me;
  if (me) ["0", `${me}:a`].forEach((key) => store.put("a recording", key));
  const asked = store.getAllKeys();
  await new Promise((resolve) => { asked.onsuccess = resolve; });
  opening.result.close();
  return asked.result;
}"""
"""Recordings that this browser keeps, to which the one who is signed in adds one."""


def test_signing_out_takes_along_what_was_recorded(page_as: PageAs, newcomers: Newcomers):
    # Somebody of their own: what is signed out everywhere is no use to another test.
    page, who = page_as(None), newcomers("Eda")
    for way in ("menu", "Sign out everywhere"):
        sign_in(page, who)
        page.wait_for_url("**/")
        assert len(page.evaluate(STORED)) == 2
        if way == "menu":
            sign_out(page)
        else:
            page.goto("/account")
            page.get_by_role("button", name=way).click()
            page.get_by_role("dialog").get_by_role("button", name=way).click()
        expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
        assert page.evaluate(STORED) == ["0"], "of others"


def test_signing_out_in_one_tab_takes_the_others_along(page_as: PageAs, newcomers: Newcomers):
    page, who = page_as(None), newcomers("Ude")
    sign_in(page, who)
    page.wait_for_url("**/")
    other = page.context.new_page()
    other.goto("/feedback/works/new?kind=text")
    other.get_by_label("What is it called?").fill("My fractions plan")
    other.evaluate("sessionStorage.setItem('typed:of-mine', '{}')")
    page.bring_to_front()
    sign_out(page)
    expect(other.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert (
        other.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('typed'))") == []
    )
