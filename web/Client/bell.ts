import htmx from "htmx.org";
import { behaviour, enliven } from "./lib/behaviours";
import { recall, remember } from "./lib/store";
import { openStream } from "./lib/stream";

const pollMs = 30_000;

/** Whether this person wants messages of this browser, and the browser lets us. */
function isAllowed(): boolean {
  return "Notification" in window && Notification.permission === "granted" && recall("bell.messages") === "on";
}

/** Says what is new since the last time, once over all tabs of this browser. */
function say(panel: HTMLElement): void {
  const last = Number(recall("bell.said") ?? "0");
  const items = [...panel.querySelectorAll<HTMLAnchorElement>("[data-bell-item].is-unread")].filter((item) => Number(item.dataset.bellAt) > last);
  const newest = Math.max(last, ...items.map((item) => Number(item.dataset.bellAt)));
  if (newest > last) {
    remember("bell.said", `${newest}`);
  }
  if (!isAllowed() || last === 0) {
    return;
  }
  for (const item of items.slice(0, 5)) {
    try {
      const message = new Notification(item.querySelector(".bell-title")?.textContent ?? "Breeze", { body: item.dataset.bellSeverity, tag: item.dataset.bellItem });
      message.onclick = () => {
        window.focus();
        location.assign(item.href);
      };
    } catch {
      // Phones show messages from service workers alone.
    }
  }
}

/** The bell of the top bar: its count, its last ones, and messages of the browser. */
export function startBell(): void {
  behaviour("[data-bell]", (bell) => {
    const panel = bell.querySelector<HTMLElement>("[data-bell-panel]")!;
    const count = bell.querySelector<HTMLElement>("[data-bell-count]")!;
    let timer = 0;
    let close: (() => void) | undefined;
    let gone = false;
    const show = (unread: number): void => {
      const text = unread > 99 ? "99+" : unread > 0 ? `${unread}` : "";
      if (count.textContent !== text) {
        count.textContent = text;
      }
      remember("bell.count", text);
    };
    const refresh = async (): Promise<void> => {
      timer = 0;
      const response = await fetch(bell.dataset.bell!, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => undefined);
      if (gone || !response?.ok || response.redirected) {
        return;
      }
      panel.innerHTML = await response.text();
      htmx.process(panel);
      enliven(panel);
      show(Number(panel.querySelector<HTMLElement>("[data-bell-unread]")?.dataset.bellUnread ?? "0"));
      say(panel);
    };
    const soon = (): void => {
      timer ||= window.setTimeout(() => void refresh(), 400);
    };
    // A browser has few connections: only the tab that is looked at keeps one, the others ask now and then.
    const listen = (): void => {
      close?.();
      close = document.hidden ? undefined : openStream(bell.dataset.bellStream!, { state: soon });
      if (!document.hidden) {
        soon();
      }
    };
    const open = (): void => {
      if ((bell as HTMLDetailsElement).open && count.textContent) {
        const token = (JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>).RequestVerificationToken ?? "";
        void fetch(bell.dataset.bellRead!, { method: "POST", headers: { "HX-Request": "true", RequestVerificationToken: token }, credentials: "same-origin" }).then((answer) => answer.ok && show(0));
      }
    };
    count.textContent = recall("bell.count") ?? "";
    const every = setInterval(soon, pollMs);
    bell.addEventListener("toggle", open);
    document.addEventListener("visibilitychange", listen);
    listen();
    return () => {
      gone = true;
      close?.();
      clearTimeout(timer);
      clearInterval(every);
      document.removeEventListener("visibilitychange", listen);
    };
  });

  behaviour("[data-bell-choice]", (choice) => {
    const allow = choice.querySelector<HTMLButtonElement>("[data-bell-allow]")!;
    const stop = choice.querySelector<HTMLButtonElement>("[data-bell-stop]")!;
    const state = choice.querySelector<HTMLElement>("[data-bell-state]")!;
    const draw = (): void => {
      const on = isAllowed();
      allow.hidden = on;
      stop.hidden = !on;
      state.textContent = !("Notification" in window) ? "This browser has none." : Notification.permission === "denied" ? "This browser refuses them: allow them in its settings for this address." : on ? "They are on." : "They are off.";
      allow.disabled = !("Notification" in window) || Notification.permission === "denied";
      choice.hidden = false;
    };
    // A browser is asked on a click alone.
    allow.addEventListener("click", () => {
      void Notification.requestPermission().then((answer) => {
        remember("bell.messages", answer === "granted" ? "on" : "off");
        // From here on: a bell that was empty until now has nothing that was said before.
        if (!recall("bell.said")) {
          remember("bell.said", `${Date.now()}`);
        }
        draw();
      });
    });
    stop.addEventListener("click", () => {
      remember("bell.messages", "off");
      draw();
    });
    draw();
  });
}
