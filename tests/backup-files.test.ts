import { textReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { asSuper, restoreElsewhere } from './support/restore-elsewhere.ts';
import { startSystem } from './support/system.ts';

test('files that messages carry are in a backup, and come back where they are looked for', async () => {
  await using system = await startSystem({ workers: 0, script: () => textReply('a letter') });
  const { id } = await system.owner.createAttachment(new Blob(['Dear Gary']), { name: 'a.txt' });
  await system.owner.chat({ message: 'what is this?', attachments: [id] });
  const backup = await asSuper(system).createBackup();
  const { dataDir } = await restoreElsewhere(system, backup.id);
  await using restored = await startSystem({
    dataDir,
    workers: 0,
    script: () => textReply('still a letter'),
  });
  const file = Buffer.from(await restored.owner.readAttachment(id));
  expect(file.toString()).toBe('Dear Gary');
  await restored.owner.chat({ message: 'and now?' });
  expect(restored.model.requests[0]?.rawBody).toContain('Dear Gary');
});
