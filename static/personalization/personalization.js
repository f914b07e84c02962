// The browser's half of capture. Before somebody has agreed nothing is observed, kept or sent.
"use strict";
(() => {
  const tag = document.querySelector("script[data-pz-script]");
  const early = window.personalization;
  if (!tag || early?.track) return;

  const FLUSH_AFTER = 5000, FLUSH_AT = 20, MOST_KEPT = 200, TRIES = 5, SEEN_AFTER = 1000;
  const LONGEST_EVENT = 3000; // bytes: a full batch stays under the 64 KiB that a browser lets a leaving page send
  const TROUBLE = [0, 429, 502, 503, 504];
  const UNSENT = "pz_unsent";
  const COUNTING = ["page_left", "custom"]; // What decides nothing that is shown: only of those who agreed to being counted.
  const LETTERS = { a: "analytics", p: "personalization", e: "email", s: "sms", n: "push" };

  const told = tag.dataset;
  const words = (text) => (text || "").split(" ").filter(Boolean);
  const isVisible = () => document.visibilityState === "visible";

  // Whatever fails in here stays in here.
  const safely = (work) => (...given) => {
    try {
      const done = work(...given);
      return done?.catch ? done.catch(() => {}) : done;
    } catch { /* The page comes first. */ }
  };

  const ask = (url, body, headers) =>
    fetch(url, { method: "POST", body, headers: { "X-Requested-With": "XMLHttpRequest", ...headers } });

  // --- consent ---

  const isOurs = told.pzMay === "ask";
  let theirs = words(told.pzPurposes || (told.pzMay === "yes" ? "analytics" : ""));
  let isSilenced = false, isAnswered = false;

  const browserSaysNo = () =>
    told.pzSignals !== "ignored" && Boolean(navigator.globalPrivacyControl || navigator.doNotTrack === "1");

  // Null: not asked, or about an older text. The cookie is read each time, for another tab may say no.
  function answer() {
    const [, letters, version, despite] = /\bpz_consent="?([a-z-]+)\.(\d+)\.\d+\.(\d)/.exec(document.cookie) || [];
    if (version !== told.pzVersion) return null;
    return browserSaysNo() && despite !== "1" ? [] : [...letters].map((one) => LETTERS[one]).filter(Boolean);
  }

  const purposes = () => (isOurs ? answer() || [] : [...theirs]);
  const areStoring = (some) => some.includes(LETTERS.a) || some.includes(LETTERS.p);
  const may = () => !isSilenced && areStoring(purposes());
  const mayTell = (kind) => may() && (!COUNTING.includes(kind) || purposes().includes(LETTERS.a));

  async function agree(wanted, url = told.pzAnswer) {
    if (!areStoring(wanted)) silence();
    const response = await ask(url, JSON.stringify({ purposes: wanted }), { "Content-Type": "application/json" });
    if (response.ok) {
      theirs = wanted;
      isAnswered = true;
      isSilenced = false;
    }
    // A server in trouble may have taken a no all the same: its cookie says so.
    settle();
    if (response.ok) {
      document.dispatchEvent(new CustomEvent("personalization:consent", { detail: { purposes: purposes() } }));
    }
    return purposes();
  }

  // The hidden banner stands in every page, so a page is the same for everybody and a cache may keep it.
  function settle() {
    const banner = document.querySelector("[data-pz-consent]");
    if (banner && isOurs) {
      banner.hidden = isAnswered || answer() !== null || browserSaysNo();
      // First in the page for whoever goes through it by keyboard or ear, wherever it is drawn.
      if (!banner.hidden && document.body.firstChild !== banner) document.body.prepend(banner);
    }
    if (may()) start();
    else stop();
  }

  function pressed({ target }) {
    const button = target.closest("[data-pz-agree]"), banner = button?.closest("[data-pz-consent]");
    if (!banner) return;
    const chosen = [...banner.querySelectorAll("[data-pz-purpose]:checked")].map((box) => box.dataset.pzPurpose);
    const { pzAgree } = button.dataset;
    return agree(pzAgree === "chosen" ? chosen : words(pzAgree), banner.dataset.pzAnswer);
  }

  // --- the queue: events are text from the start, so what is sent again is the same to the letter ---

  let fresh = [], batches = [], sending = null, failures = 0, due = 0, flushTimer = 0, sendTimer = 0;

  // UUID version 7: the time first, then chance.
  function uuid() {
    const chance = [...crypto.getRandomValues(new Uint8Array(10))].map((one) => one.toString(16).padStart(2, "0"));
    const hex = Date.now().toString(16).padStart(12, "0") + chance.join("");
    return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-7$3-8$4-");
  }

  function note(kind, data, product, id = uuid()) {
    if (!watching || !mayTell(kind)) return;
    const event = JSON.stringify({ id, kind, at: Date.now(), product: Number(product) || undefined, data });
    if (new TextEncoder().encode(event).length > LONGEST_EVENT) return;
    if (fresh.push(event) >= FLUSH_AT) flush();
    else flushTimer = flushTimer || setTimeout(safely(flush), FLUSH_AFTER);
  }

  function pack() {
    clearTimeout(flushTimer);
    flushTimer = 0;
    if (fresh.length) batches.push({ page: location.pathname, events: fresh.splice(0), tries: 0 });
    while (batches.flatMap((one) => one.events).length > MOST_KEPT) batches.shift();
  }

  function flush() {
    pack();
    send();
  }

  const body = ({ page, events }) => `{"v":1,"page":${JSON.stringify(page)},"events":[${events}]}`;
  const drop = (batch) => { batches = batches.filter((one) => one !== batch); };

  async function post(batch) {
    try {
      const { signal } = watching;
      const answer = await fetch(told.pzEvents, { method: "POST", body: body(batch), keepalive: true, signal });
      // Only an answer that was read gives back its share of what a leaving page may send.
      await answer.text();
      return answer;
    } catch {
      return { status: 0 };
    }
  }

  // One batch at a time: a server in trouble is not asked by all of them at once.
  const send = safely(async () => {
    clearTimeout(sendTimer);
    if (sending || !batches.length) return;
    if (!may()) return stop();
    if (due > Date.now()) return void (sendTimer = setTimeout(send, due - Date.now()));
    const batch = (sending = batches[0]), asked = watching;
    const { status, headers } = await post(batch);
    if (asked !== watching) return;
    sending = null;
    if (status === 403) return silence();
    if (TROUBLE.includes(status)) hold(batch, headers?.get("Retry-After"));
    else {
      drop(batch);
      failures = due = 0;
    }
    keep();
    return send();
  });

  function hold(batch, after) {
    batch.tries += 1;
    if (batch.tries >= TRIES) drop(batch);
    failures = Math.min(failures + 1, 7);
    const wait = 500 * 2 ** failures, wanted = after * 1000 || Date.parse(after) - Date.now() || 0;
    due = Date.now() + Math.max(wanted, wait) + Math.random() * wait;
  }

  // The last chance of a page; no answer comes here, so what goes now is kept: the next page sends it again, and by its
  // ids nothing counts twice.
  function leave() {
    pack();
    if (!failures) {
      batches.filter((one) => one !== sending && !one.left).forEach((batch) => {
        batch.left = true;
        if (!navigator.sendBeacon?.(told.pzEvents, body(batch))) post(batch);
      });
    }
    keep();
  }

  const keep = safely(() => {
    if (batches.length) sessionStorage.setItem(UNSENT, JSON.stringify({ due, failures, batches }));
    else sessionStorage.removeItem(UNSENT);
  });

  const takeUp = safely(() => {
    const kept = sessionStorage.getItem(UNSENT);
    if (kept) ({ due, failures, batches } = JSON.parse(kept));
  });

  // --- what is looked at ---

  let watching = null, observers = [], inView = new Map(), seen = new Set();
  let isAhead = "pzAhead" in told, looked = 0, since = false, deepest = 0, hasLeft = false;

  const cards = (block) => [...block.querySelectorAll("[data-pz-product]")];
  const kindOf = ({ dataset }) => (dataset.pzBanner ? "banner" : "block");
  const place = ({ dataset }) => dataset.pzBanner
    ? { slot: dataset.pzSlot || "", banner: Number(dataset.pzBanner) }
    : { slot: dataset.pzSlot || "", block: Number(dataset.pzId) || null };
  const about = (block) => ({ shown: block.dataset.pzShown, ...place(block) });

  function start() {
    if (watching || !window.crypto?.getRandomValues) return;
    watching = new AbortController();
    const { signal } = watching;
    takeUp();
    if (isAhead) tellWhatNobodyCounted();
    isAhead = false;
    arrive();
    run(observe);
    ["click", "auxclick"].forEach((name) => document.addEventListener(name, safely(clicked), { signal, capture: true }));
    window.addEventListener("scroll", safely(scrolled), { signal, passive: true });
    window.addEventListener("pagehide", safely(left), { signal });
    document.addEventListener("visibilitychange", safely(turned), { signal });
    send();
  }

  // At once: what was gathered goes, and what waited for a better day.
  function stop() {
    watching?.abort();
    observers.forEach((one) => one.disconnect());
    [...inView.values(), flushTimer, sendTimer].forEach(clearTimeout);
    inView.clear();
    watching = sending = null;
    fresh = [], batches = [], observers = [];
    failures = due = flushTimer = 0;
    keep();
  }

  function silence() {
    isSilenced = true;
    stop();
  }

  // The server counts no page that was made ahead of time.
  function tellWhatNobodyCounted() {
    if (told.pzViewed) note("product_viewed", {}, told.pzViewed);
    document.querySelectorAll("[data-pz-shown]").forEach((block) => {
      if (block.dataset.pzBanner) return note("banner_shown", place(block), 0, block.dataset.pzShown);
      const products = cards(block).map((card) => Number(card.dataset.pzProduct));
      note("block_shown", { ...place(block), strategy: block.dataset.pzStrategy, products }, 0, block.dataset.pzShown);
    });
  }

  function observe() {
    if (!window.IntersectionObserver) return;
    const threshold = Array.from({ length: 51 }, (_, step) => step / 100);
    const eye = new IntersectionObserver(safely((entries) => entries.forEach(judge)), { threshold });
    const look = (node) => {
      if (node.matches?.("[data-pz-shown]")) eye.observe(node);
      node.querySelectorAll?.("[data-pz-shown]").forEach((block) => eye.observe(block));
    };
    const later = new MutationObserver(safely((changes) => changes.forEach((one) => one.addedNodes.forEach(look))));
    look(document.body);
    later.observe(document.body, { childList: true, subtree: true });
    observers = [eye, later];
  }

  // Half of the block, or of the screen where the block is taller; a hair less, for browsers round to pixels.
  function judge({ target, intersectionRect: part, boundingClientRect: whole }) {
    const share = (part.width * part.height) / (whole.width * Math.min(whole.height, innerHeight));
    const isSeen = share > 0.495 && !seen.has(target.dataset.pzShown);
    if (isSeen === inView.has(target)) return;
    if (isSeen) return count(target);
    clearTimeout(inView.get(target));
    inView.delete(target);
  }

  // A second without a break, with the tab in front.
  function count(block) {
    clearTimeout(inView.get(block));
    inView.set(block, isVisible() ? setTimeout(safely(saw), SEEN_AFTER, block) : 0);
  }

  function saw(block) {
    if (block.checkVisibility?.({ checkOpacity: true, checkVisibilityCSS: true }) === false) return count(block);
    inView.delete(block);
    if (seen.has(block.dataset.pzShown)) return;
    seen.add(block.dataset.pzShown);
    note(`${kindOf(block)}_seen`, about(block));
  }

  function clicked({ type, button, target }) {
    if (type === "auxclick" && button !== 1) return;
    const pressedOn = target.closest("a, button, [type=submit]");
    const banner = pressedOn?.closest("[data-pz-banner]");
    if (banner) return note("banner_clicked", about(banner));
    const card = pressedOn?.closest("[data-pz-product]"), block = card?.closest("[data-pz-shown]");
    // A word about the card is no wish to have it.
    if (!block || pressedOn.closest("details, [data-pz-feedback]")) return;
    note("block_clicked", { ...about(block), position: cards(block).indexOf(card) + 1 }, card.dataset.pzProduct);
  }

  function scrolled() {
    const percent = (100 * (scrollY + innerHeight)) / document.documentElement.scrollHeight;
    deepest = Math.min(100, Math.max(deepest, Math.round(percent)));
  }

  function tick() {
    const now = performance.now();
    if (since !== false) looked += now - since;
    since = isVisible() && now;
  }

  function arrive() {
    since = hasLeft = false;
    looked = deepest = 0;
    tick();
    scrolled();
  }

  function turned() {
    inView.forEach((_, block) => count(block));
    if (!isVisible()) return left();
    tick();
    send();
  }

  // Told when the page is hidden for the first time: a phone may never wake it again.
  function left() {
    tick();
    if (!hasLeft) {
      note("page_left", { path: location.pathname, seconds: Math.round(looked / 1000), scrolled: deepest });
    }
    hasLeft = true;
    leave();
  }

  // --- what is said about a card ---

  function escaped({ key }) {
    const menu = key === "Escape" && document.querySelector("[data-pz-menu][open]");
    if (!menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  }

  async function say(form, data) {
    const response = await ask(form.getAttribute("action"), data);
    if (!response.ok) throw new Error();
    return response.json();
  }

  async function submitted(event) {
    const form = event.target, button = event.submitter, card = form.closest("[data-pz-product]");
    if (!card || !form.matches("[data-pz-feedback]")) return;
    event.preventDefault();
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    const data = new FormData(form);
    if (button) data.set(button.name, button.value);
    try {
      giveWay(card, form, await say(form, data));
    } catch {
      // The plain way: then the server says what is wrong.
      form.removeAttribute("data-pz-feedback");
      form.requestSubmit(button);
    }
  }

  function giveWay(card, form, { told: sentence, undo, back: takesBack }) {
    const before = [...card.childNodes], sign = document.createElement("p"), back = document.createElement("button");
    sign.className = "pz-card__told";
    sign.tabIndex = -1;
    sign.textContent = sentence;
    back.type = "button";
    back.className = "pz-button pz-button--quiet";
    back.dataset.pzFeedback = "";
    back.textContent = undo;
    back.addEventListener("click", safely(async () => {
      const data = new FormData(form), menu = form.closest("details");
      data.set("what", takesBack || "undo");
      await say(form, data);
      form.ariaBusy = null;
      card.replaceChildren(...before);
      menu?.removeAttribute("open");
      (menu || form).querySelector("summary, button").focus();
    }));
    card.replaceChildren(sign, ...(undo ? [back] : []));
    sign.focus();
  }

  // --- begin ---

  let waiting = document.prerendering && [];
  const run = (work) => safely(work)();

  const track = safely((name, data = {}, { product } = {}) => {
    const tell = () => note("custom", { name: String(name), data }, product);
    if (waiting) waiting.push(tell);
    else tell();
  });
  const consent = safely((wanted) => (Array.isArray(wanted) ? agree([...wanted]).catch(purposes) : purposes()));

  // A page made ahead of time is nobody's until somebody looks at it.
  const begin = safely(() => {
    const held = waiting || [];
    waiting = null;
    isAhead = isAhead || performance.getEntriesByType?.("navigation")[0]?.activationStart > 0;
    document.addEventListener("click", safely(pressed));
    document.addEventListener("submit", safely(submitted));
    document.addEventListener("keydown", safely(escaped));
    document.addEventListener("visibilitychange", safely(() => isVisible() && settle()));
    window.addEventListener("pageshow", safely(({ persisted }) => {
      if (!persisted) return;
      settle();
      if (!watching) return;
      arrive();
      send();
    }));
    run(settle);
    held.forEach(run);
  });

  const calls = Array.isArray(early?.queue) ? early.queue : [];
  const own = calls === early?.queue ? early : {};
  window.personalization = Object.assign(own, { track, consent, queue: { push: run } });
  if (waiting) {
    isAhead = true;
    document.addEventListener("prerenderingchange", begin, { once: true });
  } else begin();
  calls.forEach(run);
})();
