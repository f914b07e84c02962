"""Words and a button."""

from django.utils.translation import gettext_lazy as _

from personalization.storefront.popups.designs.design import Design, designs


@designs.register
class Message(Design):
    """One thought, one action."""

    name, label, sentence = "message", _("a message"), _("Shows a message")
    template = "personalization/popups/message.html"
