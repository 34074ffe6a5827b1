// What hosts would get, looked at without connecting to any. The playbook and all that it imports are type-checked on
// the way, and its variables for every host.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const tsplay = (...words) => execFileSync('tsplay', words, { encoding: 'utf8' });

test('every web server in production gets all tasks', () => {
  const words = ['check', 'site.ts', '-i', 'prod', '--list-tasks', '--output', 'json'];
  const [play] = JSON.parse(tsplay(...words));
  const hosts = ['web1', 'web2'];
  assert.deepEqual(
    play.tasks.map((task) => [task.id, task.hosts]),
    [
      ['template[/etc/motd]', hosts],
      ['sysctl[vm.swappiness]', hosts],
    ],
  );
});

test('the greeting names the host, and whom to ask', () => {
  const program = tsplay('compile', 'site.ts', '-i', 'prod', '--limit', 'web2');
  assert.ok(program.includes('web2\n'));
  assert.ok(program.includes('Ask ops@example.org.\n'));
});
