const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export type Span = { reflect: (fixed: boolean) => void; show: (from: number, to: number) => void; stop: () => void };

/** The panel where somebody types a time span, in their own time zone; the address has it in UTC. */
export function startSpan(board: HTMLElement, go: (from: string, to: string) => void): Span {
  const form = board.querySelector<HTMLFormElement>("[data-span-form]");
  const label = board.querySelector<HTMLElement>("[data-span]");
  const error = board.querySelector<HTMLElement>("[data-span-error]");
  const field = (name: string): HTMLInputElement | undefined => form?.querySelector<HTMLInputElement>(`[name=${name}]`) ?? undefined;
  let fixed = false;

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const from = new Date(field("from")!.value);
    const to = new Date(field("to")!.value);
    const valid = from < to;
    if (error) {
      error.hidden = valid;
    }
    if (valid) {
      form.closest("details")!.open = false;
      go(from.toISOString(), to.toISOString());
    }
  });

  const outside = (event: Event): void => {
    for (const menu of board.querySelectorAll<HTMLDetailsElement>("details.board-menu[open]")) {
      if (!menu.contains(event.target as Node)) {
        menu.open = false;
      }
    }
  };
  const escape = (event: KeyboardEvent): void => {
    const open = event.key === "Escape" ? board.querySelector<HTMLDetailsElement>("details.board-menu[open]") : null;
    if (open) {
      open.open = false;
      open.querySelector("summary")?.focus();
    }
  };
  document.addEventListener("click", outside);
  document.addEventListener("keydown", escape);

  return {
    reflect: (value) => {
      fixed = value;
      label?.closest("summary")?.classList.toggle("is-on", fixed);
      if (label && !fixed) {
        label.textContent = "Custom";
      }
    },
    show: (from, to) => {
      if (label && fixed) {
        label.textContent = `${day.format(new Date(from * 1000))} – ${day.format(new Date(to * 1000))}`;
      }
      // Not under the hands of somebody who types.
      if (form && !form.closest("details")!.open) {
        field("from")!.value = local(from);
        field("to")!.value = local(to);
      }
    },
    stop: () => {
      document.removeEventListener("click", outside);
      document.removeEventListener("keydown", escape);
    },
  };
}

function local(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (value: number): string => `${value}`.padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
