"""What came of searches: visit by visit, and as lists that tell nobody's own secret."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchDeed(models.Model):
    """A product that somebody chose after a search in the same visit: the strongest thing they did with it."""

    id = models.BigAutoField(primary_key=True)
    visit_id = models.UUIDField()
    visitor_id = models.UUIDField()
    user_id = models.BigIntegerField(null=True)
    words = models.CharField(max_length=200)
    # The different words in the order of the alphabet.
    single = ArrayField(models.CharField(max_length=200))
    product_id = models.BigIntegerField()
    weight = models.FloatField()
    done_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["visit_id"], name="personalization_search_visit"),
            models.Index(fields=["words"], name="personalization_search_words"),
            models.Index(fields=["done_at"], name="personalization_search_done"),
            models.Index(fields=["visitor_id"], name="personalization_search_visitor"),
            models.Index(
                fields=["user_id"], name="personalization_search_user", condition=models.Q(user_id__isnull=False)
            ),
            GinIndex(fields=["single"], name="personalization_search_single"),
        ]

    def __str__(self) -> str:
        return f"{self.words} {self.product_id}"


class SearchList(models.Model):
    """What enough people chose after the same search, best first."""

    class Scope(models.TextChoices):
        """What of the search must be the same."""

        WORDS = "words", _("the same words")
        ANY_ORDER = "any_order", _("the same words in any order")
        ONE_WORD = "one_word", _("one word of it")

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=16, choices=Scope)
    words = models.CharField(max_length=200)
    product_ids = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField())
    # How many people: of two single words the rarer one says more.
    people = models.IntegerField()
    refreshed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "words"], name="personalization_searchlist_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.words}"


class SearchClock(models.Model):
    """How far the log has been followed: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    followed_until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="personalization_search_clock_once")]

    def __str__(self) -> str:
        return f"{self.followed_until:%Y-%m-%d %H:%M}"
