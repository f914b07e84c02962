// The builder of a segment: lines are added, taken out and put back in place, and while one edits, the people are counted.
"use strict";
(() => {
  const area = document.querySelector("[data-pz-builder]");
  const form = area && area.closest("form");
  const look = document.querySelector("[data-pz-look]");
  if (!form || !look) return;

  const PAUSE = 450;
  const SLOW = 2500;
  const LONGEST = 20000;
  const heard = document.querySelector("[data-pz-heard]");
  let timer = 0;
  let asking = null;
  // Lines are drawn one after another: each needs a number of its own.
  let drawing = Promise.resolve();

  const words = (name) => look.dataset[`pz${name}`];
  const token = () => form.elements.namedItem("csrfmiddlewaretoken").value;
  const node = (one) => one.closest("[data-pz-node]");
  const own = (line, selector) => [...line.querySelectorAll(selector)].filter((one) => node(one) === line);

  // What is being typed to find something is chosen only once it is found.
  function values(order) {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (name !== "csrfmiddlewaretoken" && !name.endsWith("-typed") && typeof value === "string") data.append(name, value);
    }
    if (order) data.set("_do", order);
    if (look.dataset.pzOwn) data.set("own", look.dataset.pzOwn);
    return data;
  }

  const post = (address, body, signal) => fetch(address, { method: "POST", headers: { "X-CSRFToken": token() }, body, signal });

  function wake(line) {
    line.querySelectorAll("[data-pz-without-script]").forEach((one) => one.remove());
    // With the script a press of Enter in a field must save, as in every form, not press the first of these.
    line.querySelectorAll("button[name='_do']").forEach((one) => { one.type = "button"; });
    line.dispatchEvent(new CustomEvent("pz:drawn", { bubbles: true }));
  }

  async function drawn(order) {
    const answer = await post(area.dataset.pzPart, values(order));
    if (!answer.ok) throw new Error(String(answer.status));
    const line = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-pz-node]");
    return line && document.adoptNode(line);
  }

  function inTurn(work) {
    drawing = drawing.then(work).catch(() => say(words("Failed"), "failed"));
  }

  function add(button) {
    inTurn(async () => {
      const line = await drawn(button.value);
      if (!line) return;
      own(node(button), "[data-pz-list]")[0].append(line);
      wake(line);
      line.querySelector("[data-pz-choose]").focus();
      follow();
    });
  }

  function redraw(line) {
    const select = own(line, "[data-pz-choose]")[0];
    const chosen = select.value;
    inTurn(async () => {
      // Whoever is quicker than the answer has chosen on, and that choice has its own turn.
      if (!line.isConnected || select.value !== chosen) return;
      const next = await drawn(`look:${line.dataset.pzNode}`);
      if (!next || select.value !== chosen) return;
      const hadFocus = document.activeElement === select;
      line.replaceWith(next);
      wake(next);
      if (hadFocus) next.querySelector("[data-pz-choose]").focus();
      follow();
    });
  }

  // The line stays in the form, hidden, with all that was written in it.
  function turn(line, isOut) {
    own(line, "[data-pz-out]")[0].value = isOut ? "1" : "";
    own(line, "[data-pz-gone]")[0].hidden = !isOut;
    own(line, "[data-pz-body]")[0].hidden = isOut;
    if (isOut) own(line, "[data-pz-gone]")[0].querySelector("button").focus();
    else own(line, "[data-pz-body]")[0].querySelector("select").focus();
    follow();
  }

  function say(told, state) {
    look.dataset.pzState = state;
    const busy = look.querySelector("[data-pz-busy]");
    if (busy) busy.textContent = told;
    if (told) heard.textContent = told;
  }

  function tell(found) {
    const panel = new DOMParser().parseFromString(found.panel, "text/html").body;
    look.replaceChildren(...[...panel.childNodes].map((one) => document.adoptNode(one)));
    look.dataset.pzState = "done";
    document.querySelector("[data-pz-sentence]").textContent = found.sentence;
    form.querySelector("[data-pz-size]").textContent = found.number;
    heard.textContent = found.heard;
    for (const line of area.querySelectorAll("[data-pz-node]")) {
      const told = found.lines[line.dataset.pzNode];
      const place = own(line, "[data-pz-warnings]")[0];
      place.replaceChildren(...((told && told.warnings) || []).map((one) => Object.assign(document.createElement("p"), { className: "pz-warning", textContent: one })));
      if (told) own(line, "[data-pz-told]").forEach((one) => { one.textContent = told.told; });
    }
  }

  async function ask() {
    if (asking) asking.abort();
    const mine = asking = new AbortController();
    look.setAttribute("aria-busy", "true");
    say("", "busy");
    const slow = setTimeout(() => { if (mine === asking) say(words("Slow"), "slow"); }, SLOW);
    const late = setTimeout(() => mine.abort("late"), LONGEST);
    try {
      const answer = await post(look.dataset.pzLook, values(), mine.signal);
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (mine === asking) tell(found);
    } catch (error) {
      if (mine === asking) say(words(mine.signal.aborted ? "Late" : "Failed"), "failed");
    } finally {
      clearTimeout(slow);
      clearTimeout(late);
      if (mine === asking) look.removeAttribute("aria-busy");
    }
  }

  function follow() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  document.querySelectorAll("[data-pz-default]").forEach((one) => one.remove());
  wake(area);
  // Django's script focuses the first button of a new form; which of the two scripts runs first, nobody knows.
  if (document.activeElement === document.body) form.querySelector("[autofocus]")?.focus();

  area.addEventListener("click", (event) => {
    const button = event.target.closest("button[name='_do']");
    if (!button) return;
    event.preventDefault();
    const [what] = button.value.split(":");
    if (what === "rule" || what === "group") add(button);
    else if (what === "out" || what === "back") turn(node(button), what === "out");
  });
  area.addEventListener("change", (event) => {
    if (event.target.matches("[data-pz-choose]")) redraw(node(event.target));
    else follow();
  });
  area.addEventListener("input", (event) => {
    if (!event.target.name.endsWith("-typed") && !event.target.matches("[data-pz-choose]")) follow();
  });
})();
