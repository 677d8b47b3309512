import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";
import { behaviour, enliven } from "./lib/behaviours";
import { openStream } from "./lib/stream";

const gatherMs = 600;
const refreshMs = 30_000;

/**
 * Keeps the rows on screen true. The stream says which devices changed; those on the page are fetched again, all in one request, and morphed
 * in place, so that selection, focus and scroll stay.
 */
export function startLiveRows(): void {
  behaviour("[data-live-rows]", (table) => {
    const changed = new Set<string>();
    let timer = 0;
    const refresh = async (ids: string[]): Promise<void> => {
      const shown = ids.filter((id) => document.getElementById(`device-${id}`));
      if (!shown.length || document.hidden) {
        return;
      }
      const url = new URL(table.dataset.liveRows!, location.href);
      url.searchParams.set("ids", shown.join(","));
      const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => undefined);
      if (!response?.ok || response.redirected) {
        return;
      }
      const holder = document.createElement("template");
      holder.innerHTML = await response.text();
      for (const fresh of holder.content.querySelectorAll("tr[id]")) {
        const row = document.getElementById(fresh.id);
        if (!row) {
          continue;
        }
        const box = row.querySelector<HTMLInputElement>("input[name=selected]");
        const checked = box?.checked ?? false;
        fresh.className = row.className;
        Idiomorph.morph(row, fresh, { morphStyle: "outerHTML", ignoreActiveValue: true });
        const after = document.getElementById(fresh.id)!;
        const again = after.querySelector<HTMLInputElement>("input[name=selected]");
        if (again) {
          again.checked = checked;
        }
        htmx.process(after);
        enliven(after);
      }
    };
    const close = openStream(table.dataset.stream!, {
      device: (id) => {
        changed.add(id);
        if (!timer) {
          timer = window.setTimeout(() => {
            timer = 0;
            const ids = [...changed];
            changed.clear();
            void refresh(ids);
          }, gatherMs);
        }
      },
    });
    const refreshAll = (): void => void refresh([...table.querySelectorAll("tr[data-row]")].map((row) => row.id.slice("device-".length)));
    const every = setInterval(refreshAll, refreshMs);
    addEventListener("breeze:rows-changed", refreshAll);
    return () => {
      close();
      removeEventListener("breeze:rows-changed", refreshAll);
      clearTimeout(timer);
      clearInterval(every);
    };
  });
}
