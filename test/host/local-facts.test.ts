import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localFacts } from '../../src/facts/local.ts';
import { probed } from '../support/probes.ts';
import { shellNames } from '../support/shells.ts';

let dir = '';
let byAnsible: Readonly<Record<string, unknown>> = {};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-local-'));
  const write = (name: string, text: string, mode = 0o644): void =>
    writeFileSync(join(dir, `${name}.fact`), text, { mode });
  write('json', '{"region": "eu", "racks": [1, 2.5, null, true], "deep": {"é": "\\u00e9"}}');
  write('scalar', '"only"');
  write('empty', '');
  write(
    'ini',
    '[General]\nTier = gold\nlong = a\n  b\n\n[DEFAULT]\nsite: s1\n[other]\npath = /srv/%(site)s\n',
  );
  write('program', '#!/bin/sh\necho "{\\"user\\": \\"$(id -u)\\"}"\n', 0o755);
  write('ini-program', '#!/bin/sh\nprintf "[a]\\nb = 1\\n"\n', 0o755);
  write('nonsense', 'half a {');
  write('failing', '#!/bin/sh\necho "{}"\nexit 3\n', 0o755);
  const words = ['-i', 'localhost,', '-c', 'local', '-m', 'setup', '-o', '-a'];
  const { stdout } = await promisify(execFile)(
    'ansible',
    [...words, `gather_subset=!all,!min,local filter=ansible_local fact_path=${dir}`, 'localhost'],
    { env: { ...process.env, ANSIBLE_NOCOLOR: '1', ANSIBLE_LOAD_CALLBACK_PLUGINS: '0' } },
  );
  const answer = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    readonly ansible_facts: { readonly ansible_local: Readonly<Record<string, unknown>> };
  };
  byAnsible = answer.ansible_facts.ansible_local;
});
afterAll(() => rmSync(dir, { recursive: true }));

it.each(shellNames)('local facts are what Ansible finds in the same folder, in %s', (shell) => {
  const { facts } = probed(shell, localFacts([dir], 5));
  expect(Object.keys(facts).toSorted()).toEqual(Object.keys(byAnsible).toSorted());
  const { failing, nonsense, ...sound } = facts;
  const names = Object.keys(sound);
  expect(names.map((name) => sound[name]?.value)).toEqual(names.map((name) => byAnsible[name]));
  // It has a text in place of the value.
  expect(byAnsible['failing']).toMatch(/^Failure executing/);
  expect(failing?.error).toBe('it ended with status 3');
  expect(byAnsible['nonsense']).toMatch(/^error loading/);
  expect(nonsense?.error).toContain('neither JSON');
});
