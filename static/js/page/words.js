/** The page's language. Its texts come as a catalog (`/words/ru.js`), a script that stands before the modules; in English there is none. */
const { django } = globalThis;

export const LANGUAGE = document.documentElement.lang;

/** A text of the page in its language. */
export const gettext = django?.gettext ?? ((text) => text);

/** One of a text's forms, as the language counts. */
export const ngettext = django?.ngettext ?? ((one, many, count) => (count === 1 ? one : many));

/** A text with its `%(name)s` put in. */
export const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/** A number with so many decimal places, as the language writes it. */
export const decimal = (value, places) => value.toLocaleString(LANGUAGE, { minimumFractionDigits: places, maximumFractionDigits: places });
