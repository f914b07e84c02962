"""The households as customers: an account without a usable password, and what is known about the household."""

import pandas as pd
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from shop_demo.data.copying import copy_frame, reserve_ids
from shop_demo.data.journey import DEMOGRAPHICS, Journey
from shop_demo.models import Household
from shop_demo.personas import PERSONAS, email_of


def load_customers(journey: Journey) -> "pd.Series[int]":
    """Adds users and households; returns the user of each household."""
    people = journey.households.reset_index(drop=True)
    people = people.assign(user_id=reserve_ids(get_user_model(), len(people)))
    copy_frame(get_user_model(), _users(people, journey.lines))
    copy_frame(Household, _households(people))
    return people.set_index("household_id")["user_id"]


def _users(people: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    first_names = {persona.household_id: str(persona.first_name) for persona in PERSONAS}
    first_order = people["household_id"].map(lines.groupby("household_id")["moment"].min())
    return pd.DataFrame(
        {
            "id": people["user_id"],
            "username": [f"household-{number}" for number in people["household_id"]],
            "email": [email_of(number) for number in people["household_id"]],
            "first_name": people["household_id"].map(first_names).fillna(""),
            "password": [f"{UNUSABLE_PASSWORD_PREFIX}household-{number}" for number in people["household_id"]],
            "is_active": True,
            "date_joined": first_order.fillna(lines["moment"].min()).dt.strftime("%Y-%m-%d %H:%M:%S+00"),
        }
    )


def _households(people: pd.DataFrame) -> pd.DataFrame:
    known = {name: people[name].fillna("").astype(str) for name in DEMOGRAPHICS}
    return pd.DataFrame(
        {"user_id": people["user_id"], "number": people["household_id"], "store_id": people["store_id"], **known}
    )
