"""The blocks in the admin: list, form with sentence and preview, first steps; rules of the shop; daily figures."""

from personalization.storefront.admin.block import BlockAdmin
from personalization.storefront.admin.figures import DailyFigureAdmin
from personalization.storefront.admin.rules import ShopRuleAdmin

__all__ = ["BlockAdmin", "DailyFigureAdmin", "ShopRuleAdmin"]
