import type uPlot from "uplot";
import { bare, type ChartData, draw, fill, legend } from "./charts";
import { type Choice, startChoices } from "./chart-choices";
import { startSpan } from "./chart-span";

type Group = { id: string; title: string; charts: ChartData[] };
type Board = { from: number; to: number; step: number; resolution: string; groups: Group[]; choices: Choice[] };

const refreshMs = 30_000;
const resolutions: Record<string, string> = { raw: "", "5m": "from 5-minute averages", "1h": "from hourly averages", "1d": "from daily averages" };

/** All charts of a device. The server decides what there is and how it is grouped; what is shown, and of which time, is in the address. */
export function startChartBoard(board: HTMLElement): () => void {
  const plots = new Map<string, uPlot>();
  const before: string[] = [];
  let shape = "";
  let asked = 0;
  let closed = false;

  const back = board.querySelector<HTMLButtonElement>("[data-zoom-back]");
  const span = startSpan(board, (from, to) => go({ from, to }));
  const choices = startChoices(board, (ids) => go({ show: ids.join(",") }));

  /** Goes to another address of this page. A page that comes back by the browser's button is loaded anew. */
  const go = (change: Record<string, string>, keeps = true): void => {
    const url = new URL(location.href);
    if (change.range || change.from) {
      ["range", "from", "to"].forEach((name) => url.searchParams.delete(name));
    }
    Object.entries(change).forEach(([name, value]) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name)));
    if (keeps) {
      before.push(location.search);
    }
    history.pushState({ htmx: true }, "", url);
    reflect();
    void load();
  };

  const zoom = (from: number, to: number): void => go({ from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() });

  const zoomBack = (): void => {
    const last = before.pop();
    if (last !== undefined) {
      history.pushState({ htmx: true }, "", location.pathname + last);
      reflect();
      void load();
    }
  };

  /** Shows in the bar what the address says. */
  const reflect = (): void => {
    const query = new URLSearchParams(location.search);
    const fixed = query.has("from");
    board.querySelectorAll<HTMLElement>("nav [data-range]").forEach((link) => {
      link.toggleAttribute("aria-current", false);
      if (!fixed && link.dataset.range === (query.get("range") ?? "1h")) {
        link.setAttribute("aria-current", "true");
      }
    });
    if (back) {
      back.hidden = before.length === 0;
    }
    span.reflect(fixed);
  };

  const load = async (): Promise<void> => {
    const turn = ++asked;
    board.setAttribute("aria-busy", "true");
    const query = new URLSearchParams(location.search);
    const response = await fetch(`${board.dataset.charts!}&${query}`, { credentials: "same-origin" }).catch(() => undefined);
    const data = response?.ok && !response.redirected ? ((await response.json().catch(() => undefined)) as Board | undefined) : undefined;
    if (closed || turn !== asked) {
      return;
    }
    board.removeAttribute("aria-busy");
    const note = board.querySelector<HTMLElement>("[data-note]");
    if (!data) {
      if (note && plots.size === 0) {
        note.textContent = "The charts could not be loaded. Reload the page to try again.";
      }
      return;
    }
    show(data);
  };

  const show = (data: Board): void => {
    const next = JSON.stringify(data.groups.map((group) => [group.id, group.charts.map((chart) => [chart.id, chart.unit, chart.levels, chart.series.map((series) => [series.label, !!series.min])])]));
    if (next !== shape) {
      shape = next;
      rebuild(data);
    }
    for (const chart of data.groups.flatMap((group) => group.charts)) {
      const plot = plots.get(chart.id);
      if (plot) {
        fill(plot, chart);
        plot.setScale("x", { min: data.from, max: data.to });
      }
    }
    span.show(data.from, data.to);
    choices.show(data.choices, data.groups.flatMap((group) => group.charts.map((chart) => chart.id)));
    const resolution = board.querySelector<HTMLElement>("[data-resolution]");
    if (resolution) {
      resolution.textContent = resolutions[data.resolution] ?? "";
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
      const section = bare("section", "chart-group");
      section.append(bare("h2", "section-title", group.title));
      const grid = bare("div", "chart-grid");
      section.append(grid);
      board.append(section);
      for (const chart of group.charts) {
        const card = figure(chart);
        grid.append(card);
        const host = card.querySelector<HTMLElement>(".chart")!;
        plots.set(chart.id, draw({ host, chart, syncKey: "board", height: 160, onZoom: zoom, area: true }));
      }
    }
  };

  const figure = (chart: ChartData): HTMLElement => {
    const card = bare("figure", "card chart-card");
    card.dataset.chartId = chart.id;
    const caption = bare("figcaption", "", chart.title);
    const at = bare("span", "chart-at");
    at.dataset.at = "";
    caption.append(at);
    const host = bare("div", "chart");
    card.append(caption, host, legend(chart));
    if (chart.more) {
      card.append(bare("p", "chart-more", `and ${chart.more} more that are not drawn`));
    }
    host.addEventListener("dblclick", zoomBack);
    return card;
  };

  const pick = (event: Event): void => {
    const link = (event.target as Element).closest<HTMLElement>("a[data-range]");
    if (link && !(event as MouseEvent).ctrlKey && !(event as MouseEvent).metaKey) {
      event.preventDefault();
      event.stopPropagation();
      go({ range: link.dataset.range! });
    }
  };

  // Before the link's own listener, which would load the page.
  board.addEventListener("click", pick, true);
  back?.addEventListener("click", zoomBack);
  reflect();
  void load();
  const timer = setInterval(() => !document.hidden && !new URLSearchParams(location.search).has("from") && void load(), refreshMs);
  return () => {
    closed = true;
    clearInterval(timer);
    span.stop();
    plots.forEach((plot) => plot.destroy());
  };
}
