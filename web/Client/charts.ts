import uPlot from "uplot";
import { formatValue } from "./lib/units";
import { startChartBoard } from "./chart-board";
import { startLiveChart } from "./live-chart";
import { startMomentChart } from "./moment-chart";

export type ChartSeries = { label: string; values: (number | null)[]; min?: (number | null)[] | null; max?: (number | null)[] | null };
export type ChartLevel = { name: string; value: number };
export type ChartData = {
  id: string;
  title: string;
  unit: string;
  fixedMax?: number | null;
  times: number[];
  series: ChartSeries[];
  levels?: ChartLevel[];
  isStepped?: boolean;
  more?: number;
  /** Times in Unix seconds that are marked; without an end, until now. */
  spans?: [number, number | null][];
};

/** Lines that can be told apart in both themes, also by people who see fewer colours. */
const palette = ["#3b82f6", "#f59f00", "#12b886", "#e8590c", "#ae3ec9", "#0ca678", "#f06595", "#868e96"];

export function startCharts(element: HTMLElement): (() => void) | void {
  return element.dataset.momentChart ? startMomentChart(element) : element.dataset.liveChart ? startLiveChart(element) : element.dataset.charts ? startChartBoard(element) : undefined;
}

export type Draw = { host: HTMLElement; chart: ChartData; syncKey: string; height: number; onZoom?: (from: number, to: number) => void; area?: boolean };

/** Draws one chart in the one style of the site. */
export function draw({ host, chart, syncKey, height, onZoom, area }: Draw): uPlot {
  const css = getComputedStyle(host);
  // Read when drawing, so that a change of theme needs a redraw and no more.
  const grid = (): string => css.borderTopColor;
  const text = (): string => css.color;
  const font = `11px ${css.fontFamily}`;
  const options: uPlot.Options = {
    width: Math.max(200, host.clientWidth),
    height,
    legend: { show: false },
    padding: [8, 20, 0, 0],
    cursor: {
      // The crosshair alone is shared: a drag must zoom once, not once for each chart.
      sync: { key: syncKey, setSeries: false, filters: { pub: (type) => type === "mousemove" || type === "mouseleave", sub: () => true } },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      y: false,
    },
    scales: { x: { time: true }, y: { range: (_u, low, high) => range(low, high, chart) } },
    axes: [
      { stroke: text, font, grid: { show: false }, ticks: { stroke: grid, size: 4 }, size: 28, space: 76, values: timeLabels },
      { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false }, size: 68, space: 32, ...increments(chart.unit), values: (_u, splits) => splits.map((v) => formatValue(v, chart.unit)) },
    ],
    series: [
      {},
      ...chart.series.map((series, i) => {
        const stroke = palette[i % palette.length];
        return {
          label: series.label,
          stroke,
          width: 1.5,
          fill: area && chart.series.length === 1 && !series.min ? `${stroke}22` : undefined,
          spanGaps: false,
          paths: chart.isStepped ? uPlot.paths.stepped!({ align: 1 }) : undefined,
          points: { show: true, size: 5, fill: stroke, filter: lonelyPoints },
        };
      }),
      ...edges(chart).map(() => ({ stroke: "transparent", width: 0, points: { show: false }, spanGaps: false })),
    ],
    bands: bands(chart),
    hooks: {
      setSelect: [
        (u) => {
          if (u.select.width > 8 && onZoom) {
            onZoom(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
          }
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setCursor: [(u) => readOut(u, host, chart)],
      drawClear: [(u) => drawSpans(u, chart)],
      draw: [(u) => drawLevels(u, chart)],
    },
  };
  const plot = new uPlot(options, toData(chart), host);
  const observer = new ResizeObserver(() => plot.setSize({ width: Math.max(200, host.clientWidth), height }));
  observer.observe(host);
  const repaint = (): void => plot.redraw(false);
  addEventListener("breeze:theme", repaint);
  const destroy = plot.destroy.bind(plot);
  plot.destroy = () => {
    observer.disconnect();
    removeEventListener("breeze:theme", repaint);
    destroy();
  };
  return plot;
}

/** The lines' values, then the edges of the bands, in the order of the series. */
export function toData(chart: ChartData): uPlot.AlignedData {
  return [chart.times, ...chart.series.map((series) => series.values), ...edges(chart)] as uPlot.AlignedData;
}

/** Gives a plot the values of a chart of the same shape, and the legend the newest ones. */
export function fill(plot: uPlot, chart: ChartData): void {
  plot.setData(toData(chart), false);
  const host = plot.root.parentElement;
  if (host) {
    readOut(plot, host, chart);
  }
}

function banded(chart: ChartData): number[] {
  return chart.series.flatMap((series, i) => (series.min && series.max ? [i] : []));
}

function edges(chart: ChartData): (number | null)[][] {
  return banded(chart).flatMap((i) => [chart.series[i].max!, chart.series[i].min!]);
}

function bands(chart: ChartData): uPlot.Band[] {
  const first = chart.series.length + 1;
  return banded(chart).map((i, n) => ({ series: [first + n * 2, first + n * 2 + 1], fill: `${colour(i)}2e` }));
}

const levelColours: Record<string, string> = { warning: "#e08a00", critical: "#e03131", threshold: "#e03131" };

/** The times that are marked, behind the lines. One that is shorter than a pixel is still seen. */
function drawSpans(u: uPlot, chart: ChartData): void {
  const { ctx, bbox } = u;
  for (const [from, to] of chart.spans ?? []) {
    const right = bbox.left + bbox.width;
    const left = Math.max(bbox.left, u.valToPos(from, "x", true));
    const end = Math.min(right, to === null ? right : u.valToPos(to, "x", true));
    if (left > right || end < bbox.left) {
      continue;
    }
    ctx.save();
    ctx.fillStyle = "#e0313126";
    ctx.fillRect(left, bbox.top, Math.max(2 * devicePixelRatio, end - left), bbox.height);
    ctx.fillStyle = "#e03131";
    ctx.fillRect(left, bbox.top, Math.max(2 * devicePixelRatio, end - left), 2 * devicePixelRatio);
    ctx.restore();
  }
}

/** The levels that the metric's plugin names, as dashed lines with their name, where the chart reaches them. */
function drawLevels(u: uPlot, chart: ChartData): void {
  const { ctx, bbox } = u;
  for (const level of chart.levels ?? []) {
    const y = Math.round(u.valToPos(level.value, "y", true));
    if (y < bbox.top - 1 || y > bbox.top + bbox.height) {
      continue;
    }
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = levelColours[level.name] ?? "#868e96";
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = `${10 * devicePixelRatio}px ${getComputedStyle(u.root).fontFamily}`;
    ctx.textAlign = "left";
    ctx.textBaseline = level.name === "critical" ? "bottom" : "top";
    ctx.fillText(`${level.name} ${formatValue(level.value, chart.unit)}`, bbox.left + 4 * devicePixelRatio, y + (level.name === "critical" ? -1 : 2) * devicePixelRatio);
    ctx.restore();
  }
}

/** An element with a class and a text, and nothing that could be markup. */
export function bare(tag: string, className = "", text = ""): HTMLElement {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  element.textContent = text;
  return element;
}

export function colour(index: number): string {
  return palette[index % palette.length];
}

/** Shows the values under the crosshair, or the last ones, in the legend that the figure carries. */
export function readOut(u: uPlot, host: HTMLElement, chart: ChartData): void {
  const figure = host.closest("figure");
  if (!figure) {
    return;
  }
  const index = u.cursor.idx;
  const at = figure.querySelector<HTMLElement>("[data-at]");
  if (at) {
    at.textContent = index === null || index === undefined ? "" : exact.format(new Date(u.data[0][index] * 1000));
  }
  figure.querySelectorAll<HTMLElement>("[data-value]").forEach((cell, i) => {
    const values = u.data[i + 1] as (number | null | undefined)[] | undefined;
    const value = index === null || index === undefined ? lastOf(values) : values?.[index];
    const text = formatValue(value, chart.unit);
    const { min, max } = index === null || index === undefined ? {} : edgesAt(u, chart, i, index);
    cell.textContent = min === undefined || max === undefined || value === null || value === undefined ? text : `${text} (${formatValue(min, chart.unit)} – ${formatValue(max, chart.unit)})`;
  });
}

function edgesAt(u: uPlot, chart: ChartData, series: number, index: number): { min?: number; max?: number } {
  const n = banded(chart).indexOf(series);
  const first = chart.series.length + 1 + n * 2;
  return n < 0 ? {} : { max: u.data[first]?.[index] ?? undefined, min: u.data[first + 1]?.[index] ?? undefined };
}

/** The legend: the name and the current value of each line, as text that a screen reader can read. */
export function legend(chart: ChartData): HTMLElement {
  const list = document.createElement("ul");
  list.className = "chart-legend";
  // With many lines it scrolls, and so must be reachable by keys.
  list.tabIndex = 0;
  list.setAttribute("aria-label", "Lines of this chart");
  chart.series.forEach((series, i) => {
    const item = document.createElement("li");
    const mark = document.createElement("span");
    mark.className = "chart-mark";
    mark.style.setProperty("background", colour(i));
    const name = document.createElement("span");
    name.className = "chart-name";
    name.textContent = series.label || "value";
    name.title = series.label;
    const value = document.createElement("span");
    value.className = "chart-value";
    value.dataset.value = "";
    value.textContent = formatValue(lastOf(series.values), chart.unit);
    item.append(mark, name, value);
    list.append(item);
  });
  return list;
}

function lastOf(values: (number | null | undefined)[] | undefined): number | null | undefined {
  return values?.findLast((value) => value !== null && value !== undefined);
}

function range(low: number | null, high: number | null, chart: ChartData): [number, number] {
  if (chart.fixedMax) {
    return [0, Math.max(chart.fixedMax, high ?? 0)];
  }
  // A level is worth space when the values are near it.
  const top = (chart.levels ?? []).reduce((most, level) => (level.value <= most * 1.5 ? Math.max(most, level.value) : most), high ?? 1);
  const bottom = Math.min(0, low ?? 0);
  return [bottom, top <= bottom ? bottom + 1 : top * 1.1];
}

/** Steps that read well: powers of two for bytes, minutes and hours for seconds. */
function increments(unit: string): { incrs?: number[] } {
  if (unit === "By") {
    return { incrs: Array.from({ length: 50 }, (_, i) => 2 ** i) };
  }
  return unit === "s" ? { incrs: [1, 5, 15, 60, 300, 900, 3600, 7200, 21600, 43200, 86400, 172800, 604800, 2592000, 7776000, 31536000] } : {};
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const exact = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

function timeLabels(_u: uPlot, splits: number[], _axis: number, _space: number, increment: number): string[] {
  let previous = "";
  return splits.map((at) => {
    const date = new Date(at * 1000);
    const name = day.format(date);
    const label = increment >= 86400 ? name : increment < 60 ? second.format(date) : clock.format(date);
    const changed = previous !== "" && previous !== name;
    previous = name;
    return increment < 86400 && changed ? name : label;
  });
}

/** A reading without neighbours has no line to show it, so it gets a dot; all others get none. */
function lonelyPoints(u: uPlot, seriesIndex: number): number[] {
  const values = u.data[seriesIndex];
  const lonely: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) {
      lonely.push(i);
    }
  }
  return lonely;
}
