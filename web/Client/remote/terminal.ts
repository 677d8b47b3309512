import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Terminal } from "@xterm/xterm";
import { RemoteSession, type RemoteTransport } from "./session";

const data = 0;
const resize = 1;
const info = 2;
const exited = 3;

const transports: Record<RemoteTransport, string> = { direct: "Direct", turn: "Relayed (TURN)", relay: "Via server" };

/** A terminal in an element that says which session it is for. Answers what to do when the element goes. */
export function startRemoteTerminal(pane: HTMLElement): () => void {
  trustStyles();
  const screen = pane.querySelector<HTMLElement>("[data-screen]")!;
  const state = pane.querySelector<HTMLElement>("[data-remote-state]")!;
  const terminal = new Terminal({ scrollback: 10_000, fontSize: 14, fontFamily: getComputedStyle(pane).getPropertyValue("--mono"), cursorBlink: false, theme: colours(pane), screenReaderMode: true });
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

  const session = new RemoteSession(pane.dataset.session!, pane.dataset.ticket!, {
    waiting: (text) => show(text, "wait"),
    open: (transport) => {
      show(transports[transport], "open");
      void sendSize();
      terminal.focus();
    },
    message: (bytes) => take(bytes),
    end: (reason, text) => {
      show(reason === "exited" ? "The shell has ended" : text, "end");
      terminal.options.disableStdin = true;
    },
  });

  async function take(bytes: Uint8Array): Promise<void> {
    switch (bytes[0]) {
      case data:
        // Kept when the bytes are on the screen: what the device may send on depends on it.
        return new Promise((resolve) => terminal.write(bytes.subarray(1), resolve));
      case info: {
        const told = JSON.parse(new TextDecoder().decode(bytes.subarray(1))) as { shell?: string; user?: string };
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
  pane.querySelector("[data-remote-end]")?.addEventListener("click", () => session.end());
  const observer = new ResizeObserver(() => {
    if (screen.offsetParent) {
      fit.fit();
    }
  });
  observer.observe(screen);
  const recolour = (): void => {
    terminal.options.theme = colours(pane);
  };
  addEventListener("breeze:theme", recolour);
  return () => {
    removeEventListener("breeze:theme", recolour);
    observer.disconnect();
    session.end();
    terminal.dispose();
  };
}

function colours(pane: HTMLElement): { background: string; foreground: string; cursor: string } {
  const style = getComputedStyle(pane.querySelector("[data-screen]")!);
  return { background: style.backgroundColor, foreground: style.color, cursor: style.color };
}

let trusted = false;

/** The terminal makes style elements of its own; the page's policy wants to know that they are ours. */
function trustStyles(): void {
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
  if (trusted || !nonce) {
    return;
  }
  trusted = true;
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (name.toLowerCase() === "style") {
      element.nonce = nonce;
    }
    return element;
  }) as typeof document.createElement;
}
