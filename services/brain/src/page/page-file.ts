import { extname } from 'node:path';
import {
  ASKED_AGAIN,
  HASHED_PATH,
  IMMUTABLE,
  PAGE_TYPES,
  RESERVED_PATHS,
} from '@bakerst/kit/page-rules';

/** Of the page; no part begins with a dot, so nothing outside its folder is named. */
const PATH = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

export function isReserved(path: string): boolean {
  return RESERVED_PATHS.some((reserved) => path === reserved || path.startsWith(`${reserved}/`));
}

/** Whether a path may name a file of the page. */
export function isFilePath(path: string): boolean {
  return PATH.test(path) && extname(path) !== '' && !isReserved(path);
}

/** Whether a person is looking: programs that take anything get JSON. */
export function wantsPage(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true;
}

export function toCacheControl(path: string): string {
  return path.startsWith(HASHED_PATH) ? IMMUTABLE : ASKED_AGAIN;
}

/** Undefined: whatever the extension says. */
export function toMediaType(path: string): string | undefined {
  return PAGE_TYPES[extname(path)];
}

export interface Variant {
  readonly encoding: 'br' | 'gzip';
  /** Stands behind the name of the file. */
  readonly ending: '.br' | '.gz';
}

const VARIANTS: readonly Variant[] = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
];

/** The compressed forms that a browser takes, the smallest first. */
export function variantsFor(acceptEncoding: string | undefined): readonly Variant[] {
  const taken = (acceptEncoding ?? '').split(',').flatMap((part) => {
    const [name = '', weight = ''] = part.split(';').map((text) => text.trim());
    return /^q=0(\.0*)?$/.test(weight) ? [] : [name.toLowerCase()];
  });
  return VARIANTS.filter(({ encoding }) => taken.includes(encoding));
}
