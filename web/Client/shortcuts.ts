import htmx from "htmx.org";
import { openPalette } from "./palette";
import { openRowDialog } from "./table";

const pages: Record<string, string> = { h: "/", d: "/devices", a: "/alerts", s: "/scripts", c: "/policies", p: "/plugins", o: "/organizations", e: "/enrollment", l: "/audit" };

let pending = "";
let timer = 0;

/** The keys of the whole site. Those of tables are in table.ts. */
export function startShortcuts(): void {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]:not([data-quiet])")) {
      return;
    }
    if (pending === "g") {
      pending = "";
      const link = document.querySelector<HTMLAnchorElement>(`.sidebar a[data-path="${pages[event.key] ?? ""}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    switch (event.key) {
      case "g":
        pending = "g";
        clearTimeout(timer);
        timer = window.setTimeout(() => (pending = ""), 1200);
        break;
      case "/": {
        const search = document.querySelector<HTMLInputElement>("[data-page-search]");
        event.preventDefault();
        if (search) {
          search.focus();
          search.select();
        } else {
          openPalette();
        }
        break;
      }
      case "?":
        event.preventDefault();
        showHelp();
        break;
      case "r": {
        const run = document.querySelector<HTMLElement>("[data-run-script]:not([hidden])");
        if (run && run.offsetParent) {
          event.preventDefault();
          run.click();
        } else {
          openRowDialog(event);
        }
        break;
      }
      case "c":
        document.querySelector<HTMLElement>("[data-connect]")?.click();
        break;
      case "f":
        document.querySelector<HTMLElement>("[data-files-link]")?.click();
        break;
      case "d":
        document.querySelector<HTMLElement>("[data-desktop-link]")?.click();
        break;
      default:
        openRowDialog(event);
    }
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-show-help]")) {
      showHelp();
    }
    const opener = (event.target as Element).closest<HTMLElement>("[data-show-dialog]");
    if (opener) {
      document.querySelector<HTMLDialogElement>(opener.dataset.showDialog!)?.showModal();
    }
    const closer = (event.target as Element).closest("[data-close-dialog]");
    closer?.closest("dialog")?.close();
    if (event.target instanceof HTMLDialogElement) {
      // A click on the backdrop lands on the dialog itself.
      event.target.close();
    }
  });
  document.body.addEventListener("htmx:beforeHistorySave", () => document.querySelectorAll<HTMLDialogElement>("dialog[open]").forEach((dialog) => dialog.close()));
  htmx.config.scrollIntoViewOnBoost = true;
}

function showHelp(): void {
  document.querySelector<HTMLDialogElement>("#help")?.showModal();
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element?.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]");
}
