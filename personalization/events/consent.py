"""What this person has agreed to. The shop's own consent banner answers through the setting CONSENT."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.events.cookies import forget, read, remember

COOKIE, SALT = "pz_consent", "personalization.consent"


class Purpose:
    """What may be agreed to, one by one."""

    ANALYTICS = "analytics"
    PERSONALIZATION = "personalization"
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    LABELS: dict[str, str | Promise] = {
        ANALYTICS: _("Counting what is looked at and bought, to make the shop better"),
        PERSONALIZATION: _("Remembering what you looked at, to show what fits you"),
        EMAIL: _("Offers by e-mail"),
        SMS: _("Offers by text message"),
        PUSH: _("Notifications on this device"),
    }


# How the cookie writes them down.
LETTERS = {
    "a": Purpose.ANALYTICS,
    "p": Purpose.PERSONALIZATION,
    "e": Purpose.EMAIL,
    "s": Purpose.SMS,
    "n": Purpose.PUSH,
}
STORING = frozenset({Purpose.ANALYTICS, Purpose.PERSONALIZATION})


@dataclass(frozen=True)
class Consent:
    """What somebody agreed to; `is_asked` says that they have answered at all."""

    purposes: frozenset[str] = frozenset()
    is_asked: bool = False
    given_at: datetime | None = None
    # The answer was given although the browser said no: the newer, more exact word counts.
    despite_signal: bool = False

    @property
    def may_store(self) -> bool:
        """An event of this person may be written."""
        return bool(self.purposes & STORING)

    @property
    def may_count(self) -> bool:
        """What this person does may go into figures and reports."""
        return Purpose.ANALYTICS in self.purposes

    @property
    def may_use(self) -> bool:
        """What is known of this person may decide what is shown."""
        return Purpose.PERSONALIZATION in self.purposes


NOT_ASKED = Consent()
REFUSED = Consent(is_asked=True)


def consent_of(request: HttpRequest) -> Consent:
    """What the shop's consent callable says of this request; a privacy signal of the browser outweighs a yes."""
    consent = _understood(import_string(conf.CONSENT)(request))
    if has_signal(request) and not consent.despite_signal:
        return REFUSED
    return consent


def has_signal(request: HttpRequest) -> bool:
    """The browser says no for its owner: Global Privacy Control, or Do Not Track."""
    if not conf.OBEY_PRIVACY_SIGNALS:
        return False
    return request.META.get("HTTP_SEC_GPC") == "1" or request.META.get("HTTP_DNT") == "1"


def answered(request: HttpRequest) -> Consent:
    """What was answered to this app's own banner: opt-in, so nobody who was not asked has agreed."""
    value = read(request, COOKIE, salt=SALT)
    purposes, version, given_at, signal = value.split(".") if value.count(".") == 3 else ("", "", "0", "")
    if version != str(conf.CONSENT_TEXT_VERSION):
        return NOT_ASKED
    return Consent(
        purposes=frozenset(LETTERS[letter] for letter in purposes if letter in LETTERS),
        is_asked=True,
        given_at=datetime.fromtimestamp(int(given_at), UTC),
        despite_signal=signal == "1",
    )


def signal_or_yes(request: HttpRequest) -> Consent:
    """Everybody agrees until they, or their browser, say no: for shops whose law allows it (opt-out)."""
    answer = answered(request)
    return answer if answer.is_asked else Consent(STORING, is_asked=True)


def keeps_answers() -> bool:
    """The answer stands in this app's own cookie; a shop that asks by itself keeps it wherever it likes."""
    return import_string(conf.CONSENT) in (answered, signal_or_yes)


def known_purposes(names: Iterable[str]) -> frozenset[str]:
    """Those of the names that are purposes."""
    return frozenset(names) & frozenset(Purpose.LABELS)


def remember_answer(response: HttpResponseBase, request: HttpRequest, consent: Consent) -> None:
    """Keeps the answer in the browser: purposes, version of the text, when; no id. A script of the page may read it."""
    given_at = int(consent.given_at.timestamp()) if consent.given_at else 0
    letters = "".join(letter for letter, purpose in LETTERS.items() if purpose in consent.purposes) or "-"
    value = f"{letters}.{conf.CONSENT_TEXT_VERSION}.{given_at}.{int(consent.despite_signal)}"
    remember(response, request, COOKIE, value, salt=SALT, days=conf.CONSENT_DAYS, httponly=False)


def forget_answer(response: HttpResponseBase) -> None:
    """The browser will be asked again."""
    forget(response, COOKIE)


def _understood(answer: object) -> Consent:
    if isinstance(answer, Consent):
        return answer
    if answer is None:
        return NOT_ASKED
    if isinstance(answer, bool):
        return Consent(STORING, is_asked=True) if answer else REFUSED
    if isinstance(answer, Iterable) and not isinstance(answer, str):
        return Consent(known_purposes(str(purpose) for purpose in answer), is_asked=True)
    raise TypeError(f"{conf.CONSENT} gave {answer!r}: give True, False, None or the names of purposes.")
