import htmx from "htmx.org";
import { behaviour } from "./lib/behaviours";

/** Keys and selection of a data table: j/k move, x selects, Enter opens, o shows a quick look, Escape takes back. */
export function startTables(): void {
  behaviour("[data-selectable]", (table) => {
    let last: HTMLInputElement | undefined;
    table.addEventListener("click", (event) => {
      const box = (event.target as Element).closest<HTMLInputElement>("input[name=selected]");
      if (!box) {
        return;
      }
      if ((event as MouseEvent).shiftKey && last && last !== box) {
        const all = boxes(table);
        const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
        all.slice(from, to + 1).forEach((other) => (other.checked = box.checked));
      }
      last = box;
      showSelection(table);
    });
    table.addEventListener("change", (event) => {
      const all = (event.target as Element).closest<HTMLInputElement>("input[data-select-all]");
      if (all) {
        boxes(table).forEach((box) => (box.checked = all.checked));
        showSelection(table);
      }
    });
    document.querySelector("[data-clear-selection]")?.addEventListener("click", () => {
      boxes(table).forEach((box) => (box.checked = false));
      showSelection(table);
    });
    table.addEventListener("htmx:afterSettle", () => showSelection(table));
    showSelection(table);
  });
}

/** Handles a key for the table of the page, if it has one. */
export function openRowDialog(event: KeyboardEvent): void {
  const table = document.querySelector<HTMLElement>("[data-keys]");
  if (!table) {
    return;
  }
  const rows = [...table.querySelectorAll<HTMLElement>("tr[data-row]")];
  const at = rows.findIndex((row) => row.classList.contains("row-current"));
  const current = rows[at];
  switch (event.key) {
    case "j":
    case "k": {
      const next = rows[Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
      current?.classList.remove("row-current");
      next?.classList.add("row-current");
      next?.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: "nearest" });
      event.preventDefault();
      break;
    }
    case "x": {
      const box = current?.querySelector<HTMLInputElement>("input[name=selected]");
      box?.click();
      break;
    }
    case "Enter":
      if (current && !(event.target as Element).closest("a, button")) {
        current.querySelector<HTMLAnchorElement>("a[data-open]")?.click();
      }
      break;
    case "o":
      current?.querySelector<HTMLElement>("[data-quick-look]")?.click();
      break;
    case "Escape":
      current?.classList.remove("row-current");
      boxes(table).forEach((box) => (box.checked = false));
      showSelection(table);
      break;
    default: {
      // What the page does to the selection, and without one to the row at hand.
      const action = document.querySelector<HTMLElement>(`[data-row-key~="${CSS.escape(event.key)}"]`);
      if (action) {
        event.preventDefault();
        if (!boxes(table).some((box) => box.checked)) {
          current?.querySelector<HTMLInputElement>("input[name=selected]")?.click();
        }
        if (boxes(table).some((box) => box.checked)) {
          action.click();
        }
      }
    }
  }
}

/** The drawer opens when the server's answer is in it. */
export function startDrawers(): void {
  behaviour("dialog.drawer", (dialog) => {
    dialog.addEventListener("htmx:afterSwap", () => {
      if (!(dialog as HTMLDialogElement).open) {
        (dialog as HTMLDialogElement).show();
      }
    });
    dialog.addEventListener("close", () => document.querySelector<HTMLElement>("tr.row-current a")?.focus({ preventScroll: true }));
  });
  document.addEventListener("keydown", (event) => {
    const drawer = event.key === "Escape" ? document.querySelector<HTMLDialogElement>("dialog.drawer[open]") : null;
    if (drawer) {
      // One press closes one thing: the selection of the table stays.
      drawer.close();
      event.stopImmediatePropagation();
    }
  });
}

function boxes(table: Element): HTMLInputElement[] {
  return [...table.querySelectorAll<HTMLInputElement>("input[name=selected]")];
}

function showSelection(table: Element): void {
  const all = boxes(table);
  const chosen = all.filter((box) => box.checked);
  const head = table.querySelector<HTMLInputElement>("input[data-select-all]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  all.forEach((box) => box.closest("tr")?.classList.toggle("row-selected", box.checked));
  const bar = document.querySelector<HTMLElement>("[data-bulk-bar]");
  if (bar) {
    bar.hidden = chosen.length === 0;
    const count = bar.querySelector("[data-count]");
    if (count) {
      count.textContent = `${chosen.length}`;
    }
  }
  htmx.trigger(table, "selection-changed");
}
