"""A small cache before the shop, as a proxy is: it obeys Cache-Control and Vary, and knows nothing else."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client


@dataclass
class SharedCache:
    """Answers for all browsers from what it has kept; `kept` is what it may keep at all."""

    kept: dict[tuple[str, ...], Any] = field(default_factory=dict)
    hits: int = 0

    def get(self, browser: Client, path: str) -> Any:
        """The page, from the cache if it may be given to this browser."""
        for (kept_path, *varying), answer in self.kept.items():
            if kept_path == path and list(self._values(browser, answer)) == varying:
                self.hits += 1
                return answer
        answer = browser.get(path)
        if self._may_keep(answer):
            self.kept[path, *self._values(browser, answer)] = answer
        return answer

    def _may_keep(self, answer: Any) -> bool:
        control = answer.headers.get("Cache-Control", "")
        is_public = not any(word in control for word in ("private", "no-store", "no-cache", "max-age=0"))
        return is_public and answer.status_code == 200 and not answer.cookies

    def _values(self, browser: Client, answer: Any) -> list[str]:
        names = [one.strip().lower() for one in answer.headers.get("Vary", "").split(",") if one.strip()]
        told = {"cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in sorted(browser.cookies.items()))}
        return [told.get(name, "") for name in names]
