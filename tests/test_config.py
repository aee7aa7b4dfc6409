"""Settings: refused by name, read once, safe without any."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import make_url, text

from pdportal import create_app
from pdportal.config import SETTINGS, WrongSetting, flask_config, read_settings
from pdportal.db import db, writing

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PDPORTAL_DATABSE_URL": "sqlite://"}, "PDPORTAL_DATABSE_URL is not a setting"),
        ({"PDPORTAL_PORT": "eighty"}, "PDPORTAL_PORT"),
        ({"PDPORTAL_PORT": "70000"}, "PDPORTAL_PORT"),
        ({"PDPORTAL_DATABASE_URL": "mysql://u:geheim@h/d"}, "PDPORTAL_DATABASE_URL"),
        ({"PDPORTAL_DATABASE_URL": "postgresql://u:geheim@h:x/d"}, "PDPORTAL_DATABASE_URL"),
        ({"PDPORTAL_DATABASE_URL": "postgresql:u:geheim@h/d"}, "PDPORTAL_DATABASE_URL"),
        ({"PDPORTAL_JOBS_URL": "redis://:geheim@h:x/0"}, "PDPORTAL_JOBS_URL"),
        ({"PDPORTAL_RATE_LIMITS": "redis://:geheim@h:x"}, "PDPORTAL_RATE_LIMITS"),
        ({"PDPORTAL_BASE_URL": "portal.example.org"}, "PDPORTAL_BASE_URL"),
        ({"PDPORTAL_BASE_URL": "https://h.example/learn"}, "cannot be served below a path"),
        ({"PDPORTAL_BASE_URL": "https://h.example/?a=b"}, "PDPORTAL_BASE_URL"),
        ({"PDPORTAL_BASE_URL": "https://u:geheim@h.example"}, "PDPORTAL_BASE_URL"),
        ({"PDPORTAL_BASE_URL": "https://h.example:99999"}, "PDPORTAL_BASE_URL"),
        ({"PDPORTAL_BASE_URL": "https://"}, "PDPORTAL_BASE_URL"),
        ({"PDPORTAL_TIME_ZONE": "Mars/Base"}, "PDPORTAL_TIME_ZONE"),
        ({"PDPORTAL_VIDEO_HOSTS": "https://vimeo.com/; x"}, "PDPORTAL_VIDEO_HOSTS"),
        ({"PDPORTAL_DEMO": "perhaps"}, "PDPORTAL_DEMO"),
        ({"PDPORTAL_SECRET_KEY": "a"}, "PDPORTAL_SECRET_KEY"),
        ({"PDPORTAL_LOCALE": "xx"}, "PDPORTAL_LOCALE"),
        ({"PDPORTAL_REVIEWS_NEEDED": "5"}, "PDPORTAL_REVIEWS_NEEDED"),
        ({"PDPORTAL_BASE_URL": "https://a b.example"}, "PDPORTAL_BASE_URL"),
        ({"PDPORTAL_DATABASE_URL": "sqlite"}, "sqlite:, postgresql:"),
        ({"PDPORTAL_DATABASE_URL": "SQLITE:"}, "sqlite:////folder"),
        ({"PDPORTAL_DATABASE_URL": "sqlite://"}, "sqlite:////folder"),
        ({"PDPORTAL_DATABASE_URL": "sqlite:///?mode=ro"}, "sqlite:////folder"),
        ({"PDPORTAL_DATABASE_URL": "sqlite:///:memory:"}, "sqlite:////folder"),
        ({"PDPORTAL_DATABASE_URL": "postgresql"}, "sqlite:, postgresql:"),
        ({"PDPORTAL_DATABASE_URL": "postgresql:"}, "postgresql://user:password@host"),
        ({"PDPORTAL_RATE_LIMITS": "memory"}, "memory:, redis:"),
        ({"PDPORTAL_RATE_LIMITS": "memory:x"}, "memory: alone"),
        ({"PDPORTAL_RATE_LIMITS": "redis:"}, "redis://user:password@host"),
        ({"PDPORTAL_JOBS_URL": "redis"}, "redis:, rediss:"),
        ({"PDPORTAL_MAIL": "folder"}, "say folder: or smtp"),
        ({"PDPORTAL_MAIL": "folder:/srv/mail"}, "say folder: or smtp"),
        ({"PDPORTAL_FILES": "s3:bucket"}, "s3://bucket"),
        ({"PDPORTAL_FILES": "file:/srv"}, "s3://bucket"),
        ({"PDPORTAL_NAME": "…"}, "PDPORTAL_NAME"),
        ({"PDPORTAL_MAIL_FROM": "Lakeside PD"}, "PDPORTAL_MAIL_FROM"),
        ({"PDPORTAL_MAIL_FROM": "Lakeside <pd@x@y>"}, "PDPORTAL_MAIL_FROM"),
        ({"PDPORTAL_MAIL": "http://u:geheim@h"}, "PDPORTAL_MAIL"),
        ({"PDPORTAL_MAIL": "smtp:u:geheim@h"}, "PDPORTAL_MAIL"),
        ({"PDPORTAL_MAIL": "smtp://u:geheim@"}, "PDPORTAL_MAIL"),
        ({"PDPORTAL_MAIL": "smtp://u@h:geheim"}, "PDPORTAL_MAIL"),
        ({"PDPORTAL_MAIL": "smtp://u:p@h/geheim"}, "PDPORTAL_MAIL"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(environment: dict[str, str], words: str):
    with pytest.raises(WrongSetting) as refused:
        read_settings({}, environment)
    assert words in str(refused.value)
    assert "geheim" not in str(refused.value)


ANY_SIGN = pytest.mark.parametrize(
    "password",
    [
        "a/b",
        "p@ss#w",
        "p:a?ss",
        "50%",
        "p%40ss",
        "[x]",
        "pass word",
        "ünter",
        "a/b@c:25/d",
        "",
        "+&=",
    ],
)


@ANY_SIGN
def test_a_password_of_a_database_or_a_queue_may_have_any_sign(password: str):
    urls = {
        "DATABASE_URL": f"postgresql://user:{password}@db.example:5432/learn?sslmode=require",
        "JOBS_URL": f"rediss://user:{password}@db.example:5432/0",
        "RATE_LIMITS": f"redis://user:{password}@db.example:5432/0",
    }
    settings = read_settings(urls, {})
    for name in urls:
        parts = urlsplit(settings[name])
        assert (parts.username, parts.hostname, parts.port) == ("user", "db.example", 5432)
        assert unquote(parts.password or "") == unquote(password)
    url = make_url(settings["DATABASE_URL"])
    assert (url.host, url.database, url.query) == ("db.example", "learn", {"sslmode": "require"})
    assert url.password == unquote(password)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/a@b/c.sqlite3",
        "postgresql:///learn?host=/run/pg",
        "postgresql://h/d",
        "postgresql://h:5432/d?application_name=a@b",
        "postgresql://u:p@h/d?application_name=a@b",
    ],
)
def test_an_address_of_a_database_that_needs_no_escape_stays_as_it_is(url: str):
    read = read_settings({"DATABASE_URL": url}, {})["DATABASE_URL"]
    assert read.replace("+psycopg", "") == url


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("BASE_URL", "HTTPS://Learn.Example.org/", "https://learn.example.org"),
        (
            "BASE_URL",
            "https://Lernen.München.example:8443",
            "https://lernen.xn--mnchen-3ya.example:8443",
        ),
        ("BASE_URL", "http://[::1]:8000", "http://[::1]:8000"),
        ("DATABASE_URL", "PostgreSQL://h/D", "postgresql+psycopg://h/D"),
        ("DATABASE_URL", "SQLite:////srv/P.sqlite3", "sqlite:////srv/P.sqlite3"),
        ("RATE_LIMITS", "MEMORY:", "memory:"),
        ("RATE_LIMITS", "memory://", "memory:"),
        ("JOBS_URL", "REDIS://h:6379/0", "redis://h:6379/0"),
        ("MAIL", "SMTP://h", "smtp://h"),
        ("MAIL", "Folder:", "folder:"),
    ],
)
def test_an_address_is_read_as_what_uses_it_compares_it(name: str, typed: str, read: str):
    assert read_settings({}, {f"PDPORTAL_{name}": typed})[name] == read


def test_a_variable_that_holds_nothing_is_not_set():
    empty = {f"PDPORTAL_{setting.name}": " " for setting in SETTINGS}
    assert read_settings({}, empty) == read_settings({}, {})


@ANY_SIGN
def test_a_mail_password_may_have_any_sign(password: str):
    settings = read_settings({"MAIL": f"smtp://user:{password}@mail.example:587"}, {})
    parts = urlsplit(settings["MAIL"])
    assert (parts.username, parts.hostname, parts.port) == ("user", "mail.example", 587)
    assert unquote(parts.password or "") == unquote(password)


def test_a_name_may_have_a_colon(tmp_path: Path):
    app = create_app({"DATA": tmp_path, "NAME": "Lakeside: Learn\n"})
    assert app.config["PDPORTAL"]["NAME"] == "Lakeside: Learn"
    codes = app.extensions["pdportal.security"].totp_factory
    assert "issuer=Lakeside%20Learn" in codes.get_totp_uri("ada", codes.generate_totp_secret())


def test_without_any_setting_the_secret_is_made_once_and_kept_private(tmp_path: Path):
    settings = read_settings({"DATA": tmp_path / "portal"}, {})
    first = flask_config(settings)["SECRET_KEY"]
    kept = tmp_path / "portal" / "secret-key"
    assert len(first) >= 48
    assert flask_config(settings)["SECRET_KEY"] == first == kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_cookies_are_secure_where_the_address_is(tmp_path: Path):
    settings = read_settings({"DATA": tmp_path, "BASE_URL": "https://pd.example.org"}, {})
    config = flask_config(settings)
    assert config["SESSION_COOKIE_SECURE"]
    assert config["SESSION_COOKIE_HTTPONLY"]
    assert config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert config["SESSION_COOKIE_NAME"].startswith("__Host-")


def test_an_env_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / ".env").write_text("PDPORTAL_NAME=Riverbend learns\nPDPORTAL_PORT=9000\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PDPORTAL_PORT", "9001")
    settings = read_settings()
    assert settings["NAME"] == "Riverbend learns"
    assert settings["PORT"] == 9001


def test_what_is_kept_is_closed_to_others_whatever_it_was(tmp_path: Path):
    before = os.umask(0)
    try:
        tmp_path.chmod(0o755)
        (tmp_path / "secret-key").write_text("x" * 48)
        app = create_app({"DATA": tmp_path})
        with app.app_context(), writing(), db.engine.connect() as connection:
            connection.execute(text("CREATE TABLE t (a)"))
            connection.commit()
            modes = {
                path.name: stat.S_IMODE(path.stat().st_mode)
                for path in tmp_path.iterdir()
                if path.is_file()
            }
        with app.app_context():
            db.engine.dispose()
    finally:
        os.umask(before)
    assert {"pdportal.sqlite3", "pdportal.sqlite3-wal", "secret-key"} <= modes.keys()
    assert {oct(mode) for mode in modes.values()} == {"0o600"}, modes


@pytest.mark.parametrize("host", ["10.0.0.5", "[::1]:8000", "PD.Example.ORG", "pd.example.org:443"])
def test_health_is_told_to_whoever_asks_by_any_name(tmp_path: Path, host: str):
    app = create_app({"DATA": tmp_path, "BASE_URL": "https://pd.example.org"})
    client = app.test_client()
    assert client.get("/healthz", headers={"Host": host}).status_code == 200
    page = client.get("/sign-in", headers={"Host": host})
    assert page.status_code == (200 if "xample" in host else 400)
    with app.app_context():
        db.engine.dispose()


def test_create_app_names_the_wrong_setting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PDPORTAL_COLOUR", "blue")
    with pytest.raises(WrongSetting, match="PDPORTAL_COLOUR"):
        create_app()


def test_every_setting_is_in_the_table_of_the_documentation():
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"| `PDPORTAL_{setting.name}` |" in table
