/** What no screen shows but a model reads, save the joiner that emoji are made with; line breaks and tabs may stay. */
const HIDDEN = /(?![\u200d\n\t])[\p{Cc}\p{Cf}]/gu;

/** A text of a server without what is hidden in it, and not longer than that. */
export function cleanText(text: string, maxChars: number): string {
  return text.toWellFormed().replaceAll(HIDDEN, '').slice(0, maxChars).toWellFormed();
}

/** The same for every text within JSON, names of fields included. */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll(HIDDEN, '');
  if (Array.isArray(value)) return value.map(cleanJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [String(cleanJson(name)), cleanJson(each)]),
  );
}

/** True for a name that reads as what it is. */
export function isPlainName(name: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name) && name.isWellFormed();
}
