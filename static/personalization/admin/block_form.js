// The block's form: its sentence and its preview follow while one types, and another kind of list brings its own settings.
"use strict";
(() => {
  const form = document.getElementById("block_form");
  const told = document.querySelector(".pz-sentence");
  const preview = document.querySelector("[data-pz-preview]");
  if (!form || !told || !preview) return;

  const PAUSE = 350;
  const UNSENT = ["csrfmiddlewaretoken", "note", "_save", "_continue", "_addanother"];
  let frame = preview.querySelector("iframe");
  const strategy = form.elements.namedItem("strategy");
  let timer = 0;
  let asked = 0;
  let shown = "";

  function values() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (!UNSENT.includes(name) && !name.endsWith("-typed")) data.append(name, value);
    if (told.dataset.pzBlock) data.set("block", told.dataset.pzBlock);
    return data;
  }

  function query() {
    const data = values();
    for (const finder of preview.querySelectorAll("[data-pz-finder]")) {
      if (finder.dataset.pzValue) data.set(finder.dataset.pzName, finder.dataset.pzValue);
    }
    return data;
  }

  async function retell() {
    if (!told.dataset.pzSentence) return;
    const mine = ++asked;
    const token = form.elements.namedItem("csrfmiddlewaretoken").value;
    const response = await fetch(told.dataset.pzSentence, { method: "POST", headers: { "X-CSRFToken": token }, body: values() });
    if (!response.ok || mine !== asked) return;
    const answer = await response.json();
    told.querySelector(".pz-sentence__text").textContent = answer.sentence;
    for (const [code, title] of Object.entries(answer.titles)) {
      const field = form.elements.namedItem(`title_${code}`);
      if (field) field.placeholder = title;
    }
  }

  async function show() {
    const data = query();
    const mine = String(data);
    if (shown === mine) return;
    shown = mine;
    // Sent, not asked for by an address: a form with many rules is longer than an address may be.
    const token = form.elements.namedItem("csrfmiddlewaretoken").value;
    const response = await fetch(preview.dataset.pzPreview, { method: "POST", headers: { "X-CSRFToken": token }, body: data });
    if (!response.ok || shown !== mine) return;
    // A new frame, not another page in the old one: the browser's way back must not lead through every letter typed.
    const next = frame.cloneNode();
    next.removeAttribute("src");
    next.srcdoc = await response.text();
    if (shown !== mine) return;
    next.addEventListener("load", fit);
    frame.replaceWith(next);
    frame = next;
  }

  function follow() {
    clearTimeout(timer);
    timer = setTimeout(() => { retell().catch(() => {}); show().catch(() => {}); }, PAUSE);
  }

  async function change() {
    const data = new URLSearchParams({ strategy: strategy.value, block: told.dataset.pzBlock });
    const response = await fetch(`${told.dataset.pzSettings}?${data}`);
    if (response.ok) {
      const drawn = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("fieldset");
      const former = form.querySelector("fieldset.pz-parameters");
      if (drawn && former) former.replaceWith(document.adoptNode(drawn));
    }
    follow();
  }

  function fit() {
    const inner = frame.contentDocument && frame.contentDocument.body;
    if (!inner) return;
    const size = () => { frame.style.height = `${Math.max(inner.scrollHeight, 160)}px`; };
    size();
    new ResizeObserver(size).observe(inner);
  }

  preview.querySelector("[data-pz-needs-script]").hidden = false;
  frame.addEventListener("load", fit);
  if (frame.contentDocument && frame.contentDocument.readyState === "complete") fit();
  preview.addEventListener("pz:found", () => show().catch(() => {}));
  if (!strategy) return;
  // A form that came filled in is told and shown as it stands.
  if (location.search) follow();
  form.addEventListener("input", follow);
  form.addEventListener("change", (event) => {
    if (event.target === strategy) change().catch(follow);
    else follow();
  });
  // The calendar's links change fields without an event.
  document.addEventListener("click", (event) => { if (event.target.closest(".calendarbox, .clockbox, .datetimeshortcuts")) follow(); });
})();
