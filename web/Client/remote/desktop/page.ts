import { toast } from "../../toasts";
import { RemoteSession } from "../session";
import { transports } from "../words";
import { Figures } from "./figures";
import { pressTogether, startKeyboard } from "./keyboard";
import { type DesktopInfo, largestClipboard, Says, toBrowser, view } from "./messages";
import { Picture } from "./picture";
import { OthersPointer } from "./others-pointer";
import { startPointer } from "./pointer";

const largestZoom = 6;

/** A desktop in an element that says which session it is for. Answers what to do when the element goes. */
export function startDesktop(pane: HTMLElement): () => void {
  const part = <E extends HTMLElement>(name: string): E => pane.querySelector<E>(`[data-${name}]`)!;
  const state = part("remote-state");
  const canvas = part<HTMLCanvasElement>("canvas");
  const keyboard = part<HTMLTextAreaElement>("keyboard");
  const screen = part("screen");
  const monitors = part<HTMLSelectElement>("monitors");
  const clipboard = part<HTMLTextAreaElement>("clipboard-text");
  const picture = new Picture(canvas);
  const others = new OthersPointer(part<HTMLImageElement>("pointer"), canvas);
  let zoom = 1;
  let stopControl: (() => void) | undefined;
  let copied: Uint8Array[] = [];

  const show = (text: string, tone: string): void => {
    state.textContent = text;
    state.dataset.tone = tone;
    pane.dataset.state = tone;
  };
  show("Connecting", "wait");

  const session = new RemoteSession(pane.dataset.session!, pane.dataset.ticket!, {
    waiting: (text) => show(text, "wait"),
    open: (transport) => show(transports[transport], "open"),
    message: (bytes) => take(bytes),
    end: (_, text) => {
      show(text, "end");
      figures.stop();
      others.hide();
      release();
    },
  });
  const says = new Says((bytes) => void session.send(bytes));
  const figures = new Figures(part("figures"), (number) => pane.dataset.state === "open" && says.ping(number));

  async function take(bytes: Uint8Array): Promise<void> {
    figures.message(bytes.length);
    switch (bytes[0]) {
      case toBrowser.info:
        begin(JSON.parse(new TextDecoder().decode(bytes.subarray(1))) as DesktopInfo);
        break;
      case toBrowser.image:
      case toBrowser.more:
        picture.take(bytes);
        break;
      case toBrowser.frameEnd: {
        const frame = view(bytes).getUint32(1);
        await picture.show();
        pane.dataset.frame = String(frame);
        figures.frame();
        says.shown(frame);
        break;
      }
      case toBrowser.cursor:
        showCursor(view(bytes).getUint16(1), view(bytes).getUint16(3), bytes.subarray(5));
        break;
      case toBrowser.pointer:
        others.move(view(bytes).getInt16(1), view(bytes).getInt16(3));
        break;
      case toBrowser.clipboard:
        copied.push(bytes.slice(2));
        if (bytes[1] === 1) {
          const text = await new Blob(copied as BlobPart[]).text();
          copied = [];
          await takeClipboard(text);
        }
        break;
      case toBrowser.pong:
        figures.pong(view(bytes).getUint32(1));
        break;
    }
  }

  function begin(info: DesktopInfo): void {
    const monitor = info.monitors[info.monitor];
    picture.resize(monitor.width, monitor.height);
    monitors.replaceChildren(...info.monitors.map((m, i) => new Option(`${m.name} · ${m.width} × ${m.height}`, String(i), i === info.monitor, i === info.monitor)));
    monitors.hidden = info.monitors.length < 2;
    if (!info.view_only && !stopControl) {
      takeControl();
    }
    pane.dataset.viewOnly = String(info.view_only);
  }

  function takeControl(): void {
    pane.querySelectorAll<HTMLElement>("[data-control]").forEach((element) => (element.hidden = false));
    keyboard.hidden = false;
    const focus = (): void => keyboard.focus({ preventScroll: true });
    const stops = [startKeyboard(keyboard, says), startPointer(canvas, says, focus, pinch)];
    stopControl = () => stops.forEach((stop) => stop());
    // A window that is left keeps no key down on the device.
    focus();
  }

  function release(): void {
    stopControl?.();
    stopControl = undefined;
    canvas.style.cursor = "";
    keyboard.hidden = true;
    pane.querySelectorAll<HTMLElement>("[data-control]").forEach((element) => (element.hidden = true));
  }

  function showCursor(x: number, y: number, png: Uint8Array): void {
    const url = png.length === 0 ? "" : `data:image/png;base64,${btoa(String.fromCharCode(...png))}`;
    others.shape(url, x, y);
    if (stopControl) {
      canvas.style.cursor = url ? `url(${url}) ${x} ${y}, default` : "none";
    }
  }

  async function takeClipboard(text: string): Promise<void> {
    clipboard.value = text;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not every browser lets a page do so by itself; the menu has it.
    }
  }

  function pinch(factor: number, x: number, y: number): void {
    setZoom(zoom * factor);
    screen.scrollBy(-x, -y);
  }

  function setZoom(factor: number): void {
    zoom = Math.min(largestZoom, Math.max(1, factor));
    pane.toggleAttribute("data-zoomed", zoom > 1);
    canvas.style.width = zoom > 1 ? `${zoom * 100}%` : "";
  }

  monitors.addEventListener("change", () => says.monitor(Number(monitors.value)));
  part<HTMLSelectElement>("sharpness").addEventListener("change", (event) => says.quality(Number((event.target as HTMLSelectElement).value)));
  const actual = part("actual-size");
  actual.addEventListener("click", () => {
    setZoom(1);
    actual.setAttribute("aria-pressed", String(pane.toggleAttribute("data-actual")));
  });
  pane.querySelectorAll<HTMLElement>("[data-keys]").forEach((button) =>
    button.addEventListener("click", () => {
      pressTogether(button.dataset.keys!.split(" "), says);
      keyboard.focus({ preventScroll: true });
    }));
  part("type").addEventListener("click", () => keyboard.focus({ preventScroll: true }));
  part("clipboard-send").addEventListener("click", () => {
    if (clipboard.value.length > largestClipboard) {
      toast({ text: "That is more than fits on the clipboard, which is 1 MiB.", tone: "bad" });
      return;
    }
    says.clipboard(clipboard.value);
    toast({ text: "It is on the device's clipboard.", tone: "ok" });
  });
  part("clipboard-copy").addEventListener("click", () => {
    navigator.clipboard.writeText(clipboard.value).then(
      () => toast({ text: "Copied.", tone: "ok" }),
      () => toast({ text: "The browser did not allow copying. Select the text and copy it by hand.", tone: "bad" }));
  });
  part("full-screen").addEventListener("click", () => {
    if (document.fullscreenElement) {
      void document.exitFullscreen();
    } else {
      void pane.requestFullscreen().then(() => stopControl && keyboard.focus({ preventScroll: true }));
    }
  });
  part("remote-end").addEventListener("click", () => session.end());
  screen.addEventListener("focus", () => stopControl && keyboard.focus({ preventScroll: true }));
  return () => {
    others.stop();
    figures.stop();
    release();
    session.end();
  };
}
