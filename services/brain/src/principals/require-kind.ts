import { AppError } from '@bakerst/kit';
import type { Principal } from './principal.ts';

/** Throws AppError AUTHORIZATION_ERROR unless the request comes from whoever runs the system. */
export function requireSuper(principal: Principal): void {
  requireKind(principal, ['super']);
}

/** The same for a credential of one of these kinds. */
export function requireKind(principal: Principal, kinds: readonly Principal['kind'][]): void {
  if (kinds.includes(principal.kind)) return;
  throw new AppError('AUTHORIZATION_ERROR', 'this token may not do that', { reason: 'FORBIDDEN' });
}
