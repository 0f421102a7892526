import { z } from 'zod';

const metadata = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
});

/** https://keda.sh/docs/latest/reference/scaledobject-spec, as far as it is used here. */
const ScaledObject = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('ScaledObject'),
  metadata,
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({ name: z.string() }),
    minReplicaCount: z.int().min(0),
    maxReplicaCount: z.int().min(1),
    pollingInterval: z.int().min(1),
    cooldownPeriod: z.int().min(1),
    triggers: z.array(
      z.strictObject({
        type: z.literal('nats-jetstream'),
        metadata: z.strictObject({
          natsServerMonitoringEndpoint: z.string(),
          account: z.string(),
          stream: z.string(),
          consumer: z.string(),
          lagThreshold: z.string().regex(/^\d+$/),
          activationLagThreshold: z.string().regex(/^\d+$/),
        }),
      }),
    ),
  }),
});

/** https://gateway-api.sigs.k8s.io/reference/spec, as far as it is used here. */
const Duration = z.string().regex(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/);
const HttpRoute = z.strictObject({
  apiVersion: z.literal('gateway.networking.k8s.io/v1'),
  kind: z.literal('HTTPRoute'),
  metadata,
  spec: z.strictObject({
    parentRefs: z.array(z.strictObject({ name: z.string(), namespace: z.string() })).min(1),
    hostnames: z.array(z.string()),
    rules: z.array(
      z.strictObject({
        matches: z.array(
          z.strictObject({
            path: z.strictObject({
              type: z.enum(['Exact', 'PathPrefix', 'RegularExpression']),
              value: z.string().startsWith('/'),
            }),
          }),
        ),
        backendRefs: z.array(z.strictObject({ name: z.string(), port: z.int() })),
        timeouts: z.strictObject({ request: Duration, backendRequest: Duration }),
      }),
    ),
  }),
});

/** Kinds that a cluster only knows when something else is installed. */
export const CUSTOM: Readonly<Record<string, z.ZodType>> = {
  'keda.sh/v1alpha1 ScaledObject': ScaledObject,
  'gateway.networking.k8s.io/v1 HTTPRoute': HttpRoute,
};
