"""The doctor says in one line each what is captured, what is missing, what is stale, and the exact fix."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from personalization.events.identifiers import event_id
from personalization.events.models import ConsentRecord, Event, Tally, Visitor
from personalization.events.partitions import ensure_partitions
from personalization.events.write import NewEvent, write
from personalization.insight.doctor import examine
from personalization.insight.finding import Examination, Level, examinations
from personalization.jobs.claim import once
from personalization.jobs.models import JobRun
from personalization.jobs.schedule import SCHEDULE, make_schedule
from personalization.recommend.models import ServedModel, TrainingRun
from personalization.recommend.versions import publish
from personalization.storefront.models import Block
from tests import people

NOW = timezone.now()
NEEDED = ("visit_started", "product_viewed", "basket_added", "block_shown")


def happened(kind: str, *, ago: timedelta = timedelta(minutes=5), **more: Any) -> None:
    moment = NOW - ago
    write([NewEvent(event_id(moment), kind, moment, **more)])


def found(part: str, words: str) -> Any:
    """The finding of that part which has those words."""
    lines = next(one for one in examine(now=NOW).parts if one.name == part).findings
    hits = [line for line in lines if words in line.told]
    assert hits, [line.told for line in lines]
    return hits[0]


@pytest.fixture
def well(shop: people.Shop, settings: Any) -> people.Shop:
    """A shop in which everything works."""
    settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
    ensure_partitions(NOW)
    make_schedule()
    for kind in NEEDED:
        happened(kind)
    for job in SCHEDULE:
        if job.run:
            once(job.run, period="now", action=lambda claim: {}, now=NOW)
    Visitor.objects.create(first_seen_at=NOW, last_seen_at=NOW, script_seen_at=NOW)
    ConsentRecord.objects.create(
        given_at=NOW, user_id=1, purposes=["analytics"], text_version=1, text="Yes?", source="banner"
    )
    run = TrainingRun.objects.create(asked_by="test", asked_at=NOW, data_until=NOW, status="running")
    publish(run, now=NOW)
    return shop


class TestAShopThatIsWell:
    def test_has_nothing_to_look_at(self, well: people.Shop) -> None:
        assert [line.told for line in examine(now=NOW).troubles] == []

    def test_says_so_and_ends_with_zero(self, well: people.Shop) -> None:
        said = io.StringIO()
        call_command("personalization_doctor", stdout=said)
        assert "All is well." in said.getvalue()
        assert "ok    Capture: Product viewed: last" in said.getvalue()


class TestAnEmptyShop:
    def test_is_told_each_next_step(self, db: None) -> None:
        said = io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("personalization_doctor", stdout=said)
        assert ended.value.code == 2
        assert "No worker has ever given a sign. FIX: Start it" in said.getvalue()
        assert "celery -A yourshop worker --beat" in said.getvalue()
        assert "Product viewed: never seen." in said.getvalue()

    def test_monitoring_reads_json(self, db: None) -> None:
        said = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("personalization_doctor", "--json", stdout=said)
        told = json.loads(said.getvalue())
        assert told["status"] == 2
        assert {part["name"] for part in told["parts"]} == {one.name for one in examinations}
        assert all(one.keys() >= {"about", "figures"} for part in told["parts"] for one in part["findings"])


class TestWhatIsMissing:
    @pytest.mark.parametrize("kind", NEEDED)
    def test_a_kind_that_stopped_a_week_ago(self, well: people.Shop, kind: str) -> None:
        Event.objects.filter(kind=kind).delete()
        happened(kind, ago=timedelta(days=8))
        label = str(Event(kind=kind).get_kind_display())
        assert found("capture", f"{label}: last 8 days ago, 0 in 24 hours").level == Level.WARNING

    def test_a_job_whose_time_came_and_that_was_never_done(self, well: people.Shop) -> None:
        JobRun.objects.filter(job="prune").delete()
        assert found("jobs", "not done yet").level == Level.NOTE
        JobRun.objects.update(started_at=NOW - timedelta(days=30))
        late = found("jobs", "never done, although its time has come")
        assert (late.level, late.fix) == (Level.WARNING, "Are the worker and beat running? See the job runs.")

    def test_the_script_is_not_blamed_for_what_nobody_did(self, well: people.Shop) -> None:
        clicked = str(Event(kind="block_clicked").get_kind_display())
        assert "as soon as a shopper does it" in found("capture", f"{clicked}: never seen").fix
        Visitor.objects.update(script_seen_at=None)
        assert "{% personalization_script %}" in found("capture", f"{clicked}: never seen").fix

    def test_hours_in_which_nothing_came_unlike_the_week_before(self, well: people.Shop) -> None:
        for hours in range(49):
            happened("product_viewed", ago=timedelta(days=7, hours=hours, minutes=30))
            if not 5 <= hours < 9:
                happened("product_viewed", ago=timedelta(hours=hours, minutes=30))
        here = MigrationRecorder.Migration.objects.filter(app="personalization")
        here.update(applied=NOW - timedelta(days=30))
        gap = found("capture", "Nothing was captured between")
        assert "(4 hours)" in gap.told
        assert gap.level == Level.WARNING
        here.update(applied=NOW - timedelta(days=7, hours=7))
        assert not [line for line in examine(now=NOW).findings if "Nothing was captured" in line.told], "imported"

    def test_a_first_training_under_way_is_no_fault(self, well: people.Shop) -> None:
        ServedModel.objects.all().delete()
        assert found("learning", "No model is served").level == Level.WARNING
        TrainingRun.objects.create(asked_by="anna", asked_at=NOW)
        assert found("learning", "a training is under way").level == Level.NOTE

    def test_a_quiet_night_is_no_gap(self, well: people.Shop) -> None:
        MigrationRecorder.Migration.objects.filter(app="personalization").update(applied=NOW - timedelta(days=30))
        for hours in range(49):
            if not 5 <= hours < 9:
                happened("product_viewed", ago=timedelta(days=7, hours=hours, minutes=30))
                happened("product_viewed", ago=timedelta(hours=hours, minutes=30))
        assert not [line for line in examine(now=NOW).findings if "Nothing was captured" in line.told]

    def test_order_lines_that_are_not_in_the_log(self, well: people.Shop, anna: Any) -> None:
        yesterday = NOW - timedelta(days=1)
        people.bought(anna, {well["honey"]: 1}, at=yesterday)
        assert found("orders", "1, all of them in the log").level == Level.FINE
        people.ordered(anna, {well["oat milk"]: 1, well["muesli"]: 2}, at=yesterday)
        missing = found("orders", "3 in the shop, 1 in the log")
        assert (missing.level, missing.command) == (Level.FAULT, "manage.py import_history")

    def test_a_cancelled_order_is_not_missed(self, well: people.Shop, anna: Any) -> None:
        people.ordered(anna, {well["oat milk"]: 1}, at=NOW - timedelta(days=1), status="Cancelled")
        assert found("orders", "No order in 7 days").level == Level.NOTE

    def test_a_script_that_is_on_no_page(self, well: people.Shop) -> None:
        Visitor.objects.update(script_seen_at=None)
        MigrationRecorder.Migration.objects.filter(app="personalization").update(applied=NOW - timedelta(days=30))
        silent = found("browser", "no browser reports")
        assert "{% personalization_script %}" in silent.fix

    def test_a_script_whose_reports_were_all_refused_is_on_the_pages(self, well: people.Shop) -> None:
        Visitor.objects.update(script_seen_at=None)
        Tally.objects.create(day=NOW.date(), outcome="received", count=5, shard=0)
        Tally.objects.create(day=NOW.date(), outcome="bot", count=5, shard=0)
        assert found("browser", "all that it reported in 7 days was refused").level == Level.NOTE

    def test_imported_visits_came_without_a_script(self, well: people.Shop) -> None:
        Visitor.objects.update(script_seen_at=None)
        MigrationRecorder.Migration.objects.filter(app="personalization").update(applied=NOW)
        assert found("browser", "No browser has reported in 7 days").level == Level.NOTE

    def test_what_browsers_sent_in_vain(self, well: people.Shop) -> None:
        today = NOW.date()
        for shard, (outcome, count) in enumerate(
            [("received", 100), ("stored", 60), ("unreadable", 30), ("doubled", 8), ("doubled", 2)]
        ):
            Tally.objects.create(day=today, outcome=outcome, count=count, shard=shard)
        assert found("browser", "Received 100 events in 7 days: 60 stored, 40 refused.").level == Level.FINE
        assert found("browser", "Refused 30: unreadable").level == Level.WARNING
        assert found("browser", "Refused 10: sent twice").level == Level.NOTE

    @pytest.mark.parametrize("why", ["no_room", "unwritable"])
    def test_what_a_page_noted_and_lost(self, well: people.Shop, why: str) -> None:
        Tally.objects.create(day=NOW.date(), outcome="received", count=1000, shard=1)
        Tally.objects.create(day=NOW.date(), outcome=why, count=1, shard=1)
        lost = found("browser", "Refused 1: lost")
        assert lost.level == Level.WARNING
        assert ("PERSONALIZATION_SPOOLED_EVENTS" if why == "no_room" else "record()") in lost.fix

    def test_nobody_ever_agreed(self, well: people.Shop) -> None:
        ConsentRecord.objects.all().delete()
        assert found("consent", "Nobody has ever agreed").level == Level.WARNING

    def test_a_month_without_a_partition(self, well: people.Shop) -> None:
        with connection.cursor() as cursor:
            name = f"personalization_event_{NOW:%Y_%m}"
            cursor.execute(f"ALTER TABLE personalization_event DETACH PARTITION {name}")
        assert found("storage", f"no partition for {NOW:%Y-%m}").level == Level.WARNING

    def test_goods_that_cannot_be_offered(self, well: people.Shop) -> None:
        assert found("goods", "Sold out: 1 of them").level == Level.NOTE
        well["honey"].stockrecords.update(price=None)
        assert found("goods", "Without a price: 1 of them").level == Level.NOTE


class TestWhatIsStaleOrBroken:
    def test_a_worker_that_fell_silent(self, well: people.Shop) -> None:
        JobRun.objects.update(started_at=NOW - timedelta(hours=5), finished_at=NOW - timedelta(hours=5))
        assert found("jobs", "The worker does not answer: last sign 5 hours ago").level == Level.FAULT
        assert found("jobs", "Work out best sellers and trends: last done 5 hours ago, that is late.").is_trouble
        assert found("jobs", "Make room in the log for the next months: last done 5 hours ago.").level == Level.FINE

    def test_a_job_that_left_the_schedule(self, well: people.Shop) -> None:
        PeriodicTask.objects.get(task="personalization.sweep_orders").delete()
        gone = found("jobs", "personalization.sweep_orders is not on the schedule")
        assert gone.command == "manage.py personalization_bootstrap --no-import"

    def test_a_job_that_was_switched_off(self, well: people.Shop) -> None:
        PeriodicTask.objects.filter(task="personalization.train").update(enabled=False)
        assert "/admin/django_celery_beat/periodictask/" in found("jobs", "personalization.train is switched off").url

    def test_a_job_that_failed(self, well: people.Shop) -> None:
        JobRun.objects.create(
            job="sweep orders", period="x", status="failed", token="5" * 32, started_at=NOW, lease_until=NOW
        )
        assert found("jobs", "1 job failed in 24 hours").level == Level.WARNING

    def test_a_model_that_learned_long_ago(self, well: people.Shop) -> None:
        TrainingRun.objects.update(data_until=NOW - timedelta(days=4))
        assert found("learning", "came 4 days ago").command == "manage.py personalization_train"

    def test_a_training_that_was_refused(self, well: people.Shop) -> None:
        TrainingRun.objects.create(asked_by="x", asked_at=NOW, status="refused", verdict="It was worse.")
        assert "It was worse." in found("learning", "is not served").told

    def test_a_block_that_cannot_show(self, well: people.Shop) -> None:
        Block.objects.create(slot="home-1", strategy="palm_reading")
        assert "/admin/personalization/block/" in found("blocks", "palm_reading").url

    def test_an_app_that_is_switched_off(self, well: people.Shop, settings: Any) -> None:
        settings.PERSONALIZATION_ENABLED = False
        assert found("installation", "switched off").command == "PERSONALIZATION_ENABLED = True"

    def test_addresses_that_are_not_included(self, well: people.Shop, settings: Any) -> None:
        settings.ROOT_URLCONF = "tests.insight.no_addresses"
        assert "include(" in found("installation", "addresses are not included").command

    def test_a_nonsense_setting(self, well: people.Shop, settings: Any) -> None:
        settings.PERSONALIZATION_CARD_LIMIT = 0
        assert found("installation", "PERSONALIZATION_CARD_LIMIT is 0").level == Level.FAULT


class TestTheDoctorItself:
    def test_an_examination_that_fails_is_a_finding_and_the_others_go_on(self, well: people.Shop) -> None:
        class Broken(Examination):
            """Asks for a table that is not there."""

            name, label = "broken", "Broken"

            def findings(self, now: Any) -> Any:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 FROM no_such_table")
                return []

        examinations.register(Broken)
        try:
            report = examine(now=NOW)
        finally:
            del examinations._entries["broken"]
        (line,) = report.troubles
        assert "no_such_table" in line.told
        assert Event.objects.exists()

    def test_it_changes_nothing_and_asks_little(self, well: people.Shop, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(60):
            examine(now=NOW)

    def test_a_database_that_is_behind_is_the_only_finding(self, well: people.Shop) -> None:
        (last,) = MigrationLoader(connection).graph.leaf_nodes("personalization")
        MigrationRecorder(connection).record_unapplied(*last)
        report = examine(now=NOW)
        assert [(line.level, line.command) for line in report.findings] == [(Level.FAULT, "manage.py migrate")]
        assert last[1] in report.findings[0].told

    @pytest.mark.parametrize("examination", [one.name for one in examinations])
    def test_every_examination_is_calm_in_an_empty_shop(self, db: None, examination: str) -> None:
        lines = list(examinations.get(examination).findings(NOW))
        assert all(line.told and (line.fix or not line.is_trouble) for line in lines)


class TestTheHealthPage:
    def test_shows_the_same_lines(self, well: people.Shop, admin_client: Any) -> None:
        page = admin_client.get("/admin/personalization/health/").content.decode()
        assert "All is well." in page
        for line in examine(now=NOW).findings[:5]:
            assert line.told.split(":")[0] in page

    def test_is_for_those_who_may_see_it(self, db: None, client: Any) -> None:
        clerk = people.person("Clerk", is_staff=True)
        client.force_login(clerk)
        assert client.get("/admin/personalization/health/").status_code == 403
        from django.contrib.auth.models import Permission

        clerk.user_permissions.add(Permission.objects.get(codename="view_health"))
        assert client.get("/admin/personalization/health/").status_code == 200
