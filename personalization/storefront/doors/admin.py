"""The list and the form of doors."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.jobs.back_office import OwnersAdmin, chip, number_told
from personalization.people.models import Preference
from personalization.storefront.doors.form import MOST, ChoiceForm, ChoiceForms, DoorForm, title_fields, with_titles
from personalization.storefront.doors.models import DoorChoice, InterestDoor

_DOOR = "personalization."


class ChoiceInline(admin.StackedInline):  # type: ignore[type-arg]
    """The ways in, each with all that a shopper sees of it."""

    model = DoorChoice
    formset = ChoiceForms
    max_num = MOST

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """With a heading for each language."""
        if self._may_edit(request, obj):
            kwargs["form"] = with_titles(ChoiceForm)
        return super().get_formset(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What it is called, what moves up, and how it looks."""
        words = title_fields() if self._may_edit(request, obj) else ()
        return (*words, "categories", "picture", "position")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Room for four."""
        return MOST - (obj.choices.count() if obj else 0)

    def _may_edit(self, request: HttpRequest, door: Any) -> bool:
        return self.has_change_permission(request, door) if door else self.has_add_permission(request, door)

    # Whoever may edit a door may edit its ways in: they are one thing to its owner.

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the door."""
        return request.user.has_perm(f"{_DOOR}view_interestdoor") or self.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the door: to change it, or to make it."""
        return request.user.has_perm(f"{_DOOR}{'change' if obj else 'add'}_interestdoor")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the door."""
        return request.user.has_perm(f"{_DOOR}change_interestdoor")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the door."""
        return self.has_change_permission(request, obj)


@admin.register(InterestDoor)
class DoorAdmin(OwnersAdmin):
    """The owner's doors."""

    list_display = ("state", "door", "slot", "chosen")
    list_display_links = None
    sortable_by = ()
    inlines = (ChoiceInline,)
    change_list_template = "personalization/admin/doors.html"
    change_form_template = "personalization/admin/door_form.html"

    class Media:
        """The finder of categories."""

        css = {"all": ["personalization/admin/doors.css"]}
        js = [
            Script("personalization/admin/chosen.js", defer=True),
            Script("personalization/admin/finder.js", defer=True),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With a heading for each language."""
        if self._may_edit(request, obj):
            kwargs["form"] = with_titles(DoorForm)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where, and what is asked."""
        # Whoever may look only gets Django's own form, which knows no heading but the stored one.
        words = title_fields() if self._may_edit(request, obj) else ()
        return ("slot", *words, "is_active", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[InterestDoor]:
        """With the ways in."""
        return super().get_queryset(request).prefetch_related("choices")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """How many people went in by each is counted once for the page."""
        found = super().get_changelist_instance(request)
        rows = Preference.objects.filter(what=Preference.What.INTEREST).order_by().values_list("value")
        counted = dict(rows.annotate(people=Count("user_id", distinct=True) + Count("visitor_id", distinct=True)))
        for door in found.result_list:
            vars(door)["people"] = counted
        return found

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """With where categories are found."""
        context["find_address"] = reverse("admin:personalization_shoprule_rule_find", args=["KIND"])
        return super().render_change_form(request, context, *args, **kwargs)

    def _may_edit(self, request: HttpRequest, door: Any) -> bool:
        return self.has_change_permission(request, door) if door else self.has_add_permission(request)

    @admin.display(description=gettext_lazy("state"))
    def state(self, door: InterestDoor) -> SafeString:
        """Shown or not."""
        return chip("good", _("open")) if door.is_active else chip("off", _("closed"))

    @admin.display(description=gettext_lazy("door"))
    def door(self, door: InterestDoor) -> SafeString:
        """What is asked, and what can be answered."""
        url = reverse("admin:personalization_interestdoor_change", args=[door.pk])
        ways = ", ".join(str(one) for one in door.choices.all())
        return format_html('<a class="pz-heading" href="{}">{}</a><span class="pz-quiet">{}</span>', url, door, ways)

    @admin.display(description=gettext_lazy("went in"))
    def chosen(self, door: InterestDoor) -> str:
        """By each way, how many people of whom that may be kept."""
        people = vars(door).get("people", {})
        return ", ".join(f"{one}: {number_told(people.get(str(one.pk), 0))}" for one in door.choices.all())
