/** A service as a failed test reports it. */
export interface StartedService {
  readonly name: string;
  readonly pid: number;
  readonly lines: readonly string[];
  readonly exited: Promise<unknown>;
}

const services = new Map<StartedService, 'alive' | 'ended'>();

export function noteService(service: StartedService): void {
  services.set(service, 'alive');
  void service.exited.then(() => services.has(service) && services.set(service, 'ended'));
}

/** All that were alive since the last call; those that have ended are forgotten by it. */
export function takeServices(): readonly StartedService[] {
  const taken = [...services.keys()];
  for (const [service, state] of services) if (state === 'ended') services.delete(service);
  return taken;
}
