import { z } from 'zod';
import { HISTORY_MAX_LIMIT, HistoryCleared, HistoryPage } from '../history.ts';
import { Preferences } from '../preferences.ts';
import { endpoint } from './endpoint.ts';
import { wholeNumber } from './query.ts';

const PREFERENCES = '/api/v1/orgs/{org}/users/{userId}/preferences';

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
  clearHistory: endpoint({
    method: 'delete',
    path: '/api/v1/orgs/{org}/users/{userId}/history',
    tag: 'users',
    summary:
      'Deletes every conversation of a user; for administrators. Each can be restored for 30 days',
    answers: { 200: HistoryCleared },
    errors: ['NOT_FOUND'],
  }),
  getPreferences: endpoint({
    method: 'get',
    path: PREFERENCES,
    tag: 'users',
    summary: 'What a user wants of the answers',
    answers: { 200: Preferences },
    errors: ['NOT_FOUND'],
  }),
  setPreferences: endpoint({
    method: 'put',
    path: PREFERENCES,
    tag: 'users',
    summary: 'Says what a user wants of the answers',
    body: Preferences,
    answers: { 200: Preferences },
    errors: ['NOT_FOUND'],
  }),
} as const;
