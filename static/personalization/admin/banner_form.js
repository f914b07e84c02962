// The banner's form: the sentence and both previews follow while one types; a press on the picture says what stays in sight.
"use strict";
(() => {
  const form = document.getElementById("banner_form");
  const told = document.querySelector(".pz-sentence");
  const looks = document.querySelector("[data-pz-looks]");
  if (!form || !told || !looks) return;

  const PAUSE = 350;
  const UNSENT = ["csrfmiddlewaretoken", "note", "_save", "_continue", "_addanother"];
  const language = document.getElementById("pz-language");
  const point = document.querySelector("[data-pz-point]");
  let timer = 0, asked = 0, shown = "";

  function values() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !UNSENT.includes(name) && !name.endsWith("-typed")) data.append(name, value);
    }
    if (told.dataset.pzBanner) data.set("banner", told.dataset.pzBanner);
    data.set("language", language.value);
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
    const data = values(), mine = String(data);
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
    place();
    clearTimeout(timer);
    timer = setTimeout(() => { retell().catch(() => {}); show().catch(() => {}); }, PAUSE);
  }

  const field = (name) => form.elements.namedItem(name);

  function place() {
    const mark = point?.querySelector(".pz-point__mark"), picture = point?.querySelector("img");
    if (!mark || !field("focus_x")) return;
    mark.style.left = `${(field("focus_x").value / 100) * picture.clientWidth}px`;
    mark.style.top = `${(field("focus_y").value / 100) * picture.clientHeight}px`;
  }

  function pointed({ offsetX, offsetY, target }) {
    field("focus_x").value = Math.round((100 * offsetX) / target.clientWidth);
    field("focus_y").value = Math.round((100 * offsetY) / target.clientHeight);
    follow();
  }

  document.querySelector("[data-pz-needs-script]").hidden = false;
  language.addEventListener("change", () => show().catch(() => {}));
  if (point && field("focus_x")) {
    const fieldset = document.querySelector("[data-pz-focus] fieldset"), picture = point.querySelector("img");
    point.hidden = false;
    fieldset.querySelector(".field-focus_x")?.before(point);
    picture.addEventListener("click", pointed);
    if (picture.complete) place();
    else picture.addEventListener("load", place);
    addEventListener("resize", place);
  }
  // A form that came filled in is told and shown as it stands.
  if (location.search) follow();
  form.addEventListener("input", follow);
  form.addEventListener("change", follow);
  document.addEventListener("click", (event) => { if (event.target.closest(".calendarbox, .clockbox, .datetimeshortcuts")) follow(); });
})();
