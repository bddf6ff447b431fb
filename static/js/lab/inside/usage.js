import { html } from "../dom.js";
import { clockText, countText, percentText } from "../format.js";
import { chart } from "./chart.js";
import { picker } from "./picker.js";
import { filled, gettext } from "../../page/words.js";

const MIB = 1024 * 1024;

const memoryText = (bytes) => (bytes >= 1024 * MIB ? `${Number((bytes / 1024 / MIB).toFixed(1))}Gi` : `${Math.round(bytes / MIB)}Mi`);
const cpuText = (milli) => `${Math.round(milli)}m`;

const NAMES = { limit: gettext("limit"), request: gettext("request") };

/** The lines of what is set, the limit first. */
function levels(limit, request, text) {
  const found = [[limit, "limit"], [request, "request"]].filter(([value]) => value);
  return found.map(([value, style]) => ({ value, style, text: `${NAMES[style]} ${text(value)}` }));
}

function figure(title, now, plot) {
  return html("figure", { class: "inside__figure" }, html("figcaption", {}, html("b", {}, title), ` ${now}`), plot);
}

/** "now 118Mi, 74 % of the limit" */
function nowText(value, limit, text) {
  const values = { value: text(value), share: limit && percentText(value / limit) };
  return filled(limit ? gettext("now %(value)s, %(share)s of the limit") : gettext("now %(value)s, no limit"), values);
}

function figures({ from_ms, to_ms, series }) {
  const lived = (field) => series.points.map((point) => [point.t_ms, point.running ? point[field] : null]);
  const last = series.points.at(-1);
  const crosses = series.kills.map((at_ms) => ({ at_ms, text: filled(gettext("OOMKilled at %(at)s"), { at: clockText(at_ms) }) }));
  const killed = crosses.length ? `; ${countText(crosses.length, "OOM kill")} (✕)` : "";
  const memory = nowText(last.memory, series.memory_limit, memoryText) + killed;
  const cpu = nowText(last.cpu_m, series.cpu_limit_m, cpuText);
  const common = { from_ms, to_ms };
  return [
    figure(gettext("Memory"), memory, chart({ ...common, label: `${gettext("Memory")}: ${memory}`, points: lived("memory"), crosses, unit: memoryText, least: 16 * MIB, binary: true, levels: levels(series.memory_limit, series.memory_request, memoryText) })),
    figure("CPU", cpu, chart({ ...common, label: `CPU: ${cpu}`, points: lived("cpu_m"), crosses: [], unit: cpuText, least: 10, levels: levels(series.cpu_limit_m, series.cpu_request_m, cpuText) })),
  ];
}

/** Usage: memory and CPU of a container over the latest five minutes, beside what it asked for and what it may have. */
export function startUsage({ choose }) {
  const containers = picker(gettext("Container"), choose);
  const body = html("div", { class: "inside__figures" });
  const show = (result) => {
    containers.show(result.choices, result.of);
    body.replaceChildren(...(result.series ? figures(result) : [html("p", { class: "inside__none" }, gettext("No container runs yet."))]));
  };
  return { nodes: [containers.node, body], show };
}
