import htmx from "htmx.org";
import { behaviour } from "./lib/behaviours";
import { recall, remember } from "./lib/store";

type Recent = { href: string; text: string; hint: string };

/** The command palette: the server finds, the arrow keys choose, Enter opens, and what was opened last comes first. */
export function openPalette(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#palette");
  if (!dialog || dialog.open) {
    return;
  }
  dialog.showModal();
  const input = dialog.querySelector<HTMLInputElement>("input")!;
  input.value = "";
  showRecent(dialog);
  htmx.trigger(input, "palette-open");
  input.focus();
}

export function startPalette(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-open-palette]")) {
      openPalette();
    }
  });

  behaviour("#palette", (dialog) => {
    const input = dialog.querySelector<HTMLInputElement>("input")!;
    input.addEventListener("keydown", (event) => {
      const items = options(dialog);
      const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(input, items, (at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % Math.max(1, items.length));
      } else if (event.key === "Enter") {
        event.preventDefault();
        (items[at] ?? items[0])?.click();
      }
    });
    input.addEventListener("input", () => (recentList(dialog).hidden = input.value.trim() !== ""));
    dialog.addEventListener("htmx:afterSwap", () => choose(input, options(dialog), 0));
    dialog.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>("a[role=option]");
      if (link) {
        keep({ href: link.getAttribute("href")!, text: link.dataset.text ?? "", hint: link.dataset.hint ?? "" });
        (dialog as HTMLDialogElement).close();
      }
    });
  });
}

function options(dialog: Element): HTMLAnchorElement[] {
  return [...dialog.querySelectorAll<HTMLAnchorElement>("a[role=option]")].filter((item) => item.offsetParent !== null);
}

function choose(input: HTMLInputElement, items: HTMLAnchorElement[], index: number): void {
  items.forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
  const chosen = items[index];
  input.setAttribute("aria-activedescendant", chosen?.id ?? "");
  chosen?.scrollIntoView({ block: "nearest" });
}

function recentList(dialog: Element): HTMLElement {
  return dialog.querySelector<HTMLElement>("[data-recent]")!;
}

function recents(): Recent[] {
  try {
    return JSON.parse(recall("recent") ?? "[]") as Recent[];
  } catch {
    return [];
  }
}

function keep(entry: Recent): void {
  remember("recent", JSON.stringify([entry, ...recents().filter((other) => other.href !== entry.href)].slice(0, 5)));
}

function showRecent(dialog: HTMLElement): void {
  const list = recentList(dialog);
  list.replaceChildren();
  list.hidden = false;
  const entries = recents().filter((entry) => entry.href?.startsWith("/") && !entry.href.startsWith("//"));
  if (!entries.length) {
    return;
  }
  const heading = document.createElement("div");
  heading.className = "palette-heading";
  heading.textContent = "Recent";
  list.append(heading);
  entries.forEach((entry, i) => {
    const link = document.createElement("a");
    link.id = `recent-${i}`;
    link.href = entry.href;
    link.className = "palette-item";
    link.setAttribute("role", "option");
    link.tabIndex = -1;
    link.dataset.text = entry.text;
    link.dataset.hint = entry.hint;
    const text = document.createElement("span");
    text.textContent = entry.text;
    const hint = document.createElement("span");
    hint.className = "palette-hint";
    hint.textContent = entry.hint;
    link.append(text, hint);
    list.append(link);
  });
  htmx.process(list);
}
