import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** What is not compressed already. */
const TEXT = /\.(css|html|js|json|svg|txt|wasm|webmanifest)$/;
/** A smaller file takes one packet in any case. */
const LEAST_BYTES = 1024;
/** The last two levels take five times as long for two hundredths. */
const BROTLI_QUALITY = 9;
const GZIP_LEVEL = 9;

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** Writes `<file>.br` and `<file>.gz` beside every file of a directory that is worth it. */
export async function compressFiles(dir) {
  const entries = await readdir(dir, { withFileTypes: true });
  await Promise.all(
    entries.map((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return compressFiles(path);
      return entry.isFile() && TEXT.test(entry.name) ? compressFile(path) : undefined;
    }),
  );
}

async function compressFile(path) {
  const bytes = await readFile(path);
  if (bytes.length < LEAST_BYTES) return;
  const brotli = toBrotli(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  await Promise.all([
    brotli.then((small) => writeFile(`${path}.br`, small)),
    toGzip(bytes, { level: GZIP_LEVEL }).then((small) => writeFile(`${path}.gz`, small)),
  ]);
}
