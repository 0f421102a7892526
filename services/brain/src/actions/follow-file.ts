import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { sha256 } from '../idempotency/find-twin.ts';
import type { EntryFile } from './disk-entry-file.ts';

/** ConfigMaps change by a symlink that is exchanged, which no watch of a file tells of. */
const LOOK_MS = 2_000;
/** Of a name, in a sentence about it. */
const SHOWN_CHARS = 100;

/** How the entries of a file become what they say. */
export interface EntryKind {
  /** Name of the file, for people. */
  readonly file: string;
  /** Makes or changes what the entry says, unless its hash is in force already. Throws AppError for a bad entry. */
  readonly follow: (entry: unknown, hash: string) => Promise<void>;
  /** True while something that the file has made is in force. */
  readonly hasAny: () => boolean;
  /** Takes away what no entry names any more. */
  readonly keepOnly: (names: ReadonlySet<string>) => Promise<void>;
}

export interface FileFollower {
  /** Reads the file, and follows what has changed; what was refused is tried again. Never throws. */
  look(): Promise<void>;
  watch(): Disposable;
  /** A sentence for each entry that cannot be used. */
  listProblems(): readonly string[];
}

interface FollowDeps {
  readonly file: EntryFile;
  readonly kind: EntryKind;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps what a file of the operator says in force; an entry that cannot be used leaves what it said before as it was. */
export function createFileFollower(deps: FollowDeps): FileFollower {
  const { clock, log, kind } = deps;
  let done: string | undefined;
  let problems: readonly string[] = [];
  let isBusy = false;
  const note = (found: readonly string[]): void => {
    for (const problem of found)
      if (!problems.includes(problem)) log.warn({ problem }, 'entry not used');
    problems = found;
  };
  const look = async (): Promise<void> => {
    // A volume that is not there yet is no word of the operator: only a file that can be read takes anything away.
    const read = deps.file.read() ?? toMissing(kind);
    if (read === undefined || 'problem' in read) {
      done = undefined;
      note(read === undefined ? [] : [`${read.problem}; what it said before still counts`]);
      return;
    }
    if (read.text === done) return;
    const found = await followAll(deps, read.entries);
    note(found);
    // What was refused may be taken later: a tool that is not known yet, a database that was busy.
    done = found.length === 0 ? read.text : undefined;
  };
  const lookOnce = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    await look().catch((err: unknown) =>
      log.warn({ err, file: kind.file }, 'file not followed yet'),
    );
    isBusy = false;
  };
  return {
    look: lookOnce,
    watch: () => clock.every(LOOK_MS, () => void lookOnce()),
    listProblems: () => problems,
  };
}

function toMissing({ file, hasAny }: EntryKind): { readonly problem: string } | undefined {
  return hasAny() ? { problem: `${file} is not there` } : undefined;
}

async function followAll(
  { kind }: FollowDeps,
  entries: readonly unknown[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  const names = new Set<string>();
  for (const [i, entry] of entries.entries()) {
    const name = nameOf(entry);
    const problem = names.has(name)
      ? 'has the name of an earlier one'
      : await followOne(kind, entry);
    // What it said before stays while the entry cannot be used.
    names.add(name);
    if (problem !== undefined)
      problems.push(`${kind.file}[${i}] (${name.slice(0, SHOWN_CHARS)}): ${problem}`);
  }
  await kind.keepOnly(names);
  return problems;
}

async function followOne(kind: EntryKind, entry: unknown): Promise<string | undefined> {
  try {
    await kind.follow(entry, sha256(JSON.stringify(entry)));
    return undefined;
  } catch (err) {
    if (!(err instanceof AppError)) throw err;
    return err.message;
  }
}

function nameOf(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null || !('name' in entry)) return 'without a name';
  return String(entry.name);
}
