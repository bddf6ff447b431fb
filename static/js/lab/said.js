/** What a terminal line says: pieces of [text, descriptor], in the order in which it wrote them. */
export const STDOUT = 1;
export const STDERR = 2;

/** What went to one descriptor. */
export const textOf = (said, of) => said.map(([text, descriptor]) => (descriptor === of ? text : "")).join("");
