import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { byTurn, textReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWNER_TOKEN, type System, startSystem } from './support/system.ts';

/** The smallest PNG: one transparent pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

let system: System;
beforeAll(async () => {
  system = await startSystem({ workers: 0, script: byTurn([textReply('I see.')]) });
});
afterAll(() => system[Symbol.asyncDispose]());

const upload = (bytes: Buffer<ArrayBuffer> | string, name: string) =>
  system.owner.createAttachment(new Blob([bytes]), { name });

interface ModelBody {
  readonly messages: readonly { readonly content: readonly Record<string, unknown>[] }[];
}

function lastRequest(): ModelBody {
  return JSON.parse(system.model.requests.at(-1)?.rawBody ?? '') as ModelBody;
}

test('an image, a PDF and a text reach the model with the message that carries them, and again with the next one', async () => {
  const { owner } = system;
  const image = await upload(PNG, '../../photo.png');
  expect(image).toMatchObject({
    name: 'photo.png',
    kind: 'image',
    media_type: 'image/png',
    size: PNG.length,
  });
  const pdf = await upload(PDF, 'letter.pdf');
  const text = await upload('Grüße aus Köln', 'note.md');
  expect([pdf.kind, text.kind]).toEqual(['pdf', 'text']);
  const { conversation_id: id } = await owner.chat({
    message: 'what is this?',
    attachments: [image.id, pdf.id, text.id],
  });
  const [asked] = lastRequest().messages;
  const shown = [
    {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: PNG.toString('base64') },
    },
    {
      type: 'document',
      title: 'letter.pdf',
      source: { type: 'base64', media_type: 'application/pdf', data: PDF.toString('base64') },
    },
    {
      type: 'document',
      title: 'note.md',
      source: { type: 'text', media_type: 'text/plain', data: 'Grüße aus Köln' },
    },
  ];
  expect(asked?.content).toMatchObject([...shown, { type: 'text', text: 'what is this?' }]);
  await owner.chat({ message: 'and now?' });
  expect(lastRequest().messages[0]?.content).toMatchObject([...shown, { type: 'text' }]);
  const { data } = await owner.listMessages(id, { order: 'oldest' });
  expect(data.map(({ attachments }) => attachments.map(({ name }) => name))).toEqual([
    ['photo.png', 'letter.pdf', 'note.md'],
    [],
    [],
    [],
  ]);
  expect(await owner.exportConversation(id)).toContain('*Attached: letter.pdf*');
});

test('the file comes back as it was, and can do nothing in a browser', async () => {
  const { id } = await upload('<script>alert(1)</script>', 'page.html');
  const file = await system.get(`/api/v1/attachments/${id}/content`);
  expect(await file.text()).toBe('<script>alert(1)</script>');
  expect(file.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
  expect(file.headers.get('Content-Disposition')).toBe('attachment; filename=page.html');
  expect(file.headers.get('Content-Security-Policy')).toBe("default-src 'none'; sandbox");
  expect(file.headers.get('X-Content-Type-Options')).toBe('nosniff');
  const image = await upload(PNG, 'a "b" ü.png');
  const shown = await system.get(`/api/v1/attachments/${image.id}/content`);
  expect(shown.headers.get('Content-Type')).toBe('image/png');
  expect(shown.headers.get('Content-Disposition')).toMatch(/^inline; /);
  expect(Buffer.from(await system.owner.readAttachment(image.id))).toEqual(PNG);
});

test('one that no message carries can be taken away, one that a message carries cannot', async () => {
  const { owner } = system;
  const { id } = await upload('by mistake', 'x.txt');
  await owner.deleteAttachment(id);
  await expect(owner.getAttachment(id)).rejects.toMatchObject({ status: 404 });
  const kept = await upload('on purpose', 'y.txt');
  await owner.chat({ message: 'read this', attachments: [kept.id] });
  await expect(owner.deleteAttachment(kept.id)).rejects.toMatchObject({
    status: 409,
    body: { reason: 'ATTACHMENT_IN_USE' },
  });
});

test('a message with an attachment that is not there is refused, and nothing of it is stored', async () => {
  const before = (await system.owner.listRuns()).data.length;
  for (const id of ['01900000-0000-7000-8000-000000000000', 'nonsense'])
    await expect(system.owner.chat({ message: 'look', attachments: [id] })).rejects.toMatchObject({
      status: 404,
      body: { reason: 'ATTACHMENT_NOT_FOUND' },
    });
  await expect(
    system.owner.chat({ message: 'look', attachments: Array.from({ length: 11 }, () => 'x') }),
  ).rejects.toMatchObject({ status: 400 });
  expect((await system.owner.listRuns()).data).toHaveLength(before);
  expect((await system.owner.chat({ message: 'still alive?' })).status).toBe('completed');
});

test('files that are too large together are refused with their message', async () => {
  const big = Buffer.concat([PDF, Buffer.alloc(9 * 1024 * 1024)]);
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push((await upload(big, `${i}.pdf`)).id);
  await expect(system.owner.chat({ message: 'read all', attachments: ids })).rejects.toMatchObject({
    status: 413,
    body: { reason: 'ATTACHMENTS_TOO_LARGE' },
  });
  const [first = '', second = ''] = ids;
  const answer = await system.owner.chat({ message: 'read two', attachments: [first, second] });
  expect(answer.status).toBe('completed');
});

function form(...files: readonly (readonly [string, Buffer<ArrayBuffer> | string])[]): FormData {
  const body = new FormData();
  for (const [field, bytes] of files) body.append(field, new Blob([bytes]), 'name.bin');
  return body;
}

const ZIP = Buffer.from('504b0304140000000000', 'hex');

test.each([
  { what: 'no file', body: form(), status: 400, reason: 'INVALID_FORM' },
  {
    what: 'a file in another field',
    body: form(['picture', PNG]),
    status: 400,
    reason: 'INVALID_FORM',
  },
  {
    what: 'two files',
    body: form(['file', PNG], ['file', PNG]),
    status: 400,
    reason: 'INVALID_FORM',
  },
  { what: 'an empty file', body: form(['file', '']), status: 400, reason: 'EMPTY_FILE' },
  { what: 'an archive', body: form(['file', ZIP]), status: 415, reason: 'UNSUPPORTED_FILE' },
  {
    what: 'bytes that are no text',
    body: form(['file', Buffer.from([1, 2, 0, 3])]),
    status: 415,
    reason: 'UNSUPPORTED_FILE',
  },
  {
    what: 'bytes that are no UTF-8',
    body: form(['file', Buffer.from([0x61, 0xff, 0xfe])]),
    status: 415,
    reason: 'UNSUPPORTED_FILE',
  },
  {
    what: 'a text that is too long',
    body: form(['file', 'x'.repeat(262_145)]),
    status: 413,
    reason: 'FILE_TOO_LARGE',
  },
  {
    what: 'an image that is too large',
    body: form(['file', Buffer.concat([PNG, Buffer.alloc(4_000_000)])]),
    status: 413,
    reason: 'FILE_TOO_LARGE',
  },
  {
    what: 'a file that is too large for anything',
    body: form(['file', Buffer.alloc(12_000_000, 32)]),
    status: 413,
    reason: 'FILE_TOO_LARGE',
  },
  {
    what: 'no form',
    body: JSON.stringify({ file: 'x' }),
    status: 415,
    reason: 'UNSUPPORTED_MEDIA_TYPE',
  },
])('an upload of $what is refused', async ({ body, status, reason }) => {
  const response = await fetch(`${system.url}/api/v1/attachments`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${OWNER_TOKEN}` },
    body,
  });
  expect(await response.json()).toMatchObject({ reason });
  expect(response.status).toBe(status);
});

test('a form that is cut off in the middle is refused, and no half of a file is left', async () => {
  const response = await fetch(`${system.url}/api/v1/attachments`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${OWNER_TOKEN}`,
      'Content-Type': 'multipart/form-data; boundary=x',
    },
    body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
  });
  expect(response.status).toBe(400);
  expect(readdirSync(join(system.dataDir, 'attachments', 'incoming'))).toEqual([]);
});
