import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { type BundledService, bundleOf } from './bundle-of.ts';

const SERVICES: readonly BundledService[] = ['brain', 'worker', 'gateway'];
/** Packages with a native module or files of their own beside their code: they stay where they are. */
const LEFT_OUT = ['better-sqlite3', 'isolated-vm', 'sqlite-vec', 'swagger-ui-dist'];
const PLACE = /\bimport\.meta\.(dirname|filename|url)\b/g;

/**
 * Writes each service and the packages that it runs on as one module: a start that opens 1,400 files takes twice the
 * processor time, and 35 MB more (docs/decisions/0039). Files that are no code are read from beside the sources still.
 */
export async function bundleServices(root: string): Promise<void> {
  await Promise.all(SERVICES.map((service) => bundleService(root, service)));
}

async function bundleService(root: string, service: BundledService): Promise<void> {
  const out = join(root, bundleOf(service));
  const bundle = await rolldown({
    input: join(root, `services/${service}/src/main.ts`),
    platform: 'node',
    resolve: { conditionNames: ['bakerst-source', 'node', 'default'] },
    external: LEFT_OUT.map((name) => new RegExp(`^${name}(/|$)`)),
    plugins: [keepPlaces(dirname(out))],
  });
  const next = `${dirname(out)}-next`;
  const { output } = await bundle.write({
    dir: next,
    format: 'esm',
    cleanDir: true,
    entryFileNames: basename(out),
    // By its content: a service that runs meanwhile loads the part that it was put together with, or none.
    chunkFileNames: '[name]-[hash].mjs',
    comments: { annotation: true, jsdoc: false, legal: true },
  });
  await bundle.close();
  moveInto(dirname(out), { from: next, last: basename(out), names: output.map(toName) });
}

function toName({ fileName }: { readonly fileName: string }): string {
  return fileName;
}

/** Whoever is started in the middle of it gets the old program or the new one, whole. */
function moveInto(
  dir: string,
  {
    from,
    last,
    names,
  }: { readonly from: string; readonly last: string; readonly names: readonly string[] },
): void {
  mkdirSync(dir, { recursive: true });
  for (const name of [...names.filter((each) => each !== last), last])
    renameSync(join(from, name), join(dir, name));
}

/** A module goes on to find what lies beside its source: the place it knows of is that one, seen from the bundle. */
function keepPlaces(outDir: string): Plugin {
  return {
    name: 'keep-places',
    load: {
      filter: { id: /\.[cm]?[jt]s$/ },
      handler(id) {
        const code = readFileSync(id, 'utf8');
        if (code.search(PLACE) < 0) return null;
        const path = JSON.stringify(relative(outDir, id));
        const places = {
          dirname: `import.meta.dirname + '/' + ${JSON.stringify(relative(outDir, dirname(id)))}`,
          filename: `import.meta.dirname + '/' + ${path}`,
          url: `new URL(${path}, import.meta.url).href`,
        };
        return code.replaceAll(PLACE, (_, name: keyof typeof places) => `(${places[name]})`);
      },
    },
  };
}
