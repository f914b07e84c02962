// Beside each dial of a block stands what it costs and brings; the sentence below follows the dial as it is turned.
"use strict";
(() => {
  const form = document.getElementById("block_form");
  const dials = form && form.querySelector("[data-pz-trade-off]");
  if (!dials) return;

  const PAUSE = 600;
  const UNSENT = ["csrfmiddlewaretoken", "note", "_save", "_continue", "_addanother"];
  let timer = 0;
  let shown = "";

  function values() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      // The curve shows all places of a dial: where it stands changes nothing.
      if (!UNSENT.includes(name) && !name.startsWith("lean_") && !name.startsWith("title_") && !name.endsWith("-typed")) data.append(name, value);
    }
    const told = document.querySelector("[data-pz-block]");
    if (told && told.dataset.pzBlock) data.set("block", told.dataset.pzBlock);
    return data;
  }

  function point() {
    for (const curve of dials.querySelectorAll("[data-pz-dial]")) {
      const dial = form.elements.namedItem(curve.dataset.pzDial);
      const at = String(Math.round(Number(dial.value) / 10) * 10);
      for (const told of curve.querySelectorAll("[data-pz-at]")) told.hidden = told.dataset.pzAt !== at;
    }
  }

  async function draw() {
    const data = values();
    const mine = String(data);
    if (shown === mine) return;
    shown = mine;
    const token = form.elements.namedItem("csrfmiddlewaretoken").value;
    const response = await fetch(dials.dataset.pzTradeOff, { method: "POST", headers: { "X-CSRFToken": token }, body: data });
    if (!response.ok || shown !== mine) return;
    const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
    dials.replaceChildren(...[...drawn.body.children].map((one) => document.adoptNode(one)));
    point();
  }

  function follow() {
    clearTimeout(timer);
    timer = setTimeout(() => draw().catch(() => {}), PAUSE);
  }

  form.addEventListener("input", (event) => {
    if ((event.target.name || "").startsWith("lean_")) point();
    else follow();
  });
  form.addEventListener("change", follow);
  follow();
})();
