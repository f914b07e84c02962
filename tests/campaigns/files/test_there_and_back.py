"""What was written to files comes back as it was, in this shop or in one that has none of it."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from oscar.core.loading import get_model

from personalization.campaigns.files.folder import read_folder, unzipped
from personalization.campaigns.files.give_out import all_rows, give_out
from personalization.campaigns.offers.models import PersonalOffer
from personalization.people.segments.models import Segment
from personalization.storefront.models import Block
from personalization.storefront.popups.models import Popup
from personalization.storefront.slots.models import Banner
from tests.campaigns.files.conftest import MODELS, imported

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("campaigns")
def test_an_emptied_shop_is_what_it_was_to_the_byte() -> None:
    before = give_out(all_rows())
    for model in MODELS:
        model.objects.all().delete()
    changes = imported(before)
    after = give_out(all_rows())
    assert after.texts == before.texts
    assert after.pictures == before.pictures
    assert len(changes) == 9
    assert all(one.is_new for one in changes)


@pytest.mark.usefixtures("campaigns")
def test_importing_what_is_there_changes_nothing() -> None:
    folder = give_out(all_rows())
    ids = {model: list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in MODELS}
    assert imported(folder) == []
    assert {model: list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in MODELS} == ids
    assert PersonalOffer.objects.get().revision == 1


@pytest.mark.usefixtures("campaigns")
def test_no_number_of_this_shop_stands_in_a_file(goods: Any) -> None:
    category, _product = goods
    texts = {name: " ".join(text.decode().split()) for name, text in give_out(all_rows()).texts.items()}
    assert "products: - '0012'" in texts["offers.yaml"]
    assert f"categories: - everything/{category.slug} " in texts["offers.yaml"]
    assert "link: product: '0012'" in texts["popups.yaml"]
    assert "offer: welcome" in texts["popups.yaml"]
    assert "value: '10.00'" not in texts["offers.yaml"], "what is usual is left out"
    assert "most_off: '7.50'" in texts["offers.yaml"]
    assert "starts_at: '2026-05-01T09:00:00+00:00'" in texts["blocks.yaml"]
    assert "- 'Loyal: yes'" in texts["blocks.yaml"]
    assert "blocks: - 'home-1, 1: bestsellers'" in texts["segments.yaml"]
    assert "days: - mon - fri" in texts["offers.yaml"]


@pytest.mark.usefixtures("campaigns")
def test_it_works_by_way_of_a_folder_a_file_and_an_archive(tmp_path: Any) -> None:
    folder = give_out(all_rows())
    folder.write(tmp_path / "shop")
    assert sorted(one.name for one in (tmp_path / "shop").iterdir()) == [
        "banners.yaml", "blocks.yaml", "offers.yaml", "pictures", "popups.yaml", "segments.yaml", "shop_rules.yaml",
    ]  # fmt: skip
    assert read_folder(tmp_path / "shop") == folder
    assert unzipped(folder.zipped(), name="shop.zip") == folder
    assert folder.zipped() == give_out(all_rows()).zipped()
    give_out(all_rows(), is_one_file=True).write(tmp_path / "all.yaml")
    assert imported(read_folder(tmp_path / "all.yaml")) == [], "the picture is known by its checksum"


@pytest.mark.usefixtures("campaigns")
def test_what_a_campaign_names_comes_along() -> None:
    rows = {"popups": list(Popup.objects.filter(name="a code"))}
    texts = give_out(rows).texts
    assert list(texts) == ["segments.yaml", "offers.yaml", "popups.yaml"]
    assert b"name: welcome" in texts["offers.yaml"]
    assert b"Fond of it" not in texts["segments.yaml"]


@pytest.mark.usefixtures("campaigns")
def test_a_change_is_told_as_its_owner_reads_it_and_can_be_taken_back(django_user_model: Any) -> None:
    olga = django_user_model.objects.create_superuser("olga", "olga@example.com", "secret")
    folder = give_out(all_rows(["banners"]))
    folder.texts["banners.yaml"] = folder.texts["banners.yaml"].replace(b"title: Spring", b"title: Summer")
    (would,) = imported(folder, by=olga, is_real=False)
    assert Banner.objects.get().texts["en"]["title"] == "Spring"
    assert not LogEntry.objects.exists()
    (done,) = imported(folder, by=olga)
    assert done == would
    assert (done.called, done.is_new) == ("spring", False)
    assert "Spring" in done.before
    assert "Summer" in done.after
    assert [(one.name, "Summer" in one.after) for one in done.fields] == [("texts", True)]
    entry = LogEntry.objects.get()
    client = Client()
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    client.post(f"/admin/personalization/banner/{entry.object_id}/revert/{entry.pk}/before/")
    assert Banner.objects.get().texts["en"]["title"] == "Spring"


@pytest.mark.usefixtures("campaigns")
def test_what_is_not_in_the_files_is_left_alone() -> None:
    folder = give_out({"popups": [Popup.objects.get(name="a code")]})
    Popup.objects.filter(name="a code").update(priority=77)
    (change,) = imported(folder)
    assert change.called == "a code"
    assert Popup.objects.get(name="a code").priority == 20
    assert Popup.objects.count() == 2
    assert Block.objects.count() == 2


@pytest.mark.usefixtures("shop")
def test_a_new_campaign_is_live_only_if_its_file_says_so() -> None:
    text = "format: 1\noffers:\n  - {title: One, trigger: by_hand%s}\n"
    imported(text % "")
    imported((text % ", status: live").replace("One", "Two"))
    imported((text % ", status: live").replace("One", "Three"), as_drafts=True)
    found = dict(PersonalOffer.objects.values_list("title", "status"))
    assert found == {"One": "draft", "Two": "live", "Three": "draft"}


@pytest.mark.usefixtures("shop")
def test_an_offer_out_of_a_file_works_in_the_shop() -> None:
    imported("format: 1\noffers:\n  - {title: Five off, value: 5, way: open, status: live}\n")
    offer = PersonalOffer.objects.get()
    assert get_model("offer", "ConditionalOffer").objects.get(pk=offer.shop_offer_id).is_available()


def test_a_list_of_people_stays_in_the_shop(shop: Any, anna: Any) -> None:
    tree = {"all": [{"rule": "named", "params": {"accounts": [anna.pk]}}]}
    Segment.objects.create(name="Friends", tree=tree)
    folder = give_out(all_rows())
    assert b"accounts: kept in the shop" in folder.texts["segments.yaml"]
    folder.texts["segments.yaml"] += b"    note: of the owner\n"
    imported(folder)
    friends = Segment.objects.get()
    assert (friends.tree, friends.note) == (tree, "of the owner")


def test_an_empty_file_means_nothing(db: None) -> None:
    assert imported("format: 1\n") == []
