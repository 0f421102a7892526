import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@bakerst/kit';
import { PAGE_HEADERS } from '@bakerst/kit/page-rules';
import type { Request, RequestHandler, Response } from 'express';
import { noteRoute } from '../http/count-requests.ts';
import {
  isFilePath,
  isReserved,
  toCacheControl,
  toMediaType,
  variantsFor,
  wantsPage,
} from './page-file.ts';

const PLAIN = { encoding: undefined, ending: '' } as const;
const INDEX = '/index.html';
/** Under which path all its requests are counted. */
const COUNTED_AS = '/';

/** The page: its files by their names, and the page itself for whoever asks for HTML. All else is passed on. */
export function createPageRoutes(dir: string): RequestHandler {
  return async (request, response, next) => {
    const { path, method } = request;
    const isReading = method === 'GET' || method === 'HEAD';
    const isFile = isReading && isFilePath(path) && (await statFile(join(dir, path))) !== undefined;
    const isPage = isReading && wantsPage(request.get('Accept')) && !isReserved(path);
    if (!isFile && !isPage) {
      next();
      return;
    }
    noteRoute(response, COUNTED_AS);
    const isSent = await send({ request, response }, dir, isFile ? path : INDEX);
    if (!isSent) next(noPage());
  };
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

/** False when there is no such file. */
async function send({ request, response }: Exchange, dir: string, path: string): Promise<boolean> {
  const file = await chooseFile(dir, path, request.get('Accept-Encoding'));
  if (file === undefined) return false;
  const type = toMediaType(path);
  response.vary('Accept, Accept-Encoding');
  response.set({
    'Cache-Control': toCacheControl(path),
    ...PAGE_HEADERS,
    ETag: file.tag,
    ...(type !== undefined && { 'Content-Type': type }),
    ...(file.encoding !== undefined && { 'Content-Encoding': file.encoding }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  response.sendFile(file.name, { root: dir, cacheControl: false }, (err?: Error) => {
    // A browser that goes away leaves nothing to be done.
    if (err === undefined || response.headersSent) resolve();
    else reject(err);
  });
  await promise;
  return true;
}

interface ChosenFile {
  readonly name: string;
  readonly encoding: string | undefined;
  readonly tag: string;
}

/** The smallest form of a file that the browser takes. */
async function chooseFile(
  dir: string,
  path: string,
  acceptEncoding: string | undefined,
): Promise<ChosenFile | undefined> {
  for (const { encoding, ending } of [...variantsFor(acceptEncoding), PLAIN]) {
    const stats = await statFile(join(dir, path + ending));
    if (stats === undefined) continue;
    const tag = `"${stats.size.toString(36)}-${Math.floor(stats.mtimeMs).toString(36)}${ending}"`;
    return { name: path + ending, encoding, tag };
  }
  return undefined;
}

async function statFile(path: string): Promise<Stats | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? stats : undefined;
  } catch {
    return undefined; // NOTE: no file, whatever the reason.
  }
}

function noPage(): AppError {
  return new AppError(
    'NOT_FOUND',
    'the page is not built: node scripts/bootstrap.mjs --page builds it',
    { reason: 'PAGE_NOT_BUILT' },
  );
}
