import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { SandboxLimits } from '@bakerst/contracts';
import { StartError } from '@bakerst/kit';
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
  return {
    source: readSibling('isolate-child'),
    start: {
      type: 'start',
      addonPath: findAddon(),
      harness: readSibling('isolate-harness'),
      memoryMb: SandboxLimits.memoryMb,
      settings: {
        startFunction: START_FUNCTION,
        logChars: SandboxLimits.logBytes + 1,
        logLines: LOG_LINES_MAX + 1,
        messageChars: SandboxLimits.messageChars,
        resultChars: SandboxLimits.resultBytes,
      },
    },
  };
}

/** Prints the file named by its argument without types. */
const STRIP = `
  import { readFileSync } from 'node:fs';
  import { stripTypeScriptTypes } from 'node:module';
  process.stdout.write(stripTypeScriptTypes(readFileSync(process.argv[1], 'utf8')));
`;

/**
 * NOTE: types are stripped by a process that ends right after: Node's type stripper keeps 17 MB, which neither the
 * worker nor any child should carry for life. Built code (.js) has no types.
 */
function readSibling(name: string): string {
  const extension = extname(import.meta.filename);
  const path = join(import.meta.dirname, name + extension);
  if (extension !== '.ts') return readFileSync(path, 'utf8');
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', STRIP];
  return execFileSync(process.execPath, [...flags, path], { encoding: 'utf8', env: {} });
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
