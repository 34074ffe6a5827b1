import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sysctlFacts } from '../../src/facts/sysctl.ts';
import { asked } from '../support/asked.ts';
import { shellNames } from '../support/shells.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const said = (key: string): string =>
  execFileSync('sysctl', ['-n', key], { encoding: 'utf8' }).replace(/\n$/, '');

// Values of several bytes, words and lines: files of /proc/sys answer one read only.
it.each(shellNames)('parameters are those that sysctl tells, in %s', async (shell) => {
  const keys = ['net.ipv4.tcp_rmem', 'kernel.pid_max', 'kernel.hostname', 'fs.binfmt_misc.status'] as const;
  const there = keys.filter((key) => {
    try {
      return said(key) !== '';
    } catch {
      return false;
    }
  });
  const wanted = sysctlFacts('net.ipv4.no_such', 'net.ipv4.conf.*.forwarding', ...there);
  const facts = await asked(wanted, shell, { home });
  for (const key of there) expect(facts[key]).toBe(said(key));
  expect(Object.hasOwn(facts, 'net.ipv4.no_such')).toBe(true);
  expect(facts['net.ipv4.no_such']).toBeUndefined();
  const links = execFileSync('ls', ['/proc/sys/net/ipv4/conf'], { encoding: 'utf8' }).trim().split('\n');
  expect(
    Object.keys(facts)
      .filter((key) => key.endsWith('.forwarding'))
      .toSorted(),
  ).toEqual(links.map((link) => `net.ipv4.conf.${link.replaceAll('.', '/')}.forwarding`).toSorted());
});

it.each(shellNames)('a pattern that matches nothing gives nothing, in %s', async (shell) => {
  expect(await asked(sysctlFacts('net.ipv4.none*.none'), shell, { home })).toEqual({});
});
