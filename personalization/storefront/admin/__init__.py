"""The blocks in the admin: the list, the form with its sentence and its preview, and the first steps."""

from personalization.storefront.admin.block import BlockAdmin

__all__ = ["BlockAdmin"]
