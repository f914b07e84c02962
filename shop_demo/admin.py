"""The households in the admin, to look up who a customer is."""

from django.contrib import admin

from shop_demo.models import Household


@admin.register(Household)
class HouseholdAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read what the data set knows about a household."""

    list_display = ["number", "user", "age", "income", "household_comp", "kids_count", "store_id"]
    list_filter = ["age", "income", "household_comp", "kids_count"]
    search_fields = ["=number", "user__email"]
    raw_id_fields = ["user"]
