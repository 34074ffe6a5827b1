import { describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { concealing } from '../../src/secrets/conceal-events.ts';
import { concealed, ConcealedText } from '../../src/secrets/conceal.ts';
import { secret } from '../../src/secrets/secret.ts';

const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n';
for (const text of ['hunter2-a.b*c', 'hunter2-a', 'tiny', '      ', 'secret', key]) secret(text);

describe('what is shown', () => {
  it.each([
    ['the password is hunter2-a.b*c!', 'the password is ‹secret›!'],
    ['hunter2-a.bbc', '‹secret›.bbc'],
    ['twice: hunter2-ahunter2-a', 'twice: ‹secret›‹secret›'],
    // Too short, or nothing: every other text would have it.
    ['a tiny      text', 'a tiny      text'],
    [`it says ${key}`, 'it says ‹secret›'],
    ['one line, MIIEvQIBADANBg', 'one line, ‹secret›'],
    ['-----BEGIN KEY-----', '-----BEGIN KEY-----'],
    ['the ‹secret› itself', 'the ‹secret› itself'],
  ])('%j is shown as %j', (text, shown) => {
    expect(concealed(text)).toBe(shown);
  });

  it.each([1, 2, 5, 9, 40])('has no secret that comes in pieces of %d characters', (size) => {
    const text = `a hunter2-a.b*c b hunter2-ax hunter2 MIIEvQIBADANBg\n${key}hunter`;
    const shown = new ConcealedText();
    let all = '';
    for (let at = 0; at < text.length; at += size) all += shown.push(text.slice(at, at + size));
    expect(all + shown.end()).toBe('a ‹secret› b ‹secret›x hunter2 ‹secret›\n‹secret›hunter');
  });
});

describe('other forms of a secret', () => {
  const odd = 'p@ss "wörd\'s\\ 1';
  const long = Array.from({ length: 60 }, (_, n) => `word${n}`).join('/');
  for (const text of [odd, long]) secret(text);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  it.each([
    ['JSON', JSON.stringify({ odd }), '{"odd":"‹secret›"}'],
    ['JSON in ASCII', JSON.stringify(odd).replace('ö', String.raw`\u00f6`), '"‹secret›"'],
    ['a URL', `db://me:${encodeURIComponent(odd)}@db1`, 'db://me:‹secret›@db1'],
    ['quotes of a shell', `+ login 'p@ss "wörd'\\''s\\ 1'`, "+ login '‹secret›'"],
    ['base64', base64(odd), '‹secret›'],
    ['base64 of a URL', Buffer.from(odd).toString('base64url'), '‹secret›'],
    ['base64 in lines', base64(long).replaceAll(/.{76}/g, '$&\n'), /^(?:‹secret›\n)+‹secret›$/],
    ['base64 in lines of openssl', base64(long).replaceAll(/.{64}/g, '$&\n'), /^(?:‹secret›\n)+‹secret›$/],
  ])('%s is not shown either', (_name, text, shown) => {
    expect(concealed(text)).toMatch(
      typeof shown === 'string'
        ? new RegExp(`^${shown.replaceAll(/[.+{}]/g, String.raw`\$&`)}.{0,2}$`)
        : shown,
    );
  });

  it.each(['', 'u', 'us', 'user:'])('base64 of it behind %j, with something behind it', (before) => {
    for (const after of ['', '\n', '\n\n', ' and more']) {
      const shown = concealed(`Basic ${base64(`${before}${odd}${after}`)}`);
      expect(shown).toMatch(/^Basic .{0,9}‹secret›.{0,16}$/);
      // At most what the character at either end depends on.
      for (let at = 0; at + 4 <= odd.length; at += 1) {
        const rest = Buffer.from(shown.replace(/^Basic /, ''), 'base64').toString('latin1');
        expect(rest).not.toContain(odd.slice(at, at + 4));
      }
    }
  });
});

describe('many secrets', () => {
  it('are found in no long time, large ones too', () => {
    const many = Array.from({ length: 3000 }, (_, n) => `password-${n}-${'x'.repeat(n % 7)}`);
    for (const text of many) secret(text);
    const large = Array.from({ length: 5000 }, (_, n) => `a line of a large secret, ${n}`);
    secret(large.join('\n'));
    const text = `${'nothing of that kind here\n'.repeat(20_000)}${many[2999]}\n${large[7]}\n`;
    const begun = Date.now();
    expect(concealed(text)).toMatch(/here\n‹secret›\n‹secret›\n$/);
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});

describe('events', () => {
  const base = { host: 'web1', task: 'command[x]' } as const;
  const output = (text: string, stream: 'stdout' | 'stderr' = 'stdout'): TsplayEvent => ({
    type: 'output',
    ...base,
    stream,
    text,
  });
  const told = (events: readonly TsplayEvent[]): readonly TsplayEvent[] => {
    const all: TsplayEvent[] = [];
    const tell = concealing((event) => all.push(event));
    for (const event of events) tell(event);
    return all;
  };

  it('have no secret in any text, however deep', () => {
    const events = told([
      { type: 'step', ...base, what: 'x', status: 'changed', before: 'hunter2-a', after: 'pw hunter2-a' },
      {
        type: 'task',
        ...base,
        status: 'failed',
        ms: 1,
        error: { code: 'x', message: 'no hunter2-a', stderr: 'sh: hunter2-a', hint: 'hunter2-a' },
      },
      { type: 'warning', message: 'hunter2-a' },
    ]);
    expect(JSON.stringify(events)).not.toContain('hunter2-a');
    expect(events[0]).toMatchObject({ before: '‹secret›', after: 'pw ‹secret›' });
  });

  it('come in order: what waits of the output of a host is told before its next event', () => {
    const end: TsplayEvent = { type: 'task', ...base, status: 'ok', ms: 1 };
    expect(told([output('it is hunter2-'), output('err', 'stderr'), output('a, and hun'), end])).toEqual([
      output('it is '),
      output('err', 'stderr'),
      output('‹secret›, and '),
      output('hun'),
      end,
    ]);
  });
});
