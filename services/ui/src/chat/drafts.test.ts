import { expect, test } from 'vitest';
import { createDrafts, NEW } from './drafts.ts';

function openStorage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const PICTURE = { key: 'a', name: 'loaf.png', size: 3 };

test('what is written before there is a conversation goes on in it, a file on its way too', () => {
  const drafts = createDrafts(openStorage(), 'home/gary');
  drafts.change(NEW, { text: 'And butter', uploads: [PICTURE], onBusy: 'steer' });
  drafts.change('talk-2', { text: 'Something else' });
  drafts.move(NEW, 'talk-1');
  drafts.changeUpload('a', { problem: 'too large' });
  expect(drafts.get('talk-1')).toEqual({
    text: 'And butter',
    uploads: [{ ...PICTURE, problem: 'too large' }],
    onBusy: 'steer',
  });
  expect(drafts.get(NEW)).toEqual({ text: '', uploads: [], onBusy: 'queue' });
  expect(drafts.get('talk-2').text).toBe('Something else');
});

test('what is given back stands behind what is there', () => {
  const drafts = createDrafts(openStorage(), 'home/gary');
  drafts.add('talk-1', { text: 'One' });
  drafts.add('talk-1', { text: 'Two', uploads: [PICTURE] });
  expect(drafts.get('talk-1')).toMatchObject({ text: 'One\n\nTwo', uploads: [PICTURE] });
});

test('a text outlives the page, for its user alone', () => {
  const storage = openStorage();
  createDrafts(storage, 'home/gary').change('talk-1', { text: 'Half a' });
  expect(createDrafts(storage, 'home/gary').get('talk-1').text).toBe('Half a');
  expect(createDrafts(storage, 'home/emma').get('talk-1').text).toBe('');
  createDrafts(storage, 'home/gary').change('talk-1', { text: '' });
  expect(storage.kept.size).toBe(0);
});
