// The form of an offer: sentence, reach and prices follow while one types, and another trigger brings its own settings.
"use strict";
(() => {
  const form = document.getElementById("personaloffer_form");
  const panel = document.querySelector("[data-pz-look]");
  const told = document.querySelector("[data-pz-told]");
  if (!form || !panel || !told) return;

  const PAUSE = 350;
  const UNSENT = ["csrfmiddlewaretoken", "note", "_save", "_continue", "_addanother"];
  const looked = panel.querySelector("[data-pz-looked]");
  const trigger = form.elements.namedItem("trigger");
  const way = form.elements.namedItem("way");
  let timer = 0;
  let asked = 0;

  function values() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (!UNSENT.includes(name) && !name.endsWith("-typed")) data.append(name, value);
    data.set("offer", panel.dataset.pzOffer);
    return data;
  }

  async function look() {
    const mine = ++asked;
    const token = form.elements.namedItem("csrfmiddlewaretoken").value;
    const response = await fetch(panel.dataset.pzLook, { method: "POST", headers: { "X-CSRFToken": token }, body: values() });
    if (!response.ok || mine !== asked) return;
    const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
    const sentence = drawn.querySelector("[data-pz-sentence]");
    if (sentence) told.textContent = sentence.content.textContent;
    looked.replaceChildren(...[...drawn.body.childNodes].map((one) => document.adoptNode(one)));
  }

  function follow() {
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(() => {}), PAUSE);
  }

  async function change() {
    const response = await fetch(`${panel.dataset.pzSettings}?${new URLSearchParams({ trigger: trigger.value })}`);
    if (response.ok) {
      const drawn = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("fieldset");
      const former = form.querySelector("fieldset.pz-parameters");
      if (drawn && former) {
        const fresh = document.adoptNode(drawn);
        former.replaceWith(fresh);
        fresh.dispatchEvent(new CustomEvent("pz:drawn", { bubbles: true }));
      }
    }
    follow();
  }

  // What is about codes says nothing of an offer that has none.
  function fit() {
    const hasCodes = !way || way.value === "code";
    const wanted = [form.querySelector("fieldset.pz-parameters"), trigger && trigger.closest("fieldset")];
    for (const one of wanted) if (one) one.hidden = !hasCodes;
  }

  fit();
  form.addEventListener("input", follow);
  form.addEventListener("change", (event) => {
    fit();
    if (event.target === trigger) change().then(fit).catch(follow);
    else follow();
  });
  document.addEventListener("click", (event) => { if (event.target.closest(".calendarbox, .clockbox, .datetimeshortcuts")) follow(); });
})();
