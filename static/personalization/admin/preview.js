// Inside the preview's frame: takes over the light or dark of the admin around it.
"use strict";
(() => {
  const outer = window.parent.document.documentElement;
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    const chosen = outer.dataset.theme;
    const dark = chosen === "dark" || (chosen !== "light" && media.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }
  follow();
  media.addEventListener("change", follow);
  new MutationObserver(follow).observe(outer, { attributeFilter: ["data-theme"] });
})();
