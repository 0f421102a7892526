import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { McpLimits, SandboxLimits } from '@bakerst/contracts';
import { StartError } from '@bakerst/kit';
import { z } from 'zod';
import type { StartMessage } from './isolate-messages.ts';
import { LOG_LINES_MAX } from './log-book.ts';
import { START_FUNCTION } from './to-body-script.ts';

/** All that a sandbox process runs on: it may read nothing, so the worker reads it once and hands it over. */
export interface IsolateProgram {
  /** JavaScript module for the process itself. */
  readonly source: string;
  readonly start: StartMessage;
}

/** Throws StartError where isolated-vm has no native module for this machine. */
export function loadIsolateProgram(): IsolateProgram {
  const [child = '', cell = '', ...parts] = readSiblings([
    'isolate-child',
    'isolate-cell',
    ...HARNESS_PARTS,
  ]);
  const harness = HARNESS_PARTS.map((name, at) => [`./${name}`, parts[at] ?? ''] as const);
  return {
    source: child.replace(CELL_IMPORT, `from '${toDataUrl(cell)}'`),
    start: {
      type: 'start',
      addonPath: findAddon(),
      harness: Object.fromEntries(harness),
      memoryMb: SandboxLimits.memoryMb,
      settings: {
        startFunction: START_FUNCTION,
        logChars: SandboxLimits.logBytes + 1,
        logLines: LOG_LINES_MAX + 1,
        messageChars: SandboxLimits.messageChars,
        resultChars: SandboxLimits.resultBytes,
        calls: SandboxLimits.callsPerExecution,
        argumentChars: McpLimits.argumentsBytes,
      },
    },
  };
}

/** The process may read no file, so what it imports comes with it. */
const CELL_IMPORT = /from '\.\/isolate-cell\.[jt]s'/;

/** The modules that run inside an isolate. */
const HARNESS_PARTS = ['isolate-harness', 'isolate-calls', 'isolate-moment'];

/** Prints the files named by its arguments without types, as a JSON array. */
const STRIP = `
  import { readFileSync } from 'node:fs';
  import { stripTypeScriptTypes } from 'node:module';
  const strip = (path) => stripTypeScriptTypes(readFileSync(path, 'utf8'));
  process.stdout.write(JSON.stringify(process.argv.slice(1).map(strip)));
`;

const Stripped = z.array(z.string());

/**
 * NOTE: types are stripped by a process that ends right after: Node's type stripper keeps 17 MB, which neither the
 * worker nor any child should carry for life. Built code (.js) has no types.
 */
function readSiblings(names: readonly string[]): readonly string[] {
  const extension = extname(import.meta.filename);
  const paths = names.map((name) => join(import.meta.dirname, name + extension));
  if (extension !== '.ts') return Stripped.parse(paths.map((path) => readFileSync(path, 'utf8')));
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', STRIP];
  const json = execFileSync(process.execPath, [...flags, ...paths], { encoding: 'utf8', env: {} });
  return Stripped.parse(JSON.parse(json));
}

function toDataUrl(source: string): string {
  return `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
}

/** The package finds its module by the environment and by files beside Node; this takes only what it was shipped with. */
function findAddon(): string {
  const { platform, arch, versions } = process;
  const flavour = platform === 'linux' ? `.${libc()}` : '';
  const name = `${platform}-${arch}/isolated-vm.abi${versions.modules}${flavour}.node`;
  const home = dirname(createRequire(import.meta.url).resolve('isolated-vm/package.json'));
  const path = join(home, 'prebuilds', name);
  if (existsSync(path)) return path;
  throw new StartError(
    `code cannot run here: isolated-vm has no ${name}; use Node 26 on linux (x64, arm64) or macOS (arm64)`,
  );
}

function libc(): 'glibc' | 'musl' {
  return existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
}
