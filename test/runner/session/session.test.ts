import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TaskOutcome } from '../../../src/playbook/barriers.ts';
import { OutcomeReader } from '../../../src/runner/session/outcomes.ts';
import { Session } from '../../../src/runner/session/session.ts';
import { compile } from '../../../src/steps/compile.ts';
import { action, sh, type Sh } from '../../../src/steps/index.ts';
import { localTransport } from '../../../src/transport/local-transport.ts';
import type { Connection } from '../../../src/transport/transport.ts';
import { program } from '../../support/shells.ts';

let connection: Connection;
let session: Session;
beforeEach(async () => {
  connection = await localTransport.open({
    name: 'here',
    address: 'here',
    port: 22,
    user: 'me',
    identityFiles: [],
    knownHostsFiles: [],
    connectTimeout: 1_000,
  });
  session = new Session(connection, {
    host: 'here',
    mode: 'apply',
    run: 'test',
    diff: false,
    become: undefined,
    helloTimeout: 10_000,
  });
});
afterEach(async () => {
  await session.close();
  await connection.close();
});

async function outcomeOf(run: Sh): Promise<TaskOutcome | undefined> {
  const what = program({ steps: [action('a', { run, guard: { kind: 'reads' } })] });
  const reader = new OutcomeReader('here', what, () => {}, 'apply');
  await session.run(compile(what), reader);
  return reader.outcomes.get(1);
}

it('breaks no character, wherever the output is cut on its way', async () => {
  // Three bytes each, which no buffer's length is a multiple of.
  const lines = sh`awk -v s=${'€'.repeat(333)} 'BEGIN { while (n++ < 600) print s }'`;
  const outcome = await outcomeOf(sh`${lines}; { ${lines}; } >&2`);
  const text = `${'€'.repeat(333)}\n`.repeat(600);
  expect(outcome?.stdout === text).toBe(true);
  expect(outcome?.stderr === text).toBe(true);
});

it('gives what is no text, or half a character at the end, as what it is not', async () => {
  const outcome = await outcomeOf(sh`printf 'a\377\000b\342\202'; printf '\342' >&2`);
  expect(outcome?.stdout).toBe('a\ufffd\0b\ufffd');
  expect(outcome?.stderr).toBe('\ufffd');
});

it('keeps the end of 100 MB, and no more of it in memory', async () => {
  const before = process.memoryUsage().rss;
  const outcome = await outcomeOf(sh`head -c 100000000 /dev/zero | tr '\000' x; echo end`);
  expect(outcome?.stdout).toMatch(/^x{1048572}end\n$/);
  expect(process.memoryUsage().rss - before).toBeLessThan(80_000_000);
});
