import { html } from "./dom.js";
import { clockText } from "./format.js";
import { recentTraffic } from "./status.js";
import { filled, gettext, ngettext } from "../page/words.js";

function lastRefusal(traffic) {
  const failed = Object.values(traffic).flatMap((client) => client.dots ?? []).filter((dot) => !dot.ok);
  return failed.reduce((last, dot) => (last && last.at_ms >= dot.at_ms ? last : dot), null);
}

/** Says which hop refused the last failed request, and why. */
export class RefusalLine {
  #line = html("p", { class: "refusal" }, gettext("No request has failed."));
  #shown = null;

  constructor(place) {
    place.append(this.#line);
  }

  /** Dots are a sample: where none of them failed, the commonest cause still says so. */
  #count(traffic) {
    const causes = Object.values(traffic).flatMap((client) => Object.entries(client.causes ?? {})).sort((a, b) => b[1] - a[1]);
    const [cause, count] = causes[0] ?? [null, 0];
    const text = filled(ngettext("%(n)s time: %(cause)s", "%(n)s times: %(cause)s", count), { n: count, cause });
    if (!cause || text === this.#shown) return;
    this.#shown = text;
    this.#line.replaceChildren(html("b", {}, gettext("Refused")), html("span", {}, text));
  }

  draw({ traffic }) {
    const dot = lastRefusal(traffic);
    this.#line.classList.toggle("refusal--old", recentTraffic(traffic).failed === 0);
    if (!dot) return this.#count(traffic);
    if (dot.at_ms === this.#shown) return;
    this.#shown = dot.at_ms;
    const place = { at: clockText(dot.at_ms), pod: dot.pod?.split("/").at(-1) };
    const where = dot.pod ? gettext("Last refusal %(at)s at %(pod)s") : gettext("Last refusal %(at)s");
    this.#line.replaceChildren(html("b", {}, filled(where, place)), html("span", { lang: "en" }, dot.cause ?? `status ${dot.status}`));
  }
}
