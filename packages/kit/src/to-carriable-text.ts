/** The same text as every store, model and channel carries it: what they cannot shows as U+FFFD. As long as it was. */
export function toCarriableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}
