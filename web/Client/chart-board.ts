import type uPlot from "uplot";
import { type ChartData, draw, legend } from "./charts";

type Group = { id: string; title: string; charts: ChartData[] };
type Board = { from: number; to: number; groups: Group[] };

const refreshMs = 30_000;

/** All charts of a device. The server decides what there is and how it is grouped; a new metric appears with the next refresh. */
export function startChartBoard(board: HTMLElement): () => void {
  const plots = new Map<string, uPlot>();
  let shape = "";
  let closed = false;

  const load = async (): Promise<void> => {
    board.setAttribute("aria-busy", "true");
    const response = await fetch(board.dataset.charts!, { credentials: "same-origin" }).catch(() => undefined);
    board.removeAttribute("aria-busy");
    if (closed) {
      return;
    }
    const note = board.querySelector<HTMLElement>("[data-note]");
    if (!response?.ok || response.redirected) {
      if (note && plots.size === 0) {
        note.textContent = "The charts could not be loaded. Reload the page to try again.";
      }
      return;
    }
    show((await response.json()) as Board);
  };

  const show = (data: Board): void => {
    const next = JSON.stringify(data.groups.map((group) => [group.id, group.charts.map((chart) => [chart.id, chart.series.map((series) => series.label)])]));
    if (next !== shape) {
      shape = next;
      rebuild(data);
    }
    for (const chart of data.groups.flatMap((group) => group.charts)) {
      const plot = plots.get(chart.id);
      if (plot) {
        plot.setData([chart.times, ...chart.series.map((series) => series.values)] as uPlot.AlignedData, false);
        plot.setScale("x", { min: data.from, max: data.to });
      }
    }
  };

  const rebuild = (data: Board): void => {
    plots.forEach((plot) => plot.destroy());
    plots.clear();
    board.querySelectorAll(".chart-group").forEach((group) => group.remove());
    const empty = board.querySelector<HTMLElement>("[data-empty]");
    if (empty) {
      empty.hidden = data.groups.length > 0;
    }
    board.querySelector<HTMLElement>("[data-note]")?.remove();
    for (const group of data.groups) {
      const section = document.createElement("section");
      section.className = "chart-group";
      const heading = document.createElement("h2");
      heading.className = "section-title";
      heading.textContent = group.title;
      const grid = document.createElement("div");
      grid.className = "chart-grid";
      section.append(heading, grid);
      board.append(section);
      for (const chart of group.charts) {
        const figure = document.createElement("figure");
        figure.className = "card chart-card";
        const caption = document.createElement("figcaption");
        caption.textContent = chart.title;
        const host = document.createElement("div");
        host.className = "chart";
        figure.append(caption, host, legend(chart));
        grid.append(figure);
        plots.set(chart.id, draw({ host, chart, syncKey: "board", height: 160, onZoom: zoom, area: true }));
      }
    }
  };

  const zoom = (from: number, to: number): void => {
    const url = new URL(location.href);
    url.searchParams.delete("range");
    url.searchParams.set("from", new Date(from * 1000).toISOString());
    url.searchParams.set("to", new Date(to * 1000).toISOString());
    location.assign(url);
  };

  void load();
  const timer = board.dataset.fixed === "true" ? 0 : setInterval(() => !document.hidden && void load(), refreshMs);
  return () => {
    closed = true;
    clearInterval(timer);
    plots.forEach((plot) => plot.destroy());
  };
}
