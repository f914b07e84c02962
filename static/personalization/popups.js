// Pop-ups: asks once which may come on this page, waits for their moment, and shows the first. Whatever fails shows nothing.
"use strict";
(() => {
  const tag = document.querySelector("script[data-pz-popups]");
  if (!tag) return;

  const told = tag.dataset, root = document.documentElement;
  const CALM = 1000, AGAIN = 2000, A_LINK_AGO = 1500, QUICK = 300, FAR = 500;
  const TYPING = "input:not([type=checkbox],[type=radio],[type=submit],[type=button]), textarea, select, [contenteditable]";
  const shop = (window.personalization ||= {});
  let armed = [], stops = [], isAsked = false, isBusy = false, isDone = false, sheet = null, lastLink = -Infinity;

  // Whatever fails in here stays in here.
  const safely = (work) => (...given) => {
    try {
      const done = work(...given);
      return done?.catch ? done.catch(() => {}) : done;
    } catch { /* The page comes first. */ }
  };
  const on = (what, where, work, options) => {
    const safe = safely(work);
    where.addEventListener(what, safe, options);
    return () => where.removeEventListener(what, safe, options);
  };
  const all = (some) => () => some.forEach((one) => one());
  const isVisible = () => document.visibilityState === "visible";
  const isAgreed = () => !shop.consent || shop.consent().length > 0;
  const isPhone = () => matchMedia("(hover: none), (pointer: coarse)").matches;
  const where = () => ({ page: location.pathname, kind: told.pzKind || "", product: told.pzProduct || "", results: told.pzResults || "" });
  const headers = { "X-Requested-With": "XMLHttpRequest" };
  const say = (url, body) => fetch(url, { method: "POST", headers, body: JSON.stringify(body), keepalive: true });

  // --- moments: each gets what the server told and what to call, and gives the way to stop it ---

  const ways = (shop.triggers ||= {});
  Object.assign(ways, {
    // Only the seconds in which the page is looked at.
    time({ seconds }, fire) {
      let left = seconds;
      const timer = setInterval(() => { if (isVisible() && --left <= 0) fire(); }, 1000);
      return () => clearInterval(timer);
    },
    scroll({ percent }, fire) {
      const look = () => { if (100 * (scrollY + innerHeight) >= percent * root.scrollHeight && scrollY > 0) fire(); };
      // A quick reader has passed it before the answer came, and may scroll no more.
      look();
      return on("scroll", window, look, { passive: true });
    },
    idle({ seconds }, fire) {
      let timer = 0;
      const sign = () => { clearTimeout(timer); timer = setTimeout(() => (isVisible() ? fire() : sign()), seconds * 1000); };
      sign();
      const signs = ["pointermove", "pointerdown", "keydown", "scroll"].map((one) => on(one, window, sign, { passive: true }));
      return all([...signs, () => clearTimeout(timer)]);
    },
    leaving({ back }, fire) {
      const unlessByLink = () => { if (performance.now() - lastLink > A_LINK_AGO) fire(); };
      if (!isPhone()) {
        return on("mouseout", document, (event) => { if (!event.relatedTarget && event.clientY <= 0) unlessByLink(); });
      }
      let high = scrollY, at = performance.now(), deepest = 0, wasByLink = false;
      const scrolled = () => {
        const now = performance.now();
        deepest = Math.max(deepest, scrollY);
        if (now - at > QUICK || scrollY > high) { high = scrollY; at = now; }
        if (high - scrollY > FAR && deepest > innerHeight) unlessByLink();
      };
      const stop = [
        on("scroll", window, scrolled, { passive: true }),
        // Back from another tab or app; where a link opened one, nobody was about to leave.
        on("visibilitychange", document, () => {
          if (!isVisible()) wasByLink = performance.now() - lastLink < A_LINK_AGO;
          else if (!wasByLink) fire();
        }),
      ];
      if (back) stop.push(onBack(fire));
      return all(stop);
    },
    call({ call }, fire) {
      calls[call] = fire;
      return () => { delete calls[call]; };
    },
  });
  const calls = {};

  // One step of our own before the page's: the first way back shows the pop-up, the next one goes back.
  function onBack(fire) {
    const touched = on("pointerdown", document, () => { history.pushState({ pz: 1 }, ""); touched(); });
    return all([touched, on("popstate", window, fire)]);
  }

  // --- asking ---

  async function ask() {
    if (isAsked || !isAgreed()) return;
    isAsked = true;
    const answer = await fetch(`${told.pzPopups}?${new URLSearchParams(where())}`, { headers });
    if (answer.status !== 200) return;
    ({ armed } = await answer.json());
    for (const one of armed) {
      const way = ways[one.waits];
      if (way) stops.push(way(one, () => come(one.id)) || (() => {}));
    }
  }

  function stop() {
    isDone = true;
    stops.forEach((one) => safely(one)());
    stops = [];
  }

  // --- showing: never over a question of consent, another dialog, or somebody who is typing ---

  function isInTheWay() {
    const consent = document.querySelector("[data-pz-consent]:not([hidden])");
    return consent || document.querySelector("dialog[open]") || document.activeElement?.matches(TYPING) || !isVisible();
  }

  const come = safely(async (id) => {
    if (isBusy || isDone) return;
    isBusy = true;
    try {
      while (isInTheWay()) await new Promise((done) => setTimeout(done, AGAIN));
      // In the owner's order, if the moment of several has come.
      const answer = await say(`${told.pzPopups}show/`, { popups: [id], ...where() });
      const drawn = answer.status === 200 ? await answer.json() : null;
      if (!drawn) return void (armed = armed.filter((one) => one.id !== id));
      stop();
      await look();
      open(new DOMParser().parseFromString(drawn.html, "text/html").querySelector("dialog"), drawn.id);
    } finally {
      isBusy = false;
    }
  });

  // Its look is fetched with the first one that is shown, and waited for: nothing is ever drawn without it.
  const look = () => (sheet ||= new Promise((done) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: told.pzLook, onload: done, onerror: done });
    document.head.append(link);
  }));

  function open(dialog, id) {
    const before = document.activeElement, isModal = dialog.classList.contains("pz-popup--dialog");
    let outcome = "closed";
    const tell = (what, more) => (id ? say(`${told.pzPopups}answer/`, { showing: id, what, ...more }) : Promise.resolve(null));

    async function answered(event) {
      event.preventDefault();
      const { target: form, submitter } = event;
      const data = new FormData(form, submitter);
      const answer = await tell("answered", { form: Object.fromEntries(data) });
      const reply = answer?.status === 200 ? await answer.json() : { told: told.pzSorry, taken: false };
      dialog.querySelector("[data-pz-told]").textContent = reply.told;
      if (!reply.taken) return;
      outcome = "";
      form.remove();
      dialog.querySelector("[data-pz-close]").focus();
    }
    on("submit", dialog, (event) => {
      if (event.target.matches("[data-pz-answer]")) return answered(event);
      outcome = "clicked";
      tell(outcome);
    });
    on("click", dialog, ({ target, clientX, clientY }) => {
      const copied = target.closest("[data-pz-copy]");
      if (copied) {
        navigator.clipboard?.writeText(copied.dataset.pzCopy);
        dialog.querySelector("[data-pz-told]").textContent = copied.dataset.pzCopied;
      }
      if (copied || target.closest("[data-pz-go]")) {
        if (outcome === "closed") tell("clicked");
        outcome = "clicked";
      }
      const box = dialog.getBoundingClientRect();
      const isBeside = target === dialog && (clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom);
      if (target.closest("[data-pz-close]") || isBeside) leave();
    });
    const escape = on("keydown", document, ({ key }) => { if (key === "Escape" && !isModal) leave(); });
    const leave = () => { if (isModal) dialog.close(); else { dialog.removeAttribute("open"); gone(); } };
    const gone = safely(() => {
      escape();
      if (outcome === "closed") tell(outcome);
      dialog.remove();
      if (isModal && before?.isConnected) before.focus({ preventScroll: true });
    });
    on("close", dialog, gone);
    document.body.append(dialog);
    if (isModal) dialog.showModal();
    else dialog.setAttribute("open", "");
    document.dispatchEvent(new CustomEvent("personalization:popup", { detail: { id } }));
  }

  // --- what a shop's own script may call ---

  shop.popup = (name) => {
    if (!calls[name]) return false;
    calls[name]();
    return true;
  };
  on("pointerdown", document, ({ target }) => { if (target.closest?.("a[href]")) lastLink = performance.now(); }, { capture: true, passive: true });
  on("personalization:consent", document, ask);
  const begin = () => setTimeout(safely(ask), CALM);
  if (document.prerendering) on("prerenderingchange", document, begin, { once: true });
  else begin();
})();
