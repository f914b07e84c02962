// The explanation follows as soon as something is chosen; a field that is typed into forgets what was chosen before.
"use strict";
(() => {
  const form = document.querySelector(".pz-ask");
  if (!form) return;
  form.addEventListener("input", (event) => {
    const finder = event.target.closest("[data-pz-finder]");
    if (finder) finder.querySelector("input[type=hidden]").value = "";
  });
  form.addEventListener("pz:found", (event) => {
    event.target.querySelector("input[type=hidden]").value = event.target.dataset.pzValue || "";
    form.requestSubmit();
  });
  form.querySelector("select").addEventListener("change", () => form.requestSubmit());
})();
