"""The blocks in the admin: the list, the form with its sentence and its preview, the first steps; and daily figures."""

from personalization.storefront.admin.block import BlockAdmin
from personalization.storefront.admin.figures import DailyFigureAdmin

__all__ = ["BlockAdmin", "DailyFigureAdmin"]
