import { z } from 'zod';
import { HealthView, SystemHealthView } from '../health.ts';
import { WorkersView } from '../heartbeat.ts';
import { endpoint } from './endpoint.ts';

const Ok = z.object({ ok: z.boolean() });

export const systemApi = {
  livez: endpoint({
    method: 'get',
    path: '/livez',
    tag: 'system',
    summary: 'The process lives',
    isOpen: true,
    answers: { 200: Ok },
  }),
  readyz: endpoint({
    method: 'get',
    path: '/readyz',
    tag: 'system',
    summary: 'The process takes work; 503 while it does not',
    isOpen: true,
    answers: { 200: Ok, 503: Ok },
  }),
  health: endpoint({
    method: 'get',
    path: '/health',
    tag: 'system',
    summary: 'Version, and which model answers',
    isOpen: true,
    answers: { 200: HealthView },
  }),
  openapi: endpoint({
    method: 'get',
    path: '/openapi.json',
    tag: 'system',
    summary: 'This description; a page for people is at /docs',
    isOpen: true,
    answers: { 200: z.record(z.string(), z.json()) },
  }),
  systemHealth: endpoint({
    method: 'get',
    path: '/system/health',
    tag: 'system',
    summary: 'How each part of the system is at this moment',
    answers: { 200: SystemHealthView },
  }),
  metrics: endpoint({
    method: 'get',
    path: '/metrics',
    tag: 'system',
    summary: 'Counters and gauges for Prometheus; for a super or service credential',
    answers: { 200: { media: 'text/plain' } },
  }),
  listWorkers: endpoint({
    method: 'get',
    path: '/api/v1/system/workers',
    tag: 'system',
    summary: 'The worker processes that were heard of in the last 30 s',
    answers: { 200: WorkersView },
  }),
} as const;
