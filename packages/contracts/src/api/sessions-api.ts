import { NewSignInLink, SessionPage, SessionView, SignIn, SignInLink } from '../session.ts';
import { endpoint } from './endpoint.ts';
import { ListQuery, Named } from './query.ts';

const SESSION = '/api/v1/session';
const TAG = 'sign-in';

export const sessionsApi = {
  createSignInLink: endpoint({
    method: 'post',
    path: '/api/v1/sessions/links',
    tag: TAG,
    summary: 'Makes a link by which a user signs in once, within 15 minutes; not for users',
    body: NewSignInLink,
    answers: { 201: SignInLink },
    errors: ['NOT_FOUND'],
  }),
  signIn: endpoint({
    method: 'post',
    path: SESSION,
    tag: TAG,
    summary: 'Opens a session with the code of a link or the token of a user, kept in a cookie',
    body: SignIn,
    isOpen: true,
    headers: ['Set-Cookie'],
    answers: { 201: SessionView },
    errors: [
      'VALIDATION_ERROR',
      'AUTHENTICATION_ERROR',
      'AUTHORIZATION_ERROR',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'RATE_LIMIT_EXCEEDED',
      'UNAVAILABLE',
    ],
  }),
  getSession: endpoint({
    method: 'get',
    path: SESSION,
    tag: TAG,
    summary: 'Who is asking',
    answers: { 200: SessionView },
  }),
  signOut: endpoint({
    method: 'delete',
    path: SESSION,
    tag: TAG,
    summary: 'Ends the session that asks',
    headers: ['Set-Cookie'],
    answers: { 204: { media: 'none' } },
  }),
  listSessions: endpoint({
    method: 'get',
    path: '/api/v1/sessions',
    tag: TAG,
    summary: 'The open sessions of a user, the newest first',
    query: ListQuery,
    answers: { 200: SessionPage },
  }),
  endSession: endpoint({
    method: 'delete',
    path: '/api/v1/sessions/{id}',
    tag: TAG,
    summary: 'Ends a session; what it had open ends too',
    query: Named,
    answers: { 204: { media: 'none' } },
    errors: ['NOT_FOUND'],
  }),
} as const;
