import { AppError } from '@bakerst/kit';
import busboy, { type Busboy } from 'busboy';
import type { Request } from 'express';

/** Beside the file a form may have a few short fields, which are not read. */
const LIMITS = { files: 1, fields: 8, parts: 9, fieldSize: 1_024, fieldNameSize: 100 };
const FILE_FIELD = 'file';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * Hands the file of a form (`multipart/form-data`, field `file`) to `receive` as it arrives, and gives what that made of
 * it. Throws AppError VALIDATION_ERROR or UNSUPPORTED_MEDIA_TYPE, or whatever `receive` throws.
 */
export async function readUpload<T>(
  request: Request,
  receive: (file: UploadedFile) => Promise<T>,
): Promise<T> {
  const parser = openParser(request);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let received: Promise<T> | undefined;
  parser.on('file', (field, stream, { filename }) => {
    // Whoever reads it hears of it too; before anybody does, it would end the process.
    stream.on('error', () => undefined);
    if (field !== FILE_FIELD || received !== undefined) {
      stream.resume();
      return;
    }
    received = receive({ name: filename ?? '', bytes: stream });
    received.catch(reject);
  });
  parser.on('filesLimit', () => reject(badForm('the form holds more than one file')));
  parser.on('error', () => reject(badForm('the form cannot be read')));
  parser.on('close', resolve);
  request.on('aborted', () => reject(badForm('the upload was cut short')));
  request.pipe(parser);
  try {
    await promise;
    if (received === undefined) throw badForm(`the form has no file in a field "${FILE_FIELD}"`);
    return await received;
  } catch (err) {
    // The rest is not read; the answer can still be sent.
    request.unpipe(parser);
    parser.destroy();
    await received?.catch(() => undefined);
    throw err;
  }
}

function openParser({ headers }: Request): Busboy {
  if (!/^multipart\/form-data\b/i.test(headers['content-type'] ?? ''))
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'the body must be multipart/form-data', {
      reason: 'UNSUPPORTED_MEDIA_TYPE',
    });
  try {
    return busboy({ headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch (err) {
    throw badForm('the form cannot be read', err);
  }
}

function badForm(message: string, cause?: unknown): AppError {
  return new AppError('VALIDATION_ERROR', message, { reason: 'INVALID_FORM', cause });
}
