"""Follows the README to the letter: the wheel, settings, one address, three commands, two tags, one block."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

pytestmark = [pytest.mark.worker, pytest.mark.django_db, pytest.mark.timeout(500)]
README = (settings.BASE_DIR / "README.md").read_text()
DATABASE = "readme_shop"
CARRIED = (
    "py.typed",
    "templates/personalization/block.html",
    "static/personalization/blocks.css",
    "static/personalization/personalization.js",
    *(f"locale/{language}/LC_MESSAGES/django.mo" for language in ("en", "ru", "uk")),
)

SHOP_SETTINGS = """
from pathlib import Path
from oscar.defaults import *
BASE_DIR = Path(__file__).parent
SECRET_KEY = "a-shop-that-was-there-before"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver"]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": "{name}", {server}}}}}
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.sites", "django.contrib.flatpages",
    {oscar}
    "widget_tweaks", "haystack", "treebeard", "django_tables2", "sorl.thumbnail",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
ROOT_URLCONF = "urls"
TEMPLATES = [{{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR], "APP_DIRS": True,
    "OPTIONS": {{"context_processors": ["django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages",
        "oscar.apps.search.context_processors.search_form", "oscar.core.context_processors.metadata"]}}}}]
HAYSTACK_CONNECTIONS = {{"default": {{"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}}}
SITE_ID = 1
USE_TZ = True
STATIC_URL = "static/"
"""
URLS = """
from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView
urlpatterns = [
    path("admin/", admin.site.urls),
    path("hello/", TemplateView.as_view(template_name="hello.html")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
"""
LOOK = """
import django
django.setup()
import personalization
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
shopper = get_user_model().objects.get(username="shopper3")
client.force_login(shopper, backend="django.contrib.auth.backends.ModelBackend")
print(personalization.__file__)
print(client.get("/hello/").content.decode())
print(sorted(client.cookies))
"""


def test_a_shop_that_follows_the_readme_gets_its_first_block(tmp_path):
    site, project = tmp_path / "site", tmp_path / "project"
    project.mkdir()
    _install_wheel(tmp_path, site)
    for carried in CARRIED:
        assert (site / "personalization" / carried).exists(), f"the wheel does not carry {carried}"
    server = _make_database()
    env = os.environ | {
        "PYTHONPATH": f"{site}:{project}:{settings.BASE_DIR}",
        "DJANGO_SETTINGS_MODULE": "shop_settings",
    }
    env |= {"PYTHONWARNINGS": "ignore", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}

    _write_shop(project, server)
    _run([sys.executable, "-m", "django", "migrate", "-v", "0"], env, project)
    _run(
        [sys.executable, "-c", "import django; django.setup(); from tests.shelves import open_shop; open_shop()"],
        env,
        project,
    )

    with (project / "shop_settings.py").open("a") as file:
        file.write(_after("settings"))
    with (project / "urls.py").open("a") as file:
        file.write(_after("urls"))
    for command in _after("commands").strip().splitlines():
        words = command.split()
        assert words[:2] == ["python", "manage.py"]
        _run([sys.executable, "-m", "django", *words[2:]], env, project)
    (project / "hello.html").write_text(_after("template") + _after("script"))

    told = _run([sys.executable, "-c", LOOK], env, project)
    assert told.splitlines()[0].startswith(str(site)), "the wheel is used, not the checkout"
    assert "pz-block" in told
    assert told.count("data-pz-product") >= 3
    assert 'data-pz-may="ask"' in told, "the script asks before it tells"
    assert "pz_vid" not in told.splitlines()[-1], "nobody has agreed yet"


def _after(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no part marked {mark}"
    return found.group(1)


def _install_wheel(folder: Path, site: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        # The README's environment has no pip of its own; the machine's pip works on it from outside.
        pip = ["python3", "-m", "pip", "--python", sys.executable, "-q"]
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    name = _run([sys.executable, "-c", build, str(folder)], dict(os.environ), settings.BASE_DIR).split()[-1]
    _run([*pip, "install", "--no-deps", "--target", str(site), str(folder / name)], dict(os.environ), folder)


def _make_database() -> dict[str, str]:
    parameters = connection.get_connection_params()
    server = {key: str(parameters[key]) for key in ("host", "port", "user", "password") if parameters.get(key)}
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DATABASE}")
    return server


def _write_shop(project: Path, server: dict[str, str]) -> None:
    words = ", ".join(f'"{key.upper()}": {value!r}' for key, value in server.items())
    apps = [app for app in settings.INSTALLED_APPS if app.startswith("oscar.")]
    oscar = "".join(f"{app!r},\n    " for app in apps)
    (project / "shop_settings.py").write_text(SHOP_SETTINGS.format(name=DATABASE, server=words, oscar=oscar))
    (project / "urls.py").write_text(URLS)


def _run(command: list[str], env: dict[str, str], folder: Path) -> str:
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout
