// Rows of rules: they are added, moved and taken out, another choice draws a row anew, and each says what it does.
"use strict";
(() => {
  const area = document.querySelector("[data-pz-rules]");
  const form = area && area.closest("form");
  if (!form) return;

  const PAUSE = 350;
  // Choosing another of these changes what else there is to fill in.
  const REDRAWS = /-(action|condition)$/;
  const list = area.querySelector(".pz-rules__list");
  const count = form.elements.namedItem("rules-count");
  const left = area.querySelector("[data-pz-left]");
  let timer = 0;
  let asked = 0;

  const rows = () => [...list.children];
  const token = () => form.elements.namedItem("csrfmiddlewaretoken").value;
  const post = (address, body) => fetch(address, { method: "POST", headers: { "X-CSRFToken": token() }, body });
  const changed = () => list.dispatchEvent(new Event("change", { bubbles: true }));

  // What is being typed to find something is chosen only once it is found.
  function values(prefix) {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (name.startsWith(prefix) && !name.endsWith("-typed")) data.append(name, value);
    return data;
  }

  // A field that finds things becomes one: without a script it is plain text.
  function wake(row) {
    row.querySelectorAll("[data-pz-needs-script]").forEach((one) => { one.hidden = false; });
    row.querySelectorAll("[data-pz-without-script]").forEach((one) => { one.hidden = true; });
    row.querySelectorAll("[data-pz-chosen]").forEach((chosen) => {
      const finder = chosen.querySelector(".pz-finder");
      const input = finder.querySelector("input");
      finder.dataset.pzFinder = area.dataset.pzFind.replace("KIND", chosen.dataset.pzKind);
      if (chosen.dataset.pzKind !== "product") finder.dataset.pzLeast = "0";
      if (chosen.dataset.pzKind === "value") finder.dataset.pzOf = chosen.dataset.pzChosen.replace(/-values$/, "-attribute");
      const told = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": finder.querySelector("ul").id };
      for (const [name, value] of Object.entries(told)) input.setAttribute(name, value);
    });
    row.dispatchEvent(new CustomEvent("pz:drawn", { bubbles: true }));
  }

  function choose(chosen, key, label) {
    const input = chosen.querySelector(".pz-finder input");
    const ticked = [...chosen.querySelectorAll(".pz-chosen__list input")].find((one) => one.value === key);
    if (ticked) ticked.checked = true;
    else {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name: chosen.dataset.pzChosen, value: key, checked: true });
      const words = document.createElement("label");
      words.append(box, ` ${label}`);
      const item = document.createElement("li");
      item.append(words);
      chosen.querySelector(".pz-chosen__list").append(item);
    }
    input.value = "";
    delete chosen.querySelector(".pz-finder").dataset.pzValue;
    changed();
  }

  async function drawn(number, data) {
    data.set("row", number);
    const response = await post(area.dataset.pzRow, data);
    if (!response.ok) return null;
    const row = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".pz-rule");
    return row && document.adoptNode(row);
  }

  async function redraw(row) {
    if (row.dataset.pzDrawing) return;
    row.dataset.pzDrawing = "1";
    const prefix = `${row.dataset.pzRule}-`;
    let next;
    let sent;
    // Whoever is quicker than the answer has chosen on: then it is asked for again.
    do {
      const data = values(prefix);
      sent = String(data);
      next = await drawn(row.dataset.pzRule.split("-")[1], data);
    } while (next && String(values(prefix)) !== sent);
    delete row.dataset.pzDrawing;
    if (!next || !row.isConnected) return;
    const name = row.contains(document.activeElement) ? document.activeElement.name : "";
    const isOpen = row.querySelector("details").open;
    row.replaceWith(next);
    if (isOpen) next.querySelector("details").open = true;
    wake(next);
    const field = name && next.querySelector(`[name="${name}"]`);
    if (field) field.focus();
    renumber();
  }

  async function add() {
    const row = await drawn(count.value, new URLSearchParams());
    if (!row) return;
    count.value = Number(count.value) + 1;
    list.append(row);
    wake(row);
    renumber();
    row.querySelector("select").focus();
  }

  function renumber() {
    rows().forEach((row, turn) => {
      const order = row.querySelector("[name$='-order']");
      if (order) order.value = turn + 1;
    });
    changed();
  }

  function move(row, button) {
    const other = button.matches("[data-pz-up]") ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (button.matches("[data-pz-up]")) other.before(row);
    else other.after(row);
    button.focus();
    renumber();
  }

  function out(row) {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    const button = next ? next.querySelector("[data-pz-out]") : area.querySelector("[data-pz-add]");
    if (button) button.focus();
    renumber();
  }

  function warnings(told) {
    return told.map((words) => Object.assign(document.createElement("p"), { className: "pz-warning", textContent: words }));
  }

  async function retell() {
    const mine = ++asked;
    const data = values("rules-");
    const limit = form.elements.namedItem("limit");
    if (limit) data.set("limit", limit.value);
    if (area.dataset.pzOwn) data.set("own", area.dataset.pzOwn);
    const response = await post(area.dataset.pzCheck, data);
    if (!response.ok || mine !== asked) return;
    const told = await response.json();
    left.textContent = told.left;
    left.classList.toggle("pz-rules__left--none", told.is_nothing);
    for (const row of rows()) {
      const mine = told.rows[row.dataset.pzRule];
      if (!mine) continue;
      row.querySelector(".pz-rule__told").textContent = mine.told;
      row.querySelector("[data-pz-warnings]").replaceChildren(...warnings(mine.warnings));
    }
  }

  function follow() {
    clearTimeout(timer);
    timer = setTimeout(() => retell().catch(() => {}), PAUSE);
  }

  wake(area);
  if (area.querySelector("[data-pz-add]")) list.querySelectorAll("[data-pz-blank]").forEach((row) => row.remove());

  area.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = event.target.closest("[data-pz-rule]");
    if (!button) return;
    if (button.matches("[data-pz-add]")) add().catch(() => {});
    else if (button.matches("[data-pz-out]")) out(row);
    else if (button.matches("[data-pz-up], [data-pz-down]")) move(row, button);
  });
  area.addEventListener("pz:found", (event) => {
    const finder = event.target;
    const label = finder.querySelector("input").value;
    if (finder.dataset.pzValue) choose(finder.closest("[data-pz-chosen]"), finder.dataset.pzValue, label);
  });
  area.addEventListener("keydown", (event) => {
    const chosen = event.target.closest("[data-pz-chosen]");
    if (event.key !== "Enter" || event.defaultPrevented || !chosen || event.target.type !== "text") return;
    // Enter chooses; the form is saved by its button.
    event.preventDefault();
    const words = event.target.value.trim();
    if (words && "pzFree" in chosen.dataset) choose(chosen, words, words);
  });
  area.addEventListener("change", (event) => {
    const row = event.target.closest("[data-pz-rule]");
    if (row && REDRAWS.test(event.target.name || "")) redraw(row).catch(() => {});
  });
  form.addEventListener("input", (event) => {
    if (area.contains(event.target) || event.target.name === "limit") follow();
  });
  area.addEventListener("change", follow);
})();
