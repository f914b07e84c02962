/* Small comforts; every page works without them. */
"use strict";

/* Choosing an order is enough; no need to press a button. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-submit-on-change]");
  if (form) form.requestSubmit();
});

/* Menus close on Escape and on a click beside them. */
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});

/* Adding to the basket without leaving one's place. Should anything fail, the form is sent the plain way. */
const GLANCE_SECONDS = 5;
let toastTimer = 0;

async function add(form) {
  const answer = new FormData(form);
  answer.set("next", document.getElementById("header-basket").dataset.glance);
  const response = await fetch(form.action, { method: "POST", body: answer });
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of ["header-basket", "messages"]) document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  document.getElementById("header-basket").className = page.getElementById("header-basket").className;
}

function showMessages() {
  const messages = document.getElementById("messages");
  messages.classList.add("toast");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => messages.replaceChildren(), GLANCE_SECONDS * 1000);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest(".pz-card__form, .add, .variants__form");
  if (!form || !document.getElementById("header-basket") || document.querySelector(".basket")) return;
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  /* Busy, not disabled: a disabled button would lose the keyboard's place. */
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  add(form).then(showMessages, () => form.submit()).finally(() => { button.ariaBusy = "false"; });
});
