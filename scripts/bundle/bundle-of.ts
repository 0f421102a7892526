/** A service that is put together before it is started. */
export type BundledService = 'brain' | 'gateway' | 'worker';

/** Where the program of a service is, relative to the root of the checkout; `npm start` and `npm test` write it. */
export function bundleOf(service: BundledService): string {
  return `services/${service}/dist/bundle/main.mjs`;
}
