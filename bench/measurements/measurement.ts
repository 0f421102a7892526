import type { Env } from '@bakerst/kit';
import type { Finding, Row } from '../figures/row.ts';

/** What every measurement may use. */
export interface Bench {
  readonly rounds: number;
  /** An empty directory for this measurement alone, on the disk that bakerst keeps its data on. */
  readonly dir: string;
  readonly root: string;
  /** The nats-server program. */
  readonly natsServer: string;
  /** Says where a browser is. */
  readonly env: Env;
  /** Where npm is looked for. */
  readonly path: string;
  /** Aborted when the person has had enough. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

type RowHead = Omit<Row, 'finding'>;

/** Something that is measured in one go; its rows are known before, so that none is left out when it fails. */
export interface Measurement<Key extends string = string> {
  readonly name: string;
  /** For --help. */
  readonly about: string;
  readonly rows: Readonly<Record<Key, RowHead>>;
  readonly run: (bench: Bench) => Promise<Readonly<Record<Key, Finding>>>;
}
