import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";
import { behaviour, enliven } from "./lib/behaviours";
import { openStream } from "./lib/stream";

/** Puts what came in the place of what is there, so that rows keep their mark, ticks and focus. */
async function morph(element: HTMLElement, url: string): Promise<void> {
  const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => undefined);
  if (!response?.ok || response.redirected) {
    return;
  }
  const ticked = new Set([...element.querySelectorAll<HTMLInputElement>("input[name=selected]:checked")].map((box) => box.value));
  Idiomorph.morph(element, await response.text(), {
    morphStyle: "innerHTML",
    ignoreActiveValue: true,
    callbacks: {
      // What draws itself would be wiped away.
      beforeNodeMorphed: (node: Node) => !(node instanceof Element && node.matches("[data-moment-chart]")),
      beforeAttributeUpdated: (name: string, node: Element) => !(name === "class" && node.nodeName === "TR") && !(name === "hidden" && node.matches("[data-bulk-bar]")),
    },
  });
  element.querySelectorAll<HTMLInputElement>("input[name=selected]").forEach((box) => (box.checked = ticked.has(box.value)));
  htmx.process(element);
  enliven(element);
  const table = element.querySelector("[data-selectable]");
  if (table) {
    htmx.trigger(table, "htmx:afterSettle");
  }
}

/** Fetches a part of the page again when its stream says that something changed, and now and then anyway. Without an address of its own, the page's. */
export function startRefreshes(): void {
  behaviour("[data-refresh]", (element) => {
    let timer = 0;
    const refresh = (): void => {
      timer = 0;
      const busy = element.dataset.refreshUnless && element.querySelector(element.dataset.refreshUnless);
      if (document.hidden || busy) {
        return;
      }
      const url = element.dataset.refresh || location.pathname + location.search;
      if (element.dataset.refreshMorph !== undefined) {
        void morph(element, url);
      } else {
        void htmx.ajax("get", url, { target: element, swap: "innerHTML" });
      }
    };
    const soon = (): void => {
      timer ||= window.setTimeout(refresh, 400);
    };
    const close = element.dataset.refreshStream ? openStream(element.dataset.refreshStream, { state: soon }) : undefined;
    const every = setInterval(refresh, Number(element.dataset.refreshEvery ?? 60) * 1000);
    if (element.dataset.refreshNow === "true") {
      // What is shown may have been said before the stream was open.
      soon();
    }
    return () => {
      close?.();
      clearTimeout(timer);
      clearInterval(every);
    };
  });
}
