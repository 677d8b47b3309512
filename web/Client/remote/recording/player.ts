import { Terminal } from "@xterm/xterm";
import { colours, trustStyles } from "../look";
import { type Cast, readCast, timesOf } from "./cast";

const tickMs = 50;
const stepSeconds = 5;
const largestFont = 14;
/** Below this nobody reads it; what is wider scrolls. */
const smallestFont = 8;

/** Plays a recording in an element that says where it is. Answers what to do when the element goes. */
export function startPlayer(pane: HTMLElement): () => void {
  trustStyles();
  const screen = pane.querySelector<HTMLElement>("[data-screen]")!;
  const play = pane.querySelector<HTMLButtonElement>("[data-play]")!;
  const seek = pane.querySelector<HTMLInputElement>("[data-seek]")!;
  const clock = pane.querySelector<HTMLElement>("[data-time]")!;
  const speed = pane.querySelector<HTMLSelectElement>("[data-speed]")!;
  const skip = pane.querySelector<HTMLInputElement>("[data-skip]")!;
  const terminal = new Terminal({
    disableStdin: true,
    scrollback: 1000,
    fontSize: largestFont,
    fontFamily: getComputedStyle(pane).getPropertyValue("--mono"),
    theme: colours(),
    minimumContrastRatio: 4.5,
    // A link in it leads nowhere: whoever wrote it was on the device.
    linkHandler: { activate: () => undefined },
  });
  terminal.open(screen);

  const gone = new AbortController();
  let cast: Cast = { size: { columns: 80, rows: 24 }, events: [] };
  let times: number[] = [];
  /** How many events are on the screen, and the second that is shown. */
  let shown = 0;
  let now = 0;
  let timer = 0;

  const end = (): number => times.at(-1) ?? 0;

  const fit = (): void => {
    const drawn = screen.querySelector<HTMLElement>(".xterm-screen");
    const font = terminal.options.fontSize!;
    if (drawn && drawn.offsetWidth && screen.offsetParent) {
      const style = getComputedStyle(screen);
      const room = screen.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 16;
      const next = Math.max(smallestFont, Math.min(largestFont, Math.floor((room / drawn.offsetWidth) * font * 2) / 2));
      if (next !== font) {
        terminal.options.fontSize = next;
      }
    }
  };

  const resize = (columns: number, rows: number): void => {
    if (terminal.cols !== columns || terminal.rows !== rows) {
      terminal.resize(columns, rows);
      fit();
    }
  };

  const tell = (): void => {
    seek.value = String(now);
    seek.setAttribute("aria-valuetext", words(now));
    clock.textContent = `${words(now)} / ${words(end())}`;
  };

  /** Shows the screen of a second. */
  const go = (to: number): void => {
    now = Math.max(0, Math.min(end(), to));
    if (shown > 0 && times[shown - 1] > now) {
      shown = 0;
      // As a sequence, so that it comes after what is still being written.
      const { columns, rows } = cast.size;
      terminal.write("\x1bc", () => resize(columns, rows));
    }
    let text = "";
    for (; shown < times.length && times[shown] <= now; shown++) {
      const event = cast.events[shown];
      text += event.text ?? "";
      if (event.size) {
        // What was shown before was for the size before.
        terminal.write(text);
        text = "";
        const { columns, rows } = event.size;
        terminal.write("", () => resize(columns, rows));
      }
    }
    if (text) {
      terminal.write(text);
    }
    tell();
  };

  const pause = (): void => {
    clearInterval(timer);
    timer = 0;
    play.setAttribute("aria-label", "Play");
    delete pane.dataset.playing;
  };

  const start = (): void => {
    if (now >= end()) {
      go(0);
    }
    let before = performance.now();
    timer = window.setInterval(() => {
      const at = performance.now();
      go(now + ((at - before) / 1000) * Number(speed.value));
      before = at;
      if (now >= end()) {
        pause();
      }
    }, tickMs);
    play.setAttribute("aria-label", "Pause");
    pane.dataset.playing = "true";
  };

  const toggle = (): void => (timer ? pause() : start());

  play.addEventListener("click", toggle);
  seek.addEventListener("input", () => go(Number(seek.value)));
  skip.addEventListener("change", () => {
    // The same place in the other time.
    const place = Math.max(0, shown - 1);
    const past = now - (times[place] ?? 0);
    times = timesOf(cast.events, skip.checked);
    seek.max = String(end());
    now = Math.min(times[place + 1] ?? end(), (times[place] ?? 0) + past);
    tell();
  });
  // Before the terminal, which would take the keys for itself.
  pane.addEventListener(
    "keydown",
    (event) => {
      const onControl = event.target instanceof HTMLElement && event.target.closest("select, [type=checkbox], button");
      if (event.ctrlKey || event.metaKey || event.altKey || !times.length) {
        return;
      }
      if (event.key === " " && !onControl) {
        toggle();
      } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && !(event.target instanceof HTMLSelectElement)) {
        go(now + (event.key === "ArrowLeft" ? -stepSeconds : stepSeconds));
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true, signal: gone.signal },
  );

  const load = async (): Promise<void> => {
    try {
      const response = await fetch(pane.dataset.recording!, { signal: gone.signal });
      if (!response.ok) {
        throw new Error(String(response.status));
      }
      cast = readCast(await response.text());
    } catch {
      clock.textContent = "The recording could not be loaded. Load the page again.";
      return;
    }
    if (gone.signal.aborted) {
      return;
    }
    times = timesOf(cast.events, skip.checked);
    seek.max = String(end());
    play.disabled = seek.disabled = false;
    terminal.resize(cast.size.columns, cast.size.rows);
    fit();
    go(0);
    start();
    play.focus({ preventScroll: true });
  };

  const observer = new ResizeObserver(fit);
  observer.observe(screen);
  const themes = new MutationObserver(() => {
    terminal.options.theme = colours();
  });
  themes.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  void load();
  return () => {
    gone.abort();
    pause();
    observer.disconnect();
    themes.disconnect();
    terminal.dispose();
  };
}

function words(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
