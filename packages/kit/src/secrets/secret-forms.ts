/** Characters of base64 that stand for three bytes. */
const GROUP_CHARS = 4;

/**
 * The ways in which a text shows up in what a program writes: as it is, inside JSON, in a URL, in base64. In base64 it
 * depends on what stands before it, in three ways; of each the middle is given that does not depend on the rest.
 */
export function formsOf(secret: string): readonly string[] {
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const inJson = JSON.stringify(secret).slice(1, -1);
  const plain = [secret, inJson, inUrl, inUrl.replaceAll(/%../g, (code) => code.toLowerCase())];
  return [...new Set([...plain, ...base64Forms(secret)])];
}

function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The first group holds what stands before, the last one what comes behind.
    const end = Math.floor((before + bytes.length) / 3) * GROUP_CHARS;
    const middle = text.slice(before === 0 ? 0 : GROUP_CHARS, end);
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
