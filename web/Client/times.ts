import { behaviour } from "./lib/behaviours";

const formats = {
  exact: new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" }),
};

/** Keeps relative times true while the page stays open, and shows the exact one, in the viewer's zone, on hover. */
export function startTimes(): void {
  behaviour("time[data-relative]", (element) => {
    const at = new Date((element as HTMLTimeElement).dateTime);
    element.title = formats.exact.format(at);
    update(element as HTMLTimeElement);
  });
  setInterval(() => document.querySelectorAll<HTMLTimeElement>("time[data-relative]").forEach(update), 15_000);
}

function update(element: HTMLTimeElement): void {
  const text = relative((Date.now() - Date.parse(element.dateTime)) / 1000);
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function relative(seconds: number): string {
  const ahead = seconds < -5;
  const s = Math.abs(seconds);
  if (s < 10) {
    return "just now";
  }
  const text = s < 60 ? `${Math.floor(s)} s` : s < 3600 ? `${Math.floor(s / 60)} min` : s < 86400 ? `${Math.floor(s / 3600)} h` : s < 86400 * 60 ? `${Math.floor(s / 86400)} d` : `${Math.floor(s / 86400 / 30)} mo`;
  return ahead ? `in ${text}` : `${text} ago`;
}
