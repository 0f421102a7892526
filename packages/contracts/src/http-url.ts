import { boundedText, refusal } from './text.ts';

export const URL_MAX_CHARS = 2_048;

/** Where a request goes; which addresses are allowed is decided elsewhere. */
export const HttpUrl = boundedText({ name: 'url', maxChars: URL_MAX_CHARS }).refine(
  (url) => url !== '',
  { error: 'url is empty', params: refusal('INVALID_JOB') },
);
