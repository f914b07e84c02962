// The toolbar of the staff: asks once for what the page is made of, and puts it at the foot. Only staff who asked for it get this.
"use strict";
(async () => {
  const tag = document.querySelector("script[data-pz-toolbar]");
  if (!tag) return;
  const { pzToolbar: address, pzNote: body } = tag.dataset;
  const answer = await fetch(address, { method: "POST", headers: { "X-Requested-With": "XMLHttpRequest" }, body });
  if (answer.status !== 200) return;
  const strip = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-pz-toolbar-strip]");
  if (strip) document.body.append(strip);
})().catch(() => {});
