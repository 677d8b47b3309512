import htmx from "htmx.org";

const key = "breeze.terminals";

/** The terminals that this tab shows. */
function ownTerminals(): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "[]") as string[];
  } catch {
    return [];
  }
}

/** A page of terminals begins with those that this tab had or that no page shows; what another page shows is left there until somebody wants it. Where there are none, a new one is opened. */
export function startOpening(open: HTMLElement): void {
  const own = ownTerminals();
  const returns = [...document.querySelectorAll<HTMLFormElement>("[data-remote-return]")].filter(
    (form) => form.dataset.away === "True" || own.includes(form.dataset.remoteReturn!),
  );
  for (const form of returns.length ? returns : [open as HTMLFormElement]) {
    // Otherwise the browser itself would submit it, if this comes before htmx.
    htmx.process(form);
    form.requestSubmit();
  }
}

export function keepTerminal(session: string, keep: boolean): void {
  try {
    const others = ownTerminals().filter((one) => one !== session);
    sessionStorage.setItem(key, JSON.stringify(keep ? [...others, session] : others));
  } catch {
    // Where nothing may be stored one returns by hand.
  }
}
