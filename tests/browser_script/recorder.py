"""The server's half, as the script meets it: writes down what comes, and answers as it is told."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from personalization.events.consent import Consent, remember_answer

PATIENCE = 30


@dataclass(frozen=True)
class Message:
    """One message of a browser."""

    body: dict[str, Any]
    raw: bytes
    content_type: str
    is_beacon: bool
    status: int


@dataclass
class Recorder:
    """What came, and what is to be answered next: first the answers given, then 204."""

    address: str = ""
    messages: list[Message] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    told: list[list[str]] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)
    feedback: list[dict[str, str]] = field(default_factory=list)
    consent_status: int = 204
    feedback_status: int = 200
    # Cleared, no message is answered until it is set.
    is_free: threading.Event = field(default_factory=threading.Event)
    came: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.is_free.set()

    def take(self, request: HttpRequest) -> HttpResponse:
        """The endpoint for events."""
        raw = request.body
        with self.came:
            status, headers = self.answers.pop(0) if self.answers else (204, {})
            is_beacon = request.headers.get("Sec-Fetch-Mode") == "no-cors"
            self.messages.append(Message(json.loads(raw), raw, request.headers["Content-Type"], is_beacon, status))
            self.came.notify_all()
        assert self.is_free.wait(PATIENCE)
        return HttpResponse(status=status, headers=headers)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The endpoint for consent: the cookie is the real one."""
        purposes = json.loads(request.body)["purposes"]
        assert request.headers["X-Requested-With"] == "XMLHttpRequest"
        self.told.append(purposes)
        response = HttpResponse(status=self.consent_status)
        if self.consent_status == 204:
            remember_answer(response, request, Consent(frozenset(purposes), is_asked=True))
        return response

    def hear(self, request: HttpRequest) -> HttpResponse:
        """The endpoint for feedback."""
        self.feedback.append(dict(request.POST.items()))
        if request.headers.get("X-Requested-With") != "XMLHttpRequest":
            return HttpResponse("<!doctype html><title>plain</title>Thank you")
        told = {"told": "We will not show this again.", "undo": "Undo"}
        return JsonResponse(told, status=self.feedback_status)

    def note_ahead(self, request: HttpRequest) -> None:
        """The browser fetches something for a page that nobody looks at yet."""
        with self.came:
            self.ahead.append(request.get_full_path())
            self.came.notify_all()

    def wait(self, ready: Callable[[], Any]) -> None:
        """Until it is so."""
        with self.came:
            assert self.came.wait_for(ready, timeout=PATIENCE), f"this is all that came: {self.kinds()}"

    def wait_for(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """The events of a kind, as soon as there are so many."""
        self.wait(lambda: len(self.events(kind)) >= count)
        return self.events(kind)

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """What came, of one kind or of all; each id once, as the log takes it."""
        taken: dict[str, dict[str, Any]] = {}
        for event in self.sendings(kind):
            taken.setdefault(event["id"], event)
        return list(taken.values())

    def sendings(self, kind: str = "") -> list[dict[str, Any]]:
        """Likewise, as often as it was sent."""
        every = [event for message in list(self.messages) for event in message.body["events"]]
        return [event for event in every if kind in ("", event["kind"])]

    def kinds(self) -> list[str]:
        """The kinds of all events, in the order in which they came."""
        return [event["kind"] for event in self.events()]


recorder = Recorder()
