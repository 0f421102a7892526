interface OutputLimit {
  readonly maxChars: number;
}

/**
 * Cuts text on its way to a model, a log or a chat to at most `maxChars` UTF-16 units.
 * What is cut is replaced by a mark that says how much is missing; a surrogate pair is never split.
 */
export function limitOutput(text: string, { maxChars }: OutputLimit): string {
  if (text.length <= maxChars) return text;
  const mark = `\n… [cut: ${text.length - maxChars} of ${text.length} characters left out]`;
  const kept = text.slice(0, Math.max(0, maxChars - mark.length));
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}${mark}`.slice(0, maxChars);
}
