// The pop-up's form: only the settings of what is chosen stand there; the sentence and both previews follow while one types.
"use strict";
(() => {
  const form = document.getElementById("popup_form");
  const told = document.querySelector(".pz-sentence");
  const looks = document.querySelector("[data-pz-looks]");
  if (!form || !told || !looks) return;

  const PAUSE = 350;
  const UNSENT = ["csrfmiddlewaretoken", "note", "_save", "_continue", "_addanother"];
  const NEEDS = { thanks: ["survey", "lead"], answers: ["survey"], button: ["message", "suggestion", "shipping", "lead", "discount"] };
  let timer = 0, asked = 0, shown = "";

  const chosen = (name) => form.elements.namedItem(name)?.value;

  // The rows of settings that belong to nothing that is chosen wait out of sight, with what was written in them.
  function settle() {
    for (const prefix of ["design", "trigger"]) {
      const own = `field-${prefix}_${chosen(prefix)}_`;
      for (const row of form.querySelectorAll(`[class*="field-${prefix}_"]`)) {
        const name = [...row.classList].find((one) => one.startsWith(`field-${prefix}_`)) || "";
        row.hidden = !name.startsWith(own);
      }
    }
    for (const [part, designs] of Object.entries(NEEDS)) {
      for (const row of form.querySelectorAll(`[class*="field-words_"][class$="_${part}"]`)) row.hidden = !designs.includes(chosen("design"));
    }
  }

  function values() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (!UNSENT.includes(name) && !name.endsWith("-typed")) data.append(name, value);
    if (told.dataset.pzPopup) data.set("popup", told.dataset.pzPopup);
    for (const finder of looks.querySelectorAll("[data-pz-finder]")) {
      if (finder.dataset.pzValue) data.set(finder.dataset.pzName, finder.dataset.pzValue);
    }
    return data;
  }

  const send = (url, body) =>
    fetch(url, { method: "POST", headers: { "X-CSRFToken": form.elements.namedItem("csrfmiddlewaretoken").value }, body });

  async function retell() {
    if (!told.dataset.pzSentence) return;
    const mine = ++asked;
    const response = await send(told.dataset.pzSentence, values());
    if (!response.ok || mine !== asked) return;
    told.querySelector(".pz-sentence__text").textContent = (await response.json()).sentence;
  }

  async function show() {
    const data = values();
    const mine = String(data);
    if (shown === mine) return;
    shown = mine;
    const response = await send(looks.dataset.pzLooks, data);
    if (!response.ok || shown !== mine) return;
    const html = await response.text();
    // New frames, not other pages in the old ones: the browser's way back must not lead through every letter typed.
    for (const frame of looks.querySelectorAll("iframe")) {
      const next = frame.cloneNode();
      next.removeAttribute("src");
      next.srcdoc = html;
      frame.replaceWith(next);
    }
  }

  function follow() {
    settle();
    clearTimeout(timer);
    timer = setTimeout(() => { retell().catch(() => {}); show().catch(() => {}); }, PAUSE);
  }

  settle();
  const finders = looks.querySelector("[data-pz-needs-script]");
  if (finders) finders.hidden = false;
  looks.addEventListener("pz:found", () => show().catch(() => {}));
  form.addEventListener("input", follow);
  form.addEventListener("change", follow);
  document.addEventListener("click", (event) => { if (event.target.closest(".calendarbox, .clockbox, .datetimeshortcuts")) follow(); });
})();
