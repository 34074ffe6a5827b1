import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { aptKey } from '../../../modules/index.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { runIn } from '../../support/shells.ts';
import { TestKey } from './test-key.ts';

const key = new TestKey();
const bytes = (armored: string): Uint8Array =>
  Buffer.from(/\n\n([\s\S]*?)\n=/.exec(armored)?.[1]?.replaceAll('\n', '') ?? '', 'base64');
const binary = bytes(key.armored);
const folder = mkdtempSync(join(tmpdir(), 'tsplay-keys-'));
afterAll(() => {
  key.remove();
  rmSync(folder, { recursive: true });
});

overlayLaw(
  {
    'a key that is not in armor': {
      ground: 'mkdir -p /etc/apt/keyrings; echo old >/etc/apt/keyrings/site.asc',
      declared: () => void aptKey('site', { content: binary, fingerprint: key.fingerprint }),
      there: {
        "gpg --show-keys --with-colons /etc/apt/keyrings/site.gpg 2>/dev/null | sed -n 's/^fpr:*//p'": `${key.fingerprint}:`,
        'ls /etc/apt/keyrings | grep site': 'site.gpg',
      },
      varied: () => void aptKey('site', { content: key.armored }),
      variation: /site\.(?:asc|gpg)$/,
      drift: 'echo more >>/etc/apt/keyrings/site.gpg',
      absent: () => void aptKey('site', { state: 'absent' }),
      gone: { 'ls /etc/apt/keyrings | grep site || echo none': 'none' },
      traces: / (?:etc\/apt\S*|root\/\.gnupg.*)$|\.gnupg/,
    },
  },
  ['ash'],
);

it('takes a file as it is, in armor or not', async () => {
  writeFileSync(join(folder, 'a.gpg'), binary);
  writeFileSync(join(folder, 'b.key'), key.armored);
  const host = await OverlayHost.start();
  const body = (): void => {
    aptKey('a', { source: 'a.gpg', fingerprint: key.fingerprint });
    aptKey('b', { source: 'b.key', fingerprint: key.fingerprint });
  };
  const program = await programOf(body, join(folder, 'play.ts'));
  const run = await runIn('dash', program, { home: '/var/lib/tsplay-test', cwd: '/', under: host.under });
  expect(run.statuses).toEqual(['changed', 'changed']);
  expect(host.sh('cd /etc/apt/keyrings && sha256sum <a.gpg && ls a.* b.*')).toMatch(/\na\.gpg\nb\.asc$/);
  await host.close();
});

it('takes only keys, and only public ones', async () => {
  const wrong = async (content: Uint8Array, fingerprint?: string): Promise<string> =>
    (
      await problemsOf(
        () => void aptKey('x', { content, ...(fingerprint === undefined ? {} : { fingerprint }) }),
      )
    ).join('\n');
  expect(await wrong(bytes(key.secret))).toBe('content: it holds a secret key');
  expect(await wrong(binary.subarray(0, 40))).toBe('content: its key is damaged');
  expect(await wrong(binary, 'AB'.repeat(20))).toMatch(/^content has no key ABAB/);
  expect(await wrong(Buffer.from('x'))).toMatch(/holds no key in ASCII armor/);
  expect(await wrong(new Uint8Array())).toMatch(/holds no key in ASCII armor/);
  const box = Buffer.concat([Buffer.from([0, 0, 0, 32, 1, 1, 0, 2]), Buffer.from('KBXf....')]);
  expect(await wrong(box)).toMatch(/keybox/);
});
