/**
 * What makes a text the same as another one: its words, however its characters are composed, and whether or not the
 * sentence begins with a capital. Case and marks count anywhere else: they make different names and different words.
 */
export function toWording(text: string): string {
  const composed = text.normalize('NFC');
  const first = String.fromCodePoint(composed.codePointAt(0) ?? 0);
  return first.toLowerCase() + composed.slice(first.length);
}
