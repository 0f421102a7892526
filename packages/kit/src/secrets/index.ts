export { createSecrets, type Secrets } from './create-secrets.ts';
export { hideInJson } from './hide-in-json.ts';
export { secretsIn } from './secrets-in.ts';
