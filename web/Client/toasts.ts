type Toast = { text: string; tone?: "ok" | "bad" | "info"; trace?: string };

/** Says something at the edge of the page, also to screen readers. Bad news stays until it is closed. */
export function toast({ text, tone = "info", trace }: Toast): void {
  const region = document.getElementById("toasts");
  if (!region) {
    return;
  }
  const element = document.createElement("div");
  element.className = `toast-note toast-${tone}`;
  const message = document.createElement("p");
  message.textContent = text;
  element.append(message);
  if (trace) {
    const id = document.createElement("code");
    id.textContent = trace;
    element.append(id);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.setAttribute("aria-label", "Close");
  close.textContent = "×";
  close.addEventListener("click", () => element.remove());
  element.append(close);
  region.append(element);
  if (tone !== "bad") {
    setTimeout(() => element.remove(), 6000);
  }
}

/** Shows what a redirect left for the page that it led to. */
function showPending(): void {
  const found = /(?:^|; )breeze-toast=([^;]*)/.exec(document.cookie);
  if (!found) {
    return;
  }
  document.cookie = "breeze-toast=; path=/; max-age=0; samesite=strict";
  try {
    toast(JSON.parse(decodeURIComponent(found[1])) as Toast);
  } catch {
    // Whoever wrote that was not this server.
  }
}

export function startToasts(): void {
  showPending();
  document.body.addEventListener("htmx:afterSettle", showPending);
  // The server says it with HX-Trigger: {"toast": {"text": "…", "tone": "ok"}}.
  document.body.addEventListener("toast", (event) => toast((event as CustomEvent<Toast>).detail));
  document.body.addEventListener("htmx:sendError", () => toast({ text: "The server cannot be reached. Check the connection and try again.", tone: "bad" }));
  document.body.addEventListener("htmx:responseError", (event) => {
    const { xhr, boosted } = (event as CustomEvent).detail as { xhr: XMLHttpRequest; boosted?: boolean };
    if (boosted) {
      return;
    }
    const trace = xhr.getResponseHeader("X-Trace-Id") ?? undefined;
    const texts: Record<number, string> = {
      401: "You are signed out. Reload the page to sign in again.",
      403: "You do not have the permission for that. An administrator can grant it.",
      404: "That is no longer there, or out of your reach.",
      429: "Too many requests. Wait a moment and try again.",
    };
    toast({ text: texts[xhr.status] ?? `The server could not do that (${xhr.status}). Try again; if it stays, report this trace id.`, tone: "bad", trace });
  });
}
