"""Everybody sees and erases what is theirs, and nobody else's: three people and a stranger, by every door."""

import json
import re
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client

from personalization.events.models import Event, Visitor
from personalization.events.personal import tables, whole_account
from tests import people
from tests.events.erasure.search import found
from tests.journeys_of_oscar import look_at

MY_DATA, DOWNLOAD, ERASE = (f"/personalization/my-data/{end}" for end in ("", "download/", "erase/"))
PERSON, TAKE, FORGET = (f"/admin/personalization/visitor/person/{end}" for end in ("", "download/", "erase/"))


def text(answer) -> str:
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def downloaded(client: Client) -> dict:
    answer = client.get(DOWNLOAD)
    assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert "no-store" in answer["Cache-Control"]
    return json.loads(text(answer))


def staff(*rights: str) -> Client:
    keeper = people.person("Keeper", is_staff=True)
    keeper.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(keeper)
    return client


class TestTheExport:
    def test_it_holds_every_row_of_every_table(self, anna_known, boris_known):
        document, whole = downloaded(anna_known.client), whole_account(anna_known.user.pk)
        assert {table.name: len(document[table.name]["rows"]) for table in tables} == {
            table.name: table.count(whole) for table in tables
        }
        assert all(document[table.name]["rows"] for table in tables)

    def test_it_says_names_beside_numbers(self, anna_known):
        document = downloaded(anna_known.client)
        looks = [row for row in document["events"]["rows"] if row["kind"] == "product_viewed"]
        assert {(row["product_title"], row["what_happened"]) for row in looks} >= {("honey", "Product viewed")}
        assert document["suggestions"]["rows"][0]["product_titles"] == ["muesli", "honey"]

    def test_it_holds_nothing_of_anybody_else(self, anna_known, boris_known):
        told = json.dumps(downloaded(anna_known.client))
        assert not [one for one in {*boris_known.ids(), "boris@example.com"} if one in told]

    def test_it_holds_no_signed_cookie(self, anna_known):
        cookies = [one.value for one in anna_known.client.cookies.values()]
        told = json.dumps(downloaded(anna_known.client))
        assert not [one for one in cookies if one in told]

    def test_a_stranger_gets_their_own_browser(self, full_shop, client, anna_known):
        look_at(client, full_shop["candles"])
        rows = downloaded(client)["events"]["rows"]
        assert {row["product_title"] for row in rows} - {""} == {"candles"}

    def test_who_is_unknown_gets_an_empty_one(self, full_shop, anna_known):
        document = downloaded(Client())
        assert not any(document[table.name]["rows"] for table in tables)

    def test_a_browser_of_an_account_is_silent_until_its_owner_signs_in(self, full_shop, anna_known):
        # The session is over, the visitor's cookie is still there, and somebody else may sit before the screen.
        del anna_known.client.cookies["sessionid"]
        assert not any(downloaded(anna_known.client)[table.name]["rows"] for table in tables)
        assert "This browser belongs to an account." in text(anna_known.client.get(MY_DATA))
        anna_known.client.post(ERASE, {"sure": "yes"})
        assert Event.objects.filter(user_id=anna_known.user.pk).exists()

    @pytest.mark.parametrize("page", [MY_DATA, DOWNLOAD])
    def test_nobody_can_ask_for_another(self, full_shop, anna_known, boris_known, page):
        hers = min(anna_known.ids())
        asked = f"?user={anna_known.user.pk}&user_id={anna_known.user.pk}&visitor={hers}&email=anna@example.com"
        for client in (boris_known.client, Client()):
            client.cookies["pz_vid_forged"] = hers
            told = text(client.get(page + asked))
            assert not [one for one in anna_known.ids() if one in told]

    def test_a_forged_cookie_is_nobody_s(self, anna_known):
        forger = Client()
        forger.cookies["pz_vid"] = min(anna_known.ids()) + ":forged"
        assert not downloaded(forger)["events"]["rows"]


class TestErasingOneself:
    def test_asks_once_and_erases(self, anna_known, boris_known):
        words, his = {*anna_known.ids(), anna_known.user.email}, downloaded(boris_known.client)
        page = text(anna_known.client.get(ERASE))
        assert "What was sold stays sold" in page
        assert page.count("That somebody asked for it is kept") == 1, "of several tables, and said once"
        assert re.search(r"What you looked at, searched for and bought</th><td>\d\d", page)
        answer = anna_known.client.post(ERASE, {"sure": "yes"})
        assert (answer.status_code, answer["Location"]) == (302, MY_DATA)
        assert found(words, user_id=anna_known.user.pk) == []
        assert {k: v for k, v in downloaded(boris_known.client).items() if k != "made_at"} == {
            k: v for k, v in his.items() if k != "made_at"
        }

    def test_the_cookies_go_with_the_answer_and_nothing_begins_again(self, full_shop, anna_known, settings):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
        answer = anna_known.client.post(ERASE, {"sure": "yes"})
        assert [answer.cookies[name].value for name in ("pz_vid", "pz_visit")] == ["", ""]
        assert answer.cookies["pz_consent"].value.startswith("-.")
        before = Event.objects.count()
        look_at(anna_known.client, full_shop["candles"])
        assert Event.objects.count() == before
        assert not anna_known.client.cookies["pz_vid"].value

    def test_the_shop_s_own_cookie_brings_nothing_back(self, full_shop, anna_known, settings):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
        look_at(anna_known.client, full_shop["candles"])
        assert anna_known.client.cookies["oscar_history"].value
        anna_known.client.post(ERASE, {"sure": "yes"})
        assert not anna_known.client.cookies["oscar_history"].value
        assert "You looked at" not in text(anna_known.client.get("/uncached/"))

    @pytest.mark.parametrize("form", [{}, {"sure": ""}, {"sure": "no"}])
    def test_not_without_the_box(self, anna_known, form):
        answer = anna_known.client.post(ERASE, form)
        assert "Please tick the box" in text(answer)
        assert Event.objects.filter(user_id=anna_known.user.pk).exists()

    def test_not_by_another_site(self, anna_known):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(anna_known.user)
        assert strict.post(ERASE, {"sure": "yes"}).status_code == 403
        assert Event.objects.filter(user_id=anna_known.user.pk).exists()

    @pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
    def test_not_by_looking(self, anna_known, method):
        getattr(anna_known.client, method)(ERASE + "?sure=yes")
        assert Event.objects.filter(user_id=anna_known.user.pk).exists()

    def test_nobody_can_erase_another(self, anna_known, boris_known):
        before = Event.objects.filter(user_id=anna_known.user.pk).count()
        form = {"sure": "yes", "user": anna_known.user.pk, "visitor": min(anna_known.ids()), "who": "anna@example.com"}
        for client in (boris_known.client, Client()):
            client.post(ERASE, form)
        assert Event.objects.filter(user_id=anna_known.user.pk).count() == before

    def test_switched_off_there_is_no_such_page(self, anna_known, settings):
        settings.PERSONALIZATION_ENABLED = False
        assert {anna_known.client.get(page).status_code for page in (MY_DATA, DOWNLOAD, ERASE)} == {404}


class TestByCommand:
    def told(self, name: str, *arguments: str) -> str:
        out = StringIO()
        call_command(name, *arguments, stdout=out, stderr=StringIO())
        return out.getvalue()

    def test_export_to_the_screen_and_to_a_file(self, anna_known, tmp_path):
        file = tmp_path / "anna.json"
        self.told("personalization_export", "--email", "anna@example.com", "--output", str(file))
        screen = json.loads(self.told("personalization_export", "--user", str(anna_known.user.pk)))
        assert screen["events"] == json.loads(file.read_text())["events"]
        assert (
            json.loads(self.told("personalization_export", "--visitor", min(anna_known.ids())))["events"]
            == screen["events"]
        )

    def test_erase_with_yes(self, anna_known):
        words = {*anna_known.ids(), anna_known.user.email}
        assert "events: " in self.told("personalization_erase", "--email", "anna@example.com", "--yes")
        assert found(words, user_id=anna_known.user.pk) == []

    def test_erase_asks(self, anna_known, monkeypatch):
        monkeypatch.setattr("builtins.input", lambda question: "no")
        with pytest.raises(CommandError, match="Nothing was erased"):
            self.told("personalization_erase", "--email", "anna@example.com")
        assert Event.objects.filter(user_id=anna_known.user.pk).exists()

    def test_erase_without_anybody_to_ask(self, anna_known, monkeypatch):
        monkeypatch.setattr("sys.stdin", StringIO())
        with pytest.raises(CommandError, match="add --yes"):
            self.told("personalization_erase", "--email", "anna@example.com")
        assert Event.objects.filter(user_id=anna_known.user.pk).exists()

    def test_an_address_of_nobody(self, full_shop):
        with pytest.raises(CommandError, match="No account has the address"):
            self.told("personalization_erase", "--email", "nobody@example.com", "--yes")


class TestInTheAdmin:
    WHO = {"who": "anna@example.com"}

    def test_somebody_is_found_taken_out_and_erased(self, anna_known):
        keeper = staff("view_visitor", "delete_visitor", "view_user")
        assert "anna@example.com</h2>" in text(keeper.post(PERSON, self.WHO))
        assert json.loads(text(keeper.post(TAKE, self.WHO)))["about"]["email"] == "anna@example.com"
        assert "Erase" in text(keeper.post(FORGET, self.WHO))
        assert Event.objects.filter(user_id=anna_known.user.pk).exists()
        words = {*anna_known.ids(), anna_known.user.email}
        assert keeper.post(FORGET, {**self.WHO, "sure": "yes"}).status_code == 302
        assert found(words, user_id=anna_known.user.pk) == []

    def test_from_the_list_of_visitors_each_person_once(self, anna_known, boris_known):
        keeper = staff("view_visitor", "delete_visitor", "view_user")
        chosen = [str(pk) for pk in Visitor.objects.values_list("pk", flat=True)]
        act = {"_selected_action": chosen}
        changelist = "/admin/personalization/visitor/"
        document = json.loads(text(keeper.post(changelist, {"action": "export_people", **act})))
        assert {one["about"]["email"] for one in document} == {"anna@example.com", "boris@example.com"}
        question = text(keeper.post(changelist, {"action": "erase_people", **act}))
        assert "2 people will be erased for good" in question
        who = re.search(r'name="who" value="([^"]+)"', question)[1]
        keeper.post(FORGET, {"who": who, "sure": "yes"})
        assert not Visitor.objects.exists()

    @pytest.mark.parametrize(
        ("rights", "may_take", "may_erase"),
        [
            ((), False, False),
            (("view_visitor",), False, False),
            (("view_visitor", "view_user"), True, False),
            (("view_visitor", "delete_visitor"), False, True),
        ],
    )
    def test_only_by_permission(self, anna_known, rights, may_take, may_erase):
        keeper = staff(*rights)
        assert [keeper.post(page, self.WHO).status_code == 200 for page in (PERSON, TAKE, FORGET)] == [
            may_take, may_take, may_erase,
        ]  # fmt: skip
        keeper.post(FORGET, {**self.WHO, "sure": "yes"})
        assert Event.objects.filter(user_id=anna_known.user.pk).exists() is not may_erase

    def test_no_address_names_anybody(self, anna_known):
        keeper = staff("view_visitor", "delete_visitor", "view_user")
        assert "?who=" not in text(keeper.post(PERSON, self.WHO))
        assert "Nobody is known" not in text(keeper.get(PERSON + "?who=anna@example.com"))
