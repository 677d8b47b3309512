import htmx from "htmx.org";
import { behaviour } from "./lib/behaviours";
import { openStream } from "./lib/stream";

/** Fetches a part of the page again when its stream says that something changed, and now and then anyway. */
export function startRefreshes(): void {
  behaviour("[data-refresh]", (element) => {
    let timer = 0;
    const refresh = (): void => {
      timer = 0;
      const busy = element.dataset.refreshUnless && element.querySelector(element.dataset.refreshUnless);
      if (!document.hidden && !busy) {
        void htmx.ajax("get", element.dataset.refresh!, { target: element, swap: "innerHTML" });
      }
    };
    const soon = (): void => {
      timer ||= window.setTimeout(refresh, 400);
    };
    const close = element.dataset.refreshStream ? openStream(element.dataset.refreshStream, { state: soon }) : undefined;
    const every = setInterval(refresh, 60_000);
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
