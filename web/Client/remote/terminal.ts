import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Terminal } from "@xterm/xterm";
import { recall, remember } from "../lib/store";
import { colours, trustStyles } from "./look";
import { keepTerminal } from "./own";
import { offerShells } from "./shells";
import { RemoteSession, type RemoteTransport } from "./session";

const data = 0;
const resize = 1;
const info = 2;
const exited = 3;
const attach = 4;

const readerKey = "terminal-reader";

const transports: Record<RemoteTransport, string> = { direct: "Direct", turn: "Relayed (TURN)", relay: "Via server" };

/** A terminal in an element that says which session it is for. Answers what to do when the element goes. */
export function startRemoteTerminal(pane: HTMLElement): () => void {
  trustStyles();
  const screen = pane.querySelector<HTMLElement>("[data-screen]")!;
  const state = pane.querySelector<HTMLElement>("[data-remote-state]")!;
  const terminal = new Terminal({
    scrollback: 10_000,
    fontSize: 14,
    fontFamily: getComputedStyle(pane).getPropertyValue("--mono"),
    theme: colours(),
    minimumContrastRatio: 4.5,
    screenReaderMode: recall(readerKey) === "on",
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.open(screen);
  fit.fit();
  const encoder = new TextEncoder();
  const show = (text: string, tone: string): void => {
    state.textContent = text;
    state.dataset.tone = tone;
    pane.dataset.state = tone;
  };
  show("Connecting", "wait");
  const id = pane.dataset.session!;
  const lingers = pane.dataset.lingers === "True";
  let begun = false;
  let informed = false;
  /** Bytes still to come that were shown before. */
  let replaying = 0;
  keepTerminal(id, lingers);
  document.querySelector(`[data-remote-return="${id}"]`)?.closest("li")?.remove();
  // One that is out of sight would not be drawn.
  pane.scrollIntoView({ block: "nearest" });

  const session = new RemoteSession(id, pane.dataset.ticket!, {
    waiting: (text) => show(text, "wait"),
    open: (transport) => {
      show(transports[transport], "open");
      if (!begun) {
        begun = true;
        if (pane.dataset.return === "True") {
          void session.send(Uint8Array.of(attach));
        }
        terminal.focus();
      }
      void sendSize();
    },
    message: (bytes) => take(bytes),
    end: (reason, text) => {
      show(reason === "exited" ? "The shell has ended" : text, "end");
      terminal.options.disableStdin = true;
      if (reason !== "left") {
        keepTerminal(id, false);
      }
    },
  }, { lingers });

  async function take(bytes: Uint8Array): Promise<void> {
    switch (bytes[0]) {
      case data:
        if (!informed) {
          // It was for the page before, and comes again.
          return;
        }
        // Kept when the bytes are on the screen: what the device may send on depends on it.
        await new Promise<void>((resolve) => terminal.write(bytes.subarray(1), resolve));
        replaying = Math.max(0, replaying - bytes.length + 1);
        break;
      case info: {
        const told = JSON.parse(new TextDecoder().decode(bytes.subarray(1))) as { shell?: string; shells?: unknown; user?: string; replay?: number };
        offerShells(told.shells);
        if (pane.dataset.return !== "True" || told.replay !== undefined) {
          informed = true;
          replaying = told.replay ?? 0;
        }
        pane.querySelector("[data-shell]")!.textContent = [told.user, told.shell].filter(Boolean).join(" · ");
        break;
      }
      case exited:
        terminal.write(`\r\n[ended with ${new DataView(bytes.buffer, bytes.byteOffset).getInt32(1)}]\r\n`);
        break;
    }
  }

  function sendSize(): Promise<void> {
    const frame = new Uint8Array(5);
    frame[0] = resize;
    new DataView(frame.buffer).setUint16(1, terminal.cols);
    new DataView(frame.buffer).setUint16(3, terminal.rows);
    return session.send(frame);
  }

  const typed = (bytes: Uint8Array): void => {
    // A program asked the terminal something then, and had its answer then.
    if (replaying > 0) {
      return;
    }
    const frame = new Uint8Array(1 + bytes.length);
    frame[0] = data;
    frame.set(bytes, 1);
    void session.send(frame);
  };
  terminal.onData((text) => typed(encoder.encode(text)));
  terminal.onBinary((text) => typed(Uint8Array.from(text, (c) => c.charCodeAt(0))));
  terminal.onResize(() => void sendSize());
  // Ctrl+Shift+C and V copy and paste; the others are the shell's.
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown" || !event.ctrlKey || !event.shiftKey) {
      return true;
    }
    if (event.code === "KeyC" && terminal.hasSelection()) {
      void navigator.clipboard.writeText(terminal.getSelection());
      event.preventDefault();
      return false;
    }
    if (event.code === "KeyF") {
      event.preventDefault();
      find?.focus();
      return false;
    }
    return event.code !== "KeyV";
  });
  const find = pane.querySelector<HTMLInputElement>("[data-terminal-find]");
  find?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.shiftKey) {
        search.findPrevious(find.value);
      } else {
        search.findNext(find.value);
      }
    } else if (event.key === "Escape") {
      terminal.focus();
    }
  });
  // A terminal that is read out takes no text that an input method or a phone's keyboard puts in, so it is a choice.
  const reader = pane.querySelector<HTMLButtonElement>("[data-terminal-reader]");
  const showReader = (): void => reader?.setAttribute("aria-pressed", String(terminal.options.screenReaderMode === true));
  showReader();
  reader?.addEventListener("click", () => {
    terminal.options.screenReaderMode = !terminal.options.screenReaderMode;
    remember(readerKey, terminal.options.screenReaderMode ? "on" : "off");
    showReader();
  });
  pane.querySelector("[data-remote-end]")?.addEventListener("click", () => session.end());
  const observer = new ResizeObserver(() => {
    if (screen.offsetParent) {
      fit.fit();
    }
  });
  observer.observe(screen);
  const recolour = (): void => {
    terminal.options.theme = colours();
  };
  // The theme changes by the person's choice and by the system's.
  const themes = new MutationObserver(recolour);
  themes.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  return () => {
    themes.disconnect();
    observer.disconnect();
    if (lingers) {
      session.leave();
    } else {
      session.end();
    }
    terminal.dispose();
  };
}
