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
  /** Takes one `add` back: what was added twice stays hidden, what never was stays as it is. */
  remove(secret: string): void;
  /** The text with each of them replaced by `[redacted]`. */
  redact(text: string): string;
}

export function createSecrets(known: readonly string[] = []): Secrets {
  const secrets = createTally();
  // Different secrets may have a form in common.
  const forms = createTally();
  let sorted: readonly string[] | undefined = [];
  const addOne = (secret: string): void => {
    if (secret.length < LEAST_CHARS || !secrets.add(secret)) return;
    for (const form of longFormsOf(secret)) forms.add(form);
    sorted = undefined;
  };
  known.forEach(addOne);
  return {
    add: addOne,
    remove(secret) {
      if (!secrets.remove(secret)) return;
      for (const form of longFormsOf(secret)) forms.remove(form);
      sorted = undefined;
    },
    redact(text) {
      // Longer ones first: one secret may be the beginning of another.
      sorted ??= forms.list().toSorted((a, b) => b.length - a.length);
      let hidden = text.includes('bakerst_') ? text.replaceAll(TOKEN, MARK) : text;
      for (const form of sorted) if (hidden.includes(form)) hidden = hidden.replaceAll(form, MARK);
      return hidden;
    },
  };
}

function longFormsOf(secret: string): readonly string[] {
  return formsOf(secret).filter((form) => form.length >= LEAST_CHARS);
}

/** How often each text is held; `add` and `remove` tell whether it came or went by that. */
function createTally() {
  const counts = new Map<string, number>();
  return {
    list: (): readonly string[] => [...counts.keys()],
    add(text: string): boolean {
      const before = counts.get(text) ?? 0;
      counts.set(text, before + 1);
      return before === 0;
    },
    remove(text: string): boolean {
      const before = counts.get(text);
      if (before === undefined) return false;
      if (before > 1) counts.set(text, before - 1);
      else counts.delete(text);
      return before === 1;
    },
  };
}
