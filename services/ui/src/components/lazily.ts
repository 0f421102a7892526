import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { loadPart } from '../live/load-part.ts';

/** A component whose code is loaded when it is needed, however long there is no connection. */
export function lazily<P>(
  load: () => Promise<ComponentType<P>>,
): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => ({ default: await loadPart(load) }));
}
