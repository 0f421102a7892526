import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Logger } from '@bakerst/kit';
import { parsePersona } from './parse-persona.ts';
import { parseSlots } from './parse-slots.ts';
import type { Persona, PromptFiles, SlotTexts } from './ports.ts';

/** ConfigMaps change by a symlink that is exchanged, which no watch of a file tells of. */
const LOOK_MS = 2_000;
const MAX_BYTES = 64 * 1024;
const MAX_PERSONAS = 100;
const PERSONAS = 'personas';

interface DiskOptions {
  /** Directory of SOUL.md, BRAIN.md, WORKER.md and `personas`. */
  readonly dir: string;
  /** Takes the place of `{{AGENT_NAME}}` in what an agent of a job is told. */
  readonly agentName: string;
  readonly clock: Pick<Clock, 'every'>;
  readonly log: Logger;
}

/** Prompt files of a directory that is looked at again and again. */
export interface DiskPromptFiles extends PromptFiles {
  /** Reads what has changed. */
  look(): void;
  watch(): Disposable;
}

/** A file as it was last usable, and what is wrong with what is there now. */
interface KnownFile<T> {
  readonly seen: string | undefined;
  readonly good: T | undefined;
  readonly problem: string | undefined;
}

export function openDiskPromptFiles({ dir, agentName, clock, log }: DiskOptions): DiskPromptFiles {
  const soul = watchFile(join(dir, 'SOUL.md'), (text) => parseSlots(text, 'identity'), log);
  const brain = watchFile(join(dir, 'BRAIN.md'), (text) => parseSlots(text, 'methodology'), log);
  const worker = watchFile(join(dir, 'WORKER.md'), (text) => parseSlots(text, 'methodology'), log);
  const personas = watchPersonas(join(dir, PERSONAS), log);
  const look = (): void => {
    for (const file of [soul, brain, worker, personas]) file.look();
  };
  look();
  return {
    look,
    watch: () => clock.every(LOOK_MS, look),
    // What both files say of one slot is said by BRAIN.md.
    readDefaults: () => ({ ...soul.read().good, ...brain.read().good }),
    readWorkerPrompt: () => toWorkerPrompt(soul.read().good, worker.read().good, agentName),
    listPersonas: personas.list,
    findPersona: (name) => personas.list().find((persona) => persona.name === name),
    listProblems: () => [
      ...[soul, brain, worker].flatMap((file) => file.read().problem ?? []),
      ...personas.listProblems(),
    ],
  };
}

function toWorkerPrompt(
  soul: SlotTexts | undefined,
  worker: SlotTexts | undefined,
  agentName: string,
): string {
  const texts = [soul, worker].flatMap((slots) => Object.values(slots ?? {}));
  const prompt = texts.join('\n\n').replaceAll('{{AGENT_NAME}}', () => agentName);
  return prompt === '' ? `You are ${agentName}.` : prompt;
}

interface WatchedFile<T> {
  look(): void;
  read(): KnownFile<T>;
}

function watchFile<T>(path: string, parse: (text: string) => T, log: Logger): WatchedFile<T> {
  let known: KnownFile<T> = { seen: undefined, good: undefined, problem: undefined };
  return {
    read: () => known,
    look() {
      const next = lookAt(path, parse, known);
      if (next.problem !== undefined && next.problem !== known.problem)
        log.warn({ path, problem: next.problem }, 'prompt file not used');
      else if (next.good !== known.good && known.seen !== undefined)
        log.info({ path }, 'prompt file read again');
      known = next;
    },
  };
}

function lookAt<T>(path: string, parse: (text: string) => T, known: KnownFile<T>): KnownFile<T> {
  const name = path.split('/').at(-1) ?? path;
  const text = readText(path);
  if (text instanceof Error) {
    const kept = known.good === undefined ? '' : '; what it said before still counts';
    return { ...known, seen: undefined, problem: `${name} ${text.message}${kept}` };
  }
  if (text === known.seen) return known;
  try {
    return { seen: text, good: parse(text), problem: undefined };
  } catch (err) {
    const why = err instanceof Error ? err.message : String(err);
    const kept = known.good === undefined ? '' : '; what it said before still counts';
    return { seen: text, good: known.good, problem: `${name} cannot be used: ${why}${kept}` };
  }
}

/** What is wrong is given, not thrown: the file may be all right at the next look. */
function readText(path: string): string | Error {
  try {
    if (statSync(path).size > MAX_BYTES) return new Error(`is larger than ${MAX_BYTES / 1024} KiB`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    return text.trim() === '' ? new Error('is empty') : text;
  } catch (err) {
    if (err instanceof TypeError) return new Error('is no UTF-8 text');
    const isGone = err instanceof Error && 'code' in err && err.code === 'ENOENT';
    return new Error(isGone ? 'is missing' : 'cannot be read');
  }
}

function watchPersonas(dir: string, log: Logger) {
  const files = new Map<string, WatchedFile<Persona>>();
  let problem: string | undefined;
  const find = () => [...files.values()].map((file) => file.read());
  const lookAtAll = (names: readonly string[]): void => {
    for (const name of files.keys()) if (!names.includes(name)) files.delete(name);
    for (const name of names) {
      const file = files.get(name) ?? watchFile(join(dir, name), parsePersona, log);
      files.set(name, file);
      file.look();
    }
  };
  return {
    look() {
      const names = listNames(dir, files.size > 0);
      const before = problem;
      problem =
        names instanceof Error
          ? `${PERSONAS} ${names.message}; those known still count`
          : undefined;
      if (problem !== undefined && problem !== before)
        log.warn({ path: dir, problem }, 'personas not read');
      if (!(names instanceof Error)) lookAtAll(names);
    },
    /** Of two files with the same name of a persona the first one counts. */
    list(): readonly Persona[] {
      const found = new Map<string, Persona>();
      for (const { good } of find())
        if (good !== undefined && !found.has(good.name)) found.set(good.name, good);
      return [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    },
    listProblems(): readonly string[] {
      const names = find().flatMap(({ good }) => good?.name ?? []);
      const doubled = new Set(names.filter((name, i) => names.indexOf(name) !== i));
      return [
        ...(problem === undefined ? [] : [problem]),
        ...find().flatMap((file) => file.problem ?? []),
        ...[...doubled].map((name) => `two files have a persona ${name}`),
      ];
    },
  };
}

/**
 * Names that begin with a dot are none of ours: ConfigMaps keep their versions under them. What is wrong is given, not
 * thrown: the directory may be all right at the next look.
 */
function listNames(dir: string, isKnown: boolean): readonly string[] | Error {
  try {
    return readdirSync(dir)
      .filter((name) => /^[^.].*\.md$/.test(name))
      .toSorted()
      .slice(0, MAX_PERSONAS);
  } catch (err) {
    const isGone = err instanceof Error && 'code' in err && err.code === 'ENOENT';
    // Whoever runs the system needs no personas.
    if (isGone && !isKnown) return [];
    return new Error(isGone ? 'is missing' : 'cannot be read');
  }
}
