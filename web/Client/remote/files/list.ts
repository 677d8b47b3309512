import { formatValue } from "../../lib/units";
import type { Entry } from "./client";
import { modeText, shown } from "./names";

export type SortKey = "name" | "size" | "changed" | "mode" | "owner";

export type ListEvents = {
  open: (entry: Entry) => void;
  up: () => void;
  /** What is chosen has changed. */
  choose: () => void;
  key: (key: string, event: KeyboardEvent) => boolean;
};

/** Rows beyond what can be seen, so that scrolling meets no gap. */
const margin = 20;
const typedTogetherMs = 900;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The files of a folder. Only the rows that can be seen exist, so a hundred thousand are as quick as ten. */
export class FileTable {
  readonly #scroller: HTMLElement;
  readonly #body: HTMLTableSectionElement;
  readonly #table: HTMLTableElement;
  readonly #icons: Map<string, SVGElement>;
  readonly #events: ListEvents;
  readonly #chosen = new Set<string>();
  #entries: Entry[] = [];
  #shown: Entry[] = [];
  #sort: { key: SortKey; down: boolean } = { key: "name", down: false };
  #cursor = -1;
  #anchor = -1;
  #typed = "";
  #typedAt = 0;
  #frame = 0;
  #sorted = true;
  escapes = true;
  withHidden = false;

  constructor(scroller: HTMLElement, icons: Map<string, SVGElement>, events: ListEvents) {
    this.#scroller = scroller;
    this.#table = scroller.querySelector("table")!;
    this.#body = this.#table.tBodies[0];
    this.#icons = icons;
    this.#events = events;
    scroller.addEventListener("scroll", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(scroller);
    this.#table.tHead!.addEventListener("click", (event) => {
      const key = (event.target as Element).closest<HTMLElement>("[data-sort]")?.dataset.sort as SortKey | undefined;
      if (key) {
        this.#sort = { key, down: this.#sort.key === key ? !this.#sort.down : key === "size" || key === "changed" };
        this.#arrange();
      }
    });
    this.#body.addEventListener("click", (event) => this.#click(event));
    this.#body.addEventListener("dblclick", (event) => {
      const entry = this.#shown[this.#indexOf(event.target as Element)];
      if (entry && !(event.target as Element).closest("button, input")) {
        this.#events.open(entry);
      }
    });
    scroller.addEventListener("keydown", (event) => this.#key(event));
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get count(): number {
    if (!this.#sorted) {
      this.#arrange();
    }
    return this.#shown.length;
  }

  /** What is chosen, in the order that is seen; without a choice nothing. */
  get chosen(): Entry[] {
    return this.#shown.filter((entry) => this.#chosen.has(entry.name));
  }

  get current(): Entry | undefined {
    return this.#shown[this.#cursor];
  }

  clear(): void {
    this.#entries = [];
    this.#chosen.clear();
    this.#cursor = -1;
    this.#anchor = -1;
    this.#scroller.scrollTop = 0;
    this.#arrange();
    this.#events.choose();
  }

  add(entries: Entry[]): void {
    this.#entries.push(...entries);
    // Many come at once; they are put in order once per frame.
    if (this.#sorted) {
      this.#sorted = false;
      requestAnimationFrame(() => this.#arrange());
    }
  }

  choose(names: string[]): void {
    this.#chosen.clear();
    names.forEach((name) => this.#chosen.add(name));
    this.#arrange();
    this.#cursor = this.#shown.findIndex((entry) => this.#chosen.has(entry.name));
    this.#anchor = this.#cursor;
    this.#reveal();
    this.#events.choose();
  }

  refresh(): void {
    this.#arrange();
  }

  focus(): void {
    this.#table.focus({ preventScroll: true });
  }

  #arrange(): void {
    this.#sorted = true;
    const at = this.current?.name;
    const visible = this.withHidden ? [...this.#entries] : this.#entries.filter((entry) => !entry.name.startsWith("."));
    const { key, down } = this.#sort;
    const sign = down ? -1 : 1;
    const rank = (entry: Entry): number => (entry.kind === "folder" || entry.leads === "folder" ? 0 : 1);
    const compare: Record<SortKey, (a: Entry, b: Entry) => number> = {
      name: () => 0,
      size: (a, b) => a.size - b.size,
      changed: (a, b) => a.changed - b.changed,
      mode: (a, b) => (a.mode ?? 0) - (b.mode ?? 0),
      owner: (a, b) => collator.compare(`${a.owner}:${a.group}`, `${b.owner}:${b.group}`),
    };
    visible.sort((a, b) => rank(a) - rank(b) || sign * (compare[key](a, b) || collator.compare(a.name, b.name)));
    this.#shown = visible;
    this.#cursor = at === undefined ? -1 : visible.findIndex((entry) => entry.name === at);
    for (const header of this.#table.querySelectorAll<HTMLElement>("[data-sort]")) {
      const active = header.dataset.sort === key;
      header.toggleAttribute("data-active", active);
      header.closest("th")!.setAttribute("aria-sort", active ? (down ? "descending" : "ascending") : "none");
    }
    this.#table.setAttribute("aria-rowcount", String(visible.length + 1));
    this.#draw();
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow(): void {
    cancelAnimationFrame(this.#frame);
    const height = this.#rowHeight;
    const first = Math.max(0, Math.floor(this.#scroller.scrollTop / height) - margin);
    const last = Math.min(this.#shown.length, first + Math.ceil(this.#scroller.clientHeight / height) + 2 * margin);
    const rows: HTMLElement[] = [spacer(first * height)];
    for (let i = first; i < last; i++) {
      rows.push(this.#row(this.#shown[i], i));
    }
    rows.push(spacer((this.#shown.length - last) * height));
    this.#body.replaceChildren(...rows);
    const current = this.#cursor >= first && this.#cursor < last ? rowId(this.#cursor) : "";
    if (current) {
      this.#table.setAttribute("aria-activedescendant", current);
    } else {
      this.#table.removeAttribute("aria-activedescendant");
    }
  }

  get #rowHeight(): number {
    return parseFloat(getComputedStyle(this.#scroller).getPropertyValue("--row")) || 36;
  }

  #row(entry: Entry, index: number): HTMLTableRowElement {
    const row = document.createElement("tr");
    const chosen = this.#chosen.has(entry.name);
    row.id = rowId(index);
    row.dataset.index = String(index);
    row.setAttribute("aria-rowindex", String(index + 2));
    row.setAttribute("aria-selected", String(chosen));
    row.classList.toggle("row-selected", chosen);
    row.classList.toggle("row-current", index === this.#cursor);
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "form-check-input";
    box.checked = chosen;
    box.tabIndex = -1;
    box.setAttribute("aria-label", `Choose ${shown(entry.name, this.escapes)}`);
    const name = document.createElement("button");
    name.type = "button";
    name.className = "file-name";
    name.tabIndex = -1;
    const text = document.createElement("bdi");
    text.textContent = shown(entry.name, this.escapes);
    name.append(this.#iconOf(entry), text);
    if (entry.target !== undefined) {
      const target = document.createElement("span");
      target.className = "muted file-target";
      target.textContent = ` → ${shown(entry.target, this.escapes)}${entry.leads ? "" : " (leads nowhere)"}`;
      name.append(target);
    }
    const small = document.createElement("span");
    small.className = "muted only-small file-small";
    small.textContent = [entry.kind === "file" ? formatValue(entry.size, "By") : "", entry.changed ? dates.format(entry.changed) : ""].filter(Boolean).join(" · ");
    const first = cell(name, "file-cell");
    first.append(small);
    row.append(
      cell(box, "check"),
      first,
      cell(entry.kind === "file" ? formatValue(entry.size, "By") : "–", "num hide-small"),
      cell(entry.changed ? dates.format(entry.changed) : "–", "nowrap hide-small"),
      cell(entry.mode === undefined ? "" : modeText(entry.mode, entry.kind), "mono nowrap hide-medium"),
      cell(entry.owner === undefined ? "" : `${entry.owner}:${entry.group}`, "nowrap hide-medium clip-cell"),
    );
    return row;
  }

  #iconOf(entry: Entry): Element {
    const kind = entry.kind === "link" ? (entry.leads === "folder" ? "folder-link" : "link") : entry.kind;
    return (this.#icons.get(kind) ?? this.#icons.get("other")!).cloneNode(true) as Element;
  }

  #indexOf(element: Element): number {
    return Number(element.closest<HTMLElement>("tr[data-index]")?.dataset.index ?? -1);
  }

  #click(event: MouseEvent): void {
    const target = event.target as Element;
    const index = this.#indexOf(target);
    const entry = this.#shown[index];
    if (!entry) {
      return;
    }
    if (target.closest(".file-name") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      this.#cursor = this.#anchor = index;
      this.#events.open(entry);
      this.#draw();
      this.focus();
      return;
    }
    if (event.shiftKey && this.#anchor >= 0) {
      this.#chooseRange(this.#anchor, index);
    } else if (event.ctrlKey || event.metaKey || target.closest("input, .check")) {
      this.#toggle(entry);
      this.#anchor = index;
    } else {
      this.#chosen.clear();
      this.#chosen.add(entry.name);
      this.#anchor = index;
    }
    this.#cursor = index;
    this.#changed();
    this.focus();
  }

  #toggle(entry: Entry): void {
    if (!this.#chosen.delete(entry.name)) {
      this.#chosen.add(entry.name);
    }
  }

  #chooseRange(from: number, to: number): void {
    this.#chosen.clear();
    this.#shown.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((entry) => this.#chosen.add(entry.name));
  }

  #changed(): void {
    this.#draw();
    this.#events.choose();
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || (event.target as Element).closest("thead")) {
      return;
    }
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight) - 2);
    const moves: Record<string, number> = {
      ArrowDown: this.#cursor + 1, ArrowUp: Math.max(0, this.#cursor - 1), PageDown: this.#cursor + page, PageUp: this.#cursor - page, Home: 0, End: this.#shown.length - 1,
    };
    if (event.key in moves) {
      this.#move(Math.min(this.#shown.length - 1, Math.max(0, moves[event.key])), event.shiftKey, event.ctrlKey || event.metaKey);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") {
      this.#chooseRange(0, this.#shown.length - 1);
      this.#changed();
    } else if (event.key === " " && this.current && this.#typed === "") {
      this.#toggle(this.current);
      this.#changed();
    } else if (event.key === "Enter" && this.current) {
      this.#events.open(this.current);
    } else if (event.key === "Backspace") {
      this.#events.up();
    } else if (event.key === "Escape") {
      this.#chosen.clear();
      this.#changed();
    } else if (!this.#events.key(event.key, event) && !this.#find(event)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #move(index: number, extend: boolean, keep: boolean): void {
    if (this.#shown.length === 0) {
      return;
    }
    this.#cursor = index;
    if (extend) {
      this.#anchor = Math.max(0, this.#anchor);
      this.#chooseRange(this.#anchor, index);
    } else if (!keep) {
      this.#anchor = index;
      this.#chosen.clear();
      this.#chosen.add(this.#shown[index].name);
    }
    this.#reveal();
    this.#changed();
  }

  /** Typing goes to the next name that begins so. */
  #find(event: KeyboardEvent): boolean {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.key === "/" || event.key === "?") {
      return false;
    }
    const now = performance.now();
    this.#typed = now - this.#typedAt < typedTogetherMs ? this.#typed + event.key.toLowerCase() : event.key.toLowerCase();
    this.#typedAt = now;
    setTimeout(() => {
      if (performance.now() - this.#typedAt >= typedTogetherMs) {
        this.#typed = "";
      }
    }, typedTogetherMs + 10);
    const from = this.#typed.length > 1 ? Math.max(0, this.#cursor) : this.#cursor + 1;
    const order = [...this.#shown.keys()].map((i) => (i + from) % this.#shown.length);
    const found = order.find((i) => shown(this.#shown[i].name, this.escapes).toLowerCase().startsWith(this.#typed));
    if (found !== undefined) {
      this.#move(found, false, false);
    }
    return true;
  }

  #reveal(): void {
    if (this.#cursor < 0) {
      return;
    }
    // There is no scrolling to what has no room yet.
    this.#drawNow();
    const height = this.#rowHeight;
    const head = this.#table.tHead!.offsetHeight;
    const top = this.#cursor * height;
    if (top < this.#scroller.scrollTop) {
      this.#scroller.scrollTop = top;
    } else if (top + height > this.#scroller.scrollTop + this.#scroller.clientHeight - head) {
      this.#scroller.scrollTop = top + height - this.#scroller.clientHeight + head;
    }
  }
}

function rowId(index: number): string {
  return `file-${index}`;
}

function cell(content: Node | string, className: string): HTMLTableCellElement {
  const made = document.createElement("td");
  made.className = className;
  made.append(content);
  return made;
}

function spacer(height: number): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.className = "file-spacer";
  row.setAttribute("aria-hidden", "true");
  row.style.height = `${height}px`;
  return row;
}
