import { formatValue } from "../../lib/units";
import { FileError, type FilesClient } from "./client";
import type { Transfer } from "./transfer";

const atOnce = 3;

/** The transfers of a page: some run, the others wait; those that a lost connection cut go on with the next. */
export class Transfers {
  readonly #all: Transfer[] = [];
  readonly #rows = new Map<Transfer, HTMLElement>();
  readonly #client: FilesClient;
  readonly #panel: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #finished: (transfer: Transfer) => void;
  readonly #timer: number;

  constructor(client: FilesClient, panel: HTMLElement, finished: (transfer: Transfer) => void) {
    this.#client = client;
    this.#panel = panel;
    this.#template = panel.querySelector("template")!;
    this.#finished = finished;
    panel.querySelector("[data-transfers-clear]")!.addEventListener("click", () => this.#clear());
    this.#timer = window.setInterval(() => this.#show(), 400);
  }

  get unfinished(): boolean {
    return this.#all.some((transfer) => !transfer.isOver && transfer.state !== "paused");
  }

  add(transfer: Transfer): void {
    this.#all.push(transfer);
    this.#panel.hidden = false;
    const row = (this.#template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    row.querySelector("[data-title]")!.textContent = transfer.title;
    row.dataset.direction = transfer.direction;
    row.querySelector("progress")!.setAttribute("aria-label", transfer.title);
    for (const [name, act] of [["pause", this.#pause], ["resume", this.#resume], ["cancel", this.#cancel]] as const) {
      row.querySelector(`[data-${name}]`)!.addEventListener("click", () => act.call(this, transfer));
    }
    this.#rows.set(transfer, row);
    this.#panel.querySelector("ul")!.append(row);
    this.next();
  }

  /** Starts what waits, as far as there is room. */
  next(): void {
    while (this.#client.hello && this.#all.filter((transfer) => transfer.state === "running" || transfer.state === "asking").length < atOnce) {
      const waiting = this.#all.find((transfer) => transfer.state === "waiting");
      if (!waiting) {
        break;
      }
      void this.#run(waiting);
    }
    this.#show();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #run(transfer: Transfer): Promise<void> {
    transfer.state = "running";
    transfer.note = "";
    transfer.rate = 0;
    let again = false;
    try {
      await transfer.run(this.#client);
      transfer.state = "done";
    } catch (error) {
      const { code, message } = error instanceof FileError ? error : new FileError("failed", String(error));
      again = code === "changed" && transfer.direction === "down" && transfer.patience-- > 0;
      if (code === "busy" && transfer.state === "running" && transfer.patience-- > 0) {
        // The device may not have noticed yet that the session before this one has ended.
        await new Promise((resolve) => setTimeout(resolve, 1000));
        again = true;
      }
      if (transfer.state === "running") {
        transfer.state = code === "lost" || again ? "waiting" : code === "cancelled" ? "cancelled" : "failed";
        transfer.note = code === "lost" ? "Waits for the connection" : message;
      }
    }
    if (transfer.state === "done") {
      this.#finished(transfer);
    }
    if (this.#client.hello) {
      this.next();
    }
    this.#show();
  }

  #pause(transfer: Transfer): void {
    const running = transfer.state === "running";
    transfer.state = "paused";
    if (running) {
      this.#client.tell(transfer.id, "cancel");
    }
    this.next();
  }

  #resume(transfer: Transfer): void {
    if (transfer.state === "cancelled") {
      transfer.reset();
    }
    transfer.state = "waiting";
    this.next();
  }

  #cancel(transfer: Transfer): void {
    const began = transfer.id > 0;
    transfer.state = "cancelled";
    if (began && this.#client.hello) {
      this.#client.tell(transfer.id, "cancel", { discard: true });
    }
    this.next();
  }

  #clear(): void {
    for (const transfer of this.#all.filter((one) => one.isOver)) {
      this.#rows.get(transfer)?.remove();
      this.#rows.delete(transfer);
      this.#all.splice(this.#all.indexOf(transfer), 1);
    }
    this.#show();
  }

  #show(): void {
    const now = performance.now();
    for (const transfer of this.#all) {
      const row = this.#rows.get(transfer)!;
      if (transfer.state === "running") {
        transfer.measure(now);
      }
      row.dataset.state = transfer.state;
      const bar = row.querySelector("progress")!;
      if (transfer.total > 0 || transfer.isOver) {
        bar.max = Math.max(1, transfer.total);
        bar.value = transfer.state === "done" ? bar.max : transfer.done;
      } else {
        bar.removeAttribute("value");
      }
      row.querySelector("[data-note]")!.textContent = wordsOf(transfer);
      const isOver = transfer.isOver;
      row.querySelector<HTMLElement>("[data-pause]")!.hidden = isOver || transfer.state === "paused";
      row.querySelector<HTMLElement>("[data-resume]")!.hidden = !(transfer.state === "paused" || transfer.state === "failed" || transfer.state === "cancelled");
      row.querySelector<HTMLElement>("[data-cancel]")!.hidden = isOver;
    }
    const left = this.#all.filter((transfer) => !transfer.isOver).length;
    this.#panel.querySelector("[data-transfers-count]")!.textContent = left ? `${left} of ${this.#all.length} under way` : `${this.#all.length} finished`;
    this.#panel.hidden = this.#all.length === 0;
  }
}

function wordsOf(transfer: Transfer): string {
  const bytes = transfer.total ? `${formatValue(transfer.done, "By")} of ${formatValue(transfer.total, "By")}` : formatValue(transfer.done, "By");
  switch (transfer.state) {
    case "running": {
      const rate = transfer.rate ? ` · ${formatValue(transfer.rate, "By/s")}` : "";
      return `${bytes}${rate}${transfer.remaining !== undefined ? ` · ${formatValue(Math.ceil(transfer.remaining), "s")} left` : ""}`;
    }
    case "done":
      return [`Done · ${formatValue(transfer.total, "By")}`, transfer.note].filter(Boolean).join(" · ");
    case "waiting":
      return transfer.note || "Waiting";
    case "asking":
      return "Waits for your answer";
    case "paused":
      return `Paused at ${bytes}`;
    case "cancelled":
      return "Cancelled";
    case "failed":
      return transfer.note;
  }
}
