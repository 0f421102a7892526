import { z } from 'zod';
import { CallbackSecretView } from '../callback.ts';
import { endpoint } from './endpoint.ts';

const CALLBACK_SECRET = '/api/v1/orgs/{org}/callback-secret';

export const orgsApi = {
  getCallbackSecret: endpoint({
    method: 'get',
    path: CALLBACK_SECRET,
    tag: 'administration',
    summary: 'What the callbacks of the org are signed with, for its administrators',
    answers: { 200: CallbackSecretView },
    errors: ['NOT_FOUND'],
  }),
  rotateCallbackSecret: endpoint({
    method: 'post',
    path: `${CALLBACK_SECRET}/rotate`,
    tag: 'administration',
    summary: 'Signs the callbacks of the org with a new secret from now on',
    body: z.strictObject({}),
    isBodyOptional: true,
    answers: { 200: CallbackSecretView },
    errors: ['NOT_FOUND'],
  }),
} as const;
