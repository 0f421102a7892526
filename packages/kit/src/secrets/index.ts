export { createSecrets, type Secrets } from './create-secrets.ts';
export { secretsIn } from './secrets-in.ts';
