import type uPlot from "uplot";
import { bare, type ChartData, draw, legend } from "./charts";

type Moment = { from: number; to: number; chart: ChartData | null };

/** One metric around a moment, with what it was compared with and the times at which an alert was open. */
export function startMomentChart(figure: HTMLElement): () => void {
  let plot: uPlot | undefined;
  let closed = false;
  const note = figure.querySelector<HTMLElement>("[data-note]");
  void fetch(figure.dataset.momentChart!, { credentials: "same-origin" })
    .then((response) => (response.ok && !response.redirected ? (response.json() as Promise<Moment>) : undefined))
    .catch(() => undefined)
    .then((moment) => {
      if (closed) {
        return;
      }
      if (!moment?.chart) {
        if (note) {
          note.textContent = moment ? "Nothing is stored of that time any more." : "The chart could not be loaded. Reload the page to try again.";
        }
        return;
      }
      note?.remove();
      const caption = bare("figcaption", "", moment.chart.title);
      const at = bare("span", "chart-at");
      at.dataset.at = "";
      caption.append(at);
      const host = bare("div", "chart");
      figure.append(caption, host, legend(moment.chart));
      plot = draw({ host, chart: moment.chart, syncKey: "moment", height: 190 });
      plot.setScale("x", { min: moment.from, max: moment.to });
    });
  return () => {
    closed = true;
    plot?.destroy();
  };
}
