"""One question with a few answers to choose from."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.storefront.popups.designs.design import Content, Design, Parameters, Reply, designs
from personalization.storefront.request import Page

MOST = 6


@designs.register
class Survey(Design):
    """Their number is kept with the showing, and nothing that is typed."""

    name, label, sentence = "survey", _("a survey with one question"), _("Asks one question")
    template = "personalization/popups/survey.html"
    parts = ("title", "text", "thanks", "answers")

    def answers(self, parameters: Parameters) -> list[str]:
        """What can be chosen."""
        lines = (line.strip() for line in str(parameters.get("answers", "")).splitlines())
        return [line for line in lines if line][:MOST]

    def content(self, parameters: Parameters, page: Page, *, product_id: int | None = None) -> Content | None:
        """A question without answers is none."""
        answers = self.answers(parameters)
        return Content({"answers": answers}) if answers else None

    def imagined(self, parameters: Parameters) -> Content:
        """As it is."""
        return Content({"answers": self.answers(parameters)})

    def answered(self, parameters: Parameters, sent: Mapping[str, str], page: Page) -> Reply | None:
        """Takes the number of an answer that there is."""
        told = sent.get("answer", "")
        if not (told.isdecimal() and told.isascii() and len(told) < 3 and int(told) < len(self.answers(parameters))):
            return Reply(gettext("Please choose one of the answers."), is_taken=False)
        return Reply(answer=int(told))
