import { type LookupAddress, lookup, promises } from 'node:dns';
import type { ResolveAll } from '@bakerst/kit/url-guard';

const TIMEOUT_MS = 2_000;
const TRIES = 2;

/**
 * Resolves the names of receivers, which users choose, apart from all other names: the system's way takes one of the few
 * threads that the model's address waits for too, for as long as a name server likes. It is taken only for names
 * that the operator allows.
 */
export function createReceiverResolver(isOperators: (name: string) => boolean): ResolveAll {
  const resolver = new promises.Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  return (name, options, done) => {
    if (isOperators(name)) return lookup(name, options, done);
    void resolveBoth(resolver, name).then(
      (addresses) => done(null, addresses),
      (err: NodeJS.ErrnoException) => done(err, []),
    );
  };
}

async function resolveBoth(resolver: promises.Resolver, name: string): Promise<LookupAddress[]> {
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = [
    ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
    ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
  ];
  if (addresses.length > 0) return addresses;
  throw four.status === 'rejected' ? four.reason : new Error(`${name} has no address`);
}
