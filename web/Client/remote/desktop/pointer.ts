import type { Says } from "./messages";

const tapPixels = 8;
const longTapMs = 500;
const wheelPixels = 100;
const wheelLines = 3;

type Place = { x: number; y: number };

/** What two fingers do to the picture: how much larger, and how far it is pushed. */
type Pinch = (factor: number, x: number, y: number) => void;

/** Mouse, pen and wheel as they are; a finger taps, drags, and held down it is the right button. Two fingers are the page's. */
export function startPointer(canvas: HTMLCanvasElement, says: Says, focus: () => void, pinch: Pinch): () => void {
  const listening = new AbortController();
  const fingers = new Map<number, Place>();
  let touch: { start: Place; dragging: boolean; timer: number } | undefined;
  let held: { apart: number; middle: Place } | undefined;
  let next: Place | undefined;
  let turned = { x: 0, y: 0 };
  const on = <K extends keyof HTMLElementEventMap>(name: K, take: (event: HTMLElementEventMap[K]) => void): void =>
    canvas.addEventListener(name, take, { signal: listening.signal, passive: false });

  const placeOf = (event: MouseEvent): Place => {
    const box = canvas.getBoundingClientRect();
    const on = (at: number, from: number, length: number, pixels: number): number => Math.min(pixels - 1, Math.max(0, Math.floor(((at - from) / length) * pixels)));
    return { x: on(event.clientX, box.left, box.width, canvas.width), y: on(event.clientY, box.top, box.height, canvas.height) };
  };

  /** A mouse says where it is far more often than anybody can see. */
  const move = (place: Place): void => {
    if (!next) {
      requestAnimationFrame(() => {
        if (next) {
          says.move(next.x, next.y);
          next = undefined;
        }
      });
    }
    next = place;
  };

  const click = (button: number, down: boolean, place: Place): void => {
    next = undefined;
    says.button(button, down, place.x, place.y);
  };

  on("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    if (event.pointerType !== "touch") {
      focus();
      click(event.button, true, placeOf(event));
      return;
    }
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 1) {
      const place = placeOf(event);
      touch = {
        start: { x: event.clientX, y: event.clientY }, dragging: false,
        timer: window.setTimeout(() => {
          touch = undefined;
          click(2, true, place);
          click(2, false, place);
        }, longTapMs),
      };
    } else {
      letGo(event);
      held = hold();
    }
  });
  on("pointermove", (event) => {
    if (event.pointerType !== "touch") {
      move(placeOf(event));
      return;
    }
    if (!fingers.has(event.pointerId)) {
      return;
    }
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2 && held) {
      const before = held;
      held = hold();
      pinch(held.apart / before.apart, held.middle.x - before.middle.x, held.middle.y - before.middle.y);
    } else if (touch?.dragging) {
      move(placeOf(event));
    } else if (touch && Math.hypot(event.clientX - touch.start.x, event.clientY - touch.start.y) > tapPixels) {
      clearTimeout(touch.timer);
      touch.dragging = true;
      click(0, true, placeOf(new MouseEvent("at", { clientX: touch.start.x, clientY: touch.start.y })));
      move(placeOf(event));
    }
  });
  on("pointerup", (event) => {
    if (event.pointerType !== "touch") {
      click(event.button, false, placeOf(event));
      return;
    }
    fingers.delete(event.pointerId);
    if (touch && !touch.dragging) {
      click(0, true, placeOf(event));
    }
    if (touch) {
      clearTimeout(touch.timer);
      click(0, false, placeOf(event));
    }
    touch = undefined;
  });
  on("pointercancel", (event) => {
    fingers.delete(event.pointerId);
    letGo(event);
  });
  on("contextmenu", (event) => event.preventDefault());
  on("wheel", (event) => {
    event.preventDefault();
    const step = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? wheelPixels : wheelLines;
    turned = { x: turned.x + event.deltaX / step, y: turned.y + event.deltaY / step };
    const whole = { x: Math.trunc(turned.x), y: Math.trunc(turned.y) };
    if (whole.x || whole.y) {
      turned = { x: turned.x - whole.x, y: turned.y - whole.y };
      says.wheel(whole.x, whole.y);
    }
  });

  /** What a finger holds is let go where another one comes. */
  function letGo(event: PointerEvent): void {
    if (touch?.dragging) {
      click(0, false, placeOf(event));
    }
    clearTimeout(touch?.timer);
    touch = undefined;
  }

  function hold(): { apart: number; middle: Place } {
    const [a, b] = [...fingers.values()];
    return { apart: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  }

  return () => {
    clearTimeout(touch?.timer);
    listening.abort();
  };
}
