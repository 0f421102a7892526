import type { TriggerWithSecret } from '@bakerst/contracts/schedules';
import { texts } from '../texts/index.ts';

/** Where deliveries go, and the secret, which is not shown again. */
export function SecretOnce({ trigger }: { readonly trigger: TriggerWithSecret }) {
  const rows = [
    [texts.triggers.address, `${globalThis.location.origin}${trigger.deliver_path}`],
    [texts.triggers.secret, trigger.secret],
  ] as const;
  return (
    <dl className="my-2 grid gap-1 text-sm">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt className="text-soft">{name}</dt>
          <dd className="rounded-lg bg-sunken px-3 py-2 font-mono text-xs break-all select-all">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
