// Keeps the bars of trainings in work fresh; when one ends, the page is loaded again with its verdict.
"use strict";
(() => {
  const panel = document.querySelector("[data-pz-progress-url]");
  if (!panel) return;
  const EVERY = 3000;
  const known = new Set([...document.querySelectorAll("[data-pz-working]")].map((row) => row.dataset.pzWorking));

  function show(run) {
    for (const bar of document.querySelectorAll(`[data-pz-run="${run.id}"]`)) bar.value = run.percent;
    const row = document.querySelector(`[data-pz-working="${run.id}"]`);
    if (!row) return;
    row.querySelector("[data-pz-percent]").textContent = run.percent;
    row.querySelector("[data-pz-stage]").textContent = run.stage;
    row.querySelector("[data-pz-since]").textContent = run.since;
  }

  async function look() {
    if (document.hidden) return;
    const response = await fetch(panel.dataset.pzProgressUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const { runs } = await response.json();
    runs.forEach(show);
    const now = new Set(runs.map((run) => String(run.id)));
    if ([...known].some((id) => !now.has(id))) window.location.reload();
  }

  if (known.size) setInterval(() => look().catch(() => {}), EVERY);
})();
