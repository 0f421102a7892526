export { isPublicAddress } from './address-rules.ts';
export { type AllowedHosts, type CheckedUrl, checkUrl, parseAllowedHosts } from './check-url.ts';
export type { ResolveAll } from './checked-lookup.ts';
export { sendChecked } from './send-checked.ts';
