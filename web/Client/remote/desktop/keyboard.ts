import type { Says } from "./messages";

/** How long the browser may take to say what is pasted before the key goes by itself. */
const patienceForPasteMs = 150;

/** Windows says Ctrl just before AltGr, which nobody has pressed. */
const togetherMs = 5;

/**
 * Keys go by where they are on the keyboard, so that the device's own layout decides what they write. A field that nobody sees has the focus: phones show their keyboard
 * for it, and only to a field does every browser say what is pasted. What such a keyboard writes goes as text.
 */
export function startKeyboard(field: HTMLTextAreaElement, says: Says): () => void {
  const down = new Set<string>();
  let pasting = 0;
  let controlAt = -Infinity;
  const listening = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(name: K, take: (event: HTMLElementEventMap[K]) => void): void =>
    field.addEventListener(name, take, { signal: listening.signal });

  const press = (code: string): void => {
    down.add(code);
    says.key(code, true);
  };
  const lift = (code: string): void => {
    if (down.delete(code)) {
      says.key(code, false);
    }
  };

  on("keydown", (event) => {
    // The page has keys of its own.
    event.stopPropagation();
    if (!event.code || event.isComposing || event.key === "Unidentified") {
      return;
    }
    if (event.code === "KeyV" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      // Not stopped: the browser says next what is on its clipboard, and the device has to have it before the key.
      if (!event.repeat && !pasting) {
        pasting = window.setTimeout(() => paste(), patienceForPasteMs);
      }
      return;
    }
    event.preventDefault();
    if (event.code === "ControlLeft" && !event.repeat) {
      controlAt = event.timeStamp;
    } else if (event.key === "AltGraph" && event.timeStamp - controlAt < togetherMs) {
      lift("ControlLeft");
    }
    press(event.code);
  });
  on("keyup", (event) => {
    event.stopPropagation();
    if (event.code === "KeyV" && pasting) {
      paste();
    }
    event.preventDefault();
    lift(event.code);
    if (event.code.startsWith("Meta")) {
      // A Mac does not say which keys were let go of meanwhile.
      [...down].forEach(lift);
    }
  });
  on("paste", (event) => {
    event.preventDefault();
    paste(event.clipboardData?.getData("text/plain"));
  });
  on("input", () => {
    if (field.value) {
      says.text(field.value);
      field.value = "";
    }
  });
  on("blur", () => {
    clearTimeout(pasting);
    pasting = 0;
    if (down.size > 0) {
      down.clear();
      says.release();
    }
  });

  function paste(text?: string): void {
    if (text) {
      says.clipboard(text);
    }
    if (pasting) {
      clearTimeout(pasting);
      pasting = 0;
      press("KeyV");
    }
  }

  return () => listening.abort();
}

/** Presses keys together, and lets go of them in reverse. */
export function pressTogether(codes: string[], says: Says): void {
  codes.forEach((code) => says.key(code, true));
  codes.reverse().forEach((code) => says.key(code, false));
}
