// A field that finds things while one types: arrows move, Enter takes, Escape leaves, an empty field means "any".
"use strict";
(() => {
  const PAUSE = 250;
  const known = new WeakSet();

  function set(finder) {
    if (known.has(finder)) return;
    known.add(finder);
    const input = finder.querySelector("input");
    // From so many letters on; with 0 everything is offered at once.
    const least = Number(finder.dataset.pzLeast || 2);
    const list = finder.querySelector("ul");
    let timer = 0;
    let active = -1;
    let asked = 0;

    const options = () => [...list.children];

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(position) {
      const all = options();
      if (!all.length) return;
      active = (position + all.length) % all.length;
      all.forEach((one, index) => one.setAttribute("aria-selected", String(index === active)));
      all[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", all[active].id);
    }

    function take(option) {
      input.value = option ? option.dataset.label : input.value;
      finder.dataset.pzValue = option ? option.dataset.id : "";
      close();
      finder.dispatchEvent(new CustomEvent("pz:found", { bubbles: true }));
    }

    function draw(found) {
      list.replaceChildren(...found.map((one, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.setAttribute("role", "option");
        item.dataset.id = one.id;
        item.dataset.label = one.label;
        item.textContent = one.label;
        if (one.more) {
          const more = document.createElement("span");
          more.className = "pz-quiet";
          more.textContent = one.more;
          item.append(more);
        }
        return item;
      }));
      active = -1;
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
    }

    async function look() {
      const mine = ++asked;
      const query = new URLSearchParams({ q: input.value });
      const of = finder.dataset.pzOf && document.getElementsByName(finder.dataset.pzOf)[0];
      if (of) query.set("of", of.value);
      const response = await fetch(`${finder.dataset.pzFinder}?${query}`);
      if (!response.ok) return;
      const { found } = await response.json();
      if (mine === asked && document.activeElement === input && input.value === query.get("q")) draw(found);
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (finder.dataset.pzValue && !input.value) take(null);
      // What was found for fewer letters must not be taken for these.
      close();
      if (input.value.trim().length >= least) timer = setTimeout(() => look().catch(close), PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") mark(active + 1);
      else if (event.key === "ArrowUp") mark(active - 1);
      else if (event.key === "Enter" && !list.hidden) take(options()[Math.max(active, 0)]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("li");
      event.preventDefault();
      if (option) take(option);
    });
    input.addEventListener("blur", close);
    if (!least) input.addEventListener("focus", () => look().catch(close));
  }

  document.querySelectorAll("[data-pz-finder]").forEach(set);
  // What is drawn later says so.
  document.addEventListener("pz:drawn", (event) => event.target.querySelectorAll("[data-pz-finder]").forEach(set));
})();
