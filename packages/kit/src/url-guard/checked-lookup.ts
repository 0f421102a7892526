import type { LookupAddress, LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './address-rules.ts';
import { type CheckedUrl, ownAddress } from './check-url.ts';

/** Resolves a name to all its addresses, as `dns.lookup` with `all` does. */
export type ResolveAll = (
  name: string,
  options: LookupAllOptions,
  done: (err: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for node:http that resolves once, refuses unless every address is public, and hands on exactly those: the
 * connection goes to a checked address, and a name that answers differently the next time gains nothing.
 */
export function createCheckedLookup(
  checked: Pick<CheckedUrl, 'host' | 'isAllowed'>,
  resolveAll: ResolveAll,
): LookupFunction {
  return (name, options, done) => {
    resolveAll(name, { ...options, all: true }, (err, addresses) => {
      const refusal = err ?? refuse(checked, addresses);
      const [first] = addresses ?? [];
      if (refusal !== undefined || first === undefined)
        done(refusal ?? new Error(`${name} has no address`), '', 4);
      else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

function refuse(
  { host, isAllowed }: Pick<CheckedUrl, 'host' | 'isAllowed'>,
  addresses: readonly LookupAddress[],
): Error | undefined {
  const isOpen = isAllowed || addresses.every(({ address }) => isPublicAddress(address));
  return isOpen ? undefined : ownAddress(host);
}
