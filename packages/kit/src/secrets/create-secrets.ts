import { formsOf } from './secret-forms.ts';

const MARK = '[redacted]';
/** Anything shorter is a word like others: hiding it would hide half of every text. */
const LEAST_CHARS = 8;

/** A token that was made over the API: only its hash is known, but its form is. */
const TOKEN = /\bbakerst_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g;

/** What nobody is to read in a log, an answer or a prompt. */
export interface Secrets {
  /** From now on this text is hidden, also inside JSON, URLs and base64. One of fewer than 8 characters is not. */
  add(secret: string): void;
  /** The text with each of them replaced by `[redacted]`. */
  redact(text: string): string;
}

export function createSecrets(known: readonly string[] = []): Secrets {
  // Longer ones first: one secret may be the beginning of another.
  let forms: readonly string[] = [];
  const secrets: Secrets = {
    add(secret) {
      if (secret.length < LEAST_CHARS) return;
      const added = formsOf(secret).filter((form) => form.length >= LEAST_CHARS);
      forms = [...new Set([...forms, ...added])].toSorted((a, b) => b.length - a.length);
    },
    redact(text) {
      let hidden = text.includes('bakerst_') ? text.replaceAll(TOKEN, MARK) : text;
      for (const form of forms) if (hidden.includes(form)) hidden = hidden.replaceAll(form, MARK);
      return hidden;
    },
  };
  known.forEach(secrets.add);
  return secrets;
}
