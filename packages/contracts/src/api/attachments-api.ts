import { AttachmentView } from '../attachment.ts';
import { endpoint } from './endpoint.ts';
import { Named } from './query.ts';

/** What is uploaded is one of these. */
const FILE_TYPES = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
  'text/plain',
] as const;

const ATTACHMENT = '/api/v1/attachments/{id}';

export const attachmentsApi = {
  createAttachment: endpoint({
    method: 'post',
    path: '/api/v1/attachments',
    tag: 'attachments',
    summary:
      'Uploads an image, a PDF or a text for a message to come; what no message has carried for a day is taken away',
    query: Named,
    isUpload: true,
    answers: { 201: AttachmentView },
  }),
  getAttachment: endpoint({
    method: 'get',
    path: ATTACHMENT,
    tag: 'attachments',
    summary: 'What an attachment is',
    query: Named,
    answers: { 200: AttachmentView },
    errors: ['NOT_FOUND'],
  }),
  readAttachment: endpoint({
    method: 'get',
    path: `${ATTACHMENT}/content`,
    tag: 'attachments',
    summary: 'The file itself',
    query: Named,
    headers: ['Content-Disposition'],
    answers: { 200: FILE_TYPES.map((media) => ({ media })) },
    errors: ['NOT_FOUND'],
  }),
  deleteAttachment: endpoint({
    method: 'delete',
    path: ATTACHMENT,
    tag: 'attachments',
    summary: 'Takes away an attachment that no message carries',
    query: Named,
    answers: { 204: { media: 'none' } },
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
} as const;
