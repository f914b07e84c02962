"""An address left in a pop-up: asked for once more by letter, confirmed, rewarded once, and let go of when asked to."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from personalization.campaigns.offers.models import PersonalCode
from personalization.events.consent import Consent, Purpose
from personalization.events.ledger import note
from personalization.events.models import AccountConsent, ConsentRecord
from personalization.events.person import Person
from personalization.storefront.leads.confirm import stop
from personalization.storefront.leads.keys import Wish
from personalization.storefront.leads.models import Lead
from personalization.storefront.leads.send import send_due
from personalization.storefront.leads.take import forget_leads, take
from personalization.storefront.popups.preview import preview
from personalization.tasks import send_letters
from tests.campaigns.offers.folk import basket_of, browser_of, offered, total_in
from tests.people import log_in
from tests.storefront.popups.conftest import Walker, popup

WORDS = {"en": {
    "title": "5 % for an e-mail", "thanks": "Look into your mail.", "button": "Send", "agree": "Write to me, please.",
}}  # fmt: skip
THANKS = {"told": "Look into your mail.", "taken": True}
ADDRESS = "mary@example.com"


@pytest.fixture(autouse=True)
def _place(settings: Any) -> None:
    settings.PERSONALIZATION_SHOP_ADDRESS = "https://shop.example"


@pytest.fixture
def form(walker: Walker) -> Any:
    """A pop-up that asks for an address, and gives a code for it."""
    with time_machine.travel(walker.now, tick=False):
        offer = offered()
    return popup(design="lead", design_parameters={"offer": offer.pk}, texts=WORDS, link="", frequency={})


def key_in(html: str) -> str:
    return re.search(r'name="key" value="([^"]+)"', html)[1]


def leaves(walker: Walker, one: Any, email: str = ADDRESS, **more: str) -> Any:
    """Meets it, and leaves an address."""
    met = walker.opens().opens().meets(one)
    return walker.ends(met, "answered", form={"key": key_in(met["html"]), "email": email, "agree": "yes"} | more)


def letters(walker: Walker) -> list[Any]:
    """What the job sends now."""
    before = len(mail.outbox)
    with time_machine.travel(walker.now, tick=False):
        send_due(now=walker.now)
    return mail.outbox[before:]


def link_in(letter: Any, word: str = "confirm") -> str:
    return re.search(rf"https://shop\.example(/\S*{word}\S*)", letter.body)[1]


def follows(walker: Walker, link: str, client: Client | None = None, **sent: str) -> Any:
    """Opens the link and presses its button."""
    with time_machine.travel(walker.now, tick=False):
        page = (client or walker.client).get(link)
        if 'name="key"' not in page.content.decode():
            return page
        key = key_in(page.content.decode())
        path = link.partition("?")[0]
        return (client or walker.client).post(path, {"key": key.replace("&amp;", "&")} | sent, follow=True)


def confirmed(walker: Walker, one: Any, email: str = ADDRESS) -> Any:
    assert leaves(walker, one, email)["taken"]
    return follows(walker, link_in(letters(walker)[0]))


class TestTheWalk:
    def test_the_form_says_what_is_agreed_to(self, walker, form):
        met = walker.opens().opens().meets(form)
        assert "Write to me, please." in met["html"]
        assert 'type="email"' in met["html"]
        assert Lead.objects.count() == 0

    def test_nothing_is_sent_by_the_page_itself(self, walker, form):
        assert leaves(walker, form) == THANKS
        assert mail.outbox == []
        lead = Lead.objects.get()
        assert (lead.email, lead.text, lead.asked_at) == (ADDRESS, "Write to me, please.", walker.now)
        assert (ConsentRecord.objects.count(), PersonalCode.objects.count()) == (0, 0)

    def test_the_letter_asks_whether_it_was_them_and_how_to_be_left_alone(self, walker, form):
        leaves(walker, form)
        (letter,) = letters(walker)
        assert letter.to == [ADDRESS]
        assert link_in(letter)
        assert link_in(letter, "stop") in letter.extra_headers["List-Unsubscribe"]
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_opening_the_link_alone_confirms_nothing(self, walker, form):
        leaves(walker, form)
        link = link_in(letters(walker)[0])
        with time_machine.travel(walker.now, tick=False):
            page = walker.client.get(link)
        assert page.status_code == 200
        assert page["Referrer-Policy"] == "same-origin"
        assert Lead.objects.get().confirmed_at is None
        assert PersonalCode.objects.count() == 0

    def test_pressing_the_button_gives_the_code_on_the_page_and_by_letter(self, walker, form):
        page = confirmed(walker, form)
        code = PersonalCode.objects.get()
        assert code.code in page.content.decode()
        (letter,) = letters(walker)
        assert code.code in letter.body
        assert code.code in letter.subject
        assert link_in(letter, "stop")

    def test_the_code_works_for_whoever_left_the_address_alone(self, walker, form, anna, boris, open_shop):
        log_in(walker.client, anna)
        confirmed(walker, form)
        code = PersonalCode.objects.get()
        with time_machine.travel(walker.now + timedelta(hours=1), tick=False):
            totals = []
            for user in (anna, boris):
                basket_of(user, open_shop["coffee"], code=code)
                totals.append(total_in(browser_of(user)))
        assert totals[0] < totals[1]

    def test_it_stands_in_the_ledger_in_the_words_that_were_shown(self, walker, form):
        popup_now = form
        assert leaves(walker, popup_now)["taken"]
        popup_now.texts = {"en": WORDS["en"] | {"agree": "Something else."}}
        popup_now.save()
        follows(walker.later(minutes=5), link_in(letters(walker)[0]))
        line = ConsentRecord.objects.get(source="lead")
        assert (line.text, line.given_at) == ("Write to me, please.", walker.now)
        assert Purpose.EMAIL in line.purposes

    def test_what_an_account_agreed_to_besides_stays_agreed_to(self, walker, form, anna):
        log_in(walker.client, anna)
        both = Consent(frozenset({"analytics", "personalization"}), is_asked=True, given_at=walker.now)
        note(both, person=Person(user_id=anna.pk), text="words", source="page")
        confirmed(walker, form)
        assert set(AccountConsent.objects.get().purposes) == {"analytics", "email", "personalization"}

    def test_an_account_that_never_answered_has_said_nothing_of_being_remembered(self, walker, form, anna):
        log_in(walker.client, anna)
        confirmed(walker, form)
        assert not AccountConsent.objects.filter(user_id=anna.pk, purposes=["email"]).exists()
        assert ConsentRecord.objects.filter(user_id=anna.pk, source="lead").exists()


class TestWhatIsAmiss:
    @pytest.mark.parametrize("email", ["", "mary", "mary@", "a@b", "mary@example.com\nBcc: x@example.com", "x" * 300])
    def test_what_is_no_address_is_said_beside_the_field(self, walker, form, email):
        assert not leaves(walker, form, email)["taken"]
        assert Lead.objects.count() == 0

    def test_without_the_tick_nothing_is_taken(self, walker, form):
        answer = leaves(walker, form, agree="")
        assert "tick the box" in answer["told"]
        assert Lead.objects.count() == 0

    def test_a_form_that_was_made_up_is_not_taken(self, walker, form):
        assert not leaves(walker, form, key="made:up")["taken"]
        assert Lead.objects.count() == 0

    def test_the_form_of_somebody_else_is_not_taken(self, walker, form):
        key = key_in(walker.opens().opens().meets(form)["html"])
        other = Walker(walker.shop)
        assert not leaves(other, form, key=key)["taken"]

    def test_a_link_that_was_changed_leads_nowhere(self, walker, form):
        leaves(walker, form)
        link = link_in(letters(walker)[0])
        with time_machine.travel(walker.now, tick=False):
            assert walker.client.get(link + "x").status_code == 404
            assert walker.client.get(link.replace("confirm", "stop")).status_code == 404

    def test_a_link_that_has_run_out_offers_a_new_one(self, walker, form):
        leaves(walker, form)
        link = link_in(letters(walker)[0])
        page = follows(walker.later(days=4), link, again="yes")
        assert "new letter is on its way" in page.content.decode()
        assert Lead.objects.filter(confirmed_at__isnull=False).count() == 0
        (letter,) = letters(walker)
        follows(walker, link_in(letter))
        assert PersonalCode.objects.count() == 1

    def test_a_link_pressed_twice_shows_the_same_code(self, walker, form):
        leaves(walker, form)
        link = link_in(letters(walker)[0])
        first, again = follows(walker, link), follows(walker, link)
        code = PersonalCode.objects.get().code
        assert code in first.content.decode()
        assert code in again.content.decode()
        assert len(letters(walker)) == 1
        assert ConsentRecord.objects.filter(source="lead").count() == 1

    def test_an_offer_that_is_over_by_then_still_lets_them_subscribe(self, walker, form):
        leaves(walker, form)
        type(offered()).objects.update(status="paused")
        page = follows(walker, link_in(letters(walker)[0]))
        assert "no code left" in page.content.decode()
        assert Lead.objects.subscribed().count() == 1

    def test_an_address_is_taken_though_the_pop_up_was_deleted_meanwhile(self, walker, form):
        key = key_in(walker.opens().opens().meets(form)["html"])
        form.delete()
        with time_machine.travel(walker.now, tick=False):
            walker.client.post("/personalization/letters/", {"key": key, "email": ADDRESS, "agree": "yes"})
        assert Lead.objects.get().popup is None
        assert len(letters(walker)) == 1


class TestWhoIsSubscribed:
    def test_nobody_learns_that_an_address_is_known(self, walker, form):
        confirmed(walker, form)
        stranger = Walker(walker.shop, now=walker.now + timedelta(minutes=10))
        assert leaves(stranger, form) == THANKS
        told = [one for one in letters(stranger) if "already" in one.subject]
        assert [one.to for one in told] == [[ADDRESS]]
        assert "confirm" not in told[0].body
        assert PersonalCode.objects.count() == 1

    def test_two_wishes_of_one_address_get_one_code(self, walker, form):
        other = Walker(walker.shop, now=walker.now)
        leaves(walker, form)
        leaves(other, form, "Mary@Example.com")
        links = [link_in(one) for one in letters(walker)]
        pages = [follows(walker, link).content.decode() for link in links]
        code = PersonalCode.objects.get().code
        assert all(code in page for page in pages)
        assert Lead.objects.subscribed().count() == 1

    def test_whoever_is_subscribed_never_meets_it_again(self, walker, form):
        confirmed(walker, form)
        other = popup("another", design="lead", texts=WORDS, frequency={})
        assert walker.later(days=3).opens().opens().meets(other) is None

    def test_nor_does_an_account_that_agreed_to_letters_elsewhere(self, walker, form, anna):
        log_in(walker.client, anna)
        every = Consent(frozenset({"personalization", "email"}), is_asked=True, given_at=walker.now)
        note(every, person=Person(user_id=anna.pk), text="words", source="page")
        assert walker.opens().opens().meets(form) is None

    def test_an_account_that_took_it_back_on_its_own_page_is_subscribed_no_more(self, walker, form, anna):
        log_in(walker.client, anna)
        confirmed(walker, form)
        later = walker.later(days=1).now
        agreed = Consent(frozenset({"personalization"}), is_asked=True, given_at=later)
        note(agreed, person=Person(user_id=anna.pk), text="words", source="page")
        assert Lead.objects.subscribed().count() == 0


class TestLetters:
    def test_a_doubled_message_of_the_broker_sends_nothing_twice(self, walker, form):
        leaves(walker, form)
        assert len(letters(walker)) == 1
        assert letters(walker) == []
        assert send_letters() is None

    def test_a_letter_that_another_worker_has_in_hand_is_left_to_it(self, walker, form):
        leaves(walker, form)
        with transaction.atomic():
            Lead.objects.select_for_update().get()

            def beside() -> None:
                send_due(now=walker.now)
                connection.close()

            other = threading.Thread(target=beside)
            other.start()
            other.join(30)
            assert mail.outbox == []
        assert len(letters(walker)) == 1

    def test_a_worker_that_was_killed_half_way_leaves_it_unsent_rather_than_sent_twice(self, walker, form):
        leaves(walker, form)
        Lead.objects.update(post=Lead.Post.TAKEN)
        assert letters(walker.later(hours=1)) == []

    def test_while_no_server_answers_it_waits(self, walker, form, settings):
        leaves(walker, form)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        with pytest.raises(OSError, match="refused"):
            send_due(now=walker.now)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert len(letters(walker)) == 1

    @pytest.mark.parametrize(("server", "sent_later"), [("Busy", 1), ("Gone", 0)])
    def test_what_the_server_refuses_is_tried_again_only_if_it_says_so(
        self, walker, form, settings, server, sent_later
    ):
        leaves(walker, form)
        settings.EMAIL_BACKEND = f"tests.storefront.popups.servers.{server}"
        letters(walker)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert letters(walker) == []
        assert len(letters(walker.later(hours=1))) == sent_later

    def test_each_is_written_in_the_language_of_the_page(self, walker, form):
        with time_machine.travel(walker.now, tick=False):
            walker.client.get("/", headers={"Accept-Language": "ru"})
        met = walker.opens().opens().meets(form)
        sent = {"key": key_in(met["html"]), "email": ADDRESS, "agree": "yes"}
        told = {"showing": met["id"], "what": "answered", "form": sent}
        walker.says("answer/", told, **{"Accept-Language": "ru"})
        assert Lead.objects.get().language == "ru"
        assert re.search("[а-я]", letters(walker)[0].subject)


class TestThrottling:
    def test_one_address_gets_so_many_letters_a_day_and_nobody_sees_that(self, walker, form, settings):
        settings.PERSONALIZATION_LEAD_CAPS = {"address": 2, "visitor": 9, "hour": 99}
        for _ in range(4):
            assert leaves(Walker(walker.shop, now=walker.now), form) == THANKS
        assert len(letters(walker)) == 2

    def test_one_person_asks_so_often_a_day(self, walker, form, settings):
        settings.PERSONALIZATION_LEAD_CAPS = {"address": 2, "visitor": 1, "hour": 99}
        settings.PERSONALIZATION_POPUP_BUDGET = {}
        met = walker.opens().opens().meets(form)
        key = key_in(met["html"])
        for email in ("a@example.com", "b@example.com"):
            answer = walker.ends(met, "answered", form={"key": key, "email": email, "agree": "yes"})
        assert not answer["taken"]
        assert Lead.objects.get().email == "a@example.com"

    def test_the_shop_takes_so_many_an_hour(self, walker, form, settings):
        settings.PERSONALIZATION_LEAD_CAPS = {"address": 9, "visitor": 9, "hour": 2}
        answers = [leaves(Walker(walker.shop, now=walker.now), form, f"{n}@example.com")["taken"] for n in range(3)]
        assert answers == [True, True, False]

    def test_an_impatient_finger_asks_once(self, walker, form):
        met = walker.opens().opens().meets(form)
        told = {"key": key_in(met["html"]), "email": ADDRESS, "agree": "yes"}
        for _ in range(2):
            assert walker.ends(met, "answered", form=told)["taken"]
        assert Lead.objects.count() == 1

    def test_a_bot_is_not_heard(self, walker, form, settings):
        met = walker.opens().opens().meets(form)
        told = {
            "showing": met["id"],
            "what": "answered",
            "form": {"key": key_in(met["html"]), "email": ADDRESS, "agree": "yes"},
        }
        answer = walker.says("answer/", told, **{"User-Agent": "Googlebot/2.1"})
        assert answer is None or not answer["taken"]
        assert Lead.objects.count() == 0

    def test_the_caps_hold_whoever_asks_at_once(self, walker, form):
        start = threading.Barrier(8)

        def asks(number: int) -> None:
            start.wait(30)
            take(Wish(form.pk, None, "words"), ADDRESS, Person(user_id=number), now=walker.now)
            connection.close()

        several = [threading.Thread(target=asks, args=[number]) for number in range(1, 9)]
        for one in several:
            one.start()
        for one in several:
            one.join(60)
        assert Lead.objects.filter(post=Lead.Post.WAITING).count() == 2


class TestTheWayOut:
    def test_one_click_of_the_mail_program_is_enough_and_needs_no_cookie(self, walker, form):
        confirmed(walker, form)
        stop = link_in(letters(walker)[0], "stop")
        program = Client(enforce_csrf_checks=True)
        with time_machine.travel(walker.now, tick=False):
            assert "No more letters" in program.get(stop).content.decode()
            assert Lead.objects.subscribed().exists()
            answer = program.post(stop, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not Lead.objects.subscribed().exists()
        assert Purpose.EMAIL not in ConsentRecord.objects.latest("pk").purposes

    def test_whoever_never_asked_is_asked_no_more(self, walker, form):
        leaves(walker, form)
        stop = link_in(letters(walker)[0], "stop")
        walker.client.post(stop)
        assert leaves(Walker(walker.shop, now=walker.now + timedelta(hours=1)), form) == THANKS
        assert letters(walker.later(hours=2)) == []

    def test_a_letter_that_waits_is_not_sent_after_that(self, walker, form):
        leaves(walker, form)
        link = link_in(letters(walker)[0])
        follows(walker, link)
        lead = Lead.objects.get()
        stop(lead, now=walker.now)
        assert letters(walker) == []

    def test_what_nobody_confirmed_is_forgotten(self, walker, form):
        leaves(walker, form)
        assert forget_leads(walker.now + timedelta(days=29)) == {"addresses": 0}
        assert forget_leads(walker.now + timedelta(days=31)) == {"addresses": 1}

    def test_what_was_confirmed_is_kept(self, walker, form):
        confirmed(walker, form)
        assert forget_leads(walker.now + timedelta(days=400)) == {"addresses": 0}


class TestWithoutScripts:
    @pytest.fixture
    def page(self, walker, form, settings):
        settings.ROOT_URLCONF = "tests.storefront.popups.pages"
        form.name = "hello"
        form.save()
        walker.client = Client(enforce_csrf_checks=True)
        with time_machine.travel(walker.now, tick=False):
            for _ in range(2):
                html = walker.client.get("/shop/goods/1/").content.decode()
        return html

    def posts(self, walker, page, **more):
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        sent = {"csrfmiddlewaretoken": token, "key": key_in(page), "email": ADDRESS, "agree": "yes"} | more
        with time_machine.travel(walker.now, tick=False):
            return walker.client.post("/personalization/letters/", sent)

    def test_it_is_an_ordinary_form_of_the_page(self, walker, page):
        assert "<noscript>" in page
        answer = self.posts(walker, page)
        assert "look into your mail" in answer.content.decode()
        assert Lead.objects.get().email == ADDRESS

    def test_what_is_amiss_stands_over_the_form_again(self, walker, page):
        answer = self.posts(walker, page, email="mary@").content.decode()
        assert 'value="mary@"' in answer
        assert "Write to me, please." in answer
        assert Lead.objects.count() == 0

    def test_another_site_can_not_send_it(self, walker, page):
        assert self.posts(walker, page, csrfmiddlewaretoken="x").status_code == 403
        assert Lead.objects.count() == 0


def test_a_preview_notes_nothing(walker, form, anna):
    told = preview(form, now=timezone.now(), user=anna).html
    assert "Write to me, please." in told
    assert Lead.objects.count() == 0
