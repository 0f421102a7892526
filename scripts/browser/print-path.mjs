// Runs beside the package, which it unpacks into TMPDIR; prints where the browser is.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.cwd(), 'package.json'));
const entry = require.resolve('@sparticuz/chromium');
const { default: chromium, inflate } = await import(pathToFileURL(entry).href);
const program = await chromium.executablePath();
// A bare Debian has none of its libraries.
const bin = join(dirname(entry), '../bin');
const libraries = join(await inflate(join(bin, 'al2023.tar.br')), 'lib');
const starter = join(dirname(program), 'browser');
writeFileSync(starter, `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${program}' "$@"\n`, {
  mode: 0o755,
});
process.stdout.write(starter);
