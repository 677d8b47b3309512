import type uPlot from "uplot";
import { type ChartData, draw, legend, readOut, toData } from "./charts";
import { openStream } from "./lib/stream";

const windowSeconds = 300;

/**
 * The charts of a device as it is now: history from the server first, then a reading each second from the agent. One element holds several
 * figures, so that they share one stream.
 */
export function startLiveChart(board: HTMLElement): () => void {
  const figures = [...board.querySelectorAll<HTMLElement>("figure[data-metric]")];
  const plots: { metric: string; chart: ChartData; plot: uPlot; host: HTMLElement }[] = [];
  let closed = false;
  let close: (() => void) | undefined;

  void fetch(board.dataset.history!, { credentials: "same-origin" })
    .then((response) => (response.ok ? (response.json() as Promise<{ charts: ChartData[] }>) : { charts: [] }))
    .catch(() => ({ charts: [] as ChartData[] }))
    .then(({ charts }) => {
      if (closed) {
        return;
      }
      for (const figure of figures) {
        const metric = figure.dataset.metric!;
        const known = charts.find((chart) => chart.id === metric);
        const chart: ChartData = known ?? { id: metric, title: "", unit: figure.dataset.unit ?? "1", fixedMax: 1, times: [], series: [{ label: figure.dataset.title ?? metric, values: [] }] };
        chart.series[0].label = figure.dataset.title ?? chart.series[0].label;
        const host = figure.querySelector<HTMLElement>(".chart")!;
        const plot = draw({ host, chart, syncKey: "live", height: 150, area: true });
        figure.append(legend(chart));
        trim(chart);
        show(plot, chart);
        plots.push({ metric, chart, plot, host });
      }
      close = openStream(board.dataset.liveChart!, { live: (data) => append(JSON.parse(data) as { at: number; metrics: Record<string, number> }) });
    });

  const append = ({ at, metrics }: { at: number; metrics: Record<string, number> }): void => {
    board.dataset.live = "true";
    for (const { metric, chart, plot, host } of plots) {
      const value = metrics[metric];
      const time = at / 1000;
      if (value === undefined || time <= (chart.times.at(-1) ?? 0)) {
        continue;
      }
      chart.times.push(time);
      chart.series[0].values.push(value);
      trim(chart);
      show(plot, chart);
      if (plot.cursor.idx === null || plot.cursor.idx === undefined) {
        readOut(plot, host, chart);
      }
    }
  };

  return () => {
    closed = true;
    close?.();
    plots.forEach(({ plot }) => plot.destroy());
  };
}

function trim(chart: ChartData): void {
  const first = (chart.times.at(-1) ?? 0) - windowSeconds;
  while (chart.times.length && chart.times[0] < first) {
    chart.times.shift();
    chart.series.forEach((series) => series.values.shift());
  }
}

function show(plot: uPlot, chart: ChartData): void {
  const end = chart.times.at(-1) ?? Date.now() / 1000;
  plot.setData(toData(chart), false);
  plot.setScale("x", { min: end - windowSeconds, max: end });
}
