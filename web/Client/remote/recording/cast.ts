/** What a recording holds: text that was shown, and changes of size, each at its second. */
export type CastEvent = { at: number; text?: string; size?: Size };

export type Size = { columns: number; rows: number };

export type Cast = { size: Size; events: CastEvent[] };

const largest = 1000;

/** A pause that is skipped lasts this long. */
const shortPause = 2;

/** Reads an asciicast v2. It is a device's word: what makes no sense is left out, and nothing in it is anything but text for a terminal. */
export function readCast(text: string): Cast {
  const lines = text.split("\n");
  const header = parse(lines[0]) as { width?: unknown; height?: unknown } | undefined;
  const size = sizeOf(header?.width, header?.height) ?? { columns: 80, rows: 24 };
  const events: CastEvent[] = [];
  let last = 0;
  for (const line of lines.slice(1)) {
    const event = parse(line);
    if (!Array.isArray(event) || typeof event[0] !== "number" || !Number.isFinite(event[0]) || typeof event[2] !== "string") {
      continue;
    }
    // Time does not run backwards.
    last = Math.max(last, event[0]);
    if (event[1] === "o") {
      events.push({ at: last, text: event[2] });
    } else if (event[1] === "r") {
      const [columns, rows] = event[2].split("x").map(Number);
      const next = sizeOf(columns, rows);
      if (next) {
        events.push({ at: last, size: next });
      }
    }
  }
  return { size, events };
}

/** When each event comes, with or without long pauses. */
export function timesOf(events: CastEvent[], skipPauses: boolean): number[] {
  let [time, before] = [0, 0];
  return events.map(({ at }) => {
    time += skipPauses ? Math.min(at - before, shortPause) : at - before;
    before = at;
    return time;
  });
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? "");
  } catch {
    return undefined;
  }
}

function sizeOf(columns: unknown, rows: unknown): Size | undefined {
  const isFine = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= largest;
  return isFine(columns) && isFine(rows) ? { columns, rows } : undefined;
}
