import { z } from 'zod';
import { HISTORY_MAX_LIMIT, HistoryPage } from '../history.ts';
import { endpoint } from './endpoint.ts';
import { wholeNumber } from './query.ts';

export const usersApi = {
  listHistory: endpoint({
    method: 'get',
    path: '/api/v1/orgs/{org}/users/{userId}/history',
    tag: 'users',
    summary: 'What a user said and was answered, oldest first',
    query: z.object({
      limit: wholeNumber('limit', { min: 1, max: HISTORY_MAX_LIMIT }).default(HISTORY_MAX_LIMIT),
      offset: wholeNumber('offset', { min: 0, max: 1_000_000 }).default(0),
    }),
    answers: { 200: HistoryPage },
    errors: ['NOT_FOUND'],
  }),
} as const;
