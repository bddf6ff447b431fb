const OPENED = { for: "done", while: "done", until: "done", if: "fi", case: "esac" };

/** The text without what stands in quotes and remarks; null where a quote is still open. */
function bare(text) {
  let out = "";
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quote) {
      if (character === "\\" && quote === '"') at += 1;
      else if (character === quote) quote = "";
    } else if (character === "\\") {
      if (at === text.length - 1) return null;
      at += 1;
    } else if (character === "'" || character === '"') {
      quote = character;
      out += "_";
    } else if (character === "#" && /(^|\s)$/.test(out)) {
      while (at + 1 < text.length && text[at + 1] !== "\n") at += 1;
    } else out += character;
  }
  return quote ? null : out;
}

/** The command without the here-documents in it; null where one has not ended yet. */
function withoutDocuments(text) {
  const lines = text.split("\n");
  const kept = [];
  while (lines.length) {
    const line = lines.shift();
    kept.push(line);
    for (const [, dash, , mark] of line.matchAll(/(?<!<)<<(-?)\s*(['"]?)([\w.]+)\2/g)) {
      let end;
      do {
        if (!lines.length) return null;
        end = lines.shift();
      } while ((dash ? end.replace(/^\t+/, "") : end) !== mark);
    }
  }
  return kept.join("\n");
}

/** Whether sh would ask for another line: an open quote, here-document or loop, or an operator at the end. */
export function unfinished(text) {
  const command = withoutDocuments(text);
  const words = command === null ? null : bare(command);
  if (words === null) return true;
  if (/(\||&&)\s*$/.test(words)) return true;
  const [first] = words.trim().split(/\s/, 1);
  return first in OPENED && !new RegExp(`(^|[\\s;])${OPENED[first]}\\b`).test(words);
}
