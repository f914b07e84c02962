"""The one who may do everything in the demo: an account whose password is made up once and kept in the data folder."""

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from shop_demo.places import data_folder

EMAIL = "admin@example.com"
USERNAME = "admin"


@dataclass(frozen=True)
class Login:
    """What to type at the admin's door."""

    username: str
    email: str
    password: str


def keeper_login() -> Login:
    """The admin's login; the account is made or mended so that it works."""
    keeper, _ = get_user_model().objects.get_or_create(username=USERNAME, defaults={"email": EMAIL})
    password = _password()
    if not (keeper.is_superuser and keeper.check_password(password)):
        keeper.email, keeper.is_staff, keeper.is_superuser = EMAIL, True, True
        keeper.set_password(password)
        keeper.save()
    return Login(USERNAME, EMAIL, password)


def _password() -> str:
    kept = data_folder() / "admin-password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(9), encoding="utf-8")
    return kept.read_text(encoding="utf-8")
