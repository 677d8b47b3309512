/** Formats values by their UCUM unit, as the server does for text. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return "–";
  }
  switch (unit) {
    case "1":
      return `${round(value * 100)} %`;
    case "%":
      return `${round(value)} %`;
    case "By":
      return scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);
    case "By/s":
      return scaled(value, 1000, ["B/s", "kB/s", "MB/s", "GB/s"]);
    case "s":
      return duration(value);
    case "ms":
      return value >= 1000 ? duration(value / 1000) : `${round(value)} ms`;
    case "Hz":
      return scaled(value, 1000, ["Hz", "kHz", "MHz", "GHz"]);
    case "Cel":
      return `${round(value)} °C`;
    default: {
      const annotation = /^\{(\w+)\}(\/s)?$/.exec(unit);
      const number = Math.abs(value) >= 10000 ? scaled(value, 1000, ["", "k", "M", "G"]).trim() : `${round(value)}`;
      return annotation ? `${number}${annotation[2] ?? ""}` : `${number} ${unit}`.trim();
    }
  }
}

function round(value: number): string {
  const magnitude = Math.abs(value);
  return value.toFixed(magnitude >= 100 || magnitude === 0 ? 0 : magnitude >= 10 ? 1 : 2).replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros));
}

function scaled(value: number, base: number, units: string[]): string {
  let index = 0;
  let rest = value;
  while (Math.abs(rest) >= base && index < units.length - 1) {
    rest /= base;
    index++;
  }
  return `${round(rest)} ${units[index]}`;
}

function duration(seconds: number): string {
  if (seconds < 60) {
    return `${round(seconds)} s`;
  }
  if (seconds < 3600) {
    return `${round(seconds / 60)} min`;
  }
  return seconds < 172800 ? `${round(seconds / 3600)} h` : `${round(seconds / 86400)} d`;
}
