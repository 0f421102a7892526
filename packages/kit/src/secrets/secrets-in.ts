import type { Env } from '../env.ts';

const SECRET_NAME = /(TOKEN|KEY|SECRET|PASSWORD|CREDENTIALS?)$/;

/** The secrets among the variables of a process: those that are named so, and passwords inside addresses. */
export function secretsIn(env: Env): readonly string[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    SECRET_NAME.test(name) ? [value.trim()] : passwordsIn(value),
  );
}

/** As it stands in the address, and as it is meant. */
function passwordsIn(value: string): readonly string[] {
  return value.split(',').flatMap((part) => {
    const password = URL.parse(part.trim())?.password ?? '';
    return password === '' ? [] : [password, decode(password)];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // NOTE: a percent sign that encodes nothing.
  }
}
