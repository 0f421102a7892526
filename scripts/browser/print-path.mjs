// Runs beside the package, which it unpacks into TMPDIR; prints where the browser is.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.cwd(), 'package.json'));
const { default: chromium } = await import(
  pathToFileURL(require.resolve('@sparticuz/chromium')).href
);
process.stdout.write(await chromium.executablePath());
