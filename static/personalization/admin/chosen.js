// Fields in which things are chosen by name: what was found is ticked, and Enter never sends the form.
// The area around them names its finder by data-pz-find, with KIND in place of what is looked for.
"use strict";
(() => {
  const changed = (chosen) => chosen.dispatchEvent(new Event("change", { bubbles: true }));

  function wake(area) {
    const find = (area.closest("[data-pz-chooses]") || area.querySelector("[data-pz-chooses]"))?.dataset.pzFind;
    if (!find) return;
    area.querySelectorAll("[data-pz-chosen]").forEach((chosen) => {
      const finder = chosen.querySelector(".pz-finder");
      const input = finder.querySelector("input");
      finder.dataset.pzFinder = find.replace("KIND", chosen.dataset.pzKind);
      if (chosen.dataset.pzKind !== "product") finder.dataset.pzLeast = "0";
      if (chosen.dataset.pzKind === "value") finder.dataset.pzOf = chosen.dataset.pzChosen.replace(/-values$/, "-attribute");
      const told = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": finder.querySelector("ul").id };
      for (const [name, value] of Object.entries(told)) input.setAttribute(name, value);
    });
  }

  function choose(chosen, key, label) {
    const list = chosen.querySelector(".pz-chosen__list");
    const ticked = [...list.querySelectorAll("input")].find((one) => one.value === key);
    if (ticked) ticked.checked = true;
    else {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name: chosen.dataset.pzChosen, value: key, checked: true });
      const words = document.createElement("label");
      words.append(box, ` ${label}`);
      const item = document.createElement("li");
      item.append(words);
      list.append(item);
    }
    chosen.querySelector(".pz-finder input").value = "";
    delete chosen.querySelector(".pz-finder").dataset.pzValue;
    changed(chosen);
  }

  // Before the finders wake: they look at what is said here.
  wake(document.body);
  document.addEventListener("pz:drawn", (event) => wake(event.target), true);
  document.addEventListener("pz:found", (event) => {
    const chosen = event.target.closest("[data-pz-chooses] [data-pz-chosen]");
    if (chosen && event.target.dataset.pzValue) choose(chosen, event.target.dataset.pzValue, event.target.querySelector("input").value);
  });
  document.addEventListener("keydown", (event) => {
    const chosen = event.target.closest("[data-pz-chooses] [data-pz-chosen]");
    if (event.key !== "Enter" || !chosen || event.target.type !== "text") return;
    const wasTaken = event.defaultPrevented;
    event.preventDefault();
    const words = event.target.value.trim();
    if (!wasTaken && words && "pzFree" in chosen.dataset) choose(chosen, words, words);
  });
})();
